//! `kill -9` during an ingest: whatever was done by then, the next run ends where one undisturbed run ends.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use footnote_index::{Engine, EngineOptions, Mode, Name, SearchRequest};

use crate::cli_support::{footnote, json, run};

const MODEL: &str = "all-minilm-l6-v2";

/// Files of the folder. Each has several chunks.
const FILES: usize = 40;

/// Kills in the short form; fifty in the long one (`FOOTNOTE_FULL`).
fn kills() -> usize {
    if std::env::var_os("FOOTNOTE_FULL").is_some() { 50 } else { 8 }
}

fn write_documents(folder: &Path) {
    fs::create_dir(folder).expect("mkdir");
    for file in 0..FILES {
        let section = |part: usize| {
            let sentence = |n: usize| {
                format!(
                    "Rule {n} of part {part} in file {file} allows {} visitors a day. ",
                    file * 31 + part * 7 + n
                )
            };
            format!("## Part {part}\n\n{}\n\n", (0..14).map(sentence).collect::<String>())
        };
        let text = format!("# File {file}\n\n{}", (0..4).map(section).collect::<String>());
        fs::write(folder.join(format!("{file:02}.md")), text).expect("write");
    }
}

/// Every chunk by document and span, with some values of its vector.
fn chunks(data: &Path) -> BTreeMap<(String, usize, usize), Vec<f32>> {
    let engine = Engine::open(data, EngineOptions::default()).expect("open");
    let (tenant, client) = (Name::new("default").expect("name"), Name::new("acme").expect("name"));
    #[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
    let scope = engine.control().scope(&tenant, &client).expect("scope").expect("there");
    assert_eq!(engine.verify(&scope).expect("verify").findings, []);
    assert_eq!(engine.stats(&scope).expect("stats").pending, 0);
    let spec = engine.generation(&scope).expect("generation").expect("one").spec;
    let mut all: BTreeMap<_, Vec<f32>> = BTreeMap::new();
    for axis in 0..4 {
        let mut vector = vec![0.0f32; spec.dims];
        vector[axis * 50] = 1.0;
        let request = SearchRequest {
            mode: Mode::Dense,
            depth: 1000,
            ..SearchRequest::new("x", Some((&vector[..], &spec.fingerprint)), 1000)
        };
        let hits = engine.search(&scope, &request).expect("search").hits;
        for hit in hits {
            let place = (hit.uri.rsplit('/').next().expect("name").to_owned(), hit.start_char, hit.end_char);
            all.entry(place).or_default().push(hit.score);
        }
    }
    assert!(all.values().all(|values| values.len() == 4), "a chunk was not found by every vector");
    all
}

#[test]
fn a_killed_ingest_ends_where_an_undisturbed_one_ends() {
    drop(footnote_models::testing::test_model(MODEL));
    let dir = tempfile::tempdir().expect("tempdir");
    let (whole, killed, docs) =
        (dir.path().join("whole"), dir.path().join("killed"), dir.path().join("docs"));
    write_documents(&docs);
    let docs = docs.to_str().expect("UTF-8");
    let ingest = ["ingest", "--model", MODEL, docs];
    for data in [&whole, &killed] {
        fs::create_dir(data).expect("mkdir");
        json(data, &["client", "add", "acme"]);
    }
    let started = std::time::Instant::now();
    json(&whole, &ingest);
    let undisturbed = started.elapsed();

    let mut landed = 0;
    for round in 0..kills() {
        let mut child = footnote(&killed)
            .args(ingest)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("footnote starts");
        // Spread over the time that one run takes.
        let share = (round * 37 % 100) as f64 / 100.0;
        std::thread::sleep(Duration::from_millis(50) + undisturbed.mul_f64(share));
        landed += usize::from(child.try_wait().expect("status").is_none());
        child.kill().expect("kill");
        child.wait().expect("reaped");
    }
    assert!(landed >= 2, "only {landed} kills met a running ingest");
    let last = json(&killed, &ingest);
    assert_eq!(last["totals"]["failed"], 0, "{last}");
    let again = json(&killed, &ingest);
    assert_eq!(
        (&again["totals"]["embedded"], &again["totals"]["skipped"]),
        (&0.into(), &FILES.into()),
        "{again}"
    );

    let (expected, found) = (chunks(&whole), chunks(&killed));
    assert!(expected.len() > FILES * 2, "only {} chunks", expected.len());
    assert!(expected.keys().eq(found.keys()), "other spans");
    for (place, values) in &expected {
        for (a, b) in values.iter().zip(&found[place]) {
            assert!((a - b).abs() < 1e-5, "{place:?}: {a} and {b}");
        }
    }
    assert_eq!(run(&killed, &["verify"]).code, Some(0));
}
