//! Measures many clients in one process: `many_clients [CLIENTS] [PASSAGES] [QUERIES] [THREADS] [WRITTEN] [MEMORY_MIB]`.
//!
//! Makes clients of passages of random words with random vectors of 384 values, then starts itself again, so that
//! nothing of that is left in memory, and asks them questions, the first client most often (Zipf), while some are
//! written to. Prints what the process held at most, as the system counts it, and how long searches took of clients
//! that were open and of those that were not.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use footnote_index::{
    ChunkInput, Engine, EngineOptions, GenerationSpec, Name, NewDocument, PreparedDocument, Result, Scope,
    SearchRequest,
};

const DIMS: usize = 384;
const FINGERPRINT: &str = "random";
const DOCUMENTS: usize = 4;
const WORDS: u64 = 20_000;
const WORDS_IN_PASSAGE: usize = 60;

/// What is asked for on the command line.
#[derive(Debug, Clone, Copy)]
struct Plan {
    clients: usize,
    passages: usize,
    queries: usize,
    threads: usize,
    /// Clients written to while others are searched.
    written: usize,
    memory_mib: u64,
}

impl Plan {
    fn read(arguments: &[String]) -> std::result::Result<Self, std::num::ParseIntError> {
        let number = |at: usize, otherwise: usize| arguments.get(at).map_or(Ok(otherwise), |a| a.parse());
        let memory = (EngineOptions::default().memory_bytes >> 20) as usize;
        Ok(Self {
            clients: number(0, 1000)?.max(1),
            passages: number(1, 100)?.max(DOCUMENTS),
            queries: number(2, 20_000)?,
            threads: number(3, 8)?.max(1),
            written: number(4, 20)?,
            memory_mib: number(5, memory)? as u64,
        })
    }

    fn open(&self, dir: &Path) -> Result<Engine> {
        Engine::open(dir, EngineOptions { memory_bytes: self.memory_mib << 20, ..EngineOptions::default() })
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "ask") {
        let dir = PathBuf::from(arguments.get(1).ok_or("ask DIRECTORY ...")?);
        return Ok(ask(&dir, Plan::read(&arguments[2..])?)?);
    }
    let plan = Plan::read(&arguments)?;
    println!("{plan:?}");
    let dir = tempfile::tempdir()?;
    let started = Instant::now();
    build(dir.path(), plan)?;
    println!("built in {:.0} s", started.elapsed().as_secs_f64());
    let status =
        Command::new(std::env::current_exe()?).arg("ask").arg(dir.path()).args(&arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("asking ended with {status}").into()) }
}

fn build(dir: &Path, plan: Plan) -> Result<()> {
    let engine = plan.open(dir)?;
    let next = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        let builders: Vec<_> = (0..plan.threads)
            .map(|_| {
                threads.spawn(|| -> Result<()> {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= plan.clients {
                            return Ok(());
                        }
                        let scope = scope(&engine, number)?;
                        engine.ensure_generation(&scope, &generation())?;
                        let mut random = Random(number as u64);
                        let passages = plan.passages / DOCUMENTS;
                        let documents: Vec<_> = (0..DOCUMENTS)
                            .map(|n| accept(&engine, &scope, &mut random, &format!("{number}/{n}"), passages))
                            .collect::<Result<_>>()?;
                        engine.publish(&scope, &documents)?;
                    }
                })
            })
            .collect();
        builders.into_iter().try_for_each(|builder| builder.join().expect("a builder"))
    })
}

/// How long searches took, in milliseconds.
#[derive(Default)]
struct Times {
    open: Vec<f64>,
    not_open: Vec<f64>,
}

fn ask(dir: &Path, plan: Plan) -> Result<()> {
    let at_start = Held::now();
    let engine = plan.open(dir)?;
    let scopes: Vec<Scope> = (0..plan.clients).map(|n| scope(&engine, n)).collect::<Result<_>>()?;
    let zipf = Zipf::new(plan.clients);
    let (done, stop, writes) = (AtomicUsize::new(0), AtomicBool::new(false), AtomicU64::new(0));
    let started = Instant::now();
    let (times, most) = std::thread::scope(|threads| {
        let writer = threads.spawn(|| write(&engine, &scopes, plan, &stop, &writes));
        let watcher = threads.spawn(|| {
            let mut most = Held::now();
            while !stop.load(Ordering::Relaxed) {
                most = most.max(Held::now());
                std::thread::sleep(Duration::from_millis(20));
            }
            most.max(Held::now())
        });
        let searchers: Vec<_> = (0..plan.threads as u64)
            .map(|seed| {
                let (engine, scopes, zipf, done) = (&engine, &scopes, &zipf, &done);
                threads
                    .spawn(move || search(engine, scopes, zipf, &mut Random(seed << 32), done, plan.queries))
            })
            .collect();
        let searched: Result<Vec<Times>> =
            searchers.into_iter().map(|searcher| searcher.join().expect("a searcher")).collect();
        stop.store(true, Ordering::Relaxed);
        writer.join().expect("the writer")?;
        Ok::<_, footnote_index::Error>((searched?, watcher.join().expect("the watcher")))
    })?;
    let seconds = started.elapsed().as_secs_f64();
    println!("{} queries and {} writes in {seconds:.1} s", plan.queries, writes.load(Ordering::Relaxed));
    println!("at the start: {at_start}");
    println!("at most:      {most}");
    println!("at the end:   {}; counted: {:?}", Held::now(), engine.usage());
    engine.close_writers()?;
    println!("writers shut: {}; counted: {:?}", Held::now(), engine.usage());
    for (what, of) in [
        ("open", &(|times: &Times| times.open.clone()) as &dyn Fn(&Times) -> Vec<f64>),
        ("not open", &|times: &Times| times.not_open.clone()),
    ] {
        let mut all: Vec<f64> = times.iter().flat_map(of).collect();
        all.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| all.get((all.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
        println!("{what}: {} queries, p50 {:.2} ms, p95 {:.2} ms", all.len(), at(0.5), at(0.95));
    }
    Ok(())
}

fn search(
    engine: &Engine,
    scopes: &[Scope],
    zipf: &Zipf,
    random: &mut Random,
    done: &AtomicUsize,
    queries: usize,
) -> Result<Times> {
    let mut times = Times::default();
    while done.fetch_add(1, Ordering::Relaxed) < queries {
        let number = zipf.pick(random);
        let question = words(random, 4);
        let vector = vector(random);
        let request = SearchRequest::new(&question, Some((&vector, FINGERPRINT)), 10);
        let was_open = engine.is_open(&scopes[number]);
        let started = Instant::now();
        let found = engine.search(&scopes[number], &request)?;
        let took = started.elapsed().as_secs_f64() * 1e3;
        if was_open { &mut times.open } else { &mut times.not_open }.push(took);
        let own = format!("{number}/");
        assert!(found.hits.len() == 10 && found.hits.iter().all(|hit| hit.uri.starts_with(&own)));
        assert!(found.degraded.is_empty(), "{:?}", found.degraded);
    }
    Ok(times)
}

/// Adds and replaces small documents until told to stop.
fn write(engine: &Engine, scopes: &[Scope], plan: Plan, stop: &AtomicBool, writes: &AtomicU64) -> Result<()> {
    let mut random = Random(7);
    while plan.written > 0 && !stop.load(Ordering::Relaxed) {
        let number = random.below(plan.written as u64) as usize * plan.clients / plan.written;
        let uri = format!("{number}/new{}", random.below(10));
        let document = accept(engine, &scopes[number], &mut random, &uri, 5)?;
        engine.publish(&scopes[number], &[document])?;
        writes.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// What the process holds: anonymous memory in MiB, open files, threads.
#[derive(Clone, Copy)]
struct Held(f64, usize, usize);

impl Held {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let anonymous = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kib = anonymous.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
        let count = |folder: &str| std::fs::read_dir(folder).map_or(0, |entries| entries.count());
        Self(kib.unwrap_or(f64::NAN) / 1024.0, count("/proc/self/fd"), count("/proc/self/task"))
    }

    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1), self.2.max(other.2))
    }
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0} MiB anonymous, {} files, {} threads", self.0, self.1, self.2)
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement chooses its own clients")]
fn scope(engine: &Engine, number: usize) -> Result<Scope> {
    let (tenant, client) = (Name::new("default")?, Name::new(&format!("client{number}"))?);
    engine.control().add_client(&tenant, &client)?;
    let missing = || footnote_index::Error::NoSuchClient { client: client.to_string() };
    engine.control().scope(&tenant, &client)?.ok_or_else(missing)
}

fn generation() -> GenerationSpec {
    let name = String::from("random vectors");
    GenerationSpec { fingerprint: FINGERPRINT.into(), model: name.clone(), name, dims: DIMS }
}

/// A document of random passages, its bytes durable, ready to be published.
fn accept(
    engine: &Engine,
    scope: &Scope,
    random: &mut Random,
    uri: &str,
    passages: usize,
) -> Result<PreparedDocument> {
    let mut text = String::new();
    let mut chunks = Vec::new();
    for _ in 0..passages {
        let start = text.len();
        text.push_str(&words(random, WORDS_IN_PASSAGE));
        let mut text_hash = [0; 32];
        text_hash.chunks_mut(8).for_each(|part| part.copy_from_slice(&random.next().to_le_bytes()));
        chunks.push(ChunkInput {
            span: start..text.len(),
            language: None,
            flags: Vec::new(),
            heading_path: Vec::new(),
            text_hash,
            vector: vector(random),
        });
        text.push('\n');
    }
    let metadata = serde_json::Map::new();
    let bytes = text.as_bytes();
    let accepted =
        engine.accept(scope, &NewDocument { uri, title: None, mime: None, metadata: &metadata, bytes })?;
    Ok(PreparedDocument {
        document_id: accepted.document_id,
        version: accepted.version,
        generation: 1,
        title: uri.to_owned(),
        mime: "text/plain".into(),
        language: Some("en".into()),
        layout: footnote_index::Layout::default(),
        properties: serde_json::Map::new(),
        spent_ms: 0,
        structure: None,
        text,
        chunks,
        warnings: Vec::new(),
    })
}

/// Words of two to four syllables, the first ones of the vocabulary most often.
fn words(random: &mut Random, count: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve"];
    let mut text = String::new();
    for at in 0..count {
        // The product of two even choices leans to the small ones.
        let word = random.below(WORDS) * random.below(WORDS) / WORDS + 256;
        if at > 0 {
            text.push(' ');
        }
        let mut rest = word;
        while rest > 0 {
            text.push_str(SYLLABLES[(rest % 16) as usize]);
            rest /= 16;
        }
    }
    text
}

fn vector(random: &mut Random) -> Arc<[f32]> {
    let raw: Vec<f32> = (0..DIMS).map(|_| random.below(2001) as f32 / 1000.0 - 1.0).collect();
    let length = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
    raw.iter().map(|x| x / length).collect()
}

/// Picks the n-th with a chance that falls as 1/n.
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(count: usize) -> Self {
        let mut sum = 0.0;
        let sums: Vec<f64> = (1..=count)
            .map(|n| {
                sum += 1.0 / n as f64;
                sum
            })
            .collect();
        Self(sums.iter().map(|part| part / sum).collect())
    }

    fn pick(&self, random: &mut Random) -> usize {
        let at = (random.next() >> 11) as f64 / (1u64 << 53) as f64;
        self.0.partition_point(|sum| *sum <= at).min(self.0.len() - 1)
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}
