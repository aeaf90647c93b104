//! The same vectors in a graph (`hnsw_rs`): what sealing costs, what it finds, how fast.

use std::path::Path;
use std::time::Instant;

use footnote_index::dot;
use hnsw_rs::prelude::{DistDot, Hnsw};

use crate::query::memory;
use crate::work::{self, NEAREST};

/// Links of a point, and candidates while building: what hnsw_rs's own examples use for vectors of this kind.
const LINKS: usize = 24;
const BUILD: usize = 200;

/// Points inserted one after the other, before threads race.
const SERIAL: usize = 256;

pub(crate) fn run(folder: &Path) -> anyhow::Result<()> {
    let (_, _, questions) = work::load(folder)?;
    let dims = questions.first().map_or(1, |question| question.vector.len());
    let bytes = std::fs::read(work::vectors(folder))?;
    let mut rows: Vec<Vec<f32>> = bytes.chunks_exact(4 * dims).map(floats).collect();
    drop(bytes);
    // Its distance must not be negative, whatever the rounding.
    rows.iter_mut().flatten().for_each(|x| *x *= 1.0 - 1e-6);
    println!(
        "| vectors | sealed in s | MiB more | candidates | recall@{NEAREST} | p50 ms | p95 | unreachable |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for count in [10_000, rows.len()] {
        let rows = &rows[..count.min(rows.len())];
        let before = memory()?.0;
        let started = Instant::now();
        let mut graph = Hnsw::<f32, DistDot>::new(LINKS, rows.len(), 16, BUILD, DistDot {});
        graph.modify_level_scale(0.5);
        let points: Vec<(&Vec<f32>, usize)> = rows.iter().zip(0..).collect();
        let (first, others) = points.split_at(SERIAL.min(points.len()));
        first.iter().for_each(|(row, place)| graph.insert((row.as_slice(), *place)));
        graph.parallel_insert(others);
        graph.set_searching_mode(true);
        let (sealed, more) = (started.elapsed().as_secs_f64(), (memory()?.0 - before) / 1024.0 / 1024.0);
        for candidates in [32, 64, 128, 256] {
            let (mut found, mut times) = (0, Vec::new());
            for question in &questions {
                let started = Instant::now();
                let hits = graph.search(&question.vector, NEAREST, candidates);
                times.push(started.elapsed().as_secs_f64() * 1e3);
                let exact = nearest(rows, &question.vector);
                found += hits.iter().filter(|hit| exact.contains(&hit.d_id)).count();
            }
            times.sort_by(f64::total_cmp);
            let unreachable = points.iter().step_by(10).filter(|(row, place)| {
                !graph.search(row, NEAREST, candidates).iter().any(|hit| hit.d_id == *place)
            });
            println!(
                "| {} | {sealed:.1} | {more:.0} | {candidates} | {:.4} | {:.2} | {:.2} | {} of {} |",
                rows.len(),
                found as f64 / (questions.len() * NEAREST) as f64,
                times[times.len() / 2],
                times[times.len() * 95 / 100],
                unreachable.count(),
                rows.len().div_ceil(10),
            );
        }
    }
    Ok(())
}

/// The nearest by all products.
fn nearest(rows: &[Vec<f32>], question: &[f32]) -> Vec<usize> {
    let mut scored: Vec<(f32, usize)> = rows.iter().map(|row| dot(question, row)).zip(0..).collect();
    scored.select_nth_unstable_by(NEAREST, |a, b| b.0.total_cmp(&a.0));
    scored.truncate(NEAREST);
    scored.into_iter().map(|(_, place)| place).collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}
