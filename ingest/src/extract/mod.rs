//! Bytes to text with structure. Everything here runs inside the worker process; see [`crate::worker`].

mod builder;
mod charset;
mod clean;
mod detect;
mod document;
mod ebcdic;
mod html;
mod html_content;
mod markdown;
mod pdf;
mod pdf_blocks;
mod pdf_layout;
mod plain;

pub(crate) use builder::TextBuilder;
pub use detect::{Kind, detect};
pub use document::{Block, BlockKind, Extracted};

use serde::{Deserialize, Serialize};

use crate::error::ExtractError;

/// Limits that the extractors themselves keep; memory and time are the operating system's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentLimits {
    /// Bytes of extracted text.
    pub max_text_bytes: usize,
    /// Pages of a paged document.
    pub max_pages: usize,
}

impl Default for ContentLimits {
    fn default() -> Self {
        Self { max_text_bytes: 32 << 20, max_pages: 10_000 }
    }
}

/// Reads a document in this process. Only for trusted input and for the worker: a hostile file can exhaust memory or the stack;
/// [`crate::worker::Extractor`] contains that.
///
/// # Errors
/// Every reason of [`ExtractError`] that is a property of the document.
pub fn extract_in_process(
    bytes: &[u8],
    name: &str,
    mime: Option<&str>,
    limits: &ContentLimits,
) -> Result<Extracted, ExtractError> {
    match detect(bytes, name, mime)? {
        Kind::Pdf => pdf::extract(bytes, limits),
        Kind::Html => html::extract(bytes, limits.max_text_bytes),
        Kind::Markdown => markdown::extract(bytes, limits.max_text_bytes),
        kind @ (Kind::Text | Kind::Rows | Kind::Code) => {
            plain::extract(bytes, kind, "text/plain", limits.max_text_bytes)
        }
    }
}
