//! reStructuredText: the text of the rendered document, with its sections, lists, tables and code.

mod blocks;
mod directives;
mod inline;
mod lines;
mod lists;
mod prepass;
mod rows;
mod tables;

use self::blocks::Reader;
use super::ContentLimits;
use super::builder::TextBuilder;
use super::charset;
use super::document::Extracted;
use crate::error::ExtractError;

/// Reads a document.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, None)?;
    let mut builder = TextBuilder::new("text/x-rst", limits.max_text_bytes);
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    let text = lines::expanded(&decoded.text);
    let lines: Vec<&str> = text.lines().collect();
    let names = prepass::names(&lines);
    let mut reader = Reader::new(&mut builder, names);
    reader.document(&lines)?;
    reader.finish();
    builder.finish()
}

#[cfg(test)]
mod tests;
