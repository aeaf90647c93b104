//! Fits the probe that tells orders to a model by their sentence vectors (`footnote_ingest::injection::probe`).
//!
//! Two passes, with the encoder in between:
//!
//! ```text
//! fit-injection sentences FILE... > lines.txt
//! footnote models embed --kind passage < lines.txt > vectors.jsonl
//! fit-injection fit vectors.jsonl FILE... > ingest/src/injection/probe_weights.rs
//! ```
//!
//! A FILE is `.jsonl` with planted and innocent texts (`ingest/tests/injection`), a BEIR `corpus.jsonl` of which one
//! sentence a document is taken as innocent, or any other text, all of whose sentences are (`datasets/sample`). The second pass also leaves out each set of texts in turn (the letter
//! before the first dash of an id) and prints to standard error what the others make of it.

mod fit;
mod texts;

use std::io::Write as _;

use anyhow::{Context as _, ensure};

use fit::Probe;
use texts::{Sentence, read};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["sentences", files @ ..] => {
            let mut out = std::io::stdout().lock();
            for sentence in read(files)? {
                writeln!(out, "{}", sentence.text)?;
            }
            Ok(())
        }
        ["fit", vectors, files @ ..] => {
            let sentences = read(files)?;
            let vectors = read_vectors(vectors)?;
            ensure!(
                sentences.len() == vectors.len(),
                "{} sentences, {} vectors",
                sentences.len(),
                vectors.len()
            );
            measure(&sentences, &vectors);
            print!("{}", Probe::fit(&sentences, &vectors, None).table());
            Ok(())
        }
        _ => anyhow::bail!("usage: fit-injection sentences FILE... | fit-injection fit VECTORS FILE..."),
    }
}

/// One JSON array a line.
fn read_vectors(path: &str) -> anyhow::Result<Vec<Vec<f32>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {path}"))?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("a vector in {path}")))
        .collect()
}

/// What a probe fitted without a set makes of that set.
fn measure(sentences: &[Sentence], vectors: &[Vec<f32>]) {
    let mut sets: Vec<&str> = sentences.iter().map(|s| s.set.as_str()).collect();
    sets.sort_unstable();
    sets.dedup();
    for set in sets {
        let probe = Probe::fit(sentences, vectors, Some(set));
        for bound in [-1.0, 0.0, 1.0] {
            let over = |order: bool| {
                let of_set = sentences.iter().zip(vectors).filter(|(s, _)| s.set == set && s.order == order);
                let (all, over) = of_set.fold((0, 0), |(all, over), (_, v)| {
                    (all + 1, over + usize::from(probe.score(v) > bound))
                });
                format!("{over} of {all}")
            };
            eprintln!("without {set:?}, bound {bound}: orders {}, innocent {}", over(true), over(false));
        }
    }
}
