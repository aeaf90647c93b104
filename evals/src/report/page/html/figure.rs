//! A plot with its heading, legend, drawings and numbers.

use std::fmt::Write as _;

use super::super::plots::{Palette, Plot};
use super::super::text::inline;
use super::table;

/// Writes a figure. `number` counts the figures of the page from 1 and makes the ids of its parts unique.
pub(super) fn write(out: &mut String, plot: &Plot, number: usize, palette: &Palette) {
    let drawn = plot.figures.draw();
    let panels = drawn.panels(palette);
    let many = if panels.len() > 1 { " class=\"wide\"" } else { "" };
    let _ = write!(out, "<figure id=\"f{number}\"{many}>\n<figcaption><b>{}</b>", inline(&plot.title));
    if !plot.caption.is_empty() {
        let _ = write!(out, " {}", inline(&plot.caption));
    }
    out.push_str("</figcaption>\n");
    let legend = drawn.legend(palette);
    if !legend.is_empty() {
        out.push_str("<ul class=\"legend\">\n");
        for key in &legend {
            let _ = writeln!(out, "<li>{}", key.html());
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<div class=\"panels\">\n");
    for (place, panel) in panels.into_iter().enumerate() {
        out.push_str(&panel.svg(&format!("f{number}p{}", place + 1)));
    }
    out.push_str("</div>\n<details><summary>Numbers</summary>\n");
    table::write(out, &drawn.numbers());
    out.push_str("</details>\n</figure>\n");
}
