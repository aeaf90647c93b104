use serde::{Deserialize, Serialize};

use super::super::number::fixed;
use super::super::table::{Best, Better, Cell, Column, Table};
use super::canvas::Canvas;
use super::frame::{Axis, Frame};
use super::palette::Palette;
use super::panel::{Key, Mark, Panel, WIDTH};
use super::polyline::simplify;
use super::{Draw, ticks};

/// How long queries take: for each system, which share of its queries was answered within a time. The axis of times is
/// logarithmic, as systems differ by factors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latencies {
    /// The systems.
    pub systems: Vec<Samples>,
}

/// The times of one system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    /// The system.
    pub name: String,
    /// The time of every query, in milliseconds, in any order. What is no number or below zero is left out.
    pub milliseconds: Vec<f64>,
}

/// High enough for the labels of 95% and 100%.
const HEIGHT: f64 = 252.0;
/// The percentiles that are marked.
const MARKED: [usize; 2] = [50, 95];

/// Times in rising order.
struct Sorted(Vec<f64>);

impl Sorted {
    fn of(samples: &Samples) -> Self {
        let valid = |time: &&f64| time.is_finite() && **time >= 0.0;
        let mut times: Vec<f64> = samples.milliseconds.iter().filter(valid).copied().collect();
        times.sort_unstable_by(f64::total_cmp);
        Self(times)
    }

    /// Nearest-rank percentile, as [`crate::latency`] takes it: always a time that was measured.
    fn percentile(&self, percent: usize) -> Option<f64> {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied()
    }

    /// The corners of the distribution's steps: time, and the share of queries that took no longer.
    fn steps(&self) -> Vec<(f64, f64)> {
        let count = self.0.len() as f64;
        let step = |(index, &time): (usize, &f64)| {
            let before = index as f64 / count;
            [(time, before), (time, before + 1.0 / count)]
        };
        self.0.iter().enumerate().flat_map(step).collect()
    }
}

/// A time with as many decimals as say something.
fn milliseconds(time: f64) -> String {
    fixed(
        time,
        if time < 10.0 {
            2
        } else if time < 100.0 {
            1
        } else {
            0
        },
    )
}

fn marks(sorted: &Sorted) -> String {
    let mark = |percent| sorted.percentile(percent).map(|time| format!("p{percent} {}", milliseconds(time)));
    let marks: Vec<String> = MARKED.into_iter().filter_map(mark).collect();
    if marks.is_empty() { "no times".to_owned() } else { format!("{} ms", marks.join(", ")) }
}

impl Draw for Latencies {
    fn systems(&self) -> Vec<&str> {
        self.systems.iter().map(|samples| samples.name.as_str()).collect()
    }

    fn legend(&self, palette: &Palette) -> Vec<Key> {
        let key = |samples: &Samples| Key {
            class: palette.class(&samples.name),
            mark: Mark::Line,
            name: samples.name.clone(),
            detail: marks(&Sorted::of(samples)),
        };
        self.systems.iter().map(key).collect()
    }

    fn panels(&self, palette: &Palette) -> Vec<Panel> {
        let sorted: Vec<Sorted> = self.systems.iter().map(Sorted::of).collect();
        let least = sorted.iter().filter_map(|times| times.0.iter().find(|time| **time > 0.0)).copied();
        let greatest = sorted.iter().filter_map(|times| times.0.last()).copied();
        let times = ticks::logarithmic(least.fold(f64::INFINITY, f64::min), greatest.fold(0.0, f64::max), 9);
        let shares = [(0.0, "0%"), (0.25, "25%"), (0.5, "50%"), (0.75, "75%"), (0.95, "95%"), (1.0, "100%")];
        let frame = Frame::new(
            Axis::new("time of a query in ms, logarithmic", times),
            Axis::shares("share of queries answered within that time", &shares),
            HEIGHT,
        );
        let mut canvas = Canvas::default();
        frame.draw(&mut canvas);
        for (samples, sorted) in self.systems.iter().zip(&sorted) {
            canvas.group(&palette.class(&samples.name), |canvas| {
                let steps: Vec<_> =
                    sorted.steps().into_iter().map(|(time, share)| frame.at(time, share)).collect();
                canvas.path("line", &simplify(&steps, 0.6), Some(&samples.name));
                for percent in MARKED {
                    if let Some(time) = sorted.percentile(percent) {
                        let title = format!("{} p{percent}: {} ms", samples.name, milliseconds(time));
                        canvas.dot("dot", frame.at(time, percent as f64 / 100.0), 3.5, &title);
                    }
                }
            });
        }
        let describe = |(samples, sorted)| format!("{}: {}.", Samples::name(samples), marks(sorted));
        vec![Panel {
            title: "Distribution of latency".to_owned(),
            description: self.systems.iter().zip(&sorted).map(describe).collect::<Vec<_>>().join(" "),
            width: WIDTH,
            height: frame.height(),
            canvas,
        }]
    }

    fn numbers(&self) -> Table {
        let percentiles = [5, 25, 50, 75, 90, 95, 99, 100];
        let row = |samples: &Samples| {
            let sorted = Sorted::of(samples);
            let times = percentiles.iter().map(|&percent| sorted.percentile(percent));
            let times = times.map(|time| time.map_or(Cell::Empty, Cell::number));
            [Cell::text(&samples.name), Cell::count(sorted.0.len())].into_iter().chain(times).collect()
        };
        let column = |&percent: &usize| {
            let title = if percent == 100 { "longest".to_owned() } else { format!("p{percent}") };
            Column::numbers(title, 2).better(Better::Lower)
        };
        Table {
            caption: "Milliseconds; percentiles are nearest-rank".to_owned(),
            columns: [Column::words("system"), Column::numbers("queries", 0)]
                .into_iter()
                .chain(percentiles.iter().map(column))
                .collect(),
            rows: self.systems.iter().map(row).collect(),
            best: Best::OfColumn,
            ..Table::default()
        }
    }
}

impl Samples {
    fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::latency::Latency;

    fn samples(milliseconds: Vec<f64>) -> Samples {
        Samples { name: "dense".into(), milliseconds }
    }

    #[test]
    fn percentiles_are_those_of_the_report() {
        let times: Vec<f64> = (1..=87_u32).map(|n| f64::from(n * n % 97)).collect();
        let durations: Vec<Duration> = times.iter().map(|&ms| Duration::from_secs_f64(ms / 1e3)).collect();
        let (sorted, latency) = (Sorted::of(&samples(times)), Latency::of(&durations));
        assert_eq!(sorted.percentile(50), Some(latency.p50_ms));
        assert_eq!(sorted.percentile(95), Some(latency.p95_ms));
    }

    #[test]
    fn the_distribution_rises_from_nothing_to_all() {
        let sorted = Sorted::of(&samples(vec![4.0, 1.0, f64::NAN, 2.0, -1.0, 2.0]));
        assert_eq!(
            sorted.steps(),
            [
                (1.0, 0.0),
                (1.0, 0.25),
                (2.0, 0.25),
                (2.0, 0.5),
                (2.0, 0.5),
                (2.0, 0.75),
                (4.0, 0.75),
                (4.0, 1.0)
            ]
        );
    }

    #[test]
    fn the_marks_are_named_in_legend_and_drawing() {
        let latencies = Latencies { systems: vec![samples((1..=200).map(f64::from).collect())] };
        assert_eq!(latencies.legend(&Palette::default())[0].detail, "p50 100, p95 190 ms");
        let svg = latencies.panels(&Palette::default()).remove(0).svg("f1");
        assert!(svg.contains("<title>dense p95: 190 ms</title>"), "{svg}");
        assert!(svg.contains("dense: p50 100, p95 190 ms.</desc>"));
    }

    #[test]
    fn a_thousand_times_take_little_room() {
        let times = (0..1000).map(|n| 1.0 + f64::from(n * 7919 % 1000) / 37.0).collect();
        let svg = Latencies { systems: vec![samples(times)] }.panels(&Palette::default()).remove(0).svg("f1");
        assert!(svg.len() < 4_000, "{}", svg.len());
    }

    #[test]
    fn no_times_are_no_error() {
        for times in [vec![], vec![0.0]] {
            let svg =
                Latencies { systems: vec![samples(times)] }.panels(&Palette::default()).remove(0).svg("f1");
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}
