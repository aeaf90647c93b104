use clap::ValueEnum;
use footnote_ingest::chunk::{ChunkerConfig, ChunkerKind};
use footnote_ingest::pipeline::embedded_text;
use serde::Deserialize;

/// How documents are cut, by its name on the command line and in gates files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chunker {
    /// One chunk a document, its title and text in one truncated vector: the setting of published numbers.
    Whole,
    /// Structure-aware chunks with the default sizes: what users get.
    Structure,
    /// The same, each chunk beginning with the last sentence of the one before.
    Overlap,
    /// Cut recursively into 1,000 characters of which 30 % are repeated, without context: common practice.
    Recursive,
    /// Windows of 1,000 characters of which 30 % are repeated, without context: the plainest baseline.
    Fixed,
}

/// Characters of a chunk in common practice.
const COMMON_CHARS: usize = 1000;
/// Share of it that the next chunk repeats.
const COMMON_OVERLAP: f32 = 0.3;

impl Chunker {
    /// The name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Structure => "structure",
            Self::Overlap => "overlap",
            Self::Recursive => "recursive",
            Self::Fixed => "fixed",
        }
    }

    /// The settings of the chunker that users get, with this kind of cutting.
    #[must_use]
    pub fn config(self) -> ChunkerConfig {
        let kind = match self {
            Self::Whole => ChunkerKind::Whole,
            Self::Structure | Self::Overlap => ChunkerKind::Structure,
            Self::Recursive => ChunkerKind::Recursive { chars: COMMON_CHARS, overlap: COMMON_OVERLAP },
            Self::Fixed => ChunkerKind::Fixed { chars: COMMON_CHARS, overlap: COMMON_OVERLAP },
        };
        let overlap_sentences = usize::from(self == Self::Overlap);
        ChunkerConfig { kind, overlap_sentences, ..ChunkerConfig::default() }
    }

    /// What a model reads for a chunk.
    pub(super) fn passage(self, title: &str, headings: &[String], text: &str) -> String {
        match self {
            // As BEIR joins them for published numbers; the encoder truncates what is too long for it.
            Self::Whole if title.is_empty() => text.to_owned(),
            Self::Whole => format!("{title} {text}"),
            Self::Structure | Self::Overlap => embedded_text(title, headings, text),
            Self::Recursive | Self::Fixed => text.to_owned(),
        }
    }
}
