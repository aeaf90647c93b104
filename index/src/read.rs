//! Reading what is stored, without ranking.

use std::collections::HashMap;
use std::io::Read as _;
use std::ops::Range;
use std::sync::Arc;

use crate::query::{Hit, hit};
use crate::{Document, Engine, Error, Generation, LedgerEntry, Page, Result, Scope, Stats, TextSlice};

/// Most rows of one page of a listing.
const MAX_PAGE: usize = 1000;

impl Engine {
    /// One document.
    pub fn document(&self, scope: &Scope, id: &str) -> Result<Document> {
        self.client(scope)?.store.document(id)
    }

    /// The document with this uri.
    pub fn document_by_uri(&self, scope: &Scope, uri: &str) -> Result<Option<Document>> {
        let client = self.client(scope)?;
        client.store.document_by_uri(uri)?.map(|id| client.store.document(&id)).transpose()
    }

    /// Documents by id, from after `after`, at most `limit` (1 to 1,000).
    pub fn documents(&self, scope: &Scope, after: Option<&str>, limit: usize) -> Result<Page<Document>> {
        let (data, has_more) = self.client(scope)?.store.documents(after, limit.clamp(1, MAX_PAGE))?;
        Ok(Page { data, has_more })
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
        let heads = self.client(scope)?.store.neighbours(
            &of.document_id,
            of.version,
            first,
            of.ordinal.saturating_add(after),
        )?;
        Ok(heads.into_iter().map(|head| hit(head, 0.0, None)).collect())
    }
}
