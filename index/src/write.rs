//! The write path, top to bottom: accept (durable), prepare (elsewhere), publish (visible), delete.

use sha2::{Digest as _, Sha256};

use crate::control::random_hex;
use crate::store::{NewVersion, check, require_generation};
use crate::{
    Accepted, Engine, Error, FailedBefore, Failure, Generation, GenerationSpec, NewDocument, Outcome,
    PendingDocument, PreparedDocument, Result, Scope, files,
};

/// Longest uri, in bytes.
const MAX_URI: usize = 2048;

/// Largest metadata object, in bytes of JSON.
const MAX_METADATA: usize = 64 * 1024;

impl Engine {
    /// Makes a document's bytes and its ledger row durable. Nothing is searchable yet: the version
    /// waits for [`Engine::publish`] or [`Engine::fail`], also after a crash.
    pub fn accept(&self, scope: &Scope, new: &NewDocument<'_>) -> Result<Accepted> {
        let client = self.client(scope)?;
        let row = describe(new)?;
        let path = client.original_path(&row.content_hash);
        if let Some(same) = client.store.compare(new.uri, &row.input_hash)?
            && path.exists()
        {
            return Ok(same);
        }
        files::check_space(client.dir(), new.bytes.len() as u64)?;
        let _together = client.lock_originals();
        if !path.exists() {
            let packed = zstd::encode_all(new.bytes, 3).map_err(Error::io(&path))?;
            files::write_atomic(&path, &packed)?;
        }
        // When only the file was missing, it is back now and nothing else has to be done.
        client.store.accept(&NewVersion {
            uri: new.uri,
            title: new.title,
            mime: new.mime,
            metadata: &row.metadata,
            content_hash: &row.content_hash,
            input_hash: &row.input_hash,
            bytes: new.bytes.len() as u64,
            fresh_id: format!("doc_{}", random_hex(12)?),
        })
    }

    /// What [`Engine::accept`] would say of this document, without writing anything.
    pub fn would_accept(&self, scope: &Scope, new: &NewDocument<'_>) -> Result<Outcome> {
        let client = self.client(scope)?;
        let row = describe(new)?;
        if let Some(same) = client.store.compare(new.uri, &row.input_hash)? {
            return Ok(same.outcome);
        }
        Ok(match client.store.document_by_uri(new.uri)? {
            Some(_) => Outcome::Changed,
            None => Outcome::New,
        })
    }

    /// The uri of another document that has the same bytes as this version, when there is one.
    pub fn same_content(&self, scope: &Scope, document_id: &str, version: u32) -> Result<Option<String>> {
        self.client(scope)?.store.same_content(document_id, version)
    }

    /// The serving generation, made with `spec` when the client is empty.
    ///
    /// Fails with [`Error::FingerprintMismatch`] when the client was built with other settings.
    pub fn ensure_generation(&self, scope: &Scope, spec: &GenerationSpec) -> Result<Generation> {
        check_spec(spec)?;
        self.client(scope)?.store.ensure_generation(spec)
    }

    /// Versions accepted and not yet processed, oldest first: what to resume after a crash.
    pub fn pending(&self, scope: &Scope) -> Result<Vec<PendingDocument>> {
        self.client(scope)?.store.pending()
    }

    /// Makes prepared versions visible in both legs, together; returns the commit number.
    ///
    /// Versions replaced or deleted meanwhile are skipped. The old version of each document answers
    /// until this returns.
    pub fn publish(&self, scope: &Scope, prepared: &[PreparedDocument]) -> Result<u64> {
        let client = self.client(scope)?;
        if let Some(generation) = client.store.serving()? {
            require_generation(prepared, generation.id)?;
            for document in prepared {
                check(document, generation.spec.dims)?;
            }
        }
        files::check_space(client.dir(), prepared.iter().map(size).sum())?;
        self.limit_writers(&client)?;
        client.store.publish(prepared)?;
        client.refresh()
    }

    /// Records why a version cannot be made searchable. The version before it goes on serving.
    pub fn fail(&self, scope: &Scope, document_id: &str, version: u32, failure: &Failure<'_>) -> Result<()> {
        self.client(scope)?.store.fail(document_id, version, failure)
    }

    /// The newest version of a source that is as it was when the reader `by` failed on it.
    pub fn failed_before(
        &self,
        scope: &Scope,
        new: &NewDocument<'_>,
        by: &str,
    ) -> Result<Option<FailedBefore>> {
        let described = describe(new)?;
        self.client(scope)?.store.failed_before(new.uri, &described.input_hash, by)
    }

    /// Deletes a document: from the moment this returns no leg returns it.
    pub fn delete(&self, scope: &Scope, document_id: &str) -> Result<u64> {
        let client = self.client(scope)?;
        self.limit_writers(&client)?;
        let (seq, removed) = {
            let mut kept = client.lock_originals();
            let (seq, unused) = client.store.delete(document_id)?;
            (seq, client.remove_originals(&mut kept, unused))
        };
        // What was answered from it goes too, before anybody is told that it is gone.
        let withheld = client.history.withhold(&client.store, document_id);
        client.refresh()?;
        withheld.and(removed).map(|()| seq)
    }
}

/// Checks the settings of a generation.
pub(crate) fn check_spec(spec: &GenerationSpec) -> Result<()> {
    if spec.dims == 0 {
        return Err(Error::InvalidVector { reason: "a generation has vectors of length 0".into() });
    }
    Ok(())
}

struct Described {
    content_hash: String,
    input_hash: String,
    metadata: String,
}

fn describe(new: &NewDocument<'_>) -> Result<Described> {
    let invalid = |reason: String| Err(Error::InvalidInput { reason });
    if new.uri.is_empty() || new.uri.len() > MAX_URI || new.uri.contains(['\0', '\n', '\r']) {
        return invalid(format!(
            "a uri has 1 to {MAX_URI} bytes without line breaks, this one has {}",
            new.uri.len()
        ));
    }
    let metadata = serde_json::Value::Object(new.metadata.clone()).to_string();
    if metadata.len() > MAX_METADATA {
        return invalid(format!(
            "metadata of {} has {} bytes, the limit is {MAX_METADATA}",
            new.uri,
            metadata.len()
        ));
    }
    let content_hash = hex::encode(Sha256::digest(new.bytes));
    let mut input = Sha256::new();
    for part in [&content_hash, new.title.unwrap_or(""), new.mime.unwrap_or(""), &metadata] {
        input.update((part.len() as u64).to_le_bytes());
        input.update(part.as_bytes());
    }
    Ok(Described { content_hash, input_hash: hex::encode(input.finalize()), metadata })
}

/// About what a version takes on disk in all: text and log, index, vectors and log.
pub(crate) fn size(document: &PreparedDocument) -> u64 {
    let vectors: usize = document.chunks.iter().map(|c| c.vector.len() * 8).sum();
    document.text.len() as u64 * 4 + vectors as u64
}
