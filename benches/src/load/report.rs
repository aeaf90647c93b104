//! Numbers of a phase.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::fire::Outcome;

/// Prints counts by status, and times of those that were served and of those that were refused.
pub(crate) fn print(name: &str, outcomes: &[Outcome], length: Duration) {
    let mut by_status: BTreeMap<u16, usize> = BTreeMap::new();
    for outcome in outcomes {
        *by_status.entry(outcome.status).or_default() += 1;
    }
    let served = times(outcomes, |status| (200..300).contains(&status));
    let refused = times(outcomes, |status| matches!(status, 429 | 503));
    let share = 100.0 * served.len() as f64 / outcomes.len().max(1) as f64;
    let statuses: Vec<String> =
        by_status.iter().map(|(status, count)| format!("{status}: {count}")).collect();
    println!("{name}: {} requests, {share:.2} % served ({})", outcomes.len(), statuses.join(", "));
    println!("  goodput {:.1}/s", served.len() as f64 / length.as_secs_f64());
    line("served", &served);
    line("refused", &refused);
}

/// Those served a second.
pub(crate) fn goodput(outcomes: &[Outcome], length: Duration) -> f64 {
    times(outcomes, |status| (200..300).contains(&status)).len() as f64 / length.as_secs_f64()
}

fn times(outcomes: &[Outcome], which: impl Fn(u16) -> bool) -> Vec<f64> {
    let mut times: Vec<f64> =
        outcomes.iter().filter(|o| which(o.status)).map(|o| o.took.as_secs_f64() * 1000.0).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn line(name: &str, times: &[f64]) {
    if times.is_empty() {
        return;
    }
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "  {name}: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
}
