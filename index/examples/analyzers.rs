//! What the analyzers and prefix queries are worth on public sets: nDCG@10 of the text leg, whole documents as chunks.
//!
//! `analyzers DATASETS` takes a folder of sets in BEIR layout; without it, `datasets` below what `FOOTNOTE_TESTDATA`
//! names. Each set is indexed twice in temporary directories: in its language, and without one, which is lower-casing
//! and folding alone. The p-values are of a paired randomisation test.

#[path = "../tests/it/sets.rs"]
mod sets;
#[path = "../tests/it/support.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use std::path::{Path, PathBuf};

use sets::{Question, folder, index, judgments, mean, ndcg, passages, questions, randomisation};

/// Rounds of the randomisation test.
const ROUNDS: u32 = 10_000;

/// Folder, language, questions and judgments of a measurement.
const SETS: [(&str, &str, &str, &str); 7] = [
    ("poquad-dev", "pl", "queries.jsonl", "qrels.tsv"),
    ("xquad-ro", "ro", "queries.jsonl", "qrels.tsv"),
    ("xquad-ro", "ro", "queries_ascii.jsonl", "qrels.tsv"),
    ("xquad-en", "en", "queries.jsonl", "qrels.tsv"),
    ("nfcorpus", "en", "dev_queries.jsonl", "dev_qrels.tsv"),
    ("nfcorpus", "en", "queries.jsonl", "qrels.tsv"),
    ("cranfield", "en", "queries.jsonl", "qrels.tsv"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given = std::env::args().nth(1).map(PathBuf::from);
    let folder = given.or_else(folder).ok_or("usage: analyzers DATASETS, or set FOOTNOTE_TESTDATA")?;
    println!("| set | questions | b | a | nDCG@10 of a | of b | b - a | p | better/worse |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for (set, language, asked, grades) in SETS {
        measure(&folder.join(set), language, asked, grades)?;
    }
    Ok(())
}

fn measure(set: &Path, language: &str, asked: &str, grades: &str) -> Result<(), Box<dyn std::error::Error>> {
    let (passages, grades) = (passages(set), judgments(&set.join(grades)));
    let dirs = (tempfile::tempdir()?, tempfile::tempdir()?);
    let folded = index(dirs.0.path(), &passages, None);
    let analyzed = index(dirs.1.path(), &passages, Some(language));
    let full = questions(&set.join(asked));
    let name = format!("{} {asked}", set.file_name().unwrap_or_default().display());
    let own = ndcg(&analyzed, &full, &grades, false);
    row(&name, language, "folded", &ndcg(&folded, &full, &grades, false), &own);
    row(&name, "last word open", language, &own, &ndcg(&analyzed, &full, &grades, true));
    let cut: Vec<Question> = full.iter().map(half_typed).collect();
    let words = ndcg(&analyzed, &cut, &grades, false);
    row(&name, "half typed, open", "half typed", &words, &ndcg(&analyzed, &cut, &grades, true));
    Ok(())
}

/// The question with the latter half of its last word and what follows it not yet typed.
fn half_typed(question: &Question) -> Question {
    let text = question.text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let at = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let letters = text[at..].chars().count().div_ceil(2);
    let last: String = text[at..].chars().take(letters).collect();
    Question { id: question.id.clone(), text: format!("{}{last}", &text[..at]) }
}

fn row(set: &str, b_name: &str, a_name: &str, a: &[f64], b: &[f64]) {
    let pairs = || b.iter().zip(a);
    let (better, worse) = (pairs().filter(|(b, a)| b > a).count(), pairs().filter(|(b, a)| b < a).count());
    let p = randomisation(a, b, ROUNDS, 7);
    let (a, b, count) = (mean(a), mean(b), a.len());
    println!(
        "| {set} | {count} | {b_name} | {a_name} | {a:.4} | {b:.4} | {:+.4} | {p:.4} | {better}/{worse} |",
        b - a
    );
}
