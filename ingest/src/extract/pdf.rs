//! PDF through `pdf_oxide`.

use pdf_oxide::PdfDocument;
use pdf_oxide::converters::ConversionOptions;

use super::ContentLimits;
use super::builder::TextBuilder;
use super::document::{BlockKind, Extracted};
use crate::error::{ExtractError, SizeLimit};

const WHAT: &str = "a PDF document";

/// Reads a PDF document.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let pdf = PdfDocument::from_bytes(bytes.to_vec()).map_err(|e| ExtractError::corrupt(WHAT, e))?;
    if pdf.is_encrypted() && !pdf.is_authenticated() {
        return Err(ExtractError::Encrypted { what: WHAT.to_owned() });
    }
    let pages = pdf.page_count().map_err(|e| ExtractError::corrupt(WHAT, e))?;
    if pages == 0 {
        return Err(ExtractError::corrupt(WHAT, "no pages found"));
    }
    if pages > limits.max_pages {
        return Err(ExtractError::TooLarge {
            what: SizeLimit::Pages,
            actual: pages as u64,
            limit: limits.max_pages as u64,
        });
    }
    let mut builder = TextBuilder::new("application/pdf", limits.max_text_bytes);
    let options = ConversionOptions::default();
    for page in 0..pages {
        builder.start_page();
        match pdf.to_plain_text(page, &options) {
            Ok(text) => {
                for paragraph in text.split("\n\n") {
                    builder.push(BlockKind::Paragraph, paragraph)?;
                }
            }
            Err(error) => builder.warn(format!("page {} could not be read: {error}", page + 1)),
        }
    }
    if builder.text().is_empty() {
        return Err(ExtractError::NeedsOcr { pages: u32::try_from(pages).unwrap_or(u32::MAX) });
    }
    builder.finish()
}
