//! The glyphs of a page as `pdf_oxide` places them.
//!
//! Its text runs are made for other ends: they join across subscripts and make decimal numbers of digits that stand apart. Its
//! glyphs are as the content stream has them, so runs are made of those ([`super::words`]).

use std::collections::HashMap;

use pdf_oxide::PdfDocument;
use pdf_oxide::error::Error;
use pdf_oxide::layout::{FontWeight, TextChar};

/// A character on a page. Coordinates are PDF points, y upwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) character: char,
    /// Left end of the baseline.
    pub(super) x: f32,
    pub(super) y: f32,
    /// Where the next glyph of the same string goes, with character spacing but without kerning.
    pub(super) advance: f32,
    /// Font size in points.
    pub(super) size: f32,
    /// Index into [`Glyphs::styles`].
    pub(super) style: usize,
}

/// What glyphs of one font have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Style {
    pub(super) font: String,
    pub(super) bold: bool,
}

/// The upright glyphs of a page, in no order.
#[derive(Debug, Default)]
pub(super) struct Glyphs {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) styles: Vec<Style>,
}

impl Glyphs {
    /// The upright glyphs inside the page's media box.
    pub(super) fn of_page(pdf: &PdfDocument, page: usize) -> Result<Self, Error> {
        const MARGIN: f32 = 2.0;
        let (x0, y0, x1, y1) =
            pdf.get_page_media_box(page).unwrap_or((f32::MIN, f32::MIN, f32::MAX, f32::MAX));
        let inside = |at: f32, a: f32, b: f32| (a.min(b) - MARGIN..=a.max(b) + MARGIN).contains(&at);
        let chars = pdf.extract_chars(page)?;
        let mut places: HashMap<Style, usize> = HashMap::new();
        let mut page = Self::default();
        for char in chars {
            let upright = char.rotation_degrees.abs() < 1.0;
            if upright && inside(char.origin_x, x0, x1) && inside(char.origin_y, y0, y1) {
                page.add(char, &mut places);
            }
        }
        Ok(page)
    }

    /// The glyphs of some of the fonts.
    pub(super) fn of_fonts(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept = |glyph: &&Glyph| self.styles.get(glyph.style).is_some_and(|style| keep(&style.font));
        Self { glyphs: self.glyphs.iter().filter(kept).copied().collect(), styles: self.styles.clone() }
    }

    fn add(&mut self, char: TextChar, places: &mut HashMap<Style, usize>) {
        let style = Style { bold: is_bold(char.font_weight), font: char.font_name };
        let styles = &mut self.styles;
        let style = *places.entry(style).or_insert_with_key(|style| {
            styles.push(style.clone());
            styles.len() - 1
        });
        let (advance, size) = (char.rendered_advance, char.font_size);
        let usable = [char.origin_x, char.origin_y, advance, size].iter().all(|v| v.is_finite());
        if usable && char.char != char::REPLACEMENT_CHARACTER {
            self.glyphs.push(Glyph {
                character: char.char,
                x: char.origin_x,
                y: char.origin_y,
                advance: advance.max(0.0),
                size: size.max(1.0),
                style,
            });
        }
    }
}

/// Whether a weight is bold in print.
pub(super) fn is_bold(weight: FontWeight) -> bool {
    matches!(weight, FontWeight::SemiBold | FontWeight::Bold | FontWeight::ExtraBold | FontWeight::Black)
}
