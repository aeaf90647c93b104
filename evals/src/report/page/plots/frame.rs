//! The axes of a plot, and where a pair of values lies between them.

use super::canvas::{Anchor, Canvas};
use super::label::{self, SIZE, Stretch};
use super::panel::WIDTH;
use super::scale::Scale;
use super::ticks::{Tick, Ticks};

/// Above the plot: the title of the upright axis, which is written level.
const TOP: f64 = 24.0;
/// Below the plot: labels.
const LABELS: f64 = 21.0;
/// Below the labels: the title of the level axis.
const TITLE: f64 = 17.0;

/// One axis.
#[derive(Debug)]
pub(super) struct Axis {
    /// What it measures; empty where its labels say it.
    pub(super) title: String,
    /// The scale and its marks.
    pub(super) ticks: Ticks,
}

/// Two axes around a plot.
#[derive(Debug)]
pub(super) struct Frame {
    x: Axis,
    y: Axis,
    left: f64,
    right: f64,
    bottom: f64,
}

impl Axis {
    pub(super) fn new(title: impl Into<String>, ticks: Ticks) -> Self {
        Self { title: title.into(), ticks }
    }

    /// An axis from 0 to 1 with marks at the given values.
    pub(super) fn shares(title: impl Into<String>, marks: &[(f64, &str)]) -> Self {
        let ticks = marks.iter().map(|&(value, label)| Tick { value, label: label.to_owned() }).collect();
        Self::new(title, Ticks { scale: Scale::Linear { from: 0.0, to: 1.0 }, ticks })
    }
}

impl Frame {
    /// Axes around a plot of the given height. The left margin is as wide as the labels need, and the plot leaves room
    /// for the half of a label that stands below each of its corners.
    pub(super) fn new(x: Axis, y: Axis, height: f64) -> Self {
        let labels = y.ticks.ticks.iter().map(|tick| label::width(&tick.label)).fold(0.0, f64::max);
        let half = |tick: Option<&Tick>| tick.map_or(0.0, |tick| label::width(&tick.label) / 2.0);
        let left = f64::max(labels + 7.0, half(x.ticks.ticks.first()));
        let right = WIDTH - half(x.ticks.ticks.last()).max(6.0);
        Self { x, y, left, right, bottom: TOP + height }
    }

    /// Axes around a square, as wide as there is room for.
    pub(super) fn square(x: Axis, y: Axis) -> Self {
        let frame = Self::new(x, y, 0.0);
        let side = frame.right - frame.left;
        Self { bottom: TOP + side, ..frame }
    }

    /// The height of the drawing with all its labels.
    pub(super) fn height(&self) -> f64 {
        self.bottom + LABELS + if self.x.title.is_empty() { 0.0 } else { TITLE }
    }

    /// Where a pair of values lies.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let across = self.x.ticks.scale.fraction(x);
        let up = self.y.ticks.scale.fraction(y);
        (self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - TOP))
    }

    /// Draws a faint line at every mark of the upright axis, the level axis, and all labels that fit.
    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let upright: Vec<Stretch> = self
            .y
            .ticks
            .ticks
            .iter()
            .map(|tick| Stretch { centre: self.at(0.0, tick.value).1, extent: SIZE })
            .collect();
        canvas.group("grid", |canvas| {
            for mark in &upright {
                canvas.line("rule", (self.left, mark.centre), (self.right, mark.centre));
            }
        });
        canvas.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        let labelled = self.y.ticks.ticks.iter().zip(&upright).zip(label::shown(&upright, 1.0));
        for ((tick, mark), _) in labelled.filter(|(_, shown)| *shown) {
            canvas.text("muted", (self.left - 7.0, mark.centre + 4.0), Anchor::End, &tick.label);
        }
        let level: Vec<Stretch> = self
            .x
            .ticks
            .ticks
            .iter()
            .map(|tick| Stretch { centre: self.at(tick.value, 0.0).0, extent: label::width(&tick.label) })
            .collect();
        for ((tick, mark), shown) in self.x.ticks.ticks.iter().zip(&level).zip(label::shown(&level, 6.0)) {
            canvas.line("axis", (mark.centre, self.bottom), (mark.centre, self.bottom + 4.0));
            if shown {
                canvas.text("muted", (mark.centre, self.bottom + 16.0), Anchor::Middle, &tick.label);
            }
        }
        canvas.text("muted", (0.0, SIZE), Anchor::Start, &label::fit(&self.y.title, WIDTH));
        if !self.x.title.is_empty() {
            let title = label::fit(&self.x.title, WIDTH);
            canvas.text("muted", (self.right, self.bottom + LABELS + 11.0), Anchor::End, &title);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ticks;
    use super::*;

    fn frame() -> Frame {
        let x = Axis::new("time", ticks::linear(0.0, 12_000.0, 5));
        Frame::new(x, Axis::shares("share", &[(0.0, "0%"), (0.95, "95%"), (1.0, "100%")]), 100.0)
    }

    #[test]
    fn corners_lie_in_the_corners() {
        let frame = frame();
        let (left, bottom) = frame.at(0.0, 0.0);
        let (right, top) = frame.at(15_000.0, 1.0);
        assert_eq!((bottom, top), (TOP + 100.0, TOP));
        assert!(left > label::width("100%") && right < WIDTH - label::width("15,000") / 2.0 + 1e-9);
        assert_eq!(frame.height(), TOP + 100.0 + LABELS + TITLE);
    }

    #[test]
    fn labels_that_would_overlap_are_left_out_but_not_their_marks() {
        let mut canvas = Canvas::default();
        frame().draw(&mut canvas);
        let drawn = canvas.finish();
        assert!(drawn.contains(">100%<") && drawn.contains(">0%<") && !drawn.contains(">95%<"), "{drawn}");
        assert_eq!(drawn.matches("class=\"rule\"").count(), 3);
    }

    #[test]
    fn a_square_has_equal_sides() {
        let marks: &[(f64, &str)] = &[(0.0, "0"), (1.0, "1")];
        let frame = Frame::square(Axis::shares("x", marks), Axis::shares("y", marks));
        let ((left, bottom), (right, top)) = (frame.at(0.0, 0.0), frame.at(1.0, 1.0));
        assert!(((right - left) - (bottom - top)).abs() < 1e-9);
    }
}
