//! The page as HTML.

mod figure;
mod policy;
mod table;

use std::fmt::Write as _;

use super::model::{Block, Page, Section};
use super::plots::Palette;
use super::text::{escape, inline};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("sort.js");

pub(super) fn write(page: &Page) -> String {
    let mut out = head(page);
    let _ = write!(out, "<header>\n<h1>{}</h1>\n", inline(&page.title));
    if !page.subtitle.is_empty() {
        let _ = writeln!(out, "<p class=\"subtitle\">{}</p>", inline(&page.subtitle));
    }
    out.push_str("</header>\n");
    contents(&mut out, page);
    out.push_str("<main>\n");
    let palette = Palette::of(page);
    let mut figures = 0;
    for (number, part) in page.sections.iter().enumerate() {
        section(&mut out, part, number + 1, &palette, &mut figures);
    }
    out.push_str("</main>\n");
    manifest(&mut out, page);
    let _ = write!(out, "<script>{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn head(page: &Page) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n",
        policy::content_security_policy(STYLE, SCRIPT),
        escape(&page.title),
    )
}

/// Links to the sections, where there are several.
fn contents(out: &mut String, page: &Page) {
    if page.sections.len() < 3 {
        return;
    }
    out.push_str("<nav aria-label=\"Contents\">\n<ul>\n");
    for (number, section) in page.sections.iter().enumerate() {
        let _ = writeln!(out, "<li><a href=\"#s{}\">{}</a>", number + 1, inline(&section.title));
    }
    if !page.manifest.is_empty() {
        out.push_str("<li><a href=\"#manifest\">Manifest</a>\n");
    }
    out.push_str("</ul>\n</nav>\n");
}

fn section(out: &mut String, section: &Section, number: usize, palette: &Palette, figures: &mut usize) {
    let _ = write!(out, "<section id=\"s{number}\">\n<h2>{}</h2>\n", inline(&section.title));
    let is_plot = |block: &Block| matches!(block, Block::Plot(_));
    for blocks in section.blocks.chunk_by(|a, b| is_plot(a) && is_plot(b)) {
        let plots = blocks.iter().any(is_plot);
        if plots {
            out.push_str("<div class=\"figures\">\n");
        }
        for block in blocks {
            match block {
                Block::Prose(text) => {
                    let _ = writeln!(out, "<p dir=\"auto\">{}</p>", escape(text));
                }
                Block::Table(content) => table::write(out, content),
                Block::Plot(plot) => {
                    *figures += 1;
                    figure::write(out, plot, *figures, palette);
                }
            }
        }
        if plots {
            out.push_str("</div>\n");
        }
    }
    out.push_str("</section>\n");
}

fn manifest(out: &mut String, page: &Page) {
    if page.manifest.is_empty() {
        return;
    }
    out.push_str("<footer id=\"manifest\">\n<h2>Manifest</h2>\n<dl>\n");
    for fact in &page.manifest {
        let _ = writeln!(out, "<div><dt>{}<dd>{}</div>", inline(&fact.name), inline(&fact.value));
    }
    out.push_str("</dl>\n</footer>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::plots::{COLOURS, DASHES, SIZE};

    #[test]
    fn the_style_sheet_has_what_drawings_rely_on() {
        assert!(STYLE.contains(&format!("font: {SIZE}px")));
        for (place, colour) in COLOURS.iter().enumerate() {
            assert!(STYLE.contains(&format!(".c{place} {{ color: {colour}; }}")), "{colour}");
        }
        for (place, dashes) in DASHES.iter().enumerate().skip(1) {
            assert!(
                STYLE.contains(&format!(".d{place} .line {{ stroke-dasharray: {dashes}; }}")),
                "{dashes}"
            );
        }
    }

    #[test]
    fn style_and_script_name_nothing_outside_and_do_not_end_early() {
        for text in [STYLE, SCRIPT] {
            for word in ["url(", "@import", "http", "//", "</", "fetch", "innerHTML", "eval"] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
