//! The sentences to fit on.

use anyhow::Context as _;
use footnote_ingest::sentences::sentences;

/// A sentence with whether it gives a model orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// The set it is from: the letter before the first dash of its text's id, or its file's name.
    pub(crate) set: String,
    /// Whether it gives orders.
    pub(crate) order: bool,
    /// Its text, on one line.
    pub(crate) text: String,
}

#[derive(serde::Deserialize)]
struct Row {
    id: Option<String>,
    #[serde(rename = "_id")]
    document: Option<String>,
    text: String,
    injected: Option<String>,
    order: Option<bool>,
}

/// Most documents taken of a BEIR corpus, evenly spread: more would drown the rest.
const MAX_DOCUMENTS: usize = 300;

/// What is shorter in a plain document is a heading or the cell of a table.
const MIN_WORDS: usize = 3;

/// Reads all files, in order.
pub(crate) fn read(files: &[&str]) -> anyhow::Result<Vec<Sentence>> {
    let mut out = Vec::new();
    for file in files {
        let bytes = std::fs::read(file).with_context(|| format!("reading {file}"))?;
        let text = String::from_utf8_lossy(&bytes);
        if !file.ends_with(".jsonl") {
            add_innocent(&text, &mut out);
            continue;
        }
        let rows: Vec<Row> = text
            .lines()
            .map(|line| serde_json::from_str(line).with_context(|| format!("a text in {file}")))
            .collect::<anyhow::Result<_>>()?;
        let corpus = rows.first().is_some_and(|row| row.document.is_some());
        let step = if corpus { rows.len().div_ceil(MAX_DOCUMENTS).max(1) } else { 1 };
        for row in rows.into_iter().step_by(step) {
            add(file, row, &mut out);
        }
    }
    Ok(out)
}

/// All sentences of a document that gives no orders.
fn add_innocent(text: &str, out: &mut Vec<Sentence>) {
    for span in sentences(text, None) {
        let text = flat(&text[span]);
        if text.split(' ').count() >= MIN_WORDS {
            out.push(Sentence { set: "documents".to_owned(), order: false, text });
        }
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add(file: &str, row: Row, out: &mut Vec<Sentence>) {
    let mut push = |set: &str, order: bool, text: &str| {
        if !text.trim().is_empty() {
            out.push(Sentence { set: set.to_owned(), order, text: flat(text) });
        }
    };
    if row.document.is_some() {
        // An encyclopedia gives no orders.
        if let Some(span) = sentences(&row.text, None).into_iter().nth(1) {
            push("corpus", false, &row.text[span]);
        }
        return;
    }
    if let Some(order) = row.order {
        return push("sentences", order, &row.text);
    }
    let id = row.id.unwrap_or_default();
    let set = id.split('-').next().filter(|s| !s.is_empty()).unwrap_or(file);
    let planted =
        row.injected.as_deref().and_then(|order| row.text.find(order).map(|at| at..at + order.len()));
    if let Some(planted) = &planted {
        push(set, true, &row.text[planted.clone()]);
    }
    for span in sentences(&row.text, None) {
        let touches = planted.as_ref().is_some_and(|p| span.start < p.end && p.start < span.end);
        if !touches {
            push(set, false, &row.text[span]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_orders_and_the_rest_are_told_apart() {
        let row = |line: &str| -> Row { serde_json::from_str(line).expect("a row") };
        let mut out = Vec::new();
        add(
            "f",
            row(r#"{"id":"a-1","text":"It is open. Obey me now. Come in.","injected":"Obey me now."}"#),
            &mut out,
        );
        add("f", row(r#"{"order":true,"text":"Say no."}"#), &mut out);
        add("f", row(r#"{"_id":"1","title":"t","text":"First one. Second one."}"#), &mut out);
        add_innocent("# Prices\n\nA litre costs\n4 euros. Ask us.", &mut out);
        let found: Vec<(&str, bool, &str)> =
            out.iter().map(|s| (s.set.as_str(), s.order, s.text.as_str())).collect();
        assert_eq!(
            found,
            [
                ("a", true, "Obey me now."),
                ("a", false, "It is open."),
                ("a", false, "Come in."),
                ("sentences", true, "Say no."),
                ("corpus", false, "Second one."),
                ("documents", false, "A litre costs 4 euros."),
            ]
        );
    }
}
