//! The public sets, where `FOOTNOTE_TESTDATA` names a folder that has them: the counts are those
//! their README states.

use std::path::PathBuf;

use footnote_datasets::beir::{Dataset, LoadNotes, LoadOptions};

/// Set, documents, queries, judgements, unanswerable questions.
const SETS: [(&str, usize, usize, usize, usize); 8] = [
    ("cranfield", 1398, 225, 1611, 0),
    ("hotpotqa-100", 994, 100, 200, 0),
    ("nfcorpus", 3633, 323, 12334, 0),
    ("nq-oracle-a", 2588, 1320, 1320, 0),
    ("poquad-dev", 764, 3053, 3053, 637),
    ("squad2-dev", 646, 2910, 2910, 3168),
    ("xquad-en", 240, 1190, 1190, 0),
    ("xquad-ro", 240, 1190, 1190, 0),
];

fn sets(wanted: usize) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("FOOTNOTE_TESTDATA") else {
        println!("skipped {wanted} public sets: FOOTNOTE_TESTDATA is not set");
        return None;
    };
    Some(PathBuf::from(root).join("datasets"))
}

#[test]
fn counts_are_as_published() {
    let Some(root) = sets(SETS.len()) else { return };
    for (name, documents, queries, judgements, unanswerable) in SETS {
        let set = Dataset::load(&root.join(name)).unwrap();
        assert_eq!(set.name, name);
        let counts = (set.documents.len(), set.queries.len(), set.judgements(), set.unanswerable.len());
        assert_eq!(counts, (documents, queries, judgements, unanswerable), "{name}");
        assert_eq!(set.notes, LoadNotes::default(), "{name}");
        assert_eq!(set.qrels.len(), queries, "{name}");
    }
}

#[test]
fn nfcorpus_has_a_dev_split() {
    let Some(root) = sets(1) else { return };
    let options = LoadOptions { split: Some("dev".to_owned()), ..LoadOptions::default() };
    let dev = Dataset::load_with(&root.join("nfcorpus"), &options).unwrap();
    assert_eq!((dev.documents.len(), dev.queries.len(), dev.judgements()), (3633, 324, 11385));
    assert_eq!(dev.notes, LoadNotes::default());
}

#[test]
fn xquad_ro_can_be_asked_without_diacritics() {
    let Some(root) = sets(1) else { return };
    let options =
        LoadOptions { queries_file: Some("queries_ascii.jsonl".to_owned()), ..LoadOptions::default() };
    let plain = Dataset::load_with(&root.join("xquad-ro"), &options).unwrap();
    assert_eq!(plain.queries.len(), 1190);
    assert!(plain.queries.iter().all(|query| !query.text.contains(['ă', 'ș', 'ț', 'î', 'â'])));
}
