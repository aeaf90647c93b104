//! A finished drawing, and the keys that say what its marks mean.

use super::super::text::{escape, inline};
use super::canvas::{Canvas, coordinate};

/// The width of a drawing that stands alone, in user units: one unit is about a pixel, on a phone a little less.
pub(super) const WIDTH: f64 = 380.0;

/// A drawing with its text alternative.
#[derive(Debug)]
pub(in super::super) struct Panel {
    /// What it shows, in a few words.
    pub(super) title: String,
    /// What can be seen in it, in sentences.
    pub(super) description: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) canvas: Canvas,
}

impl Panel {
    /// The drawing as an `<svg>` element. Its title and description get ids that start with `id`, which has to be unique
    /// on the page.
    pub(in super::super) fn svg(self, id: &str) -> String {
        format!(
            "<svg role=\"img\" viewBox=\"0 0 {} {}\" aria-labelledby=\"{id}t {id}d\">\
             <title id=\"{id}t\">{}</title><desc id=\"{id}d\">{}</desc>{}</svg>\n",
            coordinate(self.width),
            coordinate(self.height.ceil()),
            escape(&self.title),
            escape(&self.description),
            self.canvas.finish(),
        )
    }
}

/// One entry of a legend.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Key {
    /// The classes of the marks it explains.
    pub(super) class: String,
    pub(super) mark: Mark,
    /// Whose marks they are.
    pub(super) name: String,
    /// What has to be known of them, such as their number; empty for nothing.
    pub(super) detail: String,
}

/// What a mark looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Mark {
    /// A line.
    Line,
    /// A dot.
    Dot,
}

impl Key {
    /// The entry as the content of a list item.
    pub(in super::super) fn html(&self) -> String {
        let (width, sample) = match self.mark {
            Mark::Line => (26, "<path class=\"line\" d=\"M1 6H25\"/>"),
            Mark::Dot => (12, "<circle class=\"dot\" cx=\"6\" cy=\"6\" r=\"4.5\"/>"),
        };
        let detail = if self.detail.is_empty() {
            String::new()
        } else {
            format!(" <span class=\"muted\">{}</span>", inline(&self.detail))
        };
        format!(
            "<svg class=\"key {}\" width=\"{width}\" height=\"12\" aria-hidden=\"true\">{sample}</svg>{}{detail}",
            self.class,
            inline(&self.name),
        )
    }
}
