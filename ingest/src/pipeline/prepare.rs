//! Extracted text to chunks with the texts to embed. Pure but for the tokeniser.

use footnote_index::{ChunkFlag, ChunkInput, PreparedDocument};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::ModelTokens;
use super::report::Entry;
use crate::chunk::{ChunkSpan, ChunkerConfig, chunk};
use crate::extract::{Extracted, structure};

/// Vectors by the hash of their text.
pub(crate) type Vectors = HashMap<[u8; 32], Arc<[f32]>>;

/// A document that waits for its vectors.
pub(crate) struct Chunked {
    pub(crate) document_id: String,
    pub(crate) version: u32,
    pub(crate) title: String,
    pub(crate) extracted: Extracted,
    pub(crate) chunks: Vec<CutChunk>,
    /// Distinct texts to embed, by hash.
    pub(crate) texts: HashMap<[u8; 32], String>,
    /// What the report will say of it.
    pub(crate) entry: Entry,
}

/// A chunk with all that is known of it but its vector.
pub(crate) struct CutChunk {
    place: ChunkSpan,
    text_hash: [u8; 32],
    /// When it is another than the document's.
    language: Option<String>,
    flags: Vec<ChunkFlag>,
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
        let quoted = &extracted.text[span.span.clone()];
        let text = embedded_text(title.as_deref().unwrap_or_default(), &span.heading_path, quoted);
        let text_hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        texts.entry(text_hash).or_insert(text);
        let language = other_language(quoted, extracted.language.as_deref());
        let flags = flags(&extracted, &span, quoted);
        chunks.push(CutChunk { place: span, text_hash, language, flags });
    }
    let title = title.unwrap_or_else(|| name.to_owned());
    Chunked { document_id: ids.0, version: ids.1, title, extracted, chunks, texts, entry }
}

/// The language of a chunk when it can be told and is another than the document's.
fn other_language(text: &str, of_document: Option<&str>) -> Option<String> {
    /// Letters below which a chunk is taken to be in its document's language: names and figures mislead.
    const MIN_LETTERS: usize = 120;
    if text.chars().filter(|c| c.is_alphabetic()).take(MIN_LETTERS).count() < MIN_LETTERS {
        return None;
    }
    let found = crate::language::detect(text)?;
    (Some(found) != of_document).then(|| found.to_owned())
}

/// What a reader of the chunk must know.
fn flags(extracted: &Extracted, chunk: &ChunkSpan, text: &str) -> Vec<ChunkFlag> {
    let touches = |hidden: &Range<usize>| hidden.start < chunk.span.end && chunk.span.start < hidden.end;
    let hidden = extracted.hidden.iter().any(touches).then_some(ChunkFlag::HiddenText);
    let injection = crate::injection::is_suspicious(text).then_some(ChunkFlag::PromptInjection);
    hidden.into_iter().chain(injection).collect()
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
    pub(crate) fn finish(self, generation: u32, vectors: &Vectors) -> Option<(PreparedDocument, Entry)> {
        let mut entry = self.entry;
        entry.chunks = self.chunks.len();
        entry.warnings.clone_from(&self.extracted.warnings);
        let chunks = self
            .chunks
            .into_iter()
            .map(|chunk| {
                Some(ChunkInput {
                    span: chunk.place.span,
                    heading_path: chunk.place.heading_path,
                    language: chunk.language,
                    flags: chunk.flags,
                    text_hash: chunk.text_hash,
                    vector: Arc::clone(vectors.get(&chunk.text_hash)?),
                })
            })
            .collect::<Option<Vec<_>>>()?;
        let structure = structure::write(&self.extracted);
        let prepared = PreparedDocument {
            document_id: self.document_id,
            version: self.version,
            generation,
            title: self.title,
            mime: self.extracted.mime,
            language: self.extracted.language,
            layout: self.extracted.layout,
            properties: self.extracted.properties,
            spent_ms: entry.spent_ms,
            structure: Some(structure),
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
