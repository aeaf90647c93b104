use serde::{Deserialize, Serialize};

use super::super::number::fixed;
use super::super::table::{Best, Better, Cell, Column, Interval, Table};
use super::Draw;
use super::canvas::{Anchor, Canvas};
use super::label::{self, BOLD, Stretch};
use super::palette::Palette;
use super::panel::{Key, Panel};
use super::scale::Scale;
use super::ticks::{self, Tick, Ticks};

/// A metric of several systems on several data sets. Every data set gets a drawing, all to one scale; the bars are
/// labelled where they stand, so that ten systems need no legend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// What is measured, such as `nDCG@10`.
    pub metric: String,
    /// Which values are the better ones.
    pub better: Better,
    /// Places after the decimal point.
    pub decimals: usize,
    /// The data sets.
    pub groups: Vec<BarGroup>,
}

/// The bars of one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarGroup {
    /// The data set.
    pub name: String,
    /// What has to be known of it, such as its number of queries; empty for nothing.
    #[serde(default)]
    pub detail: String,
    /// The systems.
    pub bars: Vec<Bar>,
}

/// The value of one system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// The system.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// A confidence interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

/// The width of a drawing: less than of others, as three stand side by side.
const WIDTH: f64 = 320.0;
/// From one bar to the next.
const ROW: f64 = 18.0;
/// The first bar's upper edge.
const TOP: f64 = 24.0;
/// The part of the width that names of systems may take at most.
const NAMES: f64 = 0.45;

/// What is free between two labels of the axis.
const GAP: f64 = 6.0;

/// Where the parts of a row lie: names up to `left`, bars up to `right`, values after.
struct Columns {
    left: f64,
    right: f64,
    scale: Scale,
}

impl Columns {
    fn x(&self, value: f64) -> f64 {
        self.left + self.scale.fraction(value) * (self.right - self.left)
    }

    fn marks(&self, ticks: &Ticks) -> Vec<Stretch> {
        let mark = |tick: &Tick| Stretch { centre: self.x(tick.value), extent: label::width(&tick.label) };
        ticks.ticks.iter().map(mark).collect()
    }
}

impl Bars {
    /// The lowest and the highest value to be shown, zero among them: a bar's length is its value.
    fn extent(&self) -> (f64, f64) {
        let bars = self.groups.iter().flat_map(|group| &group.bars);
        let ends = bars.flat_map(|bar| {
            let interval = bar.interval.map_or([bar.value; 2], |interval| [interval.low, interval.high]);
            [bar.value, interval[0], interval[1]]
        });
        let (low, high) = ends
            .filter(|end| end.is_finite())
            .fold((0.0, 0.0), |(low, high), end| (f64::min(low, end), f64::max(high, end)));
        (low, if low == high { 1.0 } else { high })
    }

    /// Where everything lies in every panel, and as many marks as have room for their labels.
    fn layout(&self) -> (Columns, Ticks) {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        let widest = |widths: &mut dyn Iterator<Item = f64>| widths.fold(0.0, f64::max) * BOLD;
        let names = widest(&mut bars().map(|bar| label::width(&bar.name))).min(WIDTH * NAMES);
        let values = widest(&mut bars().map(|bar| label::width(&fixed(bar.value, self.decimals))));
        let (low, high) = self.extent();
        let mut marks = 6;
        loop {
            let ticks = ticks::linear(low, high, marks);
            let columns = Columns { left: names + 8.0, right: WIDTH - values - 8.0, scale: ticks.scale };
            if marks <= 2 || label::all_fit(&columns.marks(&ticks), GAP) {
                return (columns, ticks);
            }
            marks -= 1;
        }
    }

    fn best(&self, group: &BarGroup) -> Option<String> {
        let shown = |bar: &Bar| fixed(bar.value, self.decimals);
        let finite = group.bars.iter().filter(|bar| bar.value.is_finite());
        let best = match self.better {
            Better::Higher => finite.max_by(|a, b| a.value.total_cmp(&b.value)),
            Better::Lower => finite.min_by(|a, b| a.value.total_cmp(&b.value)),
        };
        let best = best.map(shown)?;
        group.bars.iter().any(|bar| shown(bar) != best).then_some(best)
    }

    fn words(&self, bar: &Bar) -> String {
        let value = fixed(bar.value, self.decimals);
        bar.interval.map_or_else(
            || format!("{} {value}", bar.name),
            |interval| {
                let [low, high] = [interval.low, interval.high].map(|end| fixed(end, self.decimals));
                format!("{} {value} ({low} to {high})", bar.name)
            },
        )
    }

    fn panel(&self, group: &BarGroup, columns: &Columns, ticks: &Ticks, palette: &Palette) -> Panel {
        let bottom = TOP + ROW * group.bars.len() as f64;
        let mut canvas = Canvas::default();
        heading(&mut canvas, group);
        let marks = columns.marks(ticks);
        for ((tick, mark), shown) in ticks.ticks.iter().zip(&marks).zip(label::shown(&marks, GAP)) {
            let class = if tick.value == 0.0 { "axis" } else { "rule" };
            canvas.line(class, (mark.centre, TOP), (mark.centre, bottom + 3.0));
            if shown {
                canvas.text("muted", (mark.centre, bottom + 15.0), Anchor::Middle, &tick.label);
            }
        }
        let best = self.best(group);
        for (place, bar) in group.bars.iter().enumerate() {
            let top = TOP + ROW * place as f64;
            let shown = fixed(bar.value, self.decimals);
            let (class, wider) = if best.as_ref() == Some(&shown) { ("best", BOLD) } else { ("", 1.0) };
            let name = label::fit(&bar.name, (columns.left - 8.0) / wider);
            canvas.text(class, (columns.left - 8.0, top + 13.0), Anchor::End, &name);
            canvas.group(&palette.class(&bar.name), |canvas| self.bar(canvas, columns, top, bar));
            canvas.text(class, (WIDTH, top + 13.0), Anchor::End, &shown);
        }
        Panel {
            title: format!("{} on {}", self.metric, group.name),
            description: format!(
                "{}.",
                group.bars.iter().map(|bar| self.words(bar)).collect::<Vec<_>>().join("; ")
            ),
            width: WIDTH,
            height: bottom + 22.0,
            canvas,
        }
    }

    fn bar(&self, canvas: &mut Canvas, columns: &Columns, top: f64, bar: &Bar) {
        let (zero, end) = (columns.x(0.0), columns.x(bar.value));
        if bar.value.is_finite() {
            canvas.rectangle("bar", (zero, top + 4.0), (end, top + ROW - 4.0), Some(&self.words(bar)));
        }
        if let Some(interval) = bar.interval {
            let (low, high) = (columns.x(interval.low), columns.x(interval.high));
            let middle = top + ROW / 2.0;
            let (above, below) = (middle - 3.0, middle + 3.0);
            let capped =
                [(low, above), (low, below), (low, middle), (high, middle), (high, above), (high, below)];
            canvas.path("whisker", &capped, None);
        }
    }
}

/// The data set, and what has to be known of it where there is room.
fn heading(canvas: &mut Canvas, group: &BarGroup) {
    let detail = label::width(&group.detail);
    let name = label::fit(&group.name, (WIDTH - detail - 12.0).max(WIDTH / 2.0) / BOLD);
    canvas.text("head", (0.0, 13.0), Anchor::Start, &name);
    if label::width(&name) * BOLD + 12.0 + detail <= WIDTH {
        canvas.text("muted", (WIDTH, 13.0), Anchor::End, &group.detail);
    }
}

impl Draw for Bars {
    fn systems(&self) -> Vec<&str> {
        self.groups.iter().flat_map(|group| &group.bars).map(|bar| bar.name.as_str()).collect()
    }

    fn legend(&self, _: &Palette) -> Vec<Key> {
        Vec::new()
    }

    fn panels(&self, palette: &Palette) -> Vec<Panel> {
        let (columns, ticks) = self.layout();
        self.groups.iter().map(|group| self.panel(group, &columns, &ticks, palette)).collect()
    }

    fn numbers(&self) -> Table {
        let mut names: Vec<&str> = Vec::new();
        for name in self.systems() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let number = |group: &BarGroup, name: &str| {
            let bar = group.bars.iter().find(|bar| bar.name == name);
            bar.map_or(Cell::Empty, |bar| Cell::with_interval(bar.value, bar.interval))
        };
        let row = |name: &str| {
            let numbers = self.groups.iter().map(|group| number(group, name));
            std::iter::once(Cell::text(name)).chain(numbers).collect()
        };
        let column = |group: &BarGroup| Column::numbers(&group.name, self.decimals).better(self.better);
        Table {
            columns: std::iter::once(Column::words("system")).chain(self.groups.iter().map(column)).collect(),
            rows: names.into_iter().map(row).collect(),
            best: Best::OfColumn,
            ..Table::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, value: f64, low: f64, high: f64) -> Bar {
        Bar { name: name.into(), value, interval: Some(Interval { low, high }) }
    }

    fn bars() -> Bars {
        let group = |name: &str, bars| BarGroup { name: name.into(), detail: "9 queries".into(), bars };
        Bars {
            metric: "nDCG@10".into(),
            better: Better::Higher,
            decimals: 3,
            groups: vec![
                group("nfcorpus", vec![bar("bm25", 0.327, 0.29, 0.36), bar("hybrid", 0.353, 0.32, 0.39)]),
                group("cranfield", vec![bar("hybrid", 0.4, 0.37, 0.44)]),
            ],
        }
    }

    /// The value of an attribute of the n-th `<rect>`.
    fn attribute(svg: &str, rectangle: usize, name: &str) -> f64 {
        let element = svg.split("<rect").nth(rectangle + 1).expect("a rectangle");
        let (_, rest) = element.split_once(&format!(" {name}=\"")).expect("the attribute");
        rest.split('"').next().expect("a value").parse().expect("a number")
    }

    #[test]
    fn lengths_are_proportional_to_values_across_panels() {
        let palette = Palette::of_systems(&["bm25", "hybrid"]);
        let svgs: Vec<String> = bars().panels(&palette).into_iter().map(|panel| panel.svg("p")).collect();
        let bm25 = attribute(&svgs[0], 0, "width");
        for (length, value) in
            [(attribute(&svgs[0], 1, "width"), 0.353), (attribute(&svgs[1], 0, "width"), 0.4)]
        {
            assert!((length / bm25 - value / 0.327).abs() < 0.01, "{length} {bm25}");
        }
        assert!(
            svgs[0].contains(
                "<desc id=\"pd\">bm25 0.327 (0.290 to 0.360); hybrid 0.353 (0.320 to 0.390).</desc>"
            )
        );
        // The system keeps its colour where it stands alone.
        assert!(svgs[1].contains("class=\"c1\"") && !svgs[1].contains("class=\"c0\""));
    }

    #[test]
    fn only_the_best_is_bold() {
        let svg = bars().panels(&Palette::default()).remove(0).svg("p");
        assert!(svg.contains(">hybrid</text>") && svg.matches("class=\"best\"").count() == 2);
        let (_, best) = svg.split_once("class=\"best\"").expect("one is best");
        assert!(
            best.starts_with(" x=") && best.split('>').nth(1).is_some_and(|text| text.starts_with("hybrid"))
        );
    }

    #[test]
    fn worse_than_zero_goes_to_the_left() {
        let mut bars = bars();
        bars.groups.truncate(1);
        bars.groups[0].bars = vec![bar("a", 0.2, 0.1, 0.3), bar("b", -0.2, -0.3, -0.1)];
        let svg = bars.panels(&Palette::default()).remove(0).svg("p");
        let right_of = |index| attribute(&svg, index, "x") + attribute(&svg, index, "width");
        assert!((right_of(1) - attribute(&svg, 0, "x")).abs() < 0.2, "{svg}");
    }

    #[test]
    fn numbers_have_a_row_a_system_and_a_column_a_set() {
        let table = bars().numbers();
        assert_eq!(
            table.rows[0],
            [
                Cell::text("bm25"),
                Cell::with_interval(0.327, Some(Interval { low: 0.29, high: 0.36 })),
                Cell::Empty
            ]
        );
        assert_eq!(table.rows.len(), 2);
    }

    #[test]
    fn nothing_measured_is_drawn_as_nothing() {
        let mut bars = bars();
        bars.groups[0].bars = vec![Bar { name: "a".into(), value: f64::NAN, interval: None }];
        let svg = bars.panels(&Palette::default()).remove(0).svg("p");
        assert!(!svg.contains("<rect") && svg.contains("\u{2013}"));
    }
}
