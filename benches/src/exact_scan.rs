//! How long does an exact scan of a client's vectors take, and how fast does it read memory?
//!
//! `cargo run --profile bench -p footnote-benches --bin exact-scan`: 10,000 and 100,000 vectors of 384
//! values, best and median of 50 scans, one thread.

use std::time::Instant;

use footnote_index::{active_kernel, dot};

const DIMS: usize = 384;
const ROUNDS: usize = 50;

fn main() {
    println!("kernel {}, {DIMS} values a vector, one thread", active_kernel());
    for rows in [10_000usize, 100_000] {
        let data: Vec<f32> =
            (0..rows * DIMS).map(|i| ((i * 2_654_435_761) % 2003) as f32 / 2003.0 - 0.5).collect();
        let query: Vec<f32> = (0..DIMS).map(|i| (i as f32).sin()).collect();
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let started = Instant::now();
                let best = data.chunks_exact(DIMS).map(|row| dot(&query, row)).fold(f32::MIN, f32::max);
                std::hint::black_box(best);
                started.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let (best, median) = (times[0], times[ROUNDS / 2]);
        let gb = (rows * DIMS * 4) as f64 / 1e9;
        println!(
            "{rows:>7} vectors: best {best:.3} ms, median {median:.3} ms, {:.1} GB/s",
            gb / (median / 1000.0)
        );
    }
}
