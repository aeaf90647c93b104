//! Counters of one process and their text form for Prometheus (text format 0.0.4).
//!
//! Labels are routes, stages, gates, statuses and names the operator configured: never a tenant, a client, a key or anything
//! a caller chose. A family holds [`MAX_SERIES`] label sets at most; what would be one more is counted and left out.
//!
//! Written here and not taken from the crates `metrics` and `metrics-exporter-prometheus`: those keep one registry for the
//! whole process, and tests run many servers in one; besides they bring nine crates (`cargo tree`, without default features)
//! for the little that follows.

mod families;
mod histogram;
mod process;
mod text;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use families::{Family, Kind, *};
pub(crate) use process::process;
pub(crate) use text::Text;

use histogram::Histogram;

/// Label sets of a family.
pub(crate) const MAX_SERIES: usize = 1000;

/// Values of the labels of a family, in its order.
type Labels = Vec<String>;

#[derive(Debug, Default)]
struct State {
    counters: BTreeMap<(&'static str, Labels), f64>,
    histograms: BTreeMap<(&'static str, Labels), Histogram>,
    series: BTreeMap<&'static str, usize>,
    left_out: u64,
}

/// The counters of one process.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    state: Mutex<State>,
    in_flight: AtomicI64,
}

/// A request under way, for as long as it lives.
#[derive(Debug)]
pub(crate) struct InFlight<'a>(&'a AtomicI64);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Adds to a counter.
    pub(crate) fn add(&self, family: &'static Family, labels: &[&str], by: f64) {
        debug_assert!(family.labels.len() == labels.len() && family.kind == Kind::Counter, "{family:?}");
        let mut state = self.lock();
        let key = (family.name, owned(labels));
        if let Some(value) = state.counters.get_mut(&key) {
            *value += by;
        } else if state.admits(family) {
            state.counters.insert(key, by);
        }
    }

    /// Takes a duration into a histogram.
    pub(crate) fn observe(&self, family: &'static Family, labels: &[&str], seconds: f64) {
        debug_assert!(family.labels.len() == labels.len() && family.kind == Kind::Histogram, "{family:?}");
        let mut state = self.lock();
        let key = (family.name, owned(labels));
        if let Some(histogram) = state.histograms.get_mut(&key) {
            histogram.observe(seconds);
        } else if state.admits(family) {
            state.histograms.entry(key).or_default().observe(seconds);
        }
    }

    /// Counts a request as under way until the result is dropped.
    pub(crate) fn begin(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(&self.in_flight)
    }

    /// Writes everything counted here.
    pub(crate) fn write(&self, text: &mut Text) {
        let state = self.lock();
        for family in COUNTED {
            let of = |key: &&(&'static str, Labels)| key.0 == family.name;
            match family.kind {
                Kind::Counter => {
                    let values = state.counters.iter().filter(|(key, _)| of(key));
                    text.family(family, values.map(|((_, labels), value)| (labels.as_slice(), *value)));
                }
                Kind::Histogram => {
                    let all = state.histograms.iter().filter(|(key, _)| of(key));
                    text.histograms(family, all.map(|((_, labels), h)| (labels.as_slice(), h)));
                }
                Kind::Gauge => {}
            }
        }
        text.value(&LEFT_OUT, state.left_out as f64);
        text.value(&IN_FLIGHT, self.in_flight.load(Ordering::Relaxed) as f64);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a family may have one more label set.
    fn admits(&mut self, family: &'static Family) -> bool {
        let series = self.series.entry(family.name).or_default();
        if *series < MAX_SERIES {
            *series += 1;
            return true;
        }
        self.left_out += 1;
        false
    }
}

fn owned(labels: &[&str]) -> Labels {
    labels.iter().map(|&label| label.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_a_thousand_label_sets_and_says_what_it_left_out() {
        let metrics = Metrics::default();
        for n in 0..MAX_SERIES + 5 {
            metrics.add(&DEGRADED, &[&format!("part{n}")], 1.0);
        }
        metrics.add(&DEGRADED, &["part0"], 1.0);
        let mut text = Text::default();
        metrics.write(&mut text);
        let text = text.finish();
        assert_eq!(text.lines().filter(|l| l.starts_with("footnote_degraded_total{")).count(), MAX_SERIES);
        assert!(text.contains("footnote_degraded_total{part=\"part0\"} 2\n"), "{text}");
        assert!(text.contains("\nfootnote_metrics_left_out_total 5\n"));
    }

    #[test]
    fn requests_are_under_way_until_they_end() {
        let metrics = Metrics::default();
        let first = metrics.begin();
        let second = metrics.begin();
        assert_eq!(metrics.in_flight.load(Ordering::Relaxed), 2);
        drop((first, second));
        assert_eq!(metrics.in_flight.load(Ordering::Relaxed), 0);
    }
}
