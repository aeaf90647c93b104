//! Searches by the clock: as many as can be served, with ingest beside them; and far more than that.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::corpus::Corpus;
use crate::fire::{PATIENCE, Target, by_the_clock, by_users};
use crate::report;
use crate::server::{Place, agent};

/// Documents handed in a second while searches run.
const UPLOADS_PER_S: f64 = 2.0;

/// Users who ask without a pause to find out what can be served.
const ASKERS: usize = 8;

/// Memory is looked at this often.
const LOOK: Duration = Duration::from_secs(5);

/// `rate` searches a second for `phase`, then as long with documents handed in beside them.
pub(crate) fn steady(place: &Place, corpus: &Corpus, rate: f64, phase: Duration) -> anyhow::Result<()> {
    let server = place.start()?;
    let agent = agent(PATIENCE);
    let target = Target { agent: &agent, url: &server.url, clients: &place.clients, corpus };
    by_the_clock(rate, Duration::from_secs(2), |n| target.search(900_000 + n));
    let alone = by_the_clock(rate, phase, |n| target.search(n));
    report::print(&format!("{rate} searches/s alone"), &alone, phase);
    let (done, uploaded) = (AtomicBool::new(false), AtomicUsize::new(0));
    // What is there already would be no work.
    let stamp = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    let beside = std::thread::scope(|threads| {
        threads.spawn(|| {
            let outcomes = by_the_clock(UPLOADS_PER_S, phase, |n| {
                let texts: Vec<&str> =
                    (0..10).map(|k| corpus.passages[(n * 10 + k) % corpus.passages.len()].as_str()).collect();
                let between = format!("\n\nPart of upload {n} of {stamp}.\n\n");
                target.upload(n, &format!("beside-{stamp}-{n}"), &texts.join(&between))
            });
            uploaded.store(outcomes.iter().filter(|o| o.status == 202).count(), Ordering::Relaxed);
        });
        threads.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                if let Some(mib) = server.resident_mib() {
                    println!("  resident {mib:.0} MiB");
                }
                std::thread::sleep(LOOK.min(phase));
            }
        });
        let beside = by_the_clock(rate, phase, |n| target.search(100_000 + n));
        done.store(true, Ordering::Relaxed);
        beside
    });
    report::print(&format!("{rate} searches/s while ingesting"), &beside, phase);
    println!("  {} documents of about 4 kB handed in meanwhile", uploaded.load(Ordering::Relaxed));
    Ok(())
}

/// What can be served, then `rate` searches a second.
pub(crate) fn overload(place: &Place, corpus: &Corpus, rate: f64, phase: Duration) -> anyhow::Result<()> {
    let server = place.start()?;
    let agent = agent(PATIENCE);
    let target = Target { agent: &agent, url: &server.url, clients: &place.clients, corpus };
    let counter = AtomicUsize::new(0);
    let next = || counter.fetch_add(1, Ordering::Relaxed);
    by_users(ASKERS, Duration::ZERO, Duration::from_secs(2), |_, _| target.search(next()));
    let most = by_users(ASKERS, Duration::ZERO, phase, |_, _| target.search(next()));
    let capacity = report::goodput(&most, phase);
    report::print(&format!("{ASKERS} askers without a pause"), &most, phase);
    let over = by_the_clock(rate, phase, |_| target.search(next()));
    report::print(&format!("{rate} searches/s"), &over, phase);
    let goodput = report::goodput(&over, phase);
    println!("goodput is {:.0} % of the capacity of {capacity:.1}/s", 100.0 * goodput / capacity.max(0.001));
    Ok(())
}
