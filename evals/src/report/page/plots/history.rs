use serde::{Deserialize, Serialize};

use super::super::number::fixed;
use super::super::table::{Cell, Column, Table};
use super::Draw;
use super::canvas::Canvas;
use super::frame::{Axis, Frame};
use super::palette::Palette;
use super::panel::{Key, Mark, Panel, WIDTH};
use super::scale::Scale;
use super::ticks::{self, Tick, Ticks};

/// A metric over the runs of the past. Runs stand at equal distances, oldest first: there are ten in a day and then none
/// for a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// What is measured.
    pub metric: String,
    /// Places after the decimal point.
    pub decimals: usize,
    /// The runs, oldest first.
    pub runs: Vec<HistoryRun>,
    /// The systems.
    pub lines: Vec<HistoryLine>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRun {
    /// A few characters for the axis, such as a day or the start of a commit.
    pub label: String,
    /// What tells it from other runs: time, commit, file.
    pub detail: String,
}

/// The values of one system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The system.
    pub name: String,
    /// Its value in each run; absent where it was not measured.
    pub values: Vec<Option<f64>>,
}

const HEIGHT: f64 = 200.0;

impl HistoryLine {
    /// Runs and values, without those that are missing.
    fn measured(&self) -> impl Iterator<Item = (usize, f64)> {
        let values = self.values.iter().enumerate();
        values.filter_map(|(run, value)| value.filter(|value| value.is_finite()).map(|value| (run, value)))
    }

    fn change(&self, decimals: usize) -> String {
        let mut measured = self.measured().map(|(_, value)| fixed(value, decimals));
        match (measured.next(), measured.last()) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            (Some(only), None) => only,
            (None, _) => "not measured".to_owned(),
        }
    }
}

impl History {
    fn frame(&self) -> Frame {
        let values = || self.lines.iter().flat_map(HistoryLine::measured).map(|(_, value)| value);
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(f64::NEG_INFINITY, f64::max);
        let last = self.runs.len().saturating_sub(1).max(1) as f64;
        let tick =
            |(run, label): (usize, &HistoryRun)| Tick { value: run as f64, label: label.label.clone() };
        let runs = Ticks {
            scale: Scale::Linear { from: 0.0, to: last },
            ticks: self.runs.iter().enumerate().map(tick).collect(),
        };
        // The lines show change, which an axis from zero would flatten.
        Frame::new(Axis::new("", runs), Axis::new(&self.metric, ticks::linear(low, high, 5)), HEIGHT)
    }

    fn line(&self, canvas: &mut Canvas, frame: &Frame, line: &HistoryLine) {
        let place = |(run, value): (usize, f64)| frame.at(run as f64, value);
        let measured: Vec<(usize, f64)> = line.measured().collect();
        // A run that left the system out interrupts its line.
        for stretch in measured.chunk_by(|a, b| a.0 + 1 == b.0) {
            let points: Vec<_> = stretch.iter().copied().map(place).collect();
            if points.len() > 1 {
                canvas.path("line", &points, None);
            }
        }
        for (run, value) in measured {
            let detail = self.runs.get(run).map_or("", |run| run.detail.as_str());
            let title = format!("{} {}, {detail}", line.name, fixed(value, self.decimals));
            canvas.dot("dot", place((run, value)), 3.0, &title);
        }
    }
}

impl Draw for History {
    fn systems(&self) -> Vec<&str> {
        self.lines.iter().map(|line| line.name.as_str()).collect()
    }

    fn legend(&self, palette: &Palette) -> Vec<Key> {
        let key = |line: &HistoryLine| Key {
            class: palette.class(&line.name),
            mark: Mark::Line,
            name: line.name.clone(),
            detail: line.change(self.decimals),
        };
        self.lines.iter().map(key).collect()
    }

    fn panels(&self, palette: &Palette) -> Vec<Panel> {
        let frame = self.frame();
        let mut canvas = Canvas::default();
        frame.draw(&mut canvas);
        for line in &self.lines {
            canvas.group(&palette.class(&line.name), |canvas| self.line(canvas, &frame, line));
        }
        let changes: Vec<String> =
            self.lines.iter().map(|line| format!("{}: {}", line.name, line.change(self.decimals))).collect();
        vec![Panel {
            title: format!("{} over {} runs", self.metric, self.runs.len()),
            description: format!("{}.", changes.join("; ")),
            width: WIDTH,
            height: frame.height(),
            canvas,
        }]
    }

    fn numbers(&self) -> Table {
        let number = |line: &HistoryLine, run: usize| {
            line.values.get(run).copied().flatten().map_or(Cell::Empty, Cell::number)
        };
        let row = |(place, run): (usize, &HistoryRun)| {
            let cells = [Cell::text(&run.label)].into_iter();
            let cells = cells.chain(self.lines.iter().map(|line| number(line, place)));
            cells.chain([Cell::text(&run.detail)]).collect()
        };
        let lines = self.lines.iter().map(|line| Column::numbers(&line.name, self.decimals));
        Table {
            columns: [Column::words("run")].into_iter().chain(lines).chain([Column::words("of")]).collect(),
            rows: self.runs.iter().enumerate().map(row).collect(),
            ..Table::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(lines: &[(&str, &[Option<f64>])]) -> History {
        let runs = lines.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        let run = |n| HistoryRun { label: format!("run{n}"), detail: format!("commit {n}") };
        let line = |&(name, values): &(&str, &[Option<f64>])| HistoryLine {
            name: name.into(),
            values: values.into(),
        };
        History {
            metric: "nDCG@10".into(),
            decimals: 3,
            runs: (0..runs).map(run).collect(),
            lines: lines.iter().map(line).collect(),
        }
    }

    #[test]
    fn a_run_that_is_missing_interrupts_the_line() {
        let history =
            history(&[("bm25", &[Some(0.31), Some(0.32), None, Some(0.33), Some(0.33), Some(f64::NAN)])]);
        let panel = history.panels(&Palette::default()).remove(0);
        assert_eq!(panel.description, "bm25: 0.310 to 0.330.");
        let svg = panel.svg("f1");
        assert_eq!((svg.matches("class=\"line\"").count(), svg.matches("class=\"dot\"").count()), (2, 4));
        assert!(svg.contains("<title>bm25 0.320, commit 1</title>"));
    }

    #[test]
    fn one_run_or_none_is_no_error() {
        for lines in [&[("bm25", &[Some(0.3)][..])][..], &[("bm25", &[])], &[]] {
            let svg = history(lines).panels(&Palette::default()).remove(0).svg("f1");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }

    #[test]
    fn many_labels_thin_out() {
        let values = vec![Some(0.5); 60];
        let svg = history(&[("bm25", &values)]).panels(&Palette::default()).remove(0).svg("f1");
        assert!(svg.contains(">run59<") && svg.contains(">run0<"));
        let shown = (0..60).filter(|n| svg.contains(&format!(">run{n}<"))).count();
        assert!((3..=10).contains(&shown), "{shown}");
    }

    #[test]
    fn the_table_has_a_row_a_run() {
        let table = history(&[("bm25", &[Some(0.31), None]), ("dense", &[Some(0.2)])]).numbers();
        assert_eq!(table.rows[1], [Cell::text("run1"), Cell::Empty, Cell::Empty, Cell::text("commit 1")]);
    }
}
