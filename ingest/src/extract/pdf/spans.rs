//! What the runs of `pdf_oxide` know beyond the glyphs of the content stream: headings of the structure tree, and text of forms
//! and annotations.

use pdf_oxide::layout::TextSpan;

use super::glyphs::{Glyphs, is_bold};
use super::layout::Run;

/// The runs of a page that matter beside its glyphs.
pub(super) struct Spans {
    /// Runs without upright glyphs, with their fonts.
    undrawn: Vec<(String, Run)>,
    headings: Vec<Run>,
}

impl Spans {
    /// Sorts out the runs of a page whose upright glyphs are known.
    pub(super) fn of(spans: Vec<TextSpan>, glyphs: &Glyphs) -> Self {
        let mut baselines: Vec<(f32, f32)> = glyphs.glyphs.iter().map(|g| (g.y, g.x)).collect();
        baselines.sort_by(|a, b| a.0.total_cmp(&b.0));
        let drawn = |run: &Run| {
            let reach = 0.6 * run.size;
            let from = baselines.partition_point(|&(y, _)| y < run.y - reach);
            let near = baselines.iter().skip(from).take_while(|&&(y, _)| y <= run.y + reach);
            let across = run.x - 1.0..=run.x + run.width + 1.0;
            near.take(MAX_LOOK).any(|(_, x)| across.contains(x))
        };
        let (mut undrawn, mut headings) = (Vec::new(), Vec::new());
        for span in spans {
            let upright = span.rotation_degrees == 0.0;
            let (font, run) = run(span);
            if !upright || !drawn(&run) {
                undrawn.push((font, run));
            } else if run.heading.is_some() && headings.len() < MAX_HEADINGS {
                headings.push(run);
            }
        }
        Self { undrawn, headings }
    }

    /// Gives words inside a heading of the structure tree its level.
    pub(super) fn mark_headings(&self, words: &mut [Run]) {
        for word in words.iter_mut() {
            let middle = word.x + word.width / 2.0;
            word.heading = self
                .headings
                .iter()
                .find(|h| (h.x..=h.x + h.width).contains(&middle) && (h.y - word.y).abs() < 0.5 * h.size)
                .and_then(|h| h.heading);
        }
    }

    /// The runs without upright glyphs, with the names of their fonts.
    pub(super) fn into_undrawn(self) -> impl Iterator<Item = (String, Run)> {
        self.undrawn.into_iter()
    }
}

/// Glyphs looked at to find one of a run.
const MAX_LOOK: usize = 4096;
/// Runs of headings on a page.
const MAX_HEADINGS: usize = 256;

fn run(span: TextSpan) -> (String, Run) {
    let run = Run {
        x: span.bbox.x,
        y: span.bbox.y,
        width: span.bbox.width,
        size: span.font_size.max(1.0),
        bold: is_bold(span.font_weight),
        heading: span.heading_level,
        text: span.text,
    };
    (span.font_name, run)
}
