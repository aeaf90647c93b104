//! Uploads as jobs: what one request handed in is recorded together, and a request that is sent again is recognised.

use axum::http::HeaderMap;
use footnote_index::{Error as IndexError, Idempotency, MAX_IDEMPOTENCY_KEY, NewJobDocument, Scope};
use sha2::{Digest as _, Sha256};

use super::{Item, Uploads, accept};
use crate::app::App;
use crate::http::error::{ApiError, Code};
use crate::http::limits::Limits;
use crate::wire::UploadResult;

/// Header that makes a request recognisable when it is sent again: it is then answered with what became of the first.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Documents with their job.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) results: Vec<UploadResult>,
    pub(super) job_id: Option<String>,
    /// Whether this is an earlier request's job.
    pub(super) replayed: bool,
}

/// The key of a request, when it has one.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MAX_IDEMPOTENCY_KEY).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        let detail = format!("Idempotency-Key has 1 to {MAX_IDEMPOTENCY_KEY} visible ASCII characters");
        ApiError::new(Code::InvalidRequest, detail)
    })
}

/// Accepts the documents and records them as a job, unless an earlier request under the same key did.
pub(super) fn take(
    (app, limits): (&App, &Limits),
    scope: &Scope,
    uploads: Uploads,
    key: Option<String>,
) -> Result<Taken, ApiError> {
    let idempotency = key.map(|key| Idempotency { request_hash: request_hash(&uploads), key });
    if let Some(idempotency) = &idempotency
        && let Some(taken) = replay(app, scope, idempotency)?
    {
        return Ok(taken);
    }
    let results = accept(app, limits, scope, uploads)?;
    if idempotency.is_none() && results.iter().all(|result| result.status != "accepted") {
        return Ok(Taken { results, ..Taken::default() });
    }
    let documents: Vec<NewJobDocument<'_>> = results
        .iter()
        .map(|result| NewJobDocument {
            uri: &result.uri,
            accepted: result.document_id.as_deref().zip(result.version),
            code: &result.code,
            reason: result.reason.as_deref(),
        })
        .collect();
    match app.engine().record_job(scope, idempotency.as_ref(), &documents) {
        Ok(id) => Ok(Taken { results, job_id: Some(id), replayed: false }),
        // The same request came twice at once, and the other one was first.
        Err(error @ IndexError::IdempotencyKeyUsed) => match &idempotency {
            Some(idempotency) => replay(app, scope, idempotency)?.ok_or_else(|| error.into()),
            None => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// The job that an earlier request under this key made, as it is now.
fn replay(app: &App, scope: &Scope, idempotency: &Idempotency) -> Result<Option<Taken>, ApiError> {
    let Some((id, request_hash)) = app.engine().job_of_key(scope, &idempotency.key)? else { return Ok(None) };
    if request_hash != idempotency.request_hash {
        return Err(IndexError::IdempotencyKeyUsed.into());
    }
    let documents = app.engine().job_documents(scope, &id, 0, usize::MAX >> 1)?;
    let results = documents.into_iter().map(UploadResult::from).collect();
    Ok(Some(Taken { results, job_id: Some(id), replayed: true }))
}

/// What a request asks for, whatever the form it was sent in: a form's boundary differs each time.
fn request_hash(uploads: &Uploads) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    for item in &uploads.items {
        match item {
            Item::Document(source) => {
                part(source.uri.as_bytes());
                part(source.title.as_deref().unwrap_or_default().as_bytes());
                part(source.mime.as_deref().unwrap_or_default().as_bytes());
                part(serde_json::Value::from(source.metadata.clone()).to_string().as_bytes());
                part(&source.bytes);
            }
            Item::Refused(result) => {
                part(result.uri.as_bytes());
                part(result.code.as_bytes());
            }
        }
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use footnote_ingest::pipeline::Source;

    fn uploads(parts: &[(&str, &str)]) -> Uploads {
        let items =
            parts.iter().map(|(uri, text)| Item::Document(Source::new(*uri, text.as_bytes().to_vec())));
        Uploads { items: items.collect(), many: true }
    }

    #[test]
    fn a_request_is_known_by_all_it_asks_for() {
        let hash = |parts: &[(&str, &str)]| request_hash(&uploads(parts));
        let one = hash(&[("a", "bc")]);
        assert_eq!(one, hash(&[("a", "bc")]));
        for other in [&[("ab", "c")][..], &[("a", "bd")], &[("a", "bc"), ("d", "e")], &[]] {
            assert_ne!(one, hash(other), "{other:?}");
        }
    }
}
