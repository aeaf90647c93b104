//! Words that begin with what was typed: `negoc*`, and the last word of a query that is still being typed.

use std::collections::BTreeSet;

use footnote_index::filter::Filter;
use footnote_index::{Analyzer, Engine, Mode, PreparedDocument, Scope, SearchRequest, SearchResponse};

use crate::support::{FINGERPRINT, Random, accept, client, ingest, open, prepare, search, vector};

fn ask(engine: &Engine, scope: &Scope, request: &SearchRequest<'_>) -> SearchResponse {
    let vector = vector(request.query);
    let vector = Some((&vector[..], FINGERPRINT));
    engine.search(scope, &SearchRequest { vector, ..request.clone() }).expect("search")
}

/// The chunks in which the text leg finds a query.
fn lexical(engine: &Engine, scope: &Scope, query: &str, prefix: bool) -> BTreeSet<String> {
    let request =
        SearchRequest { mode: Mode::Bm25, phrases: true, prefix, ..SearchRequest::new(query, None, 1000) };
    let found: BTreeSet<String> = ask(engine, scope, &request).hits.into_iter().map(|hit| hit.text).collect();
    let hybrid = SearchRequest { mode: Mode::Hybrid, explain: true, depth: 1000, ..request };
    let explained = ask(engine, scope, &hybrid).hits.into_iter();
    let fused = explained.filter(|hit| hit.explain.as_ref().is_some_and(|e| e.bm25.is_some()));
    assert_eq!(fused.map(|hit| hit.text).collect::<BTreeSet<_>>(), found, "hybrid finds the same: {query}");
    found
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Publishes a document of a language.
fn publish(engine: &Engine, scope: &Scope, uri: &str, language: &str, text: &str) {
    let accepted = accept(engine, scope, uri, text);
    let language = Some(language.to_owned());
    let document = PreparedDocument { language, ..prepare(&accepted, text) };
    engine.publish(scope, &[document]).expect("publish");
}

#[test]
fn words_codes_and_names_are_completed() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let [deal, goods, street, invoice] = [
        "Negocierea prețului durează.",
        "Negoțul cu ștofe.",
        "Ulica Łódzka, mieszkanie.",
        "Plată după art. 12 alin. (3).",
    ];
    let [code, other, account, mail, version, tokyo] = [
        "Valve SKU-4411/B.",
        "Valve SKU-5511/B.",
        "Cont RO49AAAA1B31007593840000.",
        "Scrie la ana@firma.ro.",
        "Version 10.4.2 of wheel-driven carts.",
        "東京の天気",
    ];
    publish(&engine, &scope, "ro", "ro", &[deal, goods, invoice, account, mail].join("\n"));
    publish(&engine, &scope, "pl", "pl", street);
    publish(&engine, &scope, "en", "en", &[code, other, version].join("\n"));
    ingest(&engine, &scope, "ja", tokyo);
    for (query, expected) in [
        ("nego*", set(&[deal, goods])),
        ("NEGOT*", set(&[goods])),
        ("negoț*", set(&[goods])),
        ("negoţ*", set(&[goods])),
        ("stof*", set(&[goods])),
        ("łód*", set(&[street])),
        ("LODZ*", set(&[street])),
        ("SKU-44*", set(&[code, other])),
        ("4411*", set(&[code])),
        ("sku*", set(&[code, other])),
        ("SKU-*", set(&[code, other])),
        ("RO49AAAA*", set(&[account])),
        ("ana@fir*", set(&[mail])),
        ("10.4.*", set(&[version])),
        ("wheel-dri*", set(&[version])),
        ("东* 東*", set(&[tokyo])),
        ("東京*", set(&[tokyo])),
        ("alin. (3*)", set(&[invoice])),
        ("zzz*", set(&[])),
        ("a*", set(&[])),
        ("*", set(&[])),
        ("**", set(&[])),
        ("nego**", set(&[])),
        ("\"nego*\"", set(&[])),
        // Only the words that begin with it, not other forms of it.
        ("negocierile*", set(&[])),
        ("negocierile", set(&[deal])),
    ] {
        assert_eq!(lexical(&engine, &scope, query, false), expected, "{query}");
    }
    // Of a code that is typed as a whole the one that begins so comes first.
    let request = SearchRequest { mode: Mode::Bm25, phrases: true, ..SearchRequest::new("SKU-44*", None, 5) };
    assert_eq!(ask(&engine, &scope, &request).hits[0].text, code);
    // Where marks mean nothing a star means nothing.
    assert!(search(&engine, &scope, Mode::Bm25, "nego*", 5).is_empty());
    // The last word of what is being typed.
    assert_eq!(lexical(&engine, &scope, "cat costa negoc", true), set(&[deal]));
    assert_eq!(lexical(&engine, &scope, "cat costa negoc ", true), set(&[]));
    assert_eq!(lexical(&engine, &scope, "cat costa negoc", false), set(&[]));
    assert_eq!(lexical(&engine, &scope, "negoc stof", true), set(&[goods]));
    assert_eq!(lexical(&engine, &scope, "negoc* stof", true), set(&[deal, goods]));
    assert_eq!(lexical(&engine, &scope, "n", true), set(&[]));
    assert_eq!(lexical(&engine, &scope, "", true), set(&[]));
}

#[test]
fn what_is_not_looked_for_is_said() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let lines: Vec<String> = (0..70).map(|i| format!("common zeta{i:02}")).collect();
    ingest(&engine, &scope, "doc", &lines.join("\n"));
    ingest(&engine, &scope, "more", "again zeta68 zeta69");
    let notes = |query: &str, prefix| {
        let request =
            SearchRequest { phrases: true, prefix, mode: Mode::Bm25, ..SearchRequest::new(query, None, 5) };
        let degraded = ask(&engine, &scope, &request).degraded;
        degraded.into_iter().map(|d| format!("{}: {}", d.part, d.reason)).collect::<Vec<_>>()
    };
    let many = "query: more than 64 words begin with \"zeta\": the commonest 64 are looked for";
    assert_eq!(notes("zeta*", false), [many]);
    assert_eq!(notes("zeta", true), [many]);
    assert_eq!(notes("zeta6* zeta", false), [""; 0]);
    assert_eq!(notes("x*", false), ["query: x* is looked for as a word: a * needs 2 characters before it"]);
    assert_eq!(notes("x", true), [""; 0]);
    assert_eq!(notes("nothing*", false), [""; 0]);
    assert_eq!(notes("*", false), ["bm25: the question has no word to look up"]);
    // The commonest are there, then the first in the order of their letters.
    let found = lexical(&engine, &scope, "zeta*", false);
    assert_eq!(found.len(), 65, "64 words, two of which are in one more passage together");
    for word in ["zeta00", "zeta61", "zeta68", "zeta69"] {
        assert!(found.contains(&format!("common {word}")), "{word}");
    }
    assert!(!found.contains("common zeta62"));
}

#[test]
fn words_of_deleted_documents_complete_nothing() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let text =
        |range: std::ops::Range<u32>| range.map(|i| format!("zeta{i:02}")).collect::<Vec<_>>().join("\n");
    // One commit, so that both are in one segment, which lives on with a seventh of it deleted.
    let (kept, gone) = (text(0..60), text(60..70));
    let (a, b) = (accept(&engine, &scope, "kept", &kept), accept(&engine, &scope, "gone", &gone));
    engine.publish(&scope, &[prepare(&a, &kept), prepare(&b, &gone)]).expect("publish");
    let notes = || {
        let request = SearchRequest { mode: Mode::Bm25, prefix: true, ..SearchRequest::new("zeta", None, 5) };
        ask(&engine, &scope, &request).degraded.len()
    };
    assert_eq!(notes(), 1, "70 words are more than 64");
    engine.delete(&scope, &b.document_id).expect("delete");
    assert_eq!(notes(), 0, "60 are not");
}

#[test]
fn a_word_as_typed_comes_before_words_that_begin_with_it() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    for (language, uri) in [("en", "english"), ("xx", "unknown")] {
        // The rarer a word the more it would weigh, were it looked for on its own.
        let mut lines = vec!["contractor aaa".to_owned(), "contractual aaa".to_owned()];
        lines.extend((0..20).map(|i| format!("contract aa{i}")));
        publish(&engine, &scope, uri, language, &lines.join("\n"));
        let filter = Filter::parse(&serde_json::json!({ "uri": uri })).expect("filter");
        for (query, prefix) in [("contract", true), ("contract*", false), ("CONTRACT*", true)] {
            let request = SearchRequest {
                mode: Mode::Bm25,
                phrases: true,
                prefix,
                filter: Some(&filter),
                ..SearchRequest::new(query, None, 100)
            };
            let hits = ask(&engine, &scope, &request).hits;
            assert_eq!(hits.len(), 22, "{query} {language}");
            assert!(hits[..20].iter().all(|hit| hit.text.starts_with("contract ")), "{query} {language}");
        }
    }
}

#[test]
fn words_count_by_what_they_say() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let mut lines =
        vec!["contractor aaa".to_owned(), "contract aaa".to_owned(), "information aaa".to_owned()];
    lines.extend((0..30).map(|i| format!("in a{i}")));
    lines.extend((0..20).map(|i| format!("lift b{i}")));
    ingest(&engine, &scope, "doc", &lines.join("\n"));
    let best = |query: &str| {
        let request =
            SearchRequest { mode: Mode::Bm25, prefix: true, ..SearchRequest::new(query, None, 100) };
        ask(&engine, &scope, &request).hits
    };
    // "in" is a word too, and everywhere: "information" says as much as ever.
    assert_eq!(best("lift in")[0].text, "information aaa");
    // What is no word yet is meant to become one; a word may be finished.
    let score = |query: &str| {
        let hits = best(query);
        hits.iter().find(|hit| hit.text == "contractor aaa").expect("found").score
    };
    assert!(score("contracto") > 2.0 * score("contract"), "{} {}", score("contracto"), score("contract"));
}

#[test]
fn filters_phrases_and_changes_count_for_completed_words_too() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "one", "invoice net 30\ninvoices net 60\n");
    ingest(&engine, &scope, "two", "invoicing net 30\nnothing\n");
    assert_eq!(lexical(&engine, &scope, "invoi*", false).len(), 3);
    assert_eq!(
        lexical(&engine, &scope, "invoic* \"net 30\"", false),
        set(&["invoice net 30", "invoicing net 30"])
    );
    assert_eq!(lexical(&engine, &scope, "\"net 60\" invo", true), set(&["invoices net 60"]));
    let filter = Filter::parse(&serde_json::json!({ "uri": "two" })).expect("filter");
    let request =
        SearchRequest { prefix: true, filter: Some(&filter), ..SearchRequest::new("invoi", None, 10) };
    let hits = ask(&engine, &scope, &SearchRequest { mode: Mode::Bm25, ..request }).hits;
    assert_eq!(hits.into_iter().map(|hit| hit.text).collect::<Vec<_>>(), ["invoicing net 30"]);
    ingest(&engine, &scope, "two", "inventory\n");
    assert_eq!(lexical(&engine, &scope, "invoici*", false), set(&[]));
    assert_eq!(lexical(&engine, &scope, "inv*", false).len(), 3);
}

#[test]
fn any_prefix_is_found_where_reading_every_passage_finds_it() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let mut random = Random(11);
    // Few letters, so that words share beginnings; some carry marks. No vowels, so that none is a function word.
    let letters: Vec<char> = "bcćdłlmșşţt1".chars().collect();
    let mut word = |longest: u64| -> String {
        let pick = |random: &mut Random| letters[random.below(letters.len() as u64) as usize];
        let mut out: String = (0..1 + random.below(longest)).map(|_| pick(&mut random)).collect();
        if random.below(6) == 0 {
            out.push(['-', '/', '.', '@'][random.below(4) as usize]);
            out.extend((0..1 + random.below(3)).map(|_| pick(&mut random)));
        }
        out
    };
    let exact = Analyzer::exact();
    let mut passages = BTreeSet::new();
    for document in 0..20 {
        let lines: Vec<String> =
            (0..8).map(|line| format!("{} {} q{document}w{line}", word(5), word(5))).collect();
        publish(
            &engine,
            &scope,
            &format!("doc{document}"),
            ["ro", "pl", "en", "xx"][document % 4],
            &lines.join("\n"),
        );
        passages.extend(lines);
    }
    let mut found_some = 0;
    for _ in 0..200 {
        let typed = word(3);
        // Its words; for a code the whole of it as well. Every other term is looked for as it is.
        let terms = exact.tokens(&typed);
        let Some(last) = terms.last() else { continue };
        let parts = exact.tokens(&typed.replace(['-', '/', '.', '@'], " "));
        let whole = (parts.len() > 1).then(|| joined(&typed, &parts[0].term, &last.term));
        let holds = |passage: &str| {
            exact.tokens(passage).iter().any(|token| {
                let begins = last.term.chars().count() > 1 && token.term.starts_with(&last.term);
                begins
                    || terms.iter().any(|term| term.term == token.term)
                    || whole.as_ref().is_some_and(|whole| token.term.starts_with(whole.as_str()))
            })
        };
        // The stems of what comes before the last word are looked for as well: leave those out.
        if parts.len() > 1 && parts[0].term.len() > 2 {
            continue;
        }
        let expected: BTreeSet<String> = passages.iter().filter(|passage| holds(passage)).cloned().collect();
        found_some += usize::from(!expected.is_empty());
        assert_eq!(lexical(&engine, &scope, &format!("{typed}*"), false), expected, "{typed}");
    }
    assert!(found_some > 100, "{found_some}");
}

/// Two folded parts with the mark of the code between them.
fn joined(code: &str, first: &str, last: &str) -> String {
    let mark = code.chars().find(|c| matches!(c, '-' | '/' | '.' | '@')).expect("a mark");
    format!("{first}{mark}{last}")
}

#[test]
fn the_best_of_few_are_the_best_of_all() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let mut random = Random(3);
    let lines: Vec<String> = (0..800)
        .map(|i| {
            let words = 1 + random.below(12);
            (0..words).map(|_| format!("re{:x} ", random.below(40))).collect::<String>() + &format!("line{i}")
        })
        .collect();
    ingest(&engine, &scope, "doc", &lines.join("\n"));
    for query in ["re*", "re1* re2", "line7* re3*"] {
        let best = |top_k| {
            let request = SearchRequest {
                mode: Mode::Bm25,
                phrases: true,
                prefix: true,
                depth: 1,
                ..SearchRequest::new(query, None, top_k)
            };
            let hits = ask(&engine, &scope, &request).hits;
            hits.into_iter().map(|hit| hit.score).collect::<Vec<_>>()
        };
        assert_eq!(best(10), best(1000)[..10], "{query}");
    }
}
