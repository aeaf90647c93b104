//! How long a question waits, alone and while an ingest saturates the encoder, and what the questions cost the
//! ingest: `latency MODEL int8|f32 [SECONDS] [--json]`. Each of the two saturated runs takes SECONDS (20).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use footnote_models::{
    EmbeddingService, Encoder, FetchOptions, InputKind, ModelStore, Precision, Priority, ServiceOptions,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Questions asked while nothing else runs.
const ALONE: usize = 200;

/// Tokens of a question, special ones not counted.
const QUERY_TOKENS: usize = 12;

/// Tokens of a passage, about.
const PASSAGE_TOKENS: usize = 200;

/// Passages of an ingest job.
const JOB: usize = 16;

/// Ingest jobs under way at a time.
const JOBS: usize = 4;

/// From one question to the next while an ingest runs.
const PERIOD: Duration = Duration::from_millis(100);

/// Words most tokenizers have whole.
const WORDS: [&str; 16] = [
    "water", "report", "city", "engine", "paper", "market", "river", "school", "table", "light", "music",
    "power", "winter", "bridge", "letter", "garden",
];

fn main() -> Result<(), Failure> {
    let (flags, values): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let [model, precision, rest @ ..] = values.as_slice() else {
        return Err("usage: latency MODEL int8|f32 [SECONDS] [--json]".into());
    };
    let precision: Precision = precision.parse()?;
    let seconds = rest.first().map_or(Ok(20.0), |text| text.parse())?;
    let period = Duration::from_secs_f64(seconds);

    let dir = ModelStore::from_env()?.fetch(model, &FetchOptions::default(), &mut |_| {})?;
    // Without the cache, so that every question goes through the network.
    let options = ServiceOptions { query_cache: 0, ..ServiceOptions::default() };
    let service = EmbeddingService::spawn(Encoder::load(&dir, precision)?, options);
    let mut texts = Texts { state: 1, service: &service };
    texts.query();

    let mut alone = Vec::new();
    for _ in 0..ALONE {
        alone.push(ask(&service, texts.query())?);
    }
    let mut busy = Vec::new();
    let without = ingest(&service, period, || Ok(()))?;
    let with = ingest(&service, period, || {
        let started = Instant::now();
        while started.elapsed() < period {
            let next = Instant::now() + PERIOD;
            busy.push(ask(&service, texts.query())?);
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        Ok(())
    })?;
    let [alone, busy] = [&alone, &busy].map(|times| Times::new(times));
    if flags.iter().any(|flag| flag == "--json") {
        let json = serde_json::json!({
            "schema_version": 1,
            "model": model,
            "precision": precision.as_str(),
            "query_tokens": QUERY_TOKENS,
            "alone_ms": alone.json(),
            "during_ingest_ms": busy.json(),
            "ingest_tokens_per_s": without,
            "ingest_tokens_per_s_with_queries": with,
        });
        println!("{json}");
        return Ok(());
    }
    println!("{model} {}, queries of {QUERY_TOKENS} tokens", precision.as_str());
    println!("                        n    p50 ms    p95 ms");
    println!("alone            {alone}");
    println!("during an ingest {busy}");
    println!("ingest: {without:.0} tokens/s, {with:.0} tokens/s with the queries");
    Ok(())
}

/// Sorted milliseconds.
struct Times(Vec<f64>);

impl Times {
    fn new(times: &[Duration]) -> Self {
        let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({ "n": self.0.len(), "p50": self.at(0.5), "p95": self.at(0.95) })
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8} {:>9.1} {:>9.1}", self.0.len(), self.at(0.5), self.at(0.95))
    }
}

/// Makes texts that are all different.
struct Texts<'a> {
    state: u64,
    service: &'a EmbeddingService,
}

impl Texts<'_> {
    /// A text of `tokens` tokens, or a word more than fits.
    fn of(&mut self, tokens: usize) -> String {
        let tokenizer = self.service.tokenizer();
        let mut text = String::new();
        while tokenizer.count(&text) < tokens {
            let missing = tokens - tokenizer.count(&text);
            for _ in 0..missing {
                self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(WORDS[(self.state >> 60) as usize]);
                text.push(' ');
            }
        }
        text
    }

    fn query(&mut self) -> String {
        self.of(QUERY_TOKENS)
    }
}

fn ask(service: &EmbeddingService, text: String) -> Result<Duration, Failure> {
    let started = Instant::now();
    service.embed_blocking(Priority::Interactive, InputKind::Query, vec![text])?;
    Ok(started.elapsed())
}

/// Tokens a second of ingest jobs that are submitted for `period` while `meanwhile` runs.
fn ingest(
    service: &EmbeddingService,
    period: Duration,
    meanwhile: impl FnOnce() -> Result<(), Failure>,
) -> Result<f64, Failure> {
    let mut texts = Texts { state: 7, service };
    let passages: Vec<String> = (0..JOB).map(|_| texts.of(PASSAGE_TOKENS)).collect();
    let tokens: usize = passages.iter().map(|text| service.tokenizer().count(text) + 2).sum();
    let done = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let started = Instant::now();
    let outcome = std::thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| {
                while started.elapsed() < period {
                    let texts = passages.clone();
                    match service.embed_blocking(Priority::Bulk, InputKind::Passage, texts) {
                        Ok(_) => drop(done.fetch_add(tokens, Ordering::Relaxed)),
                        Err(_) => return failed.store(true, Ordering::Relaxed),
                    }
                }
            });
        }
        meanwhile()
    });
    outcome?;
    if failed.into_inner() {
        return Err("an ingest job failed".into());
    }
    Ok(done.into_inner() as f64 / started.elapsed().as_secs_f64())
}
