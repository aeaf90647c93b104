//! What extraction yields: one text and where its blocks and pages are in it.

use std::ops::Range;

use footnote_index::Layout;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a block of text is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading of level 1 (highest) to 6.
    Heading(u8),
    /// Running prose; single line ends inside it mean nothing unless the format keeps them (verse).
    Paragraph,
    /// One list item with its marker.
    ListItem,
    /// The row that names a table's columns, written as [`BlockKind::TableRow`]; rows up to the next block of another
    /// kind belong to it.
    TableHeader,
    /// One table row, cells separated by ` | `.
    TableRow,
    /// Preformatted text; its line ends matter.
    Code,
}

impl BlockKind {
    /// Whether it is a row of a table.
    pub fn is_row(self) -> bool {
        matches!(self, Self::TableHeader | Self::TableRow)
    }

    /// Whether a block of this kind follows one of kind `before` on the next line instead of behind a blank one.
    pub fn is_tight_after(self, before: Self) -> bool {
        match self {
            Self::ListItem => before == Self::ListItem,
            Self::TableRow => before.is_row(),
            _ => false,
        }
    }
}

/// A block: a span of the text, trimmed of white space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Byte offsets into [`Extracted::text`], on character boundaries.
    pub span: Range<usize>,
    /// What the block is.
    pub kind: BlockKind,
}

/// The text of a document and its structure. Every offset is a byte offset on a character boundary of `text`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extracted {
    /// NFC, `\n` line ends, no control characters but `\n` and `\t`, no byte order mark, no directional overrides.
    pub text: String,
    /// The document's own title, one line.
    pub title: Option<String>,
    /// Media type by content, for example `text/html`.
    pub mime: String,
    /// ISO 639-1 code, only when detection is reliable.
    pub language: Option<String>,
    /// Blocks in order, not overlapping, covering every character of `text` that is not white space.
    pub blocks: Vec<Block>,
    /// Where pages, slides, sheets and rows start.
    pub layout: Layout,
    /// What the document says of itself: `author`, `created` and `modified` (RFC 3339, or a date), `keywords`, the keys of
    /// a front matter, sender and recipients of a message.
    pub properties: Map<String, Value>,
    /// Spans of text that a reader does not see: white on white, size zero, off the page, marked as hidden. In order.
    pub hidden: Vec<Range<usize>>,
    /// What was lost or guessed, for the ledger.
    pub warnings: Vec<String>,
}

impl Extracted {
    /// Checks every promise of this type; the parent calls it on what an untrusted worker sent.
    ///
    /// # Errors
    /// The first broken promise, in words.
    pub fn validate(&self) -> Result<(), String> {
        let text = &self.text;
        let mut end = 0;
        for block in &self.blocks {
            let span = &block.span;
            if span.start < end || span.is_empty() {
                return Err(format!("block {span:?} is empty or out of order"));
            }
            let (Some(gap), Some(inside)) = (text.get(end..span.start), text.get(span.clone())) else {
                return Err(format!("block {span:?} is not on character boundaries"));
            };
            if !gap.trim().is_empty() {
                return Err(format!("text before block {span:?} belongs to no block"));
            }
            if inside.trim().len() != inside.len() {
                return Err(format!("block {span:?} is not trimmed"));
            }
            if matches!(block.kind, BlockKind::Heading(level) if !(1..=6).contains(&level)) {
                return Err(format!("block {span:?} has an impossible heading level"));
            }
            end = span.end;
        }
        if !text.get(end..).is_some_and(|rest| rest.trim().is_empty()) {
            return Err("text after the last block belongs to no block".to_owned());
        }
        if !self.hidden.is_sorted_by_key(|span| span.start)
            || !self.hidden.iter().all(|span| span.start <= span.end && text.get(span.clone()).is_some())
        {
            return Err("hidden spans are out of order or not on character boundaries".to_owned());
        }
        self.layout.validate(text)
    }
}
