//! `kill -9` while documents are handed in and searches run: what was acknowledged must be there, and soon.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::corpus::Corpus;
use crate::fire::{PATIENCE, Target};
use crate::server::{Place, agent};

/// Those who hand in documents, and those who search.
const WRITERS: usize = 4;
const SEARCHERS: usize = 4;

/// Longest time until the last acknowledged document can be found.
const SETTLE: Duration = Duration::from_secs(600);

pub(crate) fn run(place: &Place, corpus: &Corpus, rounds: usize, phase: Duration) -> anyhow::Result<()> {
    let mut acknowledged: BTreeSet<(usize, String)> = BTreeSet::new();
    let numbers = AtomicUsize::new(0);
    let mut slowest = Duration::ZERO;
    let stamp = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    for round in 0..rounds {
        let server = place.start()?;
        slowest = slowest.max(server.ready_after);
        println!("round {round}: ready after {:.2} s", server.ready_after.as_secs_f64());
        let agent = agent(PATIENCE);
        let url = server.url.clone();
        let target = Target { agent: &agent, url: &url, clients: &place.clients, corpus };
        let (stop, kept) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        let statuses = Mutex::new(std::collections::BTreeMap::<u16, usize>::new());
        let count = |status| {
            *statuses.lock().unwrap_or_else(std::sync::PoisonError::into_inner).entry(status).or_default() +=
                1;
        };
        std::thread::scope(|threads| {
            for _ in 0..WRITERS {
                threads.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let n = numbers.fetch_add(1, Ordering::Relaxed);
                        let uri = format!("kill-{stamp}-{n}");
                        let text = format!("{} Kept as {uri}.", corpus.passages[n % corpus.passages.len()]);
                        let status = target.upload(n, &uri, &text);
                        count(status);
                        if status == 202 {
                            let client = n % place.clients.len();
                            kept.lock()
                                .unwrap_or_else(std::sync::PoisonError::into_inner)
                                .push((client, uri));
                        }
                    }
                });
            }
            for searcher in 0..SEARCHERS {
                let (target, stop, count) = (&target, &stop, &count);
                threads.spawn(move || {
                    let mut n = searcher;
                    while !stop.load(Ordering::Relaxed) {
                        count(target.search(round * 1_000_000 + n));
                        n += SEARCHERS;
                    }
                });
            }
            // Each kill meets another moment.
            std::thread::sleep(phase.mul_f64(0.5 + 0.5 * (round * 37 % 100) as f64 / 100.0));
            let killed = server.kill();
            // They meet a dead server for a moment: errors of the connection and nothing else.
            std::thread::sleep(Duration::from_millis(100));
            stop.store(true, Ordering::Relaxed);
            killed
        })?;
        acknowledged.extend(kept.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner));
        let statuses = statuses.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        println!("  killed {url}; answers by status (0: no connection): {statuses:?}");
        let bad: Vec<u16> = statuses.keys().copied().filter(|s| !matches!(s, 0 | 200 | 202 | 503)).collect();
        anyhow::ensure!(bad.is_empty(), "other answers than that: {bad:?}");
    }
    let server = place.start()?;
    slowest = slowest.max(server.ready_after);
    let begun = Instant::now();
    let mut missing = acknowledged.clone();
    while !missing.is_empty() && begun.elapsed() < SETTLE {
        for client in 0..place.clients.len() {
            for uri in visible(&server.url, &place.clients[client].1)? {
                missing.remove(&(client, uri));
            }
        }
        // Listing thousands of documents takes the time of the ingest that is waited for.
        std::thread::sleep(Duration::from_secs(5));
    }
    println!(
        "{} documents were acknowledged over {rounds} kills, {} are missing; ready after {:.2} s at most; all searchable {:.1} s after the last start",
        acknowledged.len(),
        missing.len(),
        slowest.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
    anyhow::ensure!(
        missing.is_empty(),
        "acknowledged and not searchable after {SETTLE:?}: {:?}",
        missing.iter().take(5).collect::<Vec<_>>()
    );
    Ok(())
}

/// Uris of the documents that can be found.
fn visible(url: &str, key: &str) -> anyhow::Result<Vec<String>> {
    let agent = agent(PATIENCE);
    let (mut uris, mut after) = (Vec::new(), String::new());
    loop {
        let mut response = agent
            .get(format!("{url}/v1/documents?limit=1000{after}"))
            .header("authorization", format!("Bearer {key}"))
            .call()?;
        let page: serde_json::Value = response.body_mut().with_config().limit(1 << 28).read_json()?;
        let data = page["data"].as_array().with_context(|| format!("no list: {page}"))?;
        for document in data {
            if document["state"] == "visible" {
                uris.push(document["uri"].as_str().unwrap_or_default().to_owned());
            }
        }
        match (page["has_more"].as_bool(), data.last().and_then(|last| last["id"].as_str())) {
            (Some(true), Some(last)) => after = format!("&after={last}"),
            _ => return Ok(uris),
        }
    }
}
