use serde::{Deserialize, Serialize};

use super::super::number::fixed;
use super::super::table::{Best, Better, Cell, Column, Table};
use super::canvas::Canvas;
use super::frame::{Axis, Frame};
use super::palette::Palette;
use super::panel::{Key, Mark, Panel, WIDTH};
use super::polyline::simplify;
use super::{Draw, ticks};

/// What abstaining buys: when only the most confident answers are given, how many of those are wrong (El-Yaniv and
/// Wiener, *On the foundations of noise-free selective classification*, JMLR 11, 2010).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskCoverage {
    /// The systems.
    pub curves: Vec<RiskCurve>,
}

/// The curve of one system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskCurve {
    /// The system.
    pub name: String,
    /// Its points, by rising coverage.
    pub points: Vec<RiskPoint>,
    /// The area under the curve (AURC), less being better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<f64>,
    /// The point of the threshold that is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<RiskPoint>,
}

/// A point of a curve, both between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RiskPoint {
    /// The share of questions answered.
    pub coverage: f64,
    /// The share of those answers that are wrong.
    pub risk: f64,
}

const HEIGHT: f64 = 230.0;

impl RiskCurve {
    /// The risk of the point with the greatest coverage that is not above `coverage`, so that it is always one that was
    /// measured; `None` below the first point.
    fn risk_at(&self, coverage: f64) -> Option<f64> {
        let covered = self.points.iter().filter(|point| point.coverage <= coverage + 1e-9);
        covered.max_by(|a, b| a.coverage.total_cmp(&b.coverage)).map(|point| point.risk)
    }

    fn describe(&self) -> String {
        let risk =
            |coverage| self.risk_at(coverage).map_or_else(|| "unknown".to_owned(), |risk| fixed(risk, 3));
        let area = self.area.map_or_else(String::new, |area| format!(", area {}", fixed(area, 3)));
        let chosen = self.chosen.map_or_else(String::new, |chosen| {
            format!("; in use: coverage {}, risk {}", fixed(chosen.coverage, 3), fixed(chosen.risk, 3))
        });
        format!(
            "{}: risk {} at half the questions, {} at all{area}{chosen}.",
            self.name,
            risk(0.5),
            risk(1.0)
        )
    }
}

impl Draw for RiskCoverage {
    fn systems(&self) -> Vec<&str> {
        self.curves.iter().map(|curve| curve.name.as_str()).collect()
    }

    fn legend(&self, palette: &Palette) -> Vec<Key> {
        let key = |curve: &RiskCurve| Key {
            class: palette.class(&curve.name),
            mark: Mark::Line,
            name: curve.name.clone(),
            detail: curve.area.map_or_else(String::new, |area| format!("area {}", fixed(area, 3))),
        };
        self.curves.iter().map(key).collect()
    }

    fn panels(&self, palette: &Palette) -> Vec<Panel> {
        let points = || self.curves.iter().flat_map(|curve| curve.points.iter().chain(&curve.chosen));
        let highest = points().map(|point| point.risk).filter(|risk| risk.is_finite()).fold(0.0, f64::max);
        let risk = ticks::linear(0.0, if highest > 0.0 { highest } else { 1.0 }, 5);
        let frame = Frame::new(
            Axis::new("coverage: share of questions answered", ticks::linear(0.0, 1.0, 6)),
            Axis::new("risk: share of answers that are wrong", risk),
            HEIGHT,
        );
        let mut canvas = Canvas::default();
        frame.draw(&mut canvas);
        for curve in &self.curves {
            canvas.group(&palette.class(&curve.name), |canvas| {
                let at = |point: &RiskPoint| frame.at(point.coverage, point.risk);
                let line: Vec<_> = curve.points.iter().map(at).collect();
                canvas.path("line", &simplify(&line, 0.4), Some(&curve.name));
                if let Some(chosen) = &curve.chosen {
                    let (coverage, risk) = (fixed(chosen.coverage, 3), fixed(chosen.risk, 3));
                    let title = format!("{}, in use: coverage {coverage}, risk {risk}", curve.name);
                    canvas.dot("dot", at(chosen), 4.5, &title);
                }
            });
        }
        let description: Vec<String> = self.curves.iter().map(RiskCurve::describe).collect();
        vec![Panel {
            title: "Risk by coverage".to_owned(),
            description: description.join(" "),
            width: WIDTH,
            height: frame.height(),
            canvas,
        }]
    }

    fn numbers(&self) -> Table {
        let tenths = 1..=10_u8;
        let row = |curve: &RiskCurve| {
            let risks = tenths.clone().map(|tenth| curve.risk_at(f64::from(tenth) / 10.0));
            let numbers = std::iter::once(curve.area).chain(risks);
            let cells = numbers.map(|number| number.map_or(Cell::Empty, Cell::number));
            std::iter::once(Cell::text(&curve.name)).chain(cells).collect()
        };
        let lower = |title: String| Column::numbers(title, 3).better(Better::Lower);
        Table {
            caption: "Risk at a coverage of at most".to_owned(),
            columns: [Column::words("system"), lower("area".to_owned())]
                .into_iter()
                .chain(tenths.clone().map(|tenth| lower(format!("{tenth}0%"))))
                .collect(),
            rows: self.curves.iter().map(row).collect(),
            best: Best::OfColumn,
            ..Table::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> RiskCurve {
        let points = points.iter().map(|&(coverage, risk)| RiskPoint { coverage, risk }).collect();
        RiskCurve { name: "extractive".into(), points, area: Some(0.0512), chosen: None }
    }

    #[test]
    fn the_table_shows_points_that_were_measured() {
        let curves =
            RiskCoverage { curves: vec![curve(&[(0.25, 0.0), (0.5, 0.1), (0.75, 0.2), (1.0, 0.4)])] };
        let table = curves.numbers();
        let expected = [
            None,
            None,
            Some(0.0),
            Some(0.0),
            Some(0.1),
            Some(0.1),
            Some(0.1),
            Some(0.2),
            Some(0.2),
            Some(0.4),
        ];
        let expected: Vec<Cell> = expected.map(|risk| risk.map_or(Cell::Empty, Cell::number)).into();
        assert_eq!(table.rows[0][2..], expected[..]);
        assert_eq!(table.columns.len(), 12);
    }

    #[test]
    fn the_curve_ends_where_everything_is_answered() {
        let mut one = curve(&[(0.5, 0.1), (1.0, 0.4)]);
        one.chosen = Some(RiskPoint { coverage: 0.5, risk: 0.1 });
        let mut panels = RiskCoverage { curves: vec![one] }.panels(&Palette::default());
        let panel = panels.remove(0);
        assert_eq!(
            panel.description,
            "extractive: risk 0.100 at half the questions, 0.400 at all, area 0.051; in use: coverage 0.500, risk 0.100."
        );
        let svg = panel.svg("f1");
        // From a quarter of the height to the top, and to the right edge of the plot.
        let (_, data) = svg.split_once("class=\"line\" d=\"M").expect("a curve");
        let data = data.split('"').next().expect("its points");
        let (from, to) = data.split_once('L').expect("two points");
        let y = |point: &str| point.split(' ').nth(1).expect("y").parse::<f64>().expect("a number");
        assert_eq!((y(from), y(to)), (24.0 + HEIGHT * 0.75, 24.0));
        assert!(svg.contains("extractive, in use: coverage 0.500, risk 0.100"));
    }

    #[test]
    fn no_curve_is_no_error() {
        let svg = RiskCoverage { curves: vec![] }.panels(&Palette::default()).remove(0).svg("f1");
        assert!(svg.contains("coverage") && !svg.contains("NaN"));
    }
}
