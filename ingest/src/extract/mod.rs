//! Bytes to text with structure. Everything here runs inside the worker process; see [`crate::worker`].

mod alt_text;
mod archive;
mod builder;
mod charset;
mod clean;
mod column_names;
mod csv;
mod detect;
mod document;
mod docx;
mod ebcdic;
mod eml;
mod epub;
mod front_matter;
mod grid;
mod html;
mod html_content;
mod html_meta;
mod html_tables;
mod json;
mod markdown;
mod odt;
mod office;
mod ooxml;
mod pdf;
mod pdf_blocks;
mod pdf_layout;
mod plain;
mod pptx;
mod records;
mod rst;
mod rtf;
mod xlsx;
mod xml;

pub(crate) mod structure;

pub(crate) use builder::TextBuilder;
pub use detect::{Kind, detect};
pub use document::{Block, BlockKind, Extracted};

use serde::{Deserialize, Serialize};

use crate::error::ExtractError;

/// Names the reading rules: a document that failed under them fails again. Raised when a format is read that was not, or
/// read otherwise.
pub const READER: &str = "3";

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
    extract_nested(bytes, name, mime, limits, 0)
}

/// As [`extract_in_process`], for a document inside `depth` others: an attachment of a message.
fn extract_nested(
    bytes: &[u8],
    name: &str,
    mime: Option<&str>,
    limits: &ContentLimits,
    depth: usize,
) -> Result<Extracted, ExtractError> {
    match detect(bytes, name, mime)? {
        Kind::Pdf => pdf::extract(bytes, limits),
        Kind::Html => html::extract(bytes, limits.max_text_bytes),
        Kind::Markdown => markdown::extract(bytes, limits.max_text_bytes),
        Kind::Docx => docx::extract(bytes, limits),
        Kind::Pptx => pptx::extract(bytes, limits),
        Kind::Odt => odt::extract(bytes, limits),
        Kind::Xlsx => xlsx::extract(bytes, limits),
        Kind::Csv => csv::extract(bytes, name, limits),
        Kind::Json => json::extract(bytes, limits),
        Kind::JsonLines => json::extract_lines(bytes, limits),
        Kind::Xml => xml::extract(bytes, limits),
        Kind::Epub => epub::extract(bytes, limits),
        Kind::Rtf => rtf::extract(bytes, limits),
        Kind::Rst => rst::extract(bytes, limits),
        Kind::Eml => eml::extract(bytes, limits, depth),
        kind @ (Kind::Text | Kind::Code) => plain::extract(bytes, kind, "text/plain", limits.max_text_bytes),
    }
}
