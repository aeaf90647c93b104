//! `footnote migrate`: a client's index under another model, and back.

use std::fs;

use crate::cli_support::{json, run};

const OTHER_MODEL: &str = "all-minilm-l6-v2";

#[test]
fn a_client_moves_to_another_model_and_back() {
    drop(footnote_models::testing::test_model(OTHER_MODEL));
    let dir = tempfile::tempdir().expect("tempdir");
    let (data, docs) = (dir.path().join("data"), dir.path().join("docs"));
    for folder in [&data, &docs] {
        fs::create_dir(folder).expect("mkdir");
    }
    let empty = run(&data, &["migrate"]);
    assert!(empty.code == Some(0) && empty.out.contains("No clients"), "{}{}", empty.out, empty.err);
    json(&data, &["client", "add", "acme"]);
    fs::write(docs.join("a.md"), "# Warranty\n\nThe warranty of the Kestrel lift lasts seven years.")
        .expect("write");
    fs::write(docs.join("b.csv"), "Item,Price\nLift,400 zł\nRope,20 zł\n").expect("write");
    fs::write(docs.join("empty.txt"), " ").expect("write");
    run(&data, &["ingest", docs.to_str().expect("UTF-8")]);

    let same = run(&data, &["migrate"]);
    assert!(same.code == Some(0) && same.out.contains("nothing to do"), "{}{}", same.out, same.err);
    let other = |args: &[&str]| json(&data, &[args, &["--model", OTHER_MODEL]].concat());
    let before = run(&data, &["search", "how long is the guarantee", "--model", OTHER_MODEL]);
    assert_eq!(before.code, Some(1), "{}", before.out);
    assert!(before.err.contains("footnote migrate"), "says what to run: {}", before.err);

    let report = &other(&["migrate"])["clients"][0]["report"];
    assert_eq!((&report["documents"], &report["unchanged"]), (&2.into(), &false.into()), "{report}");
    assert_eq!(report["embedded"], report["chunks"], "another model embeds everything");
    let hit = &other(&["search", "how long is the guarantee", "--mode", "dense"])["hits"][0];
    assert!(hit["text"].as_str().expect("text").contains("seven years"), "{hit}");
    assert!(json(&data, &["verify"])["clients"][0]["findings"].as_array().expect("findings").is_empty());
    let old = run(&data, &["search", "guarantee"]);
    assert!(old.code == Some(1) && old.err.contains("footnote migrate"), "{}{}", old.out, old.err);

    let back = run(&data, &["migrate", "--roll-back"]);
    assert!(back.code == Some(0) && back.out.contains("swapped back"), "{}{}", back.out, back.err);
    let hit = &json(&data, &["search", "how long is the guarantee", "--mode", "dense"])["hits"][0];
    assert!(hit["text"].as_str().expect("text").contains("seven years"), "{hit}");

    let remote = run(&data, &["--server", "http://127.0.0.1:1", "migrate"]);
    assert_eq!(remote.code, Some(2), "{}", remote.err);
}
