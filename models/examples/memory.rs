//! How much memory a process takes that embeds chunks for hours, and whether it keeps its speed:
//! `memory MODEL int8|f32 [--chunks N] [--tokens N] [--json]`.
//!
//! N chunks (20,000) of about 200 tokens, all different, go through an [`EmbeddingService`] in jobs as an ingest
//! sends them. After each tenth: the process's memory now and its peak, from the system's own count. Linux only.

use std::time::Instant;

use footnote_models::{
    EmbeddingService, Encoder, FetchOptions, InputKind, ModelStore, Precision, Priority, ServiceOptions,
    TextTokenizer,
};
use serde::Serialize;

type Failure = Box<dyn std::error::Error>;

/// Chunks of a job.
const JOB: usize = 64;

/// Parts of the run after each of which memory is read.
const PARTS: usize = 10;

const USAGE: &str = "usage: memory MODEL int8|f32 [--chunks N] [--tokens N] [--json]";

/// The command line.
struct Arguments {
    model: String,
    precision: Precision,
    chunks: usize,
    tokens: usize,
    json: bool,
}

impl Arguments {
    fn read(mut args: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let (mut values, mut chunks, mut tokens, mut json) = (Vec::new(), 20_000, 200, false);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--chunks" => chunks = args.next().ok_or(USAGE)?.parse()?,
                "--tokens" => tokens = args.next().ok_or(USAGE)?.parse()?,
                "--json" => json = true,
                _ => values.push(arg),
            }
        }
        let [model, precision] = values.as_slice() else { return Err(USAGE.into()) };
        if chunks < PARTS {
            return Err(format!("--chunks {chunks}: at least {PARTS} are needed").into());
        }
        Ok(Self { model: model.clone(), precision: precision.parse()?, chunks, tokens, json })
    }
}

/// A tenth of the run.
#[derive(Serialize)]
struct Part {
    chunks: usize,
    tokens: usize,
    seconds: f64,
    /// Memory in use at its end.
    rss_mib: f64,
    /// The most that was ever in use.
    peak_mib: f64,
}

fn main() -> Result<(), Failure> {
    let args = Arguments::read(std::env::args().skip(1))?;
    let dir = ModelStore::from_env()?.fetch(&args.model, &FetchOptions::default(), &mut |_| {})?;
    let service = EmbeddingService::spawn(Encoder::load(&dir, args.precision)?, ServiceOptions::default());
    let loaded = memory("VmRSS")?;
    let mut chunks = Chunks::new(service.tokenizer(), args.tokens);

    let mut parts = Vec::new();
    for part in 0..PARTS {
        let count = args.chunks * (part + 1) / PARTS - args.chunks * part / PARTS;
        parts.push(embed(&service, &mut chunks, count)?);
        if !args.json {
            println!("{}", parts[part]);
        }
    }
    let (first, second) = parts.split_at(PARTS / 2);
    let [first, second] = [first, second].map(Half::of);
    if args.json {
        let json = serde_json::json!({
            "schema_version": 1,
            "model": args.model,
            "precision": args.precision.as_str(),
            "chunks": args.chunks,
            "loaded_mib": loaded,
            "peak_mib": memory("VmHWM")?,
            "parts": parts,
            "first_half": first,
            "second_half": second,
        });
        println!("{json}");
        return Ok(());
    }
    println!("loaded {loaded:.0} MiB, peak {:.0} MiB", memory("VmHWM")?);
    println!("first half  {first}\nsecond half {second}");
    Ok(())
}

/// Embeds chunks job after job.
fn embed(service: &EmbeddingService, chunks: &mut Chunks, count: usize) -> Result<Part, Failure> {
    let (mut tokens, mut left) = (0, count);
    let started = Instant::now();
    while left > 0 {
        let job: Vec<String> = (0..left.min(JOB)).map(|_| chunks.next(&mut tokens)).collect();
        left -= job.len();
        service.embed_blocking(Priority::Bulk, InputKind::Passage, job)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok(Part { chunks: count, tokens, seconds, rss_mib: memory("VmRSS")?, peak_mib: memory("VmHWM")? })
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { chunks, tokens, seconds, rss_mib, peak_mib } = self;
        let speed = *tokens as f64 / seconds;
        write!(
            f,
            "{chunks:>6} chunks {speed:>7.0} tokens/s  memory {rss_mib:>4.0} MiB, peak {peak_mib:>4.0} MiB"
        )
    }
}

/// Half of the run.
#[derive(Serialize)]
struct Half {
    /// The most that was in use at the end of a part.
    rss_mib: f64,
    /// The peak at its end.
    peak_mib: f64,
    tokens_per_s: f64,
}

impl Half {
    fn of(parts: &[Part]) -> Self {
        let sum = |of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
        let most = |of: fn(&Part) -> f64| parts.iter().map(of).fold(0.0, f64::max);
        Self {
            rss_mib: most(|part| part.rss_mib),
            peak_mib: most(|part| part.peak_mib),
            tokens_per_s: sum(|part| part.tokens as f64) / sum(|part| part.seconds),
        }
    }
}

impl std::fmt::Display for Half {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rss_mib, peak_mib, tokens_per_s } = self;
        write!(f, "{tokens_per_s:>7.0} tokens/s  memory {rss_mib:>4.0} MiB, peak {peak_mib:>4.0} MiB")
    }
}

/// Makes chunks of seeded words, each different from the others.
struct Chunks {
    tokenizer: TextTokenizer,
    tokens: usize,
    words: Vec<(String, usize)>,
    state: u64,
}

impl Chunks {
    /// Two thousand made-up words; how many tokens each has alone, which is about what it has in a text.
    fn new(tokenizer: TextTokenizer, tokens: usize) -> Self {
        let mut chunks = Self { tokenizer, tokens, words: Vec::new(), state: 1 };
        for _ in 0..2000 {
            let syllables = 1 + chunks.random(4);
            let syllable = |chunks: &mut Self| {
                let (b, d) = (chunks.random(14), chunks.random(5));
                format!("{}{}", &"bcdfghklmnprst"[b..=b], &"aeiou"[d..=d])
            };
            let word: String = (0..syllables).map(|_| syllable(&mut chunks)).collect();
            let count = chunks.tokenizer.count(&word);
            chunks.words.push((word, count));
        }
        chunks
    }

    /// A number below `end` (an LCG with Knuth's constants).
    fn random(&mut self, end: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % end
    }

    /// A chunk; adds its tokens to `total`.
    fn next(&mut self, total: &mut usize) -> String {
        let (mut text, mut tokens) = (String::new(), 0);
        while tokens < self.tokens {
            let next = self.random(self.words.len());
            let (word, count) = &self.words[next];
            text.push_str(word);
            text.push(' ');
            tokens += count;
        }
        *total += tokens;
        text
    }
}

/// A figure of this process in MiB: `VmRSS` (in use) or `VmHWM` (its peak).
fn memory(field: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")).ok_or("this system does not count it")?;
    Ok(kib.trim().parse::<f64>()? / 1024.0)
}
