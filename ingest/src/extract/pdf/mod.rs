//! PDF: glyph runs from `pdf_oxide`, then our own layout ([`layout`]) and paragraphs ([`blocks`]).
//!
//! The crate's own text surfaces interleave columns and break every line into a paragraph, so only its runs are used; a page whose
//! runs have no usable geometry (rotated, vertical writing) falls back to its plain text.

mod blocks;
mod layout;

use pdf_oxide::PdfDocument;
use pdf_oxide::converters::ConversionOptions;
use pdf_oxide::layout::FontWeight;

use self::layout::{Line, Run, reading_order};
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
    let mut builder = TextBuilder::new("application/pdf", limits.max_text_bytes);
    let (mut pages, mut unreadable, mut bytes_of_text) = (Vec::with_capacity(count), 0, 0);
    for index in 0..count {
        let lines = page_lines(&pdf, index).unwrap_or_else(|error| {
            unreadable += 1;
            builder.warn(format!("page {} could not be read: {error}", index + 1));
            Vec::new()
        });
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
    let empty = pages.iter().filter(|p| p.is_empty()).count() - unreadable;
    if empty > 0 {
        builder.warn(format!("{empty} of {count} pages have no text layer"));
    }
    blocks::write(&mut builder, pages)?;
    builder.finish()
}

/// The lines of a page in reading order.
fn page_lines(pdf: &PdfDocument, index: usize) -> Result<Vec<Line>, pdf_oxide::error::Error> {
    let spans = pdf.extract_spans(index)?;
    let (_, _, width, height) = pdf.get_page_media_box(index).unwrap_or((0.0, 0.0, 612.0, 792.0));
    let longest = width.max(height) * 1.5;
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
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
        let text = pdf.to_plain_text(index, &ConversionOptions::default())?;
        return Ok(text.lines().map(Line::without_geometry).filter(|l| !l.text.is_empty()).collect());
    }
    let runs = spans.into_iter().filter(|s| visible(&s.text) > 0).map(|span| Run {
        x: span.bbox.x,
        y: span.bbox.y,
        width: span.bbox.width,
        size: span.font_size.max(1.0),
        bold: matches!(
            span.font_weight,
            FontWeight::SemiBold | FontWeight::Bold | FontWeight::ExtraBold | FontWeight::Black
        ),
        heading: span.heading_level,
        text: span.text,
    });
    Ok(reading_order(runs.collect()))
}
