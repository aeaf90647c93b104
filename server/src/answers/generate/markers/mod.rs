//! Sentences and citation numbers read off what a model writes, while it writes. Pure.
//!
//! Models write markers in many ways: `[1]`, `[1, 2]`, `[1][2]`, `[1-3]`, `【1†source】`, `[^1]`, `[Source 1]`,
//! `(doc 2)`, `(see [1])`, `[1](https://...)`, before or after the full stop, at the start of a line, on a line of their
//! own. `grammar` knows these forms, `strip` takes them out of a text, `stream` cuts sentences as soon as nothing
//! that follows can change them.

mod grammar;
mod layout;
mod stream;
mod strip;

pub use stream::SentenceStream;

/// A finished piece of what a model wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The text without markers; white space is single spaces, except in code.
    pub text: String,
    /// Cited passages, from 1, each once, in the order written.
    pub markers: Vec<usize>,
    /// Numbers cited that no passage has.
    pub unknown: Vec<usize>,
    /// What it is.
    pub kind: Kind,
    /// What stood between the piece before and this one.
    pub before: Break,
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sentence, heading, list item or table row.
    Text,
    /// A fenced block of code, with its fences.
    Code,
    /// Part of a list of sources at the end, which says nothing itself.
    References,
}

/// White space before a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// None or spaces.
    Space,
    /// A line end.
    Line,
    /// A blank line.
    Paragraph,
}

#[cfg(test)]
mod tests;
