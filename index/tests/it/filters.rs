//! Filters and facets through the engine: never fewer hits than match, none that do not, at every moment.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use footnote_index::{
    Engine, Filter, Hit, MAX_FACETS, Mode, NewDocument, Scope, SearchRequest, SearchResponse,
};
use serde_json::{Value, json};

use crate::support::{FINGERPRINT, Random, client, open, prepare, vector};

fn put(engine: &Engine, scope: &Scope, uri: &str, text: &str, metadata: &Value) {
    let metadata = metadata.as_object().expect("an object");
    let new = NewDocument { uri, title: None, mime: None, metadata, bytes: text.as_bytes() };
    let accepted = engine.accept(scope, &new).expect("accept");
    engine.publish(scope, &[prepare(&accepted, text)]).expect("publish");
}

fn search(engine: &Engine, scope: &Scope, mode: Mode, filter: &Value, top_k: usize) -> SearchResponse {
    let filter = Filter::parse(filter).expect("a filter");
    let vector = vector("common");
    let facets = ["group".to_owned()];
    let request = SearchRequest {
        mode,
        filter: Some(&filter),
        facets: &facets,
        explain: true,
        ..SearchRequest::new("common", Some((&vector[..], FINGERPRINT)), top_k)
    };
    let found = engine.search(scope, &request).expect("search");
    assert_eq!(found.degraded, []);
    found
}

const MODES: [Mode; 3] = [Mode::Bm25, Mode::Dense, Mode::Hybrid];

#[test]
fn random_operations_equal_a_plain_model() {
    let dir = tempfile::tempdir().expect("tempdir");
    let mut engine = open(dir.path());
    let mut scope = client(&engine, "a");
    // uri to group and chunks.
    let mut world: BTreeMap<String, (u64, usize)> = BTreeMap::new();
    let mut random = Random(11);
    for step in 0..400 {
        let uri = format!("doc{}", random.below(30));
        match random.below(20) {
            0..14 => {
                let (group, chunks) = (random.below(5), 1 + random.below(4) as usize);
                let text: String = (0..chunks).map(|i| format!("common step{step} part{i}\n")).collect();
                put(&engine, &scope, &uri, &text, &json!({ "group": group, "even": group % 2 == 0 }));
                world.insert(uri, (group, chunks));
            }
            14..19 => {
                let page = engine.documents(&scope, None, 1000).expect("documents").data;
                if let Some(document) = page.iter().find(|d| d.uri == uri) {
                    engine.delete(&scope, &document.id).expect("delete");
                    world.remove(&uri);
                }
            }
            _ => {
                drop(engine);
                engine = open(dir.path());
                scope = client(&engine, "a");
            }
        }
        let (group, mode) = (random.below(6), MODES[random.below(3) as usize]);
        let among = |wanted: &dyn Fn(u64) -> bool| -> (usize, BTreeMap<u64, u64>) {
            let mut groups = BTreeMap::new();
            let passing = world.values().filter(|(g, _)| wanted(*g));
            let chunks = passing.inspect(|(g, _)| *groups.entry(*g).or_default() += 1).map(|(_, c)| c).sum();
            (chunks, groups)
        };
        type Wanted = Box<dyn Fn(u64) -> bool>;
        let cases: [(Value, Wanted); 3] = [
            (json!({ "group": group }), Box::new(move |g| g == group)),
            (json!({ "even": true, "group": { "$gte": 1 } }), Box::new(|g| g % 2 == 0 && g >= 1)),
            (json!({ "$not": { "group": { "$lt": group } } }), Box::new(move |g| g >= group)),
        ];
        for (filter, wanted) in cases {
            let found = search(&engine, &scope, mode, &filter, 1000);
            let (chunks, groups) = among(&wanted);
            assert_eq!(found.hits.len(), chunks, "step {step}, {mode:?}, {filter}");
            for hit in &found.hits {
                assert!(wanted(hit.metadata["group"].as_u64().expect("a group")), "{filter}: {}", hit.uri);
                if mode != Mode::Bm25 {
                    let plan = hit.explain.as_ref().expect("asked for").planner;
                    assert_eq!(plan.compared, chunks as u64, "only what the filter lets pass is compared");
                }
            }
            let facet: BTreeMap<u64, u64> = found.facets["group"]
                .iter()
                .map(|v| (v.value.as_u64().expect("a number"), v.documents))
                .collect();
            assert_eq!(facet, groups, "step {step}, {filter}");
        }
    }
}

#[test]
fn a_filtered_search_is_full_while_documents_come_change_and_go() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let text = |turn: u64| format!("common turn{turn} part0\ncommon turn{turn} part1\n");
    for i in 0..10 {
        put(&engine, &scope, &format!("fixed{i}"), &text(0), &json!({ "kept": true }));
    }
    let whole = |hits: &[Hit]| {
        let mut turns: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for hit in hits {
            turns.entry(&hit.uri).or_default().push(hit.text.split(' ').nth(1).expect("turn"));
        }
        assert!(turns.values().all(|turns| turns.len() == 2 && turns[0] == turns[1]), "{turns:?}");
        assert_eq!(turns.len(), 10, "a document that is being replaced was missing");
    };
    let stop = AtomicBool::new(false);
    let searches = std::thread::scope(|threads| {
        let searcher = threads.spawn(|| {
            let mut done = 0;
            while !stop.load(Ordering::Relaxed) {
                for mode in MODES {
                    whole(&search(&engine, &scope, mode, &json!({ "kept": true }), 1000).hits);
                    done += 1;
                }
            }
            done
        });
        let mut random = Random(5);
        for turn in 1..200 {
            let fixed = random.below(10);
            put(&engine, &scope, &format!("fixed{fixed}"), &text(turn), &json!({ "kept": true }));
            put(&engine, &scope, &format!("other{}", turn % 3), &text(turn), &json!({ "kept": false }));
            if searcher.is_finished() {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
        searcher.join().expect("the searches")
    });
    assert!(searches > 10, "{searches}");
}

#[test]
fn a_filter_that_nothing_passes_finds_nothing_and_facets_work_without_a_filter() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let empty = search(&engine, &scope, Mode::Hybrid, &json!({ "group": 1 }), 10);
    assert_eq!((empty.hits.len(), empty.facets.len()), (0, 0), "an empty client");
    put(&engine, &scope, "one", "common\n", &json!({ "group": 1 }));
    assert_eq!(search(&engine, &scope, Mode::Hybrid, &json!({ "group": 2 }), 10).hits.len(), 0);
    let facets = ["group".to_owned(), "mime".to_owned(), "unknown".to_owned()];
    let request = SearchRequest { facets: &facets, ..SearchRequest::new("common", None, 10) };
    let found = engine.search(&scope, &request).expect("search");
    assert_eq!(found.facets["group"][0].value, json!(1));
    assert_eq!(found.facets["mime"][0].value, json!("text/plain"));
    assert_eq!(found.facets["unknown"], []);

    let many = vec!["group".to_owned(); MAX_FACETS + 1];
    let request = SearchRequest { facets: &many, ..SearchRequest::new("common", None, 10) };
    let error = engine.search(&scope, &request).expect_err("too many");
    assert!(error.to_string().contains("21 facets, the limit is 20"), "{error}");
    let request = SearchRequest { facets: &many[1..], ..SearchRequest::new("common", None, 10) };
    assert!(engine.search(&scope, &request).is_ok());
}
