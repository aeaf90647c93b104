//! Extracted text to chunks with the texts to embed. Pure but for the tokeniser.

use footnote_index::{ChunkInput, PreparedDocument};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

use super::ModelTokens;
use super::report::Entry;
use crate::chunk::{ChunkSpan, ChunkerConfig, chunk};
use crate::extract::Extracted;

/// A document that waits for its vectors.
pub(crate) struct Chunked {
    pub(crate) document_id: String,
    pub(crate) version: u32,
    pub(crate) title: String,
    pub(crate) extracted: Extracted,
    pub(crate) chunks: Vec<(ChunkSpan, [u8; 32])>,
    /// Distinct texts to embed, by hash.
    pub(crate) texts: HashMap<[u8; 32], String>,
    /// What the report will say of it.
    pub(crate) entry: Entry,
}

/// Cuts a document and forms the text of each chunk's vector: title and headings as context, then
/// the chunk. The context is embedded, never quoted. A document without a title is shown under
/// `name`, which is not embedded: a file's name says little of what a chunk is about.
pub(crate) fn cut(
    extracted: Extracted,
    title: Option<String>,
    name: &str,
    config: &ChunkerConfig,
    tokens: &ModelTokens,
    ids: (String, u32),
    entry: Entry,
) -> Chunked {
    let mut chunks = Vec::new();
    let mut texts = HashMap::new();
    for span in chunk(&extracted, config, tokens) {
        let text = embedded_text(
            title.as_deref().unwrap_or_default(),
            &span.heading_path,
            &extracted.text[span.span.clone()],
        );
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        texts.entry(hash).or_insert(text);
        chunks.push((span, hash));
    }
    let title = title.unwrap_or_else(|| name.to_owned());
    Chunked { document_id: ids.0, version: ids.1, title, extracted, chunks, texts, entry }
}

/// The text a chunk's vector is made from: `title > heading > heading`, a line break, the chunk.
/// Headings that the chunk itself begins with or that repeat the title are left out.
pub fn embedded_text(title: &str, headings: &[String], text: &str) -> String {
    let mut out = String::new();
    let mut previous = "";
    for part in std::iter::once(title).chain(headings.iter().map(String::as_str)) {
        if part.is_empty() || part == previous || text.starts_with(part) {
            continue;
        }
        if !out.is_empty() {
            out.push_str(" > ");
        }
        out.push_str(part);
        previous = part;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(text);
    out
}

impl Chunked {
    /// The finished document, given the vectors `generation` has for all its texts; `None` when one is missing.
    pub(crate) fn finish(
        self,
        generation: u32,
        vectors: &HashMap<[u8; 32], Arc<[f32]>>,
    ) -> Option<(PreparedDocument, Entry)> {
        let mut entry = self.entry;
        entry.chunks = self.chunks.len();
        entry.warnings.clone_from(&self.extracted.warnings);
        let chunks = self
            .chunks
            .into_iter()
            .map(|(span, hash)| {
                Some(ChunkInput {
                    span: span.span,
                    page: span.page,
                    heading_path: span.heading_path,
                    text_hash: hash,
                    vector: Arc::clone(vectors.get(&hash)?),
                })
            })
            .collect::<Option<Vec<_>>>()?;
        let prepared = PreparedDocument {
            document_id: self.document_id,
            version: self.version,
            generation,
            title: self.title,
            mime: self.extracted.mime,
            language: self.extracted.language,
            pages: self.extracted.pages,
            text: self.extracted.text,
            chunks,
            warnings: self.extracted.warnings,
        };
        Some((prepared, entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_names_the_place_once() {
        let headings = ["Prices".to_owned(), "Lifts".to_owned()];
        assert_eq!(embedded_text("Prices", &headings, "Body."), "Prices > Lifts\nBody.");
        assert_eq!(embedded_text("Doc", &headings, "Lifts\nBody."), "Doc > Prices\nLifts\nBody.");
        assert_eq!(embedded_text("", &[], "Body."), "Body.");
    }
}
