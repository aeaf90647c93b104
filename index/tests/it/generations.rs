//! A generation built beside the serving one: resumed, swapped, rolled back, dropped, and never served half.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use footnote_index::{
    Accepted, ChunkInput, Engine, Error, Filter, Generation, GenerationSpec, GenerationState, Mode, Outcome,
    PreparedDocument, Scope, SearchRequest,
};

use crate::support::{
    DIMS, FINGERPRINT, Random, accept, all, client, client_dir, ingest, open, prepare, search, spec, vector,
};

/// Vectors of another length than the first generation's.
const NEW_DIMS: usize = DIMS / 2;

fn new_spec(fingerprint: &str) -> GenerationSpec {
    GenerationSpec {
        fingerprint: fingerprint.into(),
        name: format!("settings {fingerprint}"),
        dims: NEW_DIMS,
        ..spec()
    }
}

fn short(vector: &[f32]) -> Arc<[f32]> {
    let norm = vector[..NEW_DIMS].iter().map(|x| x * x).sum::<f32>().sqrt();
    vector[..NEW_DIMS].iter().map(|x| x / norm).collect()
}

/// Cut otherwise than by the first settings: two lines a chunk.
fn prepare_new(generation: u32, id: &str, version: u32, text: &str) -> PreparedDocument {
    let accepted = Accepted { document_id: id.into(), version, outcome: Outcome::Changed };
    let mut prepared = prepare(&accepted, text);
    prepared.generation = generation;
    let join = |pair: &[ChunkInput]| {
        let (first, last) = (&pair[0], &pair[pair.len() - 1]);
        let mut joined = first.clone();
        joined.span = first.span.start..last.span.end;
        joined.text_hash[0] ^= u8::from(pair.len() > 1);
        joined.vector = short(&first.vector);
        joined
    };
    prepared.chunks = prepared.chunks.chunks(2).map(join).collect();
    prepared
}

/// Puts up to `limit` of what the generation lacks.
fn put_some(engine: &Engine, scope: &Scope, generation: u32, limit: usize) -> usize {
    let missing = engine.missing_in(scope, generation, None, limit).expect("missing");
    let prepared: Vec<_> = missing
        .iter()
        .map(|(id, version)| {
            let text = engine.text(scope, id, Some(*version), None).expect("text").text;
            prepare_new(generation, id, *version, &text)
        })
        .collect();
    assert_eq!(engine.put(scope, &prepared).expect("put"), prepared.len());
    prepared.len()
}

fn put_all(engine: &Engine, scope: &Scope, generation: u32) {
    while put_some(engine, scope, generation, 3) > 0 {}
}

fn states(engine: &Engine, scope: &Scope) -> Vec<(u32, GenerationState, u64, u64)> {
    let statuses = engine.generations(scope).expect("generations");
    statuses.iter().map(|it| (it.generation.id, it.state, it.documents, it.of)).collect()
}

fn search_new(engine: &Engine, scope: &Scope, mode: Mode, fingerprint: &str, query: &str) -> Vec<String> {
    let vector = short(&vector(query));
    let request = SearchRequest { mode, ..SearchRequest::new(query, Some((&vector, fingerprint)), 1000) };
    let mut texts: Vec<String> =
        engine.search(scope, &request).expect("search").hits.into_iter().map(|hit| hit.text).collect();
    texts.sort();
    texts
}

fn folders(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(client_dir(dir).join("gen"))
        .expect("gen")
        .map(|entry| entry.expect("entry").file_name().into_string().expect("name"))
        .collect();
    names.sort();
    names
}

fn clean(engine: &Engine, scope: &Scope) {
    assert_eq!(engine.verify(scope).expect("verify").findings, []);
}

#[test]
fn a_generation_is_built_left_taken_up_swapped_and_rolled_back() {
    let dir = tempfile::tempdir().expect("tempdir");
    let mut engine = open(dir.path());
    let mut scope = client(&engine, "a");
    for i in 0..7 {
        ingest(
            &engine,
            &scope,
            &format!("doc{i}"),
            &format!("common one {i}\ncommon two {i}\ncommon three {i}\n"),
        );
    }
    ingest(&engine, &scope, "empty", "");
    let old = all(&engine, &scope, Mode::Bm25, "common");
    assert_eq!(old.len(), 21);

    let generation = engine.begin_generation(&scope, &new_spec("new")).expect("begin");
    put_some(&engine, &scope, generation.id, 3);
    assert_eq!(
        states(&engine, &scope),
        [(1, GenerationState::Serving, 8, 8), (2, GenerationState::Building, 3, 8)]
    );
    // Not a trace of it in what is served, and none before it is complete.
    assert_eq!(all(&engine, &scope, Mode::Bm25, "common"), old);
    assert_eq!(all(&engine, &scope, Mode::Dense, "common"), old);
    assert_eq!(engine.stats(&scope).expect("stats").chunks, 21);
    let early = engine.swap_generation(&scope, generation.id).expect_err("incomplete");
    assert!(matches!(early, Error::GenerationIncomplete { id: 2, missing: 5 }), "{early}");
    clean(&engine, &scope);

    drop(engine);
    engine = open(dir.path());
    scope = client(&engine, "a");
    let again = engine.begin_generation(&scope, &new_spec("new")).expect("taken up");
    assert_eq!(again, generation);
    put_all(&engine, &scope, generation.id);
    engine.seal_generation(&scope, generation.id).expect("seal");
    // Between seal and swap documents come, change and go.
    ingest(&engine, &scope, "doc7", "common one 7\n");
    ingest(&engine, &scope, "doc0", "common changed 0\ncommon two 0\n");
    let gone = engine.document_by_uri(&scope, "doc1").expect("look up").expect("there").id;
    engine.delete(&scope, &gone).expect("delete");
    let incomplete = engine.swap_generation(&scope, generation.id).expect_err("doc0 and doc7 are new");
    assert!(matches!(incomplete, Error::GenerationIncomplete { missing: 2, .. }), "{incomplete}");
    put_all(&engine, &scope, generation.id);
    let served = all(&engine, &scope, Mode::Bm25, "common");
    engine.swap_generation(&scope, generation.id).expect("swap");

    let mut expected: Vec<String> = (2..7)
        .flat_map(|i| [format!("common one {i}\ncommon two {i}"), format!("common three {i}")])
        .chain(["common changed 0\ncommon two 0".into(), "common one 7".into()])
        .collect();
    expected.sort();
    for mode in [Mode::Bm25, Mode::Dense, Mode::Hybrid] {
        assert_eq!(search_new(&engine, &scope, mode, "new", "common"), expected, "{mode:?}");
    }
    assert_eq!(folders(dir.path()), ["2"]);
    clean(&engine, &scope);
    // The old model's question is refused by name, not answered from the wrong vectors.
    let request = vector("common");
    let refused = engine.search(&scope, &SearchRequest::new("common", Some((&request, FINGERPRINT)), 5));
    assert!(matches!(refused, Err(Error::FingerprintMismatch { .. })), "{refused:?}");

    engine.roll_back(&scope).expect("roll back");
    assert_eq!(all(&engine, &scope, Mode::Bm25, "common"), served);
    assert_eq!(all(&engine, &scope, Mode::Dense, "common"), served);
    assert_eq!(folders(dir.path()), ["1"]);
    clean(&engine, &scope);

    // And forward again, across a restart; what came since has to be put.
    ingest(&engine, &scope, "doc8", "common one 8\n");
    let behind = engine.roll_back(&scope).expect_err("doc8 is missing there");
    assert!(matches!(behind, Error::GenerationIncomplete { id: 2, missing: 1 }), "{behind}");
    drop(engine);
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    assert_eq!(engine.begin_generation(&scope, &new_spec("new")).expect("taken up").id, 2);
    put_all(&engine, &scope, 2);
    engine.swap_generation(&scope, 2).expect("swap");
    expected.push("common one 8".into());
    expected.sort();
    assert_eq!(search_new(&engine, &scope, Mode::Hybrid, "new", "common"), expected);

    // A third one: the first goes, only the last can be rolled back to.
    let third = engine.begin_generation(&scope, &new_spec("third")).expect("begin");
    put_all(&engine, &scope, third.id);
    engine.swap_generation(&scope, third.id).expect("swap");
    assert_eq!(
        states(&engine, &scope),
        [(2, GenerationState::Retired, 9, 9), (3, GenerationState::Serving, 9, 9)]
    );
    engine.drop_generation(&scope, 2).expect("drop");
    let nothing = engine.roll_back(&scope).expect_err("nothing left");
    assert!(nothing.to_string().contains("no generation to roll back to"), "{nothing}");
    let serving = engine.drop_generation(&scope, 3).expect_err("it serves");
    assert!(serving.to_string().contains("answers queries"), "{serving}");
    assert_eq!(search_new(&engine, &scope, Mode::Hybrid, "third", "common"), expected);
    clean(&engine, &scope);
}

#[test]
fn what_does_not_belong_into_a_generation_is_refused() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = crate::support::bare_client(&engine, "a");
    let empty = engine.begin_generation(&scope, &new_spec("new")).expect_err("no first one");
    assert!(empty.to_string().contains("no generation yet"), "{empty}");
    engine.ensure_generation(&scope, &spec()).expect("first");
    let accepted = ingest(&engine, &scope, "doc", "common one\ncommon two\n");
    let same = engine.begin_generation(&scope, &spec()).expect_err("serves already");
    assert!(same.to_string().contains("nothing to build"), "{same}");
    let flat = GenerationSpec { dims: 0, ..new_spec("flat") };
    assert!(matches!(engine.begin_generation(&scope, &flat), Err(Error::InvalidVector { .. })));
    let Generation { id, .. } = engine.begin_generation(&scope, &new_spec("new")).expect("begin");
    let second = engine.begin_generation(&scope, &new_spec("other")).expect_err("one at a time");
    assert!(second.to_string().contains("generation 2 (settings new) is being built"), "{second}");

    let text = "common one\ncommon two\n";
    let good = prepare_new(id, &accepted.document_id, 1, text);
    let mut long = prepare(&accepted, text);
    long.generation = id;
    assert!(matches!(engine.put(&scope, &[long]), Err(Error::InvalidVector { .. })));
    let other_text = prepare_new(id, &accepted.document_id, 1, "common one\ncommon 2\n");
    let refused = engine.put(&scope, &[other_text]).expect_err("not the stored text");
    assert!(refused.to_string().contains("not the one that is stored"), "{refused}");
    let nowhere = prepare_new(9, &accepted.document_id, 1, text);
    assert!(matches!(
        engine.put(&scope, std::slice::from_ref(&nowhere)),
        Err(Error::NoSuchGeneration { id: 9 })
    ));
    let mixed = engine.put(&scope, &[good.clone(), nowhere]).expect_err("two generations");
    assert!(mixed.to_string().contains("generations 2 and 9"), "{mixed}");
    assert!(matches!(engine.swap_generation(&scope, 9), Err(Error::NoSuchGeneration { id: 9 })));
    let serving =
        engine.put(&scope, &[prepare(&accepted, text)]).expect_err("the serving one is published to");
    assert!(serving.to_string().contains("not being built"), "{serving}");

    // Versions that are gone are skipped, so are those it has.
    let stale = prepare_new(id, &accepted.document_id, 7, text);
    assert_eq!(engine.put(&scope, &[stale]).expect("skipped"), 0);
    assert_eq!(engine.put(&scope, std::slice::from_ref(&good)).expect("taken"), 1);
    assert_eq!(engine.put(&scope, &[good]).expect("there already"), 0);
    engine.swap_generation(&scope, id).expect("swap");

    // What was prepared before the swap would mix the models' vectors.
    let late = accept(&engine, &scope, "late", "common late\n");
    let replaced = engine.publish(&scope, &[prepare(&late, "common late\n")]).expect_err("prepared for 1");
    assert!(matches!(replaced, Error::GenerationReplaced { given: 1, serving: 2 }), "{replaced}");
    assert_eq!(engine.pending(&scope).expect("pending").len(), 1, "it waits for the next run");
    clean(&engine, &scope);
}

#[test]
fn searches_during_swaps_see_one_generation_or_the_other() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    for i in 0..20 {
        ingest(&engine, &scope, &format!("doc{i}"), &format!("common one {i}\ncommon two {i}\n"));
    }
    let id = engine.begin_generation(&scope, &new_spec("new")).expect("begin").id;
    put_all(&engine, &scope, id);
    let stop = AtomicBool::new(false);
    let filter = Filter::parse(&serde_json::json!({"mime": "text/plain"})).expect("filter");
    std::thread::scope(|threads| {
        for filtered in [false, true] {
            let (engine, scope, stop, filter) = (&engine, &scope, &stop, &filter);
            threads.spawn(move || {
                let mut seen = BTreeMap::new();
                while !stop.load(Ordering::SeqCst) {
                    let mut request = SearchRequest::new("common", None, 1000);
                    request.mode = Mode::Bm25;
                    request.filter = filtered.then_some(filter);
                    let hits = engine.search(scope, &request).expect("search").hits;
                    let whole = hits.iter().filter(|hit| hit.text.contains('\n')).count();
                    assert!(
                        (hits.len(), whole) == (40, 0) || (hits.len(), whole) == (20, 20),
                        "{} hits, {whole} of the new kind",
                        hits.len()
                    );
                    *seen.entry(hits.len()).or_insert(0) += 1;
                    // Neighbours are of the hit's own generation.
                    let around = engine.neighbours(scope, &hits[0], 9, 9).expect("neighbours");
                    assert!(
                        around.len() <= 2 && around.iter().all(|it| it.text.contains('\n') == (whole > 0))
                    );
                }
                assert_eq!(seen.len(), 2, "both were seen: {seen:?}");
            });
        }
        engine.swap_generation(&scope, id).expect("swap");
        for _ in 0..6 {
            engine.roll_back(&scope).expect("roll back");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        stop.store(true, Ordering::SeqCst);
    });
    clean(&engine, &scope);
}

#[test]
fn random_operations_with_generations_match_a_plain_model() {
    for seed in 0..4 {
        let dir = tempfile::tempdir().expect("tempdir");
        let mut engine = open(dir.path());
        let mut scope = client(&engine, "a");
        let mut random = Random(seed);
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        let mut serving_new = false;
        ingest(&engine, &scope, "first", "common first\n");
        texts.insert("first".into(), "common first\n".into());
        for step in 0..120u64 {
            let building = || {
                let all = engine.generations(&scope).expect("generations");
                all.into_iter().find(|it| it.state == GenerationState::Building).map(|it| it.generation.id)
            };
            let serving = engine.generation(&scope).expect("generation").expect("one").id;
            let uri = format!("doc{}", random.below(6));
            match random.below(12) {
                0..5 => {
                    let text = format!("common {uri} {step}\ncommon more {step}\ncommon end {step}\n");
                    let accepted = accept(&engine, &scope, &uri, &text);
                    let prepared = if serving_new {
                        prepare_new(serving, &accepted.document_id, accepted.version, &text)
                    } else {
                        PreparedDocument { generation: serving, ..prepare(&accepted, &text) }
                    };
                    engine.publish(&scope, &[prepared]).expect("publish");
                    texts.insert(uri, text);
                }
                5 => {
                    if let Some(document) = engine.document_by_uri(&scope, &uri).expect("look up") {
                        engine.delete(&scope, &document.id).expect("delete");
                        texts.remove(&uri);
                    }
                }
                // The old settings are never built again here: only one of the two kinds is put.
                6 if !serving_new => drop(engine.begin_generation(&scope, &new_spec("new"))),
                7 | 8 if !serving_new => {
                    if let Some(id) = building() {
                        put_some(&engine, &scope, id, 2);
                    }
                }
                9 if !serving_new => {
                    if let Some(id) = building()
                        && engine.swap_generation(&scope, id).is_ok()
                    {
                        serving_new = true;
                    }
                }
                10 if serving_new => serving_new = engine.roll_back(&scope).is_err(),
                _ => {
                    drop(engine);
                    engine = open(dir.path());
                    scope = crate::support::bare_client(&engine, "a");
                }
            }
            let mut expected: Vec<String> = texts
                .values()
                .flat_map(|text| {
                    let lines: Vec<&str> = text.lines().collect();
                    let size = if serving_new { 2 } else { 1 };
                    lines.chunks(size).map(|part| part.join("\n")).collect::<Vec<_>>()
                })
                .collect();
            expected.sort();
            for mode in [Mode::Bm25, Mode::Dense] {
                let found = if serving_new {
                    search_new(&engine, &scope, mode, "new", "common")
                } else {
                    let mut found: Vec<String> = search(&engine, &scope, mode, "common", 1000)
                        .into_iter()
                        .map(|hit| hit.text)
                        .collect();
                    found.sort();
                    found
                };
                assert_eq!(found, expected, "seed {seed} step {step} {mode:?}");
            }
        }
        clean(&engine, &scope);
    }
}
