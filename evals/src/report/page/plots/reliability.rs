use serde::{Deserialize, Serialize};

use super::super::number::fixed;
use super::super::table::{Cell, Column, Interval, Table};
use super::canvas::{Anchor, Canvas};
use super::frame::{Axis, Frame};
use super::label;
use super::palette::Palette;
use super::panel::{Key, Panel, WIDTH};
use super::{Draw, ticks};

/// How true stated confidences are: answers in bins by the confidence stated, against the share of each bin that is
/// right (Guo et al., *On Calibration of Modern Neural Networks*, ICML 2017). Every system gets a drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// The systems.
    pub systems: Vec<Calibration>,
}

/// The bins of one system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The system.
    pub name: String,
    /// Its bins, by rising confidence. Empty ones may be left out.
    pub bins: Vec<Bin>,
    /// The expected calibration error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
}

/// Answers of about the same confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Their mean confidence, 0 to 1.
    pub confidence: f64,
    /// The share of them that is right, 0 to 1.
    pub accuracy: f64,
    /// How many they are.
    pub count: usize,
    /// A confidence interval of the accuracy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

impl Calibration {
    fn panel(&self, palette: &Palette) -> Panel {
        let marks = || ticks::linear(0.0, 1.0, 6);
        let frame =
            Frame::square(Axis::new("mean confidence", marks()), Axis::new("share that is right", marks()));
        let mut canvas = Canvas::default();
        frame.draw(&mut canvas);
        // The title of the upright axis stands to the left on the same line.
        let room = WIDTH - label::width("share that is right") - 16.0;
        canvas.text("head", (WIDTH, 11.5), Anchor::End, &label::fit(&self.name, room / label::BOLD));
        canvas.line("diagonal", frame.at(0.0, 0.0), frame.at(1.0, 1.0));
        let most = self.bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f64;
        canvas.group(&palette.class(&self.name), |canvas| {
            for bin in self.bins.iter().filter(|bin| bin.count > 0) {
                if let Some(interval) = bin.interval {
                    canvas.line(
                        "whisker",
                        frame.at(bin.confidence, interval.low),
                        frame.at(bin.confidence, interval.high),
                    );
                }
                // The area says how many answers there are.
                let radius = 2.5 + 6.5 * (bin.count as f64 / most).sqrt();
                canvas.dot("dot soft", frame.at(bin.confidence, bin.accuracy), radius, &bin.words());
            }
        });
        let error = self
            .error
            .map_or_else(String::new, |error| format!("expected calibration error {}; ", fixed(error, 4)));
        let bins: Vec<String> = self.bins.iter().filter(|bin| bin.count > 0).map(Bin::words).collect();
        Panel {
            title: format!("Reliability of {}", self.name),
            description: format!("{}: {error}{}.", self.name, bins.join("; ")),
            width: WIDTH,
            height: frame.height(),
            canvas,
        }
    }
}

impl Bin {
    fn words(&self) -> String {
        let answers = fixed(self.count as f64, 0);
        let [confidence, accuracy] = [self.confidence, self.accuracy].map(|share| fixed(share, 3));
        format!("confidence {confidence}, right {accuracy} of {answers}")
    }
}

impl Draw for Reliability {
    fn systems(&self) -> Vec<&str> {
        self.systems.iter().map(|system| system.name.as_str()).collect()
    }

    fn legend(&self, _: &Palette) -> Vec<Key> {
        Vec::new()
    }

    fn panels(&self, palette: &Palette) -> Vec<Panel> {
        self.systems.iter().map(|system| system.panel(palette)).collect()
    }

    fn numbers(&self) -> Table {
        let row = |system: &Calibration, bin: &Bin| {
            vec![
                Cell::text(&system.name),
                Cell::number(bin.confidence),
                Cell::with_interval(bin.accuracy, bin.interval),
                Cell::number(bin.accuracy - bin.confidence),
                Cell::count(bin.count),
            ]
        };
        let rows = |system: &Calibration| {
            let bins = system.bins.iter().filter(|bin| bin.count > 0);
            bins.map(|bin| row(system, bin)).collect::<Vec<_>>()
        };
        let errors = self.systems.iter().filter_map(|system| {
            Some(format!("{}: expected calibration error {}", system.name, fixed(system.error?, 4)))
        });
        Table {
            caption: errors.collect::<Vec<_>>().join("; "),
            columns: vec![
                Column::words("system"),
                Column::numbers("mean confidence", 3),
                Column::numbers("share right", 3),
                Column::numbers("difference", 3),
                Column::numbers("answers", 0),
            ],
            rows: self.systems.iter().flat_map(rows).collect(),
            ..Table::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calibration() -> Calibration {
        let bin = |confidence, accuracy, count| Bin { confidence, accuracy, count, interval: None };
        Calibration {
            name: "extractive".into(),
            bins: vec![bin(0.1, 0.05, 40), bin(0.5, 0.0, 0), bin(0.9, 0.9, 160)],
            error: Some(0.01),
        }
    }

    #[test]
    fn a_calibrated_bin_lies_on_the_diagonal_and_area_is_count() {
        let svg = calibration().panel(&Palette::default()).svg("f1");
        let dots: Vec<[f64; 3]> = svg
            .split("<circle")
            .skip(1)
            .map(|dot| {
                ["cx", "cy", "r"].map(|name| {
                    let (_, rest) = dot.split_once(&format!(" {name}=\"")).expect("an attribute");
                    rest.split('"').next().expect("a value").parse().expect("a number")
                })
            })
            .collect();
        assert_eq!(dots.len(), 2, "a bin without answers is not drawn");
        let (_, diagonal) = svg.split_once("class=\"diagonal\" d=\"M").expect("a diagonal");
        let corners: Vec<f64> = diagonal
            .split('"')
            .next()
            .expect("points")
            .split(['L', ' '])
            .map(|number| number.parse().expect("a number"))
            .collect();
        let [x0, y0, x1, y1] = corners[..] else { panic!("not two points: {corners:?}") };
        let on_diagonal = |x: f64| y0 + (x - x0) / (x1 - x0) * (y1 - y0);
        assert!((dots[1][1] - on_diagonal(dots[1][0])).abs() < 0.2);
        assert!(dots[0][1] > on_diagonal(dots[0][0]) + 5.0, "less often right than confident lies below");
        assert!(dots[1][2] > dots[0][2]);
    }

    #[test]
    fn numbers_leave_empty_bins_out() {
        let table = Reliability { systems: vec![calibration()] }.numbers();
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.caption, "extractive: expected calibration error 0.0100");
        let Cell::Number(difference) = table.cell(0, 3) else { panic!("a number") };
        assert!((difference.value + 0.05).abs() < 1e-12);
    }
}
