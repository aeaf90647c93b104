//! `/v1/documents` and what lies below it: list, show, read, delete. Uploading is in `upload`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

use super::Api;
use super::auth::{Reader, Writer};
use super::error::{ApiError, Code};
use super::extract::{Params, PathId};
use super::page::{Listing, rows};
use crate::wire::{ChunkPageOut, DocumentOut, DocumentPage, TextOut};

/// `GET /v1/documents`: the client's documents, in order of id.
#[utoipa::path(
    get, path = "/v1/documents", operation_id = "list_documents", tag = "documents", params(Listing),
    responses((status = 200, description = "One page of documents.", body = DocumentPage)),
    security(("bearer" = ["viewer"]))
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    Params(listing): Params<Listing>,
) -> Result<Json<DocumentPage>, ApiError> {
    let limit = listing.limit()?;
    api.work(move |app| {
        let page = app.engine().documents(&scope, listing.after.as_deref(), limit)?;
        Ok(Json(DocumentPage {
            data: page.data.into_iter().map(Into::into).collect(),
            has_more: page.has_more,
        }))
    })
    .await
}

/// `GET /v1/documents/{id}`: a document with its versions, state, sizes and metadata.
#[utoipa::path(
    get, path = "/v1/documents/{id}", operation_id = "get_document", tag = "documents",
    params(("id" = String, Path, description = "The document's id.")),
    responses((status = 200, description = "The document.", body = DocumentOut)),
    security(("bearer" = ["viewer"]))
)]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    PathId(id): PathId,
) -> Result<Json<DocumentOut>, ApiError> {
    api.work(move |app| Ok(Json(app.engine().document(&scope, &id)?.into()))).await
}

/// `DELETE /v1/documents/{id}`: from then on nothing returns it.
#[utoipa::path(
    delete, path = "/v1/documents/{id}", operation_id = "delete_document", tag = "documents",
    params(("id" = String, Path, description = "The document's id.")),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = ["editor"])), extensions(("x-codes" = json!(["disk_full"])))
)]
pub(crate) async fn delete(
    State(api): State<Arc<Api>>,
    Writer(scope): Writer,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    let limits = Arc::clone(&api.limits);
    api.work(move |app| {
        app.engine().delete(&scope, &id)?;
        limits.changed(&scope);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Query of `GET /v1/documents/{id}/chunks`.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChunkRange {
    /// Chunks of the page; 100 unless said.
    limit: Option<usize>,
    /// `ordinal` of the last chunk of the page before.
    after: Option<u32>,
}

/// `GET /v1/documents/{id}/chunks`: what the document was cut into, in order.
#[utoipa::path(
    get, path = "/v1/documents/{id}/chunks", operation_id = "list_document_chunks", tag = "documents",
    params(("id" = String, Path, description = "The document's id."), ChunkRange),
    responses((status = 200, description = "One page of chunks.", body = ChunkPageOut)),
    security(("bearer" = ["viewer"]))
)]
pub(crate) async fn chunks(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    PathId(id): PathId,
    Params(range): Params<ChunkRange>,
) -> Result<Json<ChunkPageOut>, ApiError> {
    let limit = rows(range.limit)?;
    api.work(move |app| {
        let page = app.engine().chunks(&scope, &id, range.after, limit)?;
        Ok(Json(ChunkPageOut::of(id, page)))
    })
    .await
}

/// Query of `GET /v1/documents/{id}/text`, in Unicode scalar values.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextRange {
    /// First character; 0 unless said.
    start: Option<usize>,
    /// One past the last; what lies beyond the end of the text is cut off.
    end: Option<usize>,
    /// The visible version unless said.
    version: Option<u32>,
}

/// `GET /v1/documents/{id}/text`: the extracted text, or a part of it.
#[utoipa::path(
    get, path = "/v1/documents/{id}/text", operation_id = "get_document_text", tag = "documents",
    params(("id" = String, Path, description = "The document's id."), TextRange),
    responses((status = 200, description = "The text.", body = TextOut)),
    security(("bearer" = ["viewer"]))
)]
pub(crate) async fn text(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    PathId(id): PathId,
    Params(range): Params<TextRange>,
) -> Result<Json<TextOut>, ApiError> {
    let chars = range.start.unwrap_or(0)..range.end.unwrap_or(usize::MAX);
    if chars.start > chars.end {
        let TextRange { start, end, .. } = range;
        let (start, end) = (start.unwrap_or_default(), end.unwrap_or_default());
        return Err(ApiError::new(
            Code::InvalidValue,
            format!("start is {start}, after end, which is {end}"),
        ));
    }
    api.work(move |app| Ok(Json(app.engine().text(&scope, &id, range.version, Some(chars))?.into()))).await
}

/// `GET /v1/documents/{id}/original`: a download, never something a browser would show or run.
#[utoipa::path(
    get, path = "/v1/documents/{id}/original", operation_id = "get_document_original", tag = "documents",
    params(("id" = String, Path, description = "The document's id.")),
    responses((
        status = 200, description = "The bytes as they were uploaded, in their own media type.",
        body = [u8], content_type = "*/*",
        headers(("content-disposition" = String, description = "`attachment` with a harmless file name."))
    )),
    security(("bearer" = ["viewer"]))
)]
pub(crate) async fn original(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    let (name, (bytes, mime)) = api
        .work(move |app| {
            let name = file_name(&app.engine().document(&scope, &id)?.uri);
            Ok((name, app.engine().original(&scope, &id)?))
        })
        .await?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let mime = HeaderValue::from_str(&mime).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, mime);
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(
        HeaderName::from_static("content-security-policy"),
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}

/// A harmless file name from a uri: its last segment in plain ASCII.
fn file_name(uri: &str) -> String {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let plain: String = last
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .take(100)
        .collect();
    let plain = plain.trim_start_matches('.');
    if plain.is_empty() { "document".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_are_harmless_in_a_header() {
        for (uri, name) in [
            ("https://a.example/x/b.html?v=1#top", "b.html"),
            ("file:///docs/c d\".pdf", "c_d_.pdf"),
            ("preț.txt", "pre_.txt"),
            ("../../.bashrc", "bashrc"),
            ("https://a.example/", "a.example"),
            ("\r\n", "__"),
            ("", "document"),
        ] {
            assert_eq!(file_name(uri), name, "{uri:?}");
        }
    }
}
