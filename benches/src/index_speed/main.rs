//! How fast and how exact is the index with about 100,000 real passages?
//!
//! ```text
//! cargo run --release --workspace --bin index-speed -- build DATASETS WORK [PASSAGES]
//! cargo run --release --workspace --bin index-speed -- query WORK
//! cargo run --release --workspace --bin index-speed -- sealed WORK
//! cargo run --release --workspace --bin index-speed -- graph WORK
//! ```
//!
//! `build` cuts the documents of every set under DATASETS (BEIR layout) into sentences and windows of two and three,
//! embeds them (vectors are kept in WORK), writes them into an engine in WORK and says how long that took. It also
//! works out, with plain products of all vectors, the ten nearest passages of 1,000 of the sets' questions, for filters
//! that keep 100 to 0.1 % of them.
//! `query`, a process of its own so that its memory is the engine's, measures opening, searching and memory.
//! `sealed` measures the same with the engine's graph of all vectors, which is made first when it is not on disk.
//! `graph` measures the same vectors in `hnsw_rs` itself.

mod build;
mod graph;
mod passages;
mod query;
mod work;

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["build", datasets, work] => build::run(Path::new(datasets), Path::new(work), 100_000),
        ["build", datasets, work, passages] => {
            build::run(Path::new(datasets), Path::new(work), passages.parse()?)
        }
        ["query", work] => query::run(Path::new(work), false),
        ["sealed", work] => query::run(Path::new(work), true),
        ["graph", work] => graph::run(Path::new(work)),
        _ => anyhow::bail!("usage: index-speed build DATASETS WORK [PASSAGES] | query|sealed|graph WORK"),
    }
}
