//! Reading what is stored, without ranking.

use std::collections::HashMap;
use std::io::Read as _;
use std::ops::Range;
use std::sync::Arc;

use crate::query::{Hit, hit};
use crate::{
    ChunkPage, Document, Engine, Error, Generation, LedgerEntry, Page, Result, Scope, SourceRow, Stats,
    TextSlice, VersionState,
};

/// Most rows of one page of a listing.
const MAX_PAGE: usize = 1000;

impl Engine {
    /// One document.
    pub fn document(&self, scope: &Scope, id: &str) -> Result<Document> {
        let client = self.client(scope)?;
        Ok(as_searchable(client.store.document(id)?, client.view().seq))
    }

    /// The document with this uri.
    pub fn document_by_uri(&self, scope: &Scope, uri: &str) -> Result<Option<Document>> {
        let client = self.client(scope)?;
        let Some(id) = client.store.document_by_uri(uri)? else { return Ok(None) };
        Ok(Some(as_searchable(client.store.document(&id)?, client.view().seq)))
    }

    /// Documents by id, from after `after`, at most `limit` (1 to 1,000).
    pub fn documents(&self, scope: &Scope, after: Option<&str>, limit: usize) -> Result<Page<Document>> {
        let client = self.client(scope)?;
        let (data, has_more) = client.store.documents(after, limit.clamp(1, MAX_PAGE))?;
        let shown = client.view().seq;
        Ok(Page { data: data.into_iter().map(|d| as_searchable(d, shown)).collect(), has_more })
    }

    /// All documents whose uri begins with `prefix`, by uri, also those that failed or wait.
    pub fn sources(&self, scope: &Scope, prefix: &str) -> Result<Vec<SourceRow>> {
        self.client(scope)?.store.sources(prefix)
    }

    /// Chunks of the visible version in the serving generation, in order, from after ordinal `after`, at most `limit` (1 to 1,000).
    /// A document without a visible version has none: chunks and their vectors are committed together, when all are there.
    pub fn chunks(
        &self,
        scope: &Scope,
        id: &str,
        after: Option<u32>,
        limit: usize,
    ) -> Result<Option<ChunkPage>> {
        let client = self.client(scope)?;
        let first = after.map_or(0, |ordinal| ordinal.saturating_add(1));
        client.store.chunks(id, first, limit.clamp(1, MAX_PAGE), client.view().seq)
    }

    /// Extracted text of a version (the visible one unless named), whole or a range of characters.
    pub fn text(
        &self,
        scope: &Scope,
        id: &str,
        version: Option<u32>,
        chars: Option<Range<usize>>,
    ) -> Result<TextSlice> {
        self.client(scope)?.store.text(id, version, chars)
    }

    /// Original bytes of the shown version and their media type.
    pub fn original(&self, scope: &Scope, id: &str) -> Result<(Vec<u8>, String)> {
        let client = self.client(scope)?;
        let (hash, mime) = client.store.original(id)?;
        match self.original_by_hash(scope, &hash) {
            Ok(bytes) => Ok((bytes, mime)),
            // Deleted between the row and the file: say that, not which file is missing.
            Err(error) => client.store.original(id).and(Err(error)),
        }
    }

    /// Original bytes by content hash, as the ledger names them.
    pub fn original_by_hash(&self, scope: &Scope, hash: &str) -> Result<Vec<u8>> {
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Error::InvalidInput { reason: "a content hash is 64 hexadecimal digits".into() });
        }
        let path = self.client(scope)?.original_path(hash);
        let file = std::fs::File::open(&path).map_err(Error::io(&path))?;
        let mut bytes = Vec::new();
        zstd::Decoder::new(file).and_then(|mut d| d.read_to_end(&mut bytes)).map_err(Error::io(&path))?;
        Ok(bytes)
    }

    /// Versions that wait or failed, oldest first, at most `limit`.
    pub fn ledger(&self, scope: &Scope, limit: usize) -> Result<Vec<LedgerEntry>> {
        self.client(scope)?.store.ledger(limit)
    }

    /// Counts of the client.
    pub fn stats(&self, scope: &Scope) -> Result<Stats> {
        self.client(scope)?.store.stats()
    }

    /// The serving generation; `None` before the first document.
    pub fn generation(&self, scope: &Scope) -> Result<Option<Generation>> {
        self.client(scope)?.store.serving()
    }

    /// Vectors the client already has for these hashes of embedded text.
    pub fn known_vectors(
        &self,
        scope: &Scope,
        generation: &Generation,
        hashes: &[[u8; 32]],
    ) -> Result<HashMap<[u8; 32], Arc<[f32]>>> {
        self.client(scope)?.store.known_vectors(generation.id, hashes)
    }

    /// A hit with up to `before` and `after` chunks of the same version around it, in order.
    pub fn neighbours(&self, scope: &Scope, of: &Hit, before: u32, after: u32) -> Result<Vec<Hit>> {
        let first = of.ordinal.saturating_sub(before);
        let last = of.ordinal.saturating_add(after);
        let heads = self.client(scope)?.store.neighbours(of.chunk_id, first, last)?;
        Ok(heads.into_iter().map(|head| hit(head, 0.0, None)).collect())
    }
}

/// A version is called visible only once a view shows it: between its commit and the swap of the
/// view a search would not find it.
fn as_searchable(mut document: Document, shown: u64) -> Document {
    if document.state == VersionState::Visible && document.seq.is_none_or(|seq| seq > shown) {
        document.state = VersionState::Accepted;
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_visible_only_from_its_view_on() {
        let document = |state, seq| Document {
            id: "d".into(),
            uri: "u".into(),
            title: "t".into(),
            version: 1,
            state,
            code: None,
            reason: None,
            newest_version: 1,
            content_hash: String::new(),
            mime: String::new(),
            language: None,
            bytes: 0,
            chars: 0,
            chunks: 0,
            metadata: serde_json::Map::new(),
            warnings: Vec::new(),
            updated_ms: 0,
            seq,
            attempts: 0,
            spent_ms: None,
        };
        let state = |state, seq, shown| as_searchable(document(state, seq), shown).state;
        assert_eq!(state(VersionState::Visible, Some(5), 4), VersionState::Accepted);
        assert_eq!(state(VersionState::Visible, Some(5), 5), VersionState::Visible);
        assert_eq!(state(VersionState::Failed, None, 9), VersionState::Failed);
    }
}
