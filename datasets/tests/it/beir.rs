//! BEIR-shaped directories: what is read, what is tolerated and what is refused.

use std::path::Path;

use footnote_datasets::DatasetError;
use footnote_datasets::beir::{Dataset, LoadNotes, LoadOptions};
use tempfile::TempDir;

const CORPUS: &str = r#"{"_id": "d1", "title": "First", "text": "one"}
{"_id": "d2", "title": null, "text": "zwei", "metadata": {"url": "x"}}
{"_id": "d3", "text": "trei"}
"#;
const QUERIES: &str = r#"{"_id": "q1", "text": "first?"}
{"_id": "q2", "text": "second?", "answers": ["zwei"]}
"#;
const QRELS: &str = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\nq2\td3\t0\n";

fn directory(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn usual(qrels: &str) -> TempDir {
    directory(&[("corpus.jsonl", CORPUS), ("queries.jsonl", QUERIES), ("qrels.tsv", qrels)])
}

/// The error's text with the directory's own path taken off.
fn fault(dir: &Path) -> String {
    let text = Dataset::load(dir).unwrap_err().to_string();
    text.replace(&format!("{}{}", dir.display(), std::path::MAIN_SEPARATOR), "")
}

#[test]
fn a_directory_is_read_in_order() {
    let dir = usual(QRELS);
    let set = Dataset::load(dir.path()).unwrap();
    assert_eq!(set.name, dir.path().file_name().unwrap().to_str().unwrap());
    let titles: Vec<_> = set.documents.iter().map(|d| (d.id.as_str(), d.title.as_str())).collect();
    assert_eq!(titles, [("d1", "First"), ("d2", ""), ("d3", "")]);
    assert_eq!(set.queries[1].answers, ["zwei"]);
    assert_eq!(set.qrels["q2"]["d3"], 0);
    assert_eq!(set.judgements(), 3);
    assert_eq!(set.unanswerable, []);
    assert_eq!(set.notes, LoadNotes::default());
}

#[test]
fn qrels_do_without_header_and_with_trec_columns() {
    let with_header = Dataset::load(usual(QRELS).path()).unwrap().qrels;
    for qrels in [
        "q1\td1\t2\nq2\td2\t1\nq2\td3\t0\n",
        "q1 0 d1 2\nq2 0 d2 1\nq2 0 d3 0\n",
        "\u{feff}query-id\tcorpus-id\tscore\r\nq1\td1\t2\r\n\r\nq2\td2\t1\r\nq2\td3\t0",
    ] {
        assert_eq!(Dataset::load(usual(qrels).path()).unwrap().qrels, with_header, "{qrels:?}");
    }
}

#[test]
fn the_upstream_layout_and_its_other_splits_are_found() {
    let dir = directory(&[
        ("corpus.jsonl", CORPUS),
        ("queries.jsonl", QUERIES),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n"),
        ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq2\td2\t1\n"),
        ("unanswerable.jsonl", r#"{"_id": "u1", "text": "who?", "written_about": "d1"}"#),
    ]);
    let test = Dataset::load(dir.path()).unwrap();
    assert_eq!((test.queries.len(), test.queries[0].id.as_str()), (1, "q1"));
    assert_eq!(test.notes.unjudged_queries, 1);
    assert_eq!(test.unanswerable[0].written_about.as_deref(), Some("d1"));
    let split = |name: &str| LoadOptions { split: Some(name.to_owned()), ..LoadOptions::default() };
    let dev = Dataset::load_with(dir.path(), &split("dev")).unwrap();
    assert_eq!((dev.queries.len(), dev.queries[0].id.as_str()), (1, "q2"));
    assert_eq!(dev.unanswerable, []);
    assert_eq!(Dataset::load_with(dir.path(), &split("test")).unwrap(), test);
}

#[test]
fn a_split_with_its_own_query_file_uses_it() {
    let dir = usual(QRELS);
    std::fs::write(dir.path().join("dev_queries.jsonl"), r#"{"_id": "p1", "text": "dev"}"#).unwrap();
    std::fs::write(dir.path().join("dev_qrels.tsv"), "p1\td2\t1\n").unwrap();
    let options = LoadOptions { split: Some("dev".to_owned()), queries_file: None };
    let dev = Dataset::load_with(dir.path(), &options).unwrap();
    assert_eq!((dev.queries[0].text.as_str(), dev.judgements()), ("dev", 1));
    assert_eq!(dev.notes, LoadNotes::default());
}

#[test]
fn another_query_file_can_be_chosen() {
    let dir = usual(QRELS);
    std::fs::write(dir.path().join("queries_ascii.jsonl"), QUERIES.replace("first", "1st")).unwrap();
    let options = LoadOptions { split: None, queries_file: Some("queries_ascii.jsonl".to_owned()) };
    assert_eq!(Dataset::load_with(dir.path(), &options).unwrap().queries[0].text, "1st?");
}

#[test]
fn names_that_lead_out_of_the_directory_are_refused() {
    let dir = usual(QRELS);
    for name in ["../x", "", ".hidden", "a/b", "a\\b", "dév"] {
        let options = LoadOptions { split: Some(name.to_owned()), queries_file: None };
        let error = Dataset::load_with(dir.path(), &options).unwrap_err();
        assert!(matches!(error, DatasetError::FileName(ref found) if found == name), "{error}");
        let options = LoadOptions { split: None, queries_file: Some(name.to_owned()) };
        let error = Dataset::load_with(dir.path(), &options).unwrap_err();
        assert!(matches!(error, DatasetError::FileName(_)), "{error}");
    }
}

#[test]
fn judgements_of_unknown_things_are_counted() {
    let set = Dataset::load(usual("q1\td1\t1\nq1\tgone\t1\nq9\td1\t1\nq9\td2\t1\n").path()).unwrap();
    let notes = LoadNotes { unknown_documents: 1, unknown_queries: 2, unjudged_queries: 1 };
    assert_eq!(set.notes, notes);
    assert_eq!(set.qrels.keys().collect::<Vec<_>>(), ["q1"]);
    assert_eq!(set.qrels["q1"].len(), 2, "the ideal ranking counts the unknown document too");
    assert_eq!(set.queries.len(), 1);
}

#[test]
fn a_missing_file_is_named() {
    let dir = directory(&[("corpus.jsonl", CORPUS), ("queries.jsonl", QUERIES)]);
    let text = Dataset::load(dir.path()).unwrap_err().to_string();
    assert!(
        text.ends_with("has none of qrels.tsv, qrels/test.tsv: a dataset directory needs one of them"),
        "{text}"
    );
}

#[test]
fn faulty_lines_are_named() {
    for (qrels, message) in [
        ("q1\td1\n", "qrels.tsv:1: 2 columns, but a judgement has three: query id, document id, score"),
        ("q1\td1\t1.5\n", "qrels.tsv:1: score \"1.5\" is not a whole number"),
        ("q1\td1\t1\nquery-id\tcorpus-id\tscore\n", "qrels.tsv:2: score \"score\" is not a whole number"),
        ("q1\td1\t1\n\nq1\td1\t2\n", "qrels.tsv:3: duplicate id \"q1\\td1\", first seen in line 1"),
        ("q1\t\t1\n", "qrels.tsv:1: an id is empty"),
    ] {
        assert_eq!(fault(usual(qrels).path()), message);
    }
    for (corpus, message) in [
        ("{\"_id\": \"d1\"}\n", "corpus.jsonl:1: missing field `text` (column 13)"),
        ("{\"_id\": \"d1\", \"text\": \"a\"}\nnonsense\n", "corpus.jsonl:2: expected ident (column 2)"),
        ("{\"_id\": \"\", \"text\": \"a\"}\n", "corpus.jsonl:1: the _id is empty"),
        (
            "{\"_id\": \"d1\", \"text\": \"a\"}\n{\"_id\": \"d1\", \"text\": \"b\"}\n",
            "corpus.jsonl:2: duplicate id \"d1\", first seen in line 1",
        ),
    ] {
        let dir = directory(&[("corpus.jsonl", corpus), ("queries.jsonl", QUERIES), ("qrels.tsv", QRELS)]);
        assert_eq!(fault(dir.path()), message);
    }
}

#[test]
fn a_file_that_is_not_utf8_is_a_read_error() {
    let dir = usual(QRELS);
    std::fs::write(dir.path().join("corpus.jsonl"), b"{\"_id\": \"d\xff\"}").unwrap();
    let error = Dataset::load(dir.path()).unwrap_err();
    assert!(
        matches!(error, DatasetError::Read { ref path, .. } if path.ends_with("corpus.jsonl")),
        "{error}"
    );
}
