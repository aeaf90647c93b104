use footnote_datasets::beir::Document;
use footnote_ingest::chunk::{ChunkSpan, TokenCounter, chunk};
use footnote_ingest::records::Record;
use footnote_ingest::{ExtractError, Extracted};
use footnote_models::TextTokenizer;
use serde_json::Map;
use sha2::{Digest as _, Sha256};

use super::{Chunker, MeasureError};

/// A document cut into chunks, ready to be embedded and stored.
pub(super) struct CutDocument {
    /// Id in the collection; the uri it is stored under.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) extracted: Extracted,
    pub(super) chunks: Vec<CutChunk>,
}

/// One chunk, and what the encoder reads for it.
pub(super) struct CutChunk {
    pub(super) place: ChunkSpan,
    pub(super) embedded: String,
    /// SHA-256 of `embedded`.
    pub(super) text_hash: [u8; 32],
}

/// Reads a document as the ingest of JSON lines records does and cuts it. A document without text is indexed by its
/// title; one without either gives `None`, since there is nothing to find it by.
pub(super) fn cut(
    document: &Document,
    chunker: Chunker,
    tokens: &dyn TokenCounter,
) -> Result<Option<CutDocument>, MeasureError> {
    let title = document.title.trim();
    let extracted = match record(document).into_extracted() {
        Ok(extracted) => extracted,
        Err(ExtractError::Empty) => return Ok(None),
        Err(reason) => return Err(MeasureError::Document { id: document.id.clone(), reason }),
    };
    let chunks = chunk(&extracted, &chunker.config(), tokens).into_iter().map(|place| {
        let text = &extracted.text[place.span.clone()];
        let embedded = chunker.passage(title, &place.heading_path, text);
        CutChunk { place, text_hash: Sha256::digest(embedded.as_bytes()).into(), embedded }
    });
    let chunks = chunks.collect();
    Ok(Some(CutDocument { id: document.id.clone(), title: title.to_owned(), extracted, chunks }))
}

/// The document as a record of a JSON lines file.
pub(crate) fn record(document: &Document) -> Record {
    let title = document.title.trim();
    let text = if document.text.trim().is_empty() { title } else { &document.text };
    Record {
        id: document.id.clone(),
        title: (!title.is_empty()).then(|| title.to_owned()),
        text: text.to_owned(),
        metadata: Map::new(),
    }
}

/// Counts in the encoder's own tokens.
pub(super) struct ModelTokens(pub(super) TextTokenizer);

impl TokenCounter for ModelTokens {
    fn count(&self, text: &str) -> usize {
        self.0.count(text)
    }
}

/// For chunkers that count nothing.
pub(super) struct NoTokens;

impl TokenCounter for NoTokens {
    fn count(&self, text: &str) -> usize {
        usize::from(!text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(title: &str, text: &str) -> Document {
        Document { id: "d".into(), title: title.into(), text: text.into() }
    }

    fn whole(title: &str, text: &str) -> Option<CutDocument> {
        cut(&document(title, text), Chunker::Whole, &NoTokens).expect("cut")
    }

    #[test]
    fn whole_is_one_chunk_with_the_title_in_front() {
        let cut = whole("Title", "First. Second.\n\nThird.").expect("text");
        assert_eq!(cut.chunks.len(), 1);
        assert_eq!(cut.chunks[0].embedded, "Title First. Second.\n\nThird.");
        assert_eq!(cut.chunks[0].place.span, 0..cut.extracted.text.len());
        assert_eq!(whole("", "Text.").expect("text").chunks[0].embedded, "Text.");
    }

    #[test]
    fn a_document_is_found_by_what_it_has() {
        assert_eq!(whole("Only a title", " ").expect("title").extracted.text, "Only a title");
        assert!(whole("", " \n ").is_none());
    }
}
