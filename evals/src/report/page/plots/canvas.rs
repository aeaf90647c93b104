//! A drawing in the making: SVG elements in user units, with classes instead of colours.

use std::fmt::Write as _;

use super::super::text::escape;

/// Where a text stands relative to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The elements drawn so far.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    elements: String,
}

/// A coordinate to a tenth of a unit, a third of a pixel at most: more would only make the page larger.
pub(super) fn coordinate(value: f64) -> String {
    let tenths = if value.is_finite() { (value * 10.0).round() / 10.0 } else { 0.0 };
    // Adding zero turns a negative zero into a positive one.
    format!("{}", tenths + 0.0)
}

impl Canvas {
    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.path(class, &[from, to], None);
    }

    /// A line through points, with a tooltip of plain text.
    pub(super) fn path(&mut self, class: &str, points: &[(f64, f64)], title: Option<&str>) {
        let data = path_data(points);
        if !data.is_empty() {
            self.element(&format!("path class=\"{class}\" d=\"{data}\""), title);
        }
    }

    /// A rectangle from one corner to the opposite one, with a tooltip of plain text.
    pub(super) fn rectangle(&mut self, class: &str, a: (f64, f64), b: (f64, f64), title: Option<&str>) {
        let (x, y) = (a.0.min(b.0), a.1.min(b.1));
        let (width, height) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
        let [x, y, width, height] = [x, y, width, height].map(coordinate);
        self.element(
            &format!("rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""),
            title,
        );
    }

    /// A dot, with a tooltip of plain text.
    pub(super) fn dot(&mut self, class: &str, at: (f64, f64), radius: f64, title: &str) {
        let [x, y, radius] = [at.0, at.1, radius].map(coordinate);
        self.element(&format!("circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\""), Some(title));
    }

    /// A dot as the round cap of a line without length: in a group that sets the width, the shortest markup there is.
    /// The tooltip is escaped already.
    pub(super) fn speck(&mut self, at: (f64, f64), width: Option<f64>, escaped_title: &str) {
        let [x, y] = [at.0, at.1].map(coordinate);
        let width =
            width.map_or_else(String::new, |width| format!(" stroke-width=\"{}\"", coordinate(width)));
        let _ = write!(self.elements, "<path{width} d=\"M{x} {y}h0\"><title>{escaped_title}</title></path>");
    }

    pub(super) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        let [x, y] = [at.0, at.1].map(coordinate);
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let _ = write!(self.elements, "<text{class} x=\"{x}\" y=\"{y}\"{anchor}>{}</text>", escape(text));
    }

    /// Draws a group of elements that share a class.
    pub(super) fn group(&mut self, class: &str, draw: impl FnOnce(&mut Self)) {
        let _ = write!(self.elements, "<g class=\"{class}\">");
        draw(self);
        self.elements.push_str("</g>");
    }

    pub(super) fn finish(self) -> String {
        self.elements
    }

    fn element(&mut self, head: &str, title: Option<&str>) {
        let name = head.split(' ').next().unwrap_or_default();
        let _ = match title {
            None => write!(self.elements, "<{head}/>"),
            Some(title) => write!(self.elements, "<{head}><title>{}</title></{name}>", escape(title)),
        };
    }
}

/// `M`, then `H` and `V` where a line is level or upright on the grid of tenths, else `L`; points that fall together are
/// written once.
fn path_data(points: &[(f64, f64)]) -> String {
    let mut data = String::new();
    let mut last: Option<(String, String)> = None;
    for &(x, y) in points {
        let (x, y) = (coordinate(x), coordinate(y));
        let _ = match &last {
            None => write!(data, "M{x} {y}"),
            Some((last_x, last_y)) if *last_x == x && *last_y == y => continue,
            Some((_, last_y)) if *last_y == y => write!(data, "H{x}"),
            Some((last_x, _)) if *last_x == x => write!(data, "V{y}"),
            Some(_) => write!(data, "L{x} {y}"),
        };
        last = Some((x, y));
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        for (value, text) in
            [(12.34, "12.3"), (12.0, "12"), (-0.04, "0"), (-3.25, "-3.3"), (f64::NAN, "0"), (0.06, "0.1")]
        {
            assert_eq!(coordinate(value), text);
        }
    }

    #[test]
    fn a_path_uses_the_shortest_commands() {
        let points = [(0.0, 0.0), (5.0, 0.0), (5.01, 0.0), (5.0, 7.0), (6.0, 8.0)];
        assert_eq!(path_data(&points), "M0 0H5V7L6 8");
        assert_eq!(path_data(&[]), "");
    }

    #[test]
    fn foreign_text_is_escaped() {
        let mut canvas = Canvas::default();
        canvas.group("c0", |canvas| {
            canvas.text("", (1.0, 2.0), Anchor::End, "<b>");
            canvas.dot("dot", (1.0, 2.0), 3.0, "a & b");
        });
        assert_eq!(
            canvas.finish(),
            "<g class=\"c0\"><text x=\"1\" y=\"2\" text-anchor=\"end\">&lt;b&gt;</text>\
             <circle class=\"dot\" cx=\"1\" cy=\"2\" r=\"3\"><title>a &amp; b</title></circle></g>"
        );
    }

    #[test]
    fn a_rectangle_has_no_negative_sides() {
        let mut canvas = Canvas::default();
        canvas.rectangle("bar", (5.0, 9.0), (2.0, 4.0), None);
        assert_eq!(canvas.finish(), "<rect class=\"bar\" x=\"2\" y=\"4\" width=\"3\" height=\"5\"/>");
    }
}
