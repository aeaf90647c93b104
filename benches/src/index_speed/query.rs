//! Measures an engine that `build` filled.

use std::path::Path;
use std::time::Instant;

use footnote_index::{Engine, EngineOptions, Mode, Plan, Scope, SearchRequest};

use crate::work::{self, NEAREST, Narrowing, Question};

/// `sealed`: with a graph of all vectors, however few they are.
pub(crate) fn run(folder: &Path, sealed: bool) -> anyhow::Result<()> {
    let (fingerprint, filters, questions) = work::load(folder)?;
    let before = memory()?;
    let started = Instant::now();
    let usual = EngineOptions::default();
    let options = EngineOptions { graph_rows: if sealed { 1 } else { usual.graph_rows }, ..usual };
    let (engine, scope) = work::open(folder, options)?;
    if let Some(question) = questions.first() {
        search(&engine, &scope, Mode::Hybrid, question, &fingerprint, None)?;
    }
    println!("open to first result: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    if let (true, Some(question)) = (sealed, questions.first()) {
        while search(&engine, &scope, Mode::Dense, question, &fingerprint, None)?.1.walked == 0 {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        println!("open to graph: {:.1} s", started.elapsed().as_secs_f64());
    }
    let passages = engine.stats(&scope)?.chunks;
    println!("{passages} passages, {} questions, times in ms", questions.len());
    println!(
        "| filter | keeps % | recall@{NEAREST} | hybrid p50 | p95 | bm25 p50 | p95 | dense p50 | p95 | compared |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (place, narrowing) in filters.iter().enumerate() {
        row(&engine, &scope, &fingerprint, place, narrowing, &questions)?;
    }
    let after = memory()?;
    let disk = size(&work::data(folder))?;
    println!(
        "memory: {:.0} MiB anonymous and {:.0} MiB of files, {:.0} bytes anonymous a passage; disk: {:.0} MiB, {:.0} bytes a passage",
        (after.0 - before.0) / MIB,
        (after.1 - before.1) / MIB,
        (after.0 - before.0) / passages as f64,
        disk as f64 / MIB,
        disk as f64 / passages as f64,
    );
    Ok(())
}

const MIB: f64 = 1024.0 * 1024.0;

fn row(
    engine: &Engine,
    scope: &Scope,
    fingerprint: &str,
    place: usize,
    narrowing: &Narrowing,
    questions: &[Question],
) -> anyhow::Result<()> {
    let filter = narrowing.filter()?;
    let (mut found, mut wanted) = (0, 0);
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    let mut compared = 0;
    for question in questions {
        for (mode, times) in [Mode::Hybrid, Mode::Bm25, Mode::Dense].into_iter().zip(&mut times) {
            let started = Instant::now();
            let (hits, plan) = search(engine, scope, mode, question, fingerprint, filter.as_ref())?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
            if mode == Mode::Dense {
                compared += plan.compared + plan.walked;
                let exact = &question.exact[place];
                wanted += exact.len();
                found += exact.iter().filter(|passage| hits.contains(passage)).count();
            }
        }
    }
    let [hybrid, bm25, dense] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        format!("{:.2} | {:.2}", times[times.len() / 2], times[times.len() * 95 / 100])
    });
    let recall = found as f64 / wanted.max(1) as f64;
    println!(
        "| {} | {:.2} | {recall:.4} | {hybrid} | {bm25} | {dense} | {} |",
        narrowing.name,
        narrowing.share * 100.0,
        compared / questions.len().max(1) as u64,
    );
    Ok(())
}

fn search(
    engine: &Engine,
    scope: &Scope,
    mode: Mode,
    question: &Question,
    fingerprint: &str,
    filter: Option<&footnote_index::filter::Filter>,
) -> anyhow::Result<(Vec<(String, u32)>, Plan)> {
    let vector = (mode != Mode::Bm25).then_some((question.vector.as_slice(), fingerprint));
    let request =
        SearchRequest { mode, filter, explain: true, ..SearchRequest::new(&question.text, vector, NEAREST) };
    let response = engine.search(scope, &request)?;
    anyhow::ensure!(response.degraded.is_empty(), "{:?}", response.degraded);
    let explain = response.hits.first().and_then(|hit| hit.explain.as_ref());
    let plan = explain.map(|explain| explain.planner).unwrap_or_default();
    Ok((response.hits.into_iter().map(|hit| (hit.uri, hit.ordinal)).collect(), plan))
}

/// Anonymous memory of this process and that of mapped files, in bytes.
pub(crate) fn memory() -> anyhow::Result<(f64, f64)> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").trim().parse::<f64>().map_or(0.0, |kb| kb * 1024.0)
    };
    Ok((field("RssAnon:"), field("RssFile:")))
}

/// Bytes of all files under a folder.
fn size(folder: &Path) -> std::io::Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        total += if data.is_dir() { size(&entry.path())? } else { data.len() };
    }
    Ok(total)
}
