use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::number::{fixed, signed};
use super::super::table::{Cell, Column, Table};
use super::super::text::{clip, isolated};
use super::canvas::Canvas;
use super::frame::{Axis, Frame};
use super::palette::Palette;
use super::panel::{Key, Mark, Panel, WIDTH};
use super::{Draw, ticks};

/// Two systems, query by query: above the diagonal the second one is better, below it the first one. Queries with the
/// same pair of values share a dot whose area is their number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// What is measured, larger being better, such as `nDCG@10`.
    pub metric: String,
    /// The system along the level axis, such as a baseline.
    pub x: String,
    /// The system along the upright axis.
    pub y: String,
    /// The queries.
    pub points: Vec<QueryPoint>,
}

/// One query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryPoint {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// What the first system reached.
    pub x: f64,
    /// What the second system reached.
    pub y: f64,
}

/// Characters of a query's text that are shown.
const TEXT: usize = 72;
/// Queries from each end of the table whose text it shows: those that differ most.
const TEXTS: usize = 100;
/// Queries that one tooltip names; the table has all of them.
const NAMED: usize = 6;
/// The diameter of a single query's dot.
const DOT: f64 = 6.5;
/// The greatest diameter of a dot.
const LARGEST: f64 = 26.0;
/// Places after the decimal point. Queries whose values look the same share a dot.
const DECIMALS: usize = 3;

/// Values that differ by no more are equal, as in [`crate::significance::Settings`]: sums of floats taken in another order
/// differ in the last digits.
const TIE: f64 = 1e-9;

impl QueryPoint {
    fn order(&self) -> Ordering {
        if (self.y - self.x).abs() <= TIE { Ordering::Equal } else { self.y.total_cmp(&self.x) }
    }
}

impl Scatter {
    fn valid(&self) -> impl Iterator<Item = &QueryPoint> {
        self.points.iter().filter(|point| point.x.is_finite() && point.y.is_finite())
    }

    fn count(&self, order: Ordering) -> usize {
        self.valid().filter(|point| point.order() == order).count()
    }

    /// Classes of the dots below and above the diagonal: the colours of the better system, or two that differ where the
    /// systems' do not.
    fn classes(&self, palette: &Palette) -> [String; 2] {
        let [x, y] = [&self.x, &self.y].map(|system| palette.class(system));
        if x == y { ["c1".to_owned(), "c0".to_owned()] } else { [x, y] }
    }

    /// What a tooltip says of the queries of one dot, escaped. It does not repeat the systems, whose names stand at the
    /// axes: a thousand tooltips are most of a page.
    fn tooltip(&self, queries: &[&QueryPoint]) -> String {
        let Some(first) = queries.first() else { return String::new() };
        let values = [first.x, first.y].map(|value| fixed(value, DECIMALS)).join(" \u{2192} ");
        let name =
            |query: &&QueryPoint| format!("{}: {}", isolated(&query.id), isolated(&clip(&query.text, TEXT)));
        let mut lines: Vec<String> = queries.iter().take(NAMED).map(name).collect();
        if let Some(more) = queries.len().checked_sub(NAMED).filter(|more| *more > 0) {
            lines.push(format!("and {more} more"));
        }
        lines.push(values);
        lines.join("\n")
    }

    fn describe(&self) -> String {
        let [wins, losses, ties] =
            [Ordering::Greater, Ordering::Less, Ordering::Equal].map(|order| self.count(order));
        format!(
            "{} of {} queries: {} is better on {wins}, {} on {losses}, they are equal on {ties}.",
            self.metric,
            wins + losses + ties,
            self.y,
            self.x
        )
    }

    fn dots(&self) -> Vec<Vec<&QueryPoint>> {
        let mut places: BTreeMap<_, Vec<&QueryPoint>> = BTreeMap::new();
        for point in self.valid() {
            let [x, y] = [point.x, point.y].map(|value| fixed(value, DECIMALS));
            places.entry((point.order(), x, y)).or_default().push(point);
        }
        let mut dots: Vec<_> = places.into_values().collect();
        // Large dots first, so that none is hidden below one.
        dots.sort_by_key(|queries| std::cmp::Reverse(queries.len()));
        dots
    }
}

impl Draw for Scatter {
    fn systems(&self) -> Vec<&str> {
        vec![&self.x, &self.y]
    }

    fn legend(&self, palette: &Palette) -> Vec<Key> {
        let [x, y] = self.classes(palette);
        let key = |class: String, name: String, order| Key {
            class,
            mark: Mark::Dot,
            name,
            detail: fixed(self.count(order) as f64, 0),
        };
        vec![
            key(y, format!("{} better", self.y), Ordering::Greater),
            key(x, format!("{} better", self.x), Ordering::Less),
            key("even".to_owned(), "equal".to_owned(), Ordering::Equal),
        ]
    }

    fn panels(&self, palette: &Palette) -> Vec<Panel> {
        let values = || self.valid().flat_map(|point| [point.x, point.y]);
        let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        let marks = || ticks::linear(low, if high > low { high } else { 1.0 }, 6);
        let axis = |system: &str| Axis::new(format!("{} of {system}", self.metric), marks());
        let frame = Frame::square(axis(&self.x), axis(&self.y));
        let mut canvas = Canvas::default();
        frame.draw(&mut canvas);
        canvas.line("diagonal", frame.at(low, low), frame.at(high.max(low + 1e-9), high.max(low + 1e-9)));
        let [x, y] = self.classes(palette);
        let dots = self.dots();
        for (class, order) in [("even", Ordering::Equal), (&x, Ordering::Less), (&y, Ordering::Greater)] {
            let of_class = dots.iter().filter(|queries| queries.first().is_some_and(|q| q.order() == order));
            canvas.group(&format!("specks {class}"), |canvas| {
                for queries in of_class {
                    let Some(first) = queries.first() else { continue };
                    let width =
                        (queries.len() > 1).then(|| (DOT * (queries.len() as f64).sqrt()).min(LARGEST));
                    canvas.speck(frame.at(first.x, first.y), width, &self.tooltip(queries));
                }
            });
        }
        vec![Panel {
            title: format!("{} of {} and {}, query by query", self.metric, self.x, self.y),
            description: self.describe(),
            width: WIDTH,
            height: frame.height(),
            canvas,
        }]
    }

    fn numbers(&self) -> Table {
        let mut points: Vec<&QueryPoint> = self.valid().collect();
        points.sort_by(|a, b| (b.y - b.x).total_cmp(&(a.y - a.x)));
        let count = points.len();
        let row = |(place, point): (usize, &QueryPoint)| {
            let named = place < TEXTS || place + TEXTS >= count;
            vec![
                Cell::text(&point.id),
                Cell::number(point.x),
                Cell::number(point.y),
                Cell::text(signed(point.y - point.x, DECIMALS)),
                if named { Cell::text(clip(&point.text, TEXT)) } else { Cell::text("") },
            ]
        };
        Table {
            caption: if count > 2 * TEXTS {
                format!("{} The texts are those of the {TEXTS} greatest gains and losses.", self.describe())
            } else {
                self.describe()
            },
            columns: vec![
                Column::words("query"),
                Column::numbers(&self.x, DECIMALS),
                Column::numbers(&self.y, DECIMALS),
                Column::numbers("difference", DECIMALS),
                Column::words("text"),
            ],
            rows: points.into_iter().enumerate().map(row).collect(),
            ..Table::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scatter(points: &[(&str, f64, f64)]) -> Scatter {
        let point =
            |&(id, x, y): &(&str, f64, f64)| QueryPoint { id: id.into(), text: format!("text {id}"), x, y };
        Scatter {
            metric: "nDCG@10".into(),
            x: "bm25".into(),
            y: "hybrid".into(),
            points: points.iter().map(point).collect(),
        }
    }

    #[test]
    fn wins_losses_and_ties_have_their_colours() {
        let scatter =
            scatter(&[("a", 0.2, 0.8), ("b", 0.9, 0.1), ("c", 0.5, 0.500_000_000_1), ("d", 0.0, f64::NAN)]);
        let palette = Palette::of_systems(&["bm25", "hybrid"]);
        let svg = scatter.panels(&palette).remove(0).svg("f1");
        let group = |class: &str| {
            let (_, rest) = svg.split_once(&format!("<g class=\"specks {class}\">")).expect("a group");
            rest.split("</g>").next().expect("its end").to_owned()
        };
        assert!(group("c1").contains("a: text a") && !group("c1").contains("b: text b"));
        assert!(group("c0").contains("b: text b\n0.900 \u{2192} 0.100</title>"));
        assert!(group("even").contains("c: text c"));
        assert!(!svg.contains("d: text d"));
        assert!(svg.contains("hybrid is better on 1, bm25 on 1, they are equal on 1.</desc>"));
    }

    #[test]
    fn queries_at_one_place_share_a_dot_that_names_them() {
        let names: Vec<String> = (0..9).map(|n| format!("q{n}")).collect();
        let points: Vec<(&str, f64, f64)> = names.iter().map(|name| (name.as_str(), 1.0, 0.0)).collect();
        let svg = scatter(&points).panels(&Palette::default()).remove(0).svg("f1");
        assert_eq!(svg.matches("h0\"").count(), 1);
        assert!(svg.contains("stroke-width=\"19.5\"") && svg.contains("q5: text q5\nand 3 more\n"), "{svg}");
    }

    #[test]
    fn hostile_queries_stay_text() {
        let mut scatter = scatter(&[("</title><script>", 0.1, 0.2)]);
        scatter.points[0].text = "\"/><img src=x onerror=alert(1)> \u{202e}شرطة".into();
        let svg = scatter.panels(&Palette::default()).remove(0).svg("f1");
        assert!(svg.contains("&lt;/title&gt;&lt;script&gt;: \u{2068}&quot;/&gt;&lt;img"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains("<img") && !svg.contains('\u{202e}'));
    }

    #[test]
    fn the_table_has_every_query_greatest_gain_first() {
        let table = scatter(&[("loss", 0.9, 0.1), ("win", 0.0, 1.0), ("tie", 0.5, 0.5)]).numbers();
        let ids: Vec<&Cell> = table.rows.iter().map(|row| &row[0]).collect();
        assert_eq!(ids, [&Cell::text("win"), &Cell::text("tie"), &Cell::text("loss")]);
        assert_eq!(table.cell(2, 3), &Cell::text("\u{2212}0.800"));
    }

    #[test]
    fn two_systems_that_share_a_colour_are_still_told_apart() {
        let scatter = scatter(&[]);
        let [x, y] = scatter.classes(&Palette::default());
        assert_ne!(x, y);
    }
}
