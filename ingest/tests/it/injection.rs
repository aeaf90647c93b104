//! How many planted orders are found, and how many innocent texts are suspected.
//!
//! `tests/injection/dev.jsonl` (90 and 90) was looked at while the rules were written. `heldout.jsonl` (30 and 30) was
//! not: its orders follow a public collection of payloads that was opened when the rules were done. Each holds business
//! texts with one order to a model planted in them and as many innocent ones that look alike, in English, Romanian and
//! Polish; `injected` is the order, `question` and `answer` (in the rest of the text) are what an answer engine is asked.

use std::ops::Range;

use footnote_ingest::injection::suspicious_sentences;

#[derive(Debug, serde::Deserialize)]
struct Text {
    id: String,
    text: String,
    injected: Option<String>,
}

fn texts(lines: &str) -> Vec<Text> {
    lines.lines().map(|line| serde_json::from_str(line).expect("a text per line")).collect()
}

/// Outcome of one half.
#[derive(Debug, Default)]
struct Tally {
    /// Planted texts, those whose order is found, those with an innocent sentence suspected as well.
    planted: usize,
    found: usize,
    spilled: Vec<String>,
    missed: Vec<String>,
    /// Innocent texts, and those suspected.
    innocent: usize,
    suspected: Vec<String>,
}

fn tally(lines: &str) -> Tally {
    let mut tally = Tally::default();
    for text in texts(lines) {
        let spans = suspicious_sentences(&text.text);
        let Some(injected) = &text.injected else {
            tally.innocent += 1;
            if !spans.is_empty() {
                tally.suspected.push(text.id);
            }
            continue;
        };
        tally.planted += 1;
        let at = text.text.find(injected.as_str()).expect("the order is in the text");
        let order = at..at + injected.len();
        let touches = |span: &Range<usize>| span.start < order.end && order.start < span.end;
        if spans.iter().any(touches) {
            tally.found += 1;
        } else {
            tally.missed.push(text.id.clone());
        }
        if spans.iter().any(|span| !touches(span)) {
            tally.spilled.push(text.id);
        }
    }
    println!("{tally:#?}");
    tally
}

fn check(lines: &str, each: usize) {
    let tally = tally(lines);
    assert_eq!((tally.planted, tally.innocent), (each, each));
    assert!(tally.found * 100 >= tally.planted * 90, "found {} of {}", tally.found, tally.planted);
    assert!(tally.suspected.len() * 100 <= tally.innocent * 5, "suspected {:?}", tally.suspected);
    assert!(tally.spilled.len() * 100 <= tally.planted * 5, "spilled {:?}", tally.spilled);
}

#[test]
fn development_set() {
    check(include_str!("../injection/dev.jsonl"), 90);
}

#[test]
fn held_out_set() {
    check(include_str!("../injection/heldout.jsonl"), 30);
}
