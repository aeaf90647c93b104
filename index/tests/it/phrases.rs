//! Quoted parts of a query are found as they are quoted, by every leg, under filters, and after changes.

use std::collections::BTreeSet;

use footnote_index::filter::Filter;
use footnote_index::{Engine, Mode, Scope, SearchRequest};

use crate::support::{FINGERPRINT, Random, client, ingest, open, vector};

fn found(
    engine: &Engine,
    scope: &Scope,
    mode: Mode,
    query: &str,
    filter: Option<&Filter>,
) -> BTreeSet<String> {
    let vector = vector(query);
    let request = SearchRequest {
        mode,
        filter,
        phrases: true,
        ..SearchRequest::new(query, Some((&vector[..], FINGERPRINT)), 1000)
    };
    let response = engine.search(scope, &request).expect("search");
    response.hits.into_iter().map(|hit| hit.text).collect()
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn quoted_words_stand_in_that_order_in_hits_of_every_leg() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(
        &engine,
        &scope,
        "terms",
        "Invoices are due net 30 days.\nThirty days net of tax.\nNet 30, or sooner.\n",
    );
    ingest(&engine, &scope, "umowa", "Termin płatności: 14 dni.\nValve SKU-4411/B is in stock.\n");
    for mode in [Mode::Hybrid, Mode::Bm25, Mode::Dense] {
        let found = |query| found(&engine, &scope, mode, query, None);
        assert_eq!(
            found("when is \"net 30\" due"),
            set(&["Invoices are due net 30 days.", "Net 30, or sooner."])
        );
        assert_eq!(found("\"net 30 days\""), set(&["Invoices are due net 30 days."]));
        assert_eq!(found("\"30 net\""), set(&[]));
        assert_eq!(found("„termin platnosci”"), set(&["Termin płatności: 14 dni."]));
        assert_eq!(found("\"4411/B is\""), set(&["Valve SKU-4411/B is in stock."]));
        assert_eq!(found("\"sku-4411/b\" \"in stock\""), set(&["Valve SKU-4411/B is in stock."]));
        assert_eq!(found("\"net 30\" \"in stock\""), set(&[]));
        // One word as it is written, not another form of it.
        assert_eq!(found("\"invoice\" net"), set(&[]));
        // Nothing is quoted by a lone mark or by marks around nothing.
        assert!(found("net 30\" days").len() > 1);
        assert!(found("net \"…\" days").len() > 1);
    }
    let filter = Filter::parse(&serde_json::json!({ "uri": "umowa" })).expect("filter");
    assert_eq!(found(&engine, &scope, Mode::Hybrid, "\"net 30\"", Some(&filter)), set(&[]));
    assert_eq!(
        found(&engine, &scope, Mode::Hybrid, "\"14 dni\"", Some(&filter)),
        set(&["Termin płatności: 14 dni."])
    );
    ingest(&engine, &scope, "terms", "Net 60 days.\n");
    assert_eq!(found(&engine, &scope, Mode::Hybrid, "\"net 30\"", None), set(&[]));
}

#[test]
fn any_phrase_is_found_where_reading_every_passage_finds_it() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let words = ["net", "thirty", "days", "Łódź", "art"];
    let mut random = Random(7);
    let mut sentence = |longest: u64| -> String {
        let count = 1 + random.below(longest);
        let words: Vec<&str> = (0..count).map(|_| words[random.below(words.len() as u64) as usize]).collect();
        words.join(" ")
    };
    let mut passages = BTreeSet::new();
    for document in 0..8 {
        let lines: Vec<String> =
            (0..6).map(|line| format!("{} common {document} {line}", sentence(7))).collect();
        ingest(&engine, &scope, &format!("doc{document}"), &format!("{}\n", lines.join("\n")));
        passages.extend(lines);
    }
    for _ in 0..60 {
        let phrase = sentence(4);
        let padded = format!(" {phrase} ");
        let expected: BTreeSet<String> =
            passages.iter().filter(|passage| format!(" {passage} ").contains(&padded)).cloned().collect();
        let query = format!("common \"{phrase}\"");
        assert_eq!(found(&engine, &scope, Mode::Hybrid, &query, None), expected, "{phrase}");
    }
}
