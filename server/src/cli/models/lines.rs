//! Lines in, one JSON value a line out.

use std::io::BufRead as _;
use std::time::Instant;

use footnote_models::{Encoder, InputKind, ModelDir, Reranker, Threads};

use crate::app::Inference;
use crate::cli::config::Usage;
use crate::cli::output::Output;

/// Lines that go through a network together: enough to fill its batches, few enough to stream.
const LINES: usize = 256;

/// What went through a network.
#[derive(Default)]
struct Counts {
    texts: usize,
    tokens: usize,
    cut: usize,
}

/// A vector a line.
pub(super) fn embed(
    dir: &ModelDir,
    inference: Inference,
    kind: &str,
    out: &mut Output,
) -> anyhow::Result<()> {
    let kind = match kind {
        "query" => InputKind::Query,
        "passage" => InputKind::Passage,
        _ => return Err(Usage(format!("--kind {kind:?}: use query or passage")).into()),
    };
    let encoder = Encoder::load(dir, inference.precision)?;
    let threads = Threads::new(inference.threads)?;
    answer_lines(dir.config().max_tokens, out, |texts| {
        let encoded = threads.run(|| encoder.encode(kind, texts))?;
        let lines = encoded.vectors.iter().map(|vector| serde_json::to_string(&vector[..]));
        let cut = encoded.truncated.iter().filter(|cut| **cut).count();
        Ok((lines.collect::<Result<_, _>>()?, encoded.tokens, cut))
    })
}

/// A score a line, in the lines' order.
pub(super) fn rerank(
    dir: &ModelDir,
    inference: Inference,
    query: &str,
    out: &mut Output,
) -> anyhow::Result<()> {
    let reranker = Reranker::load(dir, inference.precision)?;
    let threads = Threads::new(inference.threads)?;
    answer_lines(dir.config().max_tokens, out, |texts| {
        let reranked = threads.run(|| reranker.score(query, texts))?;
        let line = |(score, text): (&footnote_models::Score, &&str)| {
            serde_json::json!({ "logit": score.logit, "relevance": score.relevance, "text": text })
                .to_string()
        };
        let cut = reranked.truncated.iter().filter(|cut| **cut).count();
        Ok((reranked.scores.iter().zip(texts).map(line).collect(), reranked.tokens, cut))
    })
}

/// Writes what `answer` makes of the lines on standard input (a line each, tokens, texts that were cut), some lines at
/// a time, and how fast it was to standard error.
fn answer_lines(
    max_tokens: usize,
    out: &mut Output,
    answer: impl Fn(&[&str]) -> anyhow::Result<(Vec<String>, usize, usize)>,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut counts = Counts::default();
    let mut lines = std::io::stdin().lock().lines();
    loop {
        let batch: Vec<String> = lines.by_ref().take(LINES).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            break;
        }
        let texts: Vec<&str> = batch.iter().map(String::as_str).collect();
        let (answers, tokens, cut) = answer(&texts)?;
        counts.texts += texts.len();
        counts.tokens += tokens;
        counts.cut += cut;
        out.raw(&(answers.join("\n") + "\n"))?;
    }
    let Counts { texts, tokens, cut } = counts;
    let rate = tokens as f64 / started.elapsed().as_secs_f64();
    eprintln!("{texts} texts, {tokens} tokens, {rate:.0} tokens/s, {cut} cut at {max_tokens} tokens");
    Ok(())
}
