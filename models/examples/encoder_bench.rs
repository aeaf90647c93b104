//! The encoder as `benches/encoder` drives it: one JSON command a line on stdin, one JSON answer a line on stdout.
//!
//! ```text
//! {"do":"load","model":M,"precision":"f32"|"int8"}   {"config":{..},"folder":F,"seconds":S}
//! {"do":"batches","batches":[[TEXT,..],..]}           {"batches":N}
//! {"do":"run","seconds":S}                            {"batches":N,"texts":N,"tokens":N,"seconds":S}
//! {"do":"vectors","texts":[TEXT,..]}                  {"tokens":N,"vectors":[[f32,..],..]}
//! {"do":"rerank","query":Q,"passages":[TEXT,..]}      {"tokens":N,"logits":[f32,..],"seconds":S}
//! ```
//! `run` embeds the batches in order, each with one call, until they are done or the time is up. A failure is
//! `{"error":WHY}`. The number of threads is `RAYON_NUM_THREADS`.

use std::io::{BufRead as _, Write as _};
use std::time::Instant;

use footnote_models::{
    Encoder, FetchOptions, InputKind, ModelConfig, ModelKind, ModelStore, Precision, Reranker,
};
use serde::{Deserialize, Serialize};

type Failure = Box<dyn std::error::Error>;

/// A line of input.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Command {
    /// Loads a model, in place of the one before.
    Load { model: String, precision: String },
    /// Sets what `run` embeds.
    Batches { batches: Vec<Vec<String>> },
    /// Embeds the batches.
    Run { seconds: f64 },
    /// Embeds texts in one call.
    Vectors { texts: Vec<String> },
    /// Scores passages in one call.
    Rerank { query: String, passages: Vec<String> },
}

/// A line of output.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Loaded { config: Box<ModelConfig>, folder: String, seconds: f64 },
    Batches { batches: usize },
    Run { batches: usize, texts: usize, tokens: usize, seconds: f64 },
    Vectors { tokens: usize, vectors: Vec<Vec<f32>> },
    Reranked { tokens: usize, logits: Vec<f32>, seconds: f64 },
    Failed { error: String },
}

/// What is loaded.
enum Loaded {
    Nothing,
    Encoder(Encoder),
    Reranker(Reranker),
}

/// The process's state.
struct State {
    loaded: Loaded,
    batches: Vec<Vec<String>>,
}

fn main() -> Result<(), Failure> {
    let mut state = State { loaded: Loaded::Nothing, batches: Vec::new() };
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let command = serde_json::from_str(&line?).map_err(Failure::from);
        let answer = command.and_then(|command| state.obey(command));
        let answer = answer.unwrap_or_else(|failure| Answer::Failed { error: failure.to_string() });
        serde_json::to_writer(&mut output, &answer)?;
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}

impl State {
    fn obey(&mut self, command: Command) -> Result<Answer, Failure> {
        match command {
            Command::Load { model, precision } => self.load(&model, precision.parse()?),
            Command::Batches { batches } => {
                self.batches = batches;
                Ok(Answer::Batches { batches: self.batches.len() })
            }
            Command::Run { seconds } => self.run(seconds),
            Command::Vectors { texts } => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let encoded = self.encoder()?.encode(InputKind::Passage, &texts)?;
                Ok(Answer::Vectors { tokens: encoded.tokens, vectors: encoded.vectors })
            }
            Command::Rerank { query, passages } => self.rerank(&query, &passages),
        }
    }

    /// Loads a model, fetched first if it is not in the store; the one before is freed before.
    fn load(&mut self, model: &str, precision: Precision) -> Result<Answer, Failure> {
        self.loaded = Loaded::Nothing;
        let dir = ModelStore::from_env()?.fetch(model, &FetchOptions::default(), &mut |_| {})?;
        let started = Instant::now();
        self.loaded = match dir.config().kind {
            ModelKind::Encoder => Loaded::Encoder(Encoder::load(&dir, precision)?),
            ModelKind::Reranker => Loaded::Reranker(Reranker::load(&dir, precision)?),
            ModelKind::Generator => return Err(format!("{model} is no encoder and no reranker").into()),
        };
        let seconds = started.elapsed().as_secs_f64();
        let folder = dir.path().to_string_lossy().into_owned();
        Ok(Answer::Loaded { config: Box::new(dir.config().clone()), folder, seconds })
    }

    fn encoder(&self) -> Result<&Encoder, Failure> {
        match &self.loaded {
            Loaded::Encoder(encoder) => Ok(encoder),
            _ => Err("no encoder is loaded: send `load` with an encoder's name first".into()),
        }
    }

    fn run(&self, seconds: f64) -> Result<Answer, Failure> {
        let encoder = self.encoder()?;
        let (mut batches, mut texts, mut tokens) = (0, 0, 0);
        let started = Instant::now();
        for batch in &self.batches {
            let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
            tokens += encoder.encode(InputKind::Passage, &batch)?.tokens;
            texts += batch.len();
            batches += 1;
            if started.elapsed().as_secs_f64() >= seconds {
                break;
            }
        }
        Ok(Answer::Run { batches, texts, tokens, seconds: started.elapsed().as_secs_f64() })
    }

    fn rerank(&self, query: &str, passages: &[String]) -> Result<Answer, Failure> {
        let Loaded::Reranker(reranker) = &self.loaded else {
            return Err("no reranker is loaded: send `load` with a reranker's name first".into());
        };
        let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
        let started = Instant::now();
        let reranked = reranker.score(query, &passages)?;
        let seconds = started.elapsed().as_secs_f64();
        let logits = reranked.scores.iter().map(|score| score.logit).collect();
        Ok(Answer::Reranked { tokens: reranked.tokens, logits, seconds })
    }
}
