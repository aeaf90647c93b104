//! PDF: glyphs from `pdf_oxide` ([`glyphs`]), then our own words ([`words`]), layout ([`layout`]) and paragraphs ([`blocks`]).
//!
//! The crate's own text surfaces interleave columns and break every line into a paragraph, so only its glyphs are used; a page
//! whose runs have no usable geometry (rotated, vertical writing) falls back to its plain text. Text of fonts without a character map
//! ([`fonts`]) is read from the order of their glyphs where that is certain, and left out with a warning where it is not.

mod accents;
mod bidi;
mod blocks;
mod fonts;
mod glyph_names;
mod glyph_order;
mod glyphs;
mod layout;
mod letters;
mod noise;
mod readings;
mod scripts;
mod spans;
mod words;

use pdf_oxide::PdfDocument;
use pdf_oxide::converters::ConversionOptions;
use pdf_oxide::error::Error;

use self::glyphs::Glyphs;
use self::layout::{Line, reading_order};
use self::readings::Readings;
use self::spans::Spans;
use super::ContentLimits;
use super::builder::TextBuilder;
use super::document::Extracted;
use crate::error::{ExtractError, SizeLimit};

const WHAT: &str = "a PDF document";

/// Reads a PDF document; an encrypted one opens with the empty password or not at all.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let pdf = PdfDocument::from_bytes(bytes.to_vec()).map_err(|e| ExtractError::corrupt(WHAT, e))?;
    let locked = || ExtractError::Encrypted { what: WHAT.to_owned() };
    if pdf.is_encrypted() && !pdf.is_authenticated() && !pdf.authenticate(b"").unwrap_or(false) {
        return Err(locked());
    }
    let count = pdf.page_count().map_err(|e| ExtractError::corrupt(WHAT, e))?;
    if count == 0 {
        return Err(ExtractError::corrupt(WHAT, "no pages found"));
    }
    if count > limits.max_pages {
        return Err(ExtractError::TooLarge {
            what: SizeLimit::Pages,
            actual: count as u64,
            limit: limits.max_pages as u64,
        });
    }
    let mut readings = Readings::of(&pdf, count);
    let mut builder = TextBuilder::new("application/pdf", limits.max_text_bytes);
    let (mut pages, mut unreadable, mut without_text, mut bytes_of_text) =
        (Vec::with_capacity(count), 0, 0, 0);
    for index in 0..count {
        let lines = match page_lines(&pdf, index, &mut readings) {
            Ok(Some(lines)) => lines,
            Ok(None) => {
                without_text += 1;
                Vec::new()
            }
            Err(error) => {
                unreadable += 1;
                builder.warn(format!("page {} could not be read: {error}", index + 1));
                Vec::new()
            }
        };
        bytes_of_text += lines.iter().map(|l| l.text.len()).sum::<usize>();
        if bytes_of_text > limits.max_text_bytes {
            let (actual, limit) = (bytes_of_text as u64, limits.max_text_bytes as u64);
            return Err(ExtractError::TooLarge { what: SizeLimit::TextBytes, actual, limit });
        }
        pages.push(lines);
    }
    if !pages.iter().flatten().any(|l| l.text.chars().any(char::is_alphanumeric)) {
        return Err(match (pdf.is_encrypted(), unreadable == count) {
            (true, _) => locked(),
            (false, true) => ExtractError::corrupt(WHAT, "no page could be read"),
            (false, false) => ExtractError::NeedsOcr { pages: u32::try_from(count).unwrap_or(u32::MAX) },
        });
    }
    if without_text > 0 {
        builder.warn(format!("{without_text} of {count} pages have no text layer"));
    }
    for warning in readings.warnings() {
        builder.warn(warning);
    }
    blocks::write(&mut builder, pages)?;
    builder.finish()
}

/// The lines of a page in reading order; `None` when it has no text at all.
fn page_lines(pdf: &PdfDocument, index: usize, readings: &mut Readings) -> Result<Option<Vec<Line>>, Error> {
    let mut spans = pdf.extract_spans(index)?;
    spans.retain(|span| visible(&span.text) > 0);
    if spans.is_empty() {
        return Ok(None);
    }
    let (_, _, width, height) = pdf.get_page_media_box(index).unwrap_or((0.0, 0.0, 612.0, 792.0));
    let longest = width.max(height) * 1.5;
    let (mut all, mut odd) = (0, 0);
    for span in &spans {
        let chars = visible(&span.text);
        all += chars;
        let usable = span.rotation_degrees == 0.0
            && span.wmode == 0
            && span.bbox.width.is_finite()
            && span.bbox.width <= longest;
        odd += if usable { 0 } else { chars };
    }
    if odd * 5 > all {
        let text = readings.decode(index, "", &pdf.to_plain_text(index, &ConversionOptions::default())?);
        let lines = text.lines().map(Line::without_geometry).filter(|l| !l.text.is_empty());
        return Ok(Some(lines.collect()));
    }
    let upside_down = pdf.get_page_rotation(index).unwrap_or(0) == 180;
    let mut glyphs = if upside_down { Glyphs::default() } else { Glyphs::of_page(pdf, index)? };
    let spans = Spans::of(spans, &glyphs);
    readings.apply(index, &mut glyphs);
    let mut runs = words::words(&glyphs);
    scripts::snap(&mut runs);
    spans.mark_headings(&mut runs);
    runs.extend(spans.into_undrawn().map(|(font, mut run)| {
        run.text = readings.decode(index, &font, &run.text);
        run
    }));
    Ok(Some(reading_order(runs)))
}

fn visible(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests;
