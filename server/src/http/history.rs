//! `/v1/history`: what a client's people asked and were answered.
//!
//! A viewer's key sees, replays and rates what was asked with that very key; editors and admins all of the client's, and they
//! alone may remove it. Another key's entry is for a viewer what does not exist.

use std::io::{BufWriter, Write as _};
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use footnote_index::{HistoryFilter, HistoryKind, Principal, Rating, Role};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::auth::{Caller, Writer};
use super::error::{ApiError, Code};
use super::extract::{JsonBody, Params, PathId};
use super::page::rows;
use super::snapshots::{Pipe, Piped, fill};
use super::{Api, answers};
use crate::generators::{Cancel, CancelOnDrop};
use crate::history::{ExportFormat, export};
use crate::wire::{FeedbackBody, FeedbackOut, Forgotten, HistoryDetail, HistoryPage, ReplayResult};

/// Pieces of an export that may wait for the network.
const WAITING: usize = 8;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

/// Query of a list or an export.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Entries of a page, 1 to 1,000; 100 unless said.
    limit: Option<usize>,
    /// Id of the last entry of the page before.
    after: Option<String>,
    /// `search` or `answer`.
    #[param(value_type = Option<String>)]
    kind: Option<HistoryKind>,
    /// `found`, `empty`, `grounded`, `partial` or `abstained`.
    status: Option<String>,
    /// `up` or `down`.
    #[param(value_type = Option<String>)]
    rating: Option<Rating>,
    /// Only entries from this time on, RFC 3339.
    from: Option<String>,
    /// Only entries before this time, RFC 3339.
    to: Option<String>,
    /// Of exports: `json` (the default), `ndjson` or `csv`.
    #[param(value_type = Option<String>)]
    format: Option<ExportFormat>,
}

/// Statuses an entry can have.
const STATUSES: [&str; 5] = ["found", "empty", "grounded", "partial", "abstained"];

impl Wanted {
    fn filter<'a>(&'a self, asked_by: Option<&'a str>) -> Result<HistoryFilter<'a>, ApiError> {
        let status = self.status.as_deref();
        if let Some(other) = status.filter(|status| !STATUSES.contains(status)) {
            let short: String = other.chars().take(50).collect();
            let known = STATUSES.join(", ");
            return Err(ApiError::new(
                Code::InvalidValue,
                format!("status is {short:?}, use one of {known}"),
            ));
        }
        Ok(HistoryFilter {
            before: self.after.as_deref(),
            asked_by,
            kind: self.kind,
            status,
            from_ms: time("from", self.from.as_deref())?,
            to_ms: time("to", self.to.as_deref())?,
            rating: self.rating,
        })
    }
}

fn time(name: &str, text: Option<&str>) -> Result<Option<i64>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    match text.parse::<jiff::Timestamp>() {
        Ok(time) => Ok(Some(time.as_millisecond())),
        Err(_) => {
            let short: String = text.chars().take(50).collect();
            Err(ApiError::new(
                Code::InvalidValue,
                format!(
                    "{name} is {short:?}, use RFC 3339 with a time zone, for example 2026-01-31T12:00:00Z"
                ),
            ))
        }
    }
}

/// The key whose entries alone a caller may see.
fn own(principal: &Principal) -> Option<&str> {
    (principal.role < Role::Editor).then_some(principal.key_id.as_str())
}

/// `GET /v1/history`
#[utoipa::path(get, path = "/v1/history", tag = "history", params(Wanted),
    responses((status = 200, description = "A page, newest first", body = HistoryPage)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    Params(wanted): Params<Wanted>,
) -> Result<Json<HistoryPage>, ApiError> {
    let limit = rows(wanted.limit)?;
    no_format(&wanted)?;
    api.work(move |app| Ok(Json(app.history(&scope, &wanted.filter(own(&principal))?, limit)?))).await
}

fn no_format(wanted: &Wanted) -> Result<(), ApiError> {
    match wanted.format {
        None => Ok(()),
        Some(_) => {
            Err(ApiError::new(Code::InvalidRequest, "a list has no format; GET /v1/history/export has"))
        }
    }
}

/// `GET /v1/history/{id}`
#[utoipa::path(get, path = "/v1/history/{id}", tag = "history", params(("id" = String, Path)),
    responses((status = 200, description = "The entry with what it rests on", body = HistoryDetail)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    PathId(id): PathId,
) -> Result<Json<HistoryDetail>, ApiError> {
    api.work(move |app| Ok(Json(app.history_entry(&scope, &id, own(&principal))?))).await
}

/// `POST /v1/history/{id}/replay`: the same request to today's index.
#[utoipa::path(post, path = "/v1/history/{id}/replay", tag = "history", params(("id" = String, Path)),
    responses((status = 200, description = "Then, now, and what is different", body = ReplayResult)))]
pub(crate) async fn replay(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    PathId(id): PathId,
) -> Result<Json<ReplayResult>, ApiError> {
    let cancel = Cancel::default();
    // A caller that goes away ends the work.
    let guard = CancelOnDrop(cancel.clone());
    let app = Arc::clone(&api.app);
    // The entry may name a generator; whether it does is known after it was read.
    let gate = answers::gate(&api, None);
    let result = gate.run(move || Ok(app.replay(&scope, &id, own(&principal), &cancel)?)).await?;
    drop(guard);
    Ok(Json(result))
}

/// `POST /v1/history/{id}/feedback`: puts a rating in the place of the one before it.
#[utoipa::path(post, path = "/v1/history/{id}/feedback", tag = "history", params(("id" = String, Path)),
    request_body = FeedbackBody,
    responses((status = 200, description = "The rating as it stands now", body = FeedbackOut)))]
pub(crate) async fn feedback(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    PathId(id): PathId,
    JsonBody(body): JsonBody<FeedbackBody>,
) -> Result<Json<FeedbackOut>, ApiError> {
    api.work(move |app| Ok(Json(app.rate(&scope, &id, own(&principal), &principal.key_id, &body)?))).await
}

/// `DELETE /v1/history/{id}`
#[utoipa::path(delete, path = "/v1/history/{id}", tag = "history", params(("id" = String, Path)),
    responses((status = 204, description = "It is gone")))]
pub(crate) async fn forget(
    State(api): State<Arc<Api>>,
    Writer(scope): Writer,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    api.work(move |app| {
        app.forget_history_entry(&scope, &id)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// `DELETE /v1/history`: all of the client's.
#[utoipa::path(delete, path = "/v1/history", tag = "history",
    responses((status = 200, description = "How many there were", body = Forgotten)))]
pub(crate) async fn forget_all(
    State(api): State<Arc<Api>>,
    Writer(scope): Writer,
) -> Result<Json<Forgotten>, ApiError> {
    api.work(move |app| Ok(Json(app.forget_history(&scope)?))).await
}

/// `GET /v1/history/export`: a download, sent as it is read.
#[utoipa::path(get, path = "/v1/history/export", tag = "history", params(Wanted),
    responses((status = 200, description = "JSON, JSON lines or CSV")))]
pub(crate) async fn download(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    if wanted.limit.is_some() {
        return Err(ApiError::new(
            Code::InvalidRequest,
            "an export has no limit; narrow it with from and to",
        ));
    }
    wanted.filter(None)?;
    let format = wanted.format.unwrap_or_default();
    let place = api.downloads.enter().await?;
    let app = Arc::clone(&api.app);
    let (sender, receiver) = mpsc::channel(WAITING);
    fill(place, sender, move |sender| {
        let mut out = BufWriter::with_capacity(PIECE, Pipe::new(sender.clone()));
        let written = wanted
            .filter(own(&principal))
            .and_then(|filter| Ok(export(&app, &scope, &filter, format, &mut out)?))
            .and_then(|_| out.flush().map_err(ApiError::internal));
        if let Err(error) = written {
            // Breaks the connection off, so that half an export is not taken for a whole one.
            tracing::warn!(detail = error.detail(), cause = error.cause(), "an export was not sent whole");
            let _ = sender.try_send(Err(std::io::Error::other("the export failed")));
        }
    });
    let mut response = Response::new(Body::new(Piped::new(receiver)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    let disposition = format!("attachment; filename=\"history.{}\"", format.extension());
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_statuses_are_read_or_named() {
        let wanted = Wanted {
            from: Some("2026-01-31T12:00:00+02:00".into()),
            status: Some("empty".into()),
            ..Wanted::default()
        };
        assert_eq!(wanted.filter(None).expect("good").from_ms, Some(1_769_853_600_000));
        for (wanted, part) in [
            (Wanted { from: Some("yesterday".into()), ..Wanted::default() }, "from is \"yesterday\""),
            (Wanted { to: Some("2026-01-31".into()), ..Wanted::default() }, "to is \"2026-01-31\""),
            (Wanted { status: Some("fine".into()), ..Wanted::default() }, "use one of found"),
        ] {
            let error = wanted.filter(None).expect_err("bad");
            assert!(error.detail().contains(part), "{}", error.detail());
        }
    }
}
