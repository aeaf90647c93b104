//! Rich Text Format: paragraphs, headings, lists and tables as a reader sees them, then notes, comments and footers.

mod destinations;
mod fonts;
mod reader;
mod story;
mod styles;
mod token;

use self::reader::Reader;
use self::story::Piece;
use super::ContentLimits;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::{BlockKind, Extracted};
use crate::error::ExtractError;

/// Reads a document.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    if !bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return Err(ExtractError::corrupt(Kind::Rtf.what(), "it does not begin with {\\rtf"));
    }
    let mut builder = TextBuilder::new("application/rtf", limits.max_text_bytes);
    for piece in Reader::new(&mut builder).read(bytes)? {
        match piece {
            Piece::Block { kind, text, hidden } => {
                let before = builder.len();
                builder.push(kind, &text)?;
                if hidden {
                    builder.hide_since(before);
                }
            }
            Piece::Row { cells, is_header } => {
                let kind = if is_header { BlockKind::TableHeader } else { BlockKind::TableRow };
                builder.push_row(kind, &cells, None)?;
            }
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests;
