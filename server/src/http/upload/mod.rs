//! `POST /v1/documents`: bytes in, durable before the answer, searchable soon after.
//!
//! Read the body (bounded), take it apart ([`parse`]), accept each document (bytes and ledger row on
//! disk) as one [`job`], wake the ingest worker. With `?wait=true` the answer comes when the worker is done.

mod job;
mod parse;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use footnote_index::{Accepted, NewDocument, Outcome, Scope};
use footnote_ingest::pipeline::Source;
use job::Taken;
use serde::{Deserialize, Serialize};

use super::Api;
use super::auth::Writer;
use super::error::{ApiError, Code};
use super::extract::{Params, read_body};
use super::limits::{Limits, Room};
use crate::app::App;
use crate::wire::UploadResult;
use crate::wire::described::Form;

/// Query of `POST /v1/documents`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadParams {
    /// Whether to answer only when the documents can be found.
    #[serde(default)]
    wait: bool,
    /// Identity of the document; for NDJSON, of the file the records are from.
    uri: Option<String>,
    /// Title that wins over the document's own.
    title: Option<String>,
}

/// Answer to an upload of possibly many documents.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"data": [], "job_id": "job_91ac"}))]
pub struct UploadBatch {
    /// One entry a document, in the order they came.
    pub data: Vec<UploadResult>,
    /// The job they belong to, when anything had to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

/// What an upload is answered with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer in the API document")]
enum Uploaded {
    /// Of a JSON or raw body.
    One(UploadResult),
    /// Of a body that may hold many.
    Many(UploadBatch),
}

/// Header of the answer to a request that was recognised.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// One thing found in a body.
#[derive(Debug)]
pub(crate) enum Item {
    /// A document.
    Document(Source),
    /// What was meant to be one, with the reason why it is none.
    Refused(UploadResult),
}

/// What a body was taken apart into.
#[derive(Debug)]
pub(crate) struct Uploads {
    items: Vec<Item>,
    /// Whether the body's type can hold many: then the answer is a list.
    many: bool,
}

/// `POST /v1/documents`: documents in; the Content-Type says what the body is.
#[utoipa::path(
    post, path = "/v1/documents", operation_id = "upload_documents", tag = "documents",
    description = "202: the bytes and their ledger row are on disk, the document becomes searchable soon. \
        With `wait=true` the answer comes when it is: 201 when something is new, 200 when nothing is. \
        One result for a JSON or raw body, a batch for NDJSON and forms.",
    params(
        UploadParams,
        ("Idempotency-Key" = Option<String>, Header, description = "One's own for every request: the same one is done once."),
        ("X-Document-URI" = Option<String>, Header, description = "The uri of a raw body, instead of `uri` in the query.")
    ),
    request_body(description = "The documents.", content(
        (parse::JsonDocument = "application/json"),
        (String = "application/x-ndjson", example = json!("{\"_id\": \"1\", \"text\": \"Parking is behind the mill.\"}\n")),
        (Form = "multipart/form-data"),
        (String = "text/*", example = json!("# Prices\n\nA day pass costs 45 EUR.")),
        ([u8] = "*/*")
    )),
    responses(
        (status = 202, description = "Durable, being worked on.", body = Uploaded),
        (status = 201, description = "All is done, and something is new.", body = Uploaded,
            headers(("location" = String, description = "The document, when it was one."))),
        (status = 200, description = "Nothing is left to do: changed, unchanged, failed, or done before.", body = Uploaded,
            headers(("idempotency-replayed" = String, description = "`true` when an earlier request did it.")))
    ),
    security(("bearer" = ["editor"])),
    extensions(("x-codes" = json!(["storage_quota_exceeded", "idempotency_key_used", "fingerprint_mismatch", "disk_full"])))
)]
pub(crate) async fn upload(
    State(api): State<Arc<Api>>,
    Writer(scope): Writer,
    Params(params): Params<UploadParams>,
    request: Request,
) -> Result<Response, ApiError> {
    // A place is taken before the body is read: it bounds the memory bodies take together.
    let place = api.uploads.enter().await?;
    let (parts, body) = request.into_parts();
    let kind = parse::BodyKind::of(&parts.headers)?;
    let bytes =
        read_body(&parts.headers, body, api.settings.max_body_bytes, api.settings.upload_timeout).await?;
    let wait = params.wait;
    let key = job::idempotency_key(&parts.headers)?;
    let uploads = parse::parse(kind, &parts.headers, params, bytes).await?;
    let many = uploads.many;
    let (by, owner) = (Arc::clone(&api), scope.clone());
    let mut taken =
        place.run(move || job::take((by.app.as_ref(), by.limits.as_ref()), &owner, uploads, key)).await?;
    taken.results =
        if wait { settle(&api, &scope, taken.results).await? } else { start(&api, &scope, taken.results) };
    Ok(answer(taken, many))
}

/// Makes the documents durable, one after the other. One that is refused for its own fault does not
/// stop the rest; a full disk does, and says which were kept.
fn accept(
    app: &App,
    limits: &Limits,
    scope: &Scope,
    uploads: Uploads,
) -> Result<Vec<UploadResult>, ApiError> {
    // Refused now rather than accepted and then failing.
    app.pipeline_of(scope)?.generation(scope)?;
    let room = limits.room(app.engine(), scope)?;
    let mut results = Vec::with_capacity(uploads.items.len());
    let mut full: Option<ApiError> = None;
    for item in uploads.items {
        let source = match item {
            Item::Document(source) => source,
            Item::Refused(entry) => {
                results.push(entry);
                continue;
            }
        };
        if let Some(error) = &full {
            results.push(failed(source.uri, error));
            continue;
        }
        let new = NewDocument {
            uri: &source.uri,
            title: source.title.as_deref(),
            mime: source.mime.as_deref(),
            metadata: &source.metadata,
            bytes: &source.bytes,
        };
        if let Some(room) = &room
            && let Err(error) = fits(app, scope, room, &new)
        {
            if !uploads.many {
                return Err(error);
            }
            results.push(failed(source.uri, &error));
            continue;
        }
        match app.engine().accept(scope, &new) {
            Ok(accepted) => {
                let same = app.engine().same_content(scope, &accepted.document_id, accepted.version)?;
                results.push(UploadResult { same_content_as: same, ..accepted_result(source.uri, accepted) });
            }
            Err(error) => {
                let error = ApiError::from(error);
                if !uploads.many || !matches!(error.code(), Code::InvalidValue | Code::DiskFull) {
                    return Err(error);
                }
                results.push(failed(source.uri, &error));
                if error.code() == Code::DiskFull {
                    full = Some(error);
                }
            }
        }
    }
    if room.is_none() {
        // Not counted while it was taken.
        limits.changed(scope);
    }
    match full {
        // Nothing was kept: the whole request failed.
        Some(error) if results.iter().all(|r| r.document_id.is_none()) => Err(error),
        _ => Ok(results),
    }
}

/// Takes the plan's room for what would be stored.
fn fits(app: &App, scope: &Scope, room: &Room<'_>, new: &NewDocument<'_>) -> Result<(), ApiError> {
    match app.engine().would_accept(scope, new)? {
        Outcome::New => room.take(true, new.bytes.len()),
        Outcome::Changed => room.take(false, new.bytes.len()),
        Outcome::Unchanged => Ok(()),
    }
}

fn accepted_result(uri: String, accepted: Accepted) -> UploadResult {
    let (status, code) = match accepted.outcome {
        Outcome::New => ("accepted", "new"),
        Outcome::Changed => ("accepted", "changed"),
        Outcome::Unchanged => ("skipped", "unchanged"),
    };
    UploadResult {
        uri,
        document_id: Some(accepted.document_id),
        version: Some(accepted.version),
        status: status.to_owned(),
        code: code.to_owned(),
        ..UploadResult::default()
    }
}

fn failed(uri: String, error: &ApiError) -> UploadResult {
    UploadResult {
        uri,
        status: "failed".to_owned(),
        code: error.code().parts().1.to_owned(),
        reason: Some(error.detail().to_owned()),
        ..UploadResult::default()
    }
}

/// Wakes the worker when there is something to do.
fn start(api: &Api, scope: &Scope, results: Vec<UploadResult>) -> Vec<UploadResult> {
    if results.iter().any(|r| r.status == "accepted") {
        api.ingest.finish(scope);
    }
    results
}

/// Waits until every accepted version is finished, the wait is over or the server stops; what is not
/// finished by then stays `accepted`.
async fn settle(api: &Api, scope: &Scope, results: Vec<UploadResult>) -> Result<Vec<UploadResult>, ApiError> {
    let mut waiting = Vec::with_capacity(results.len());
    for result in results {
        let ticket =
            if result.status == "accepted" { api.ingest.ticket(scope, result.clone()) } else { None };
        waiting.push((result, ticket));
    }
    if waiting.iter().any(|(_, ticket)| ticket.is_some()) {
        api.ingest.finish(scope);
    }
    let deadline = tokio::time::Instant::now() + api.settings.wait_timeout;
    let mut stopping = api.stopping.subscribe();
    let mut settled = Vec::with_capacity(waiting.len());
    for (mut result, ticket) in waiting {
        if let Some(ticket) = ticket {
            tokio::select! {
                biased;
                // The sender is dropped only when the worker ends; then the version stays accepted.
                done = ticket => if let Ok(done) = done { result = done? },
                () = tokio::time::sleep_until(deadline) => {}
                _ = stopping.wait_for(|stop| *stop) => {}
            }
        }
        settled.push(result);
    }
    Ok(settled)
}

fn answer(taken: Taken, many: bool) -> Response {
    let Taken { mut results, job_id, replayed } = taken;
    let status = if results.iter().any(|r| r.status == "accepted") {
        StatusCode::ACCEPTED
    } else if !replayed && results.iter().any(|r| r.status == "ingested" && r.code == "new") {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut response = if many || results.len() != 1 {
        (status, Json(UploadBatch { data: results, job_id })).into_response()
    } else {
        let result = UploadResult { job_id, ..results.remove(0) };
        let id = result.document_id.as_ref();
        let location = id.and_then(|id| HeaderValue::from_str(&format!("/v1/documents/{id}")).ok());
        let mut response = (status, Json(result)).into_response();
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    };
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(status: &str, code: &str) -> UploadResult {
        let accepted = Accepted { document_id: "doc_1".into(), version: 1, outcome: Outcome::New };
        UploadResult { status: status.into(), code: code.into(), ..accepted_result("u".into(), accepted) }
    }

    #[test]
    fn the_status_tells_the_least_finished() {
        for (results, status) in [
            (vec![result("accepted", "new"), result("ingested", "new")], 202),
            (vec![result("ingested", "new"), result("skipped", "unchanged")], 201),
            (vec![result("ingested", "changed")], 200),
            (vec![result("skipped", "unchanged")], 200),
            (vec![result("failed", "empty")], 200),
        ] {
            let taken = Taken { results: results.clone(), ..Taken::default() };
            assert_eq!(answer(taken, true).status().as_u16(), status, "{results:?}");
        }
        let one = answer(Taken { results: vec![result("ingested", "new")], ..Taken::default() }, false);
        assert_eq!(one.headers()[header::LOCATION], "/v1/documents/doc_1");
    }
}
