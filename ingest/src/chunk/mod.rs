//! Documents to retrieval units: spans of the text, in order, that together hold every character that is not white space.
//!
//! Pure: the caller brings the token counter of its embedding model.

mod fixed;
mod pack;
mod recursive;
mod split;
mod units;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::extract::Extracted;

/// Counts the tokens of a text as the embedding model sees it, without the special tokens around it.
pub trait TokenCounter: Send + Sync {
    /// Tokens of `text`; 0 only for text without visible characters.
    fn count(&self, text: &str) -> usize;
}

/// How a document is cut.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkerKind {
    /// Sentences and blocks packed up to a target, sections kept apart.
    Structure,
    /// The whole document as one chunk (the setting of published retrieval numbers).
    Whole,
    /// The practice of many products, to compare with: cut at paragraphs, where they are too long at lines, then sentences,
    /// then words, and joined again up to a number of characters.
    Recursive {
        /// Characters of a chunk, at least 1.
        chars: usize,
        /// Share of a chunk that the next one repeats, 0 to 0.9.
        overlap: f32,
    },
    /// Windows of a number of characters, cut at white space: the baseline to compare with.
    Fixed {
        /// Characters of a window, at least 1.
        chars: usize,
        /// Share of a window that the next one repeats, 0 to 0.9.
        overlap: f32,
    },
}

/// Kind and sizes; part of an index's fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChunkerConfig {
    /// How to cut.
    pub kind: ChunkerKind,
    /// Tokens a chunk is filled to. The default of 100 is a short paragraph: measured on long documents, a reader comes upon the
    /// answer sooner than with 200 (ADR 17), and there is room for title and heading path in every model's window.
    pub target_tokens: usize,
    /// Tokens no chunk exceeds (by the sum over its sentences); at least 16.
    pub max_tokens: usize,
    /// Sentences of the same section repeated from the chunk before.
    pub overlap_sentences: usize,
}

impl Default for ChunkerConfig {
    fn default() -> Self {
        Self { kind: ChunkerKind::Structure, target_tokens: 100, max_tokens: 400, overlap_sentences: 0 }
    }
}

impl ChunkerConfig {
    /// Changes whenever the same document could be cut differently: the parameters that count and the version of this code.
    pub fn fingerprint(&self) -> String {
        /// Raised with every change of the cutting rules, of sentence rules or of extraction that moves boundaries.
        const CODE_VERSION: u32 = 2;
        match self.kind {
            ChunkerKind::Structure => format!(
                "structure/{CODE_VERSION};target={};max={};overlap={}",
                self.target_tokens, self.max_tokens, self.overlap_sentences
            ),
            ChunkerKind::Whole => format!("whole/{CODE_VERSION}"),
            ChunkerKind::Recursive { chars, overlap } => {
                format!("recursive/{CODE_VERSION};chars={chars};overlap={overlap}")
            }
            ChunkerKind::Fixed { chars, overlap } => {
                format!("fixed/{CODE_VERSION};chars={chars};overlap={overlap}")
            }
        }
    }
}

/// One chunk of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkSpan {
    /// Byte offsets into the document's text; the chunk's text is exactly this span.
    pub span: Range<usize>,
    /// Headings above the chunk, highest first; where it spans several sections, those they share. Where it begins inside a
    /// table, the table's header row is the last.
    pub heading_path: Vec<String>,
}

/// Cuts `doc`. Chunks are in order and trimmed; they overlap only when the configuration says so.
pub fn chunk(doc: &Extracted, cfg: &ChunkerConfig, tokens: &dyn TokenCounter) -> Vec<ChunkSpan> {
    let spans = match cfg.kind {
        ChunkerKind::Structure => return pack::pack(doc, cfg, tokens),
        ChunkerKind::Whole => split::trimmed(&doc.text, 0..doc.text.len()).into_iter().collect(),
        ChunkerKind::Recursive { chars, overlap } => recursive::split(&doc.text, chars, overlap),
        ChunkerKind::Fixed { chars, overlap } => fixed::windows(&doc.text, chars, overlap),
    };
    let sections = units::Sections::of(doc);
    spans.into_iter().map(|span| ChunkSpan { heading_path: sections.shared_path(&span), span }).collect()
}

#[cfg(test)]
mod tests;
