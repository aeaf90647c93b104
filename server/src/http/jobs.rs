//! `/v1/jobs`: what uploads became. A job is one request's documents; what is read here is the ledger.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::Api;
use super::auth::{Reader, Writer};
use super::error::ApiError;
use super::extract::{Params, PathId};
use super::page::{Listing, rows};
use crate::wire::{JobDetail, JobOut, JobPage, RetryResult};

/// Query of `GET /v1/jobs/{id}`.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentsOf {
    /// Documents shown; 100 unless said.
    limit: Option<usize>,
    /// First document shown, counted from 0.
    #[serde(default)]
    from: u32,
}

/// `GET /v1/jobs`: what uploads became, newest first.
#[utoipa::path(
    get, path = "/v1/jobs", operation_id = "list_jobs", tag = "jobs", params(Listing),
    responses((status = 200, description = "One page of jobs.", body = JobPage)),
    security(("bearer" = ["viewer"]))
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    Params(listing): Params<Listing>,
) -> Result<Json<JobPage>, ApiError> {
    let limit = listing.limit()?;
    api.work(move |app| {
        let mut jobs = app.engine().jobs(&scope, listing.after.as_deref(), limit + 1)?;
        let has_more = jobs.len() > limit;
        jobs.truncate(limit);
        Ok(Json(JobPage { data: jobs.into_iter().map(JobOut::from).collect(), has_more }))
    })
    .await
}

/// `GET /v1/jobs/{id}`: a job with its documents.
#[utoipa::path(
    get, path = "/v1/jobs/{id}", operation_id = "get_job", tag = "jobs",
    params(("id" = String, Path, description = "The job's id."), DocumentsOf),
    responses((status = 200, description = "The job.", body = JobDetail)),
    security(("bearer" = ["viewer"]))
)]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    PathId(id): PathId,
    Params(of): Params<DocumentsOf>,
) -> Result<Json<JobDetail>, ApiError> {
    let limit = rows(of.limit)?;
    api.work(move |app| {
        let job = app.engine().job(&scope, &id)?.into();
        let mut documents = app.engine().job_documents(&scope, &id, of.from, limit + 1)?;
        let has_more = documents.len() > limit;
        documents.truncate(limit);
        Ok(Json(JobDetail { job, data: documents.into_iter().map(Into::into).collect(), has_more }))
    })
    .await
}

/// `POST /v1/jobs/{id}/retry`: tries the job's failed documents again.
#[utoipa::path(
    post, path = "/v1/jobs/{id}/retry", operation_id = "retry_job", tag = "jobs",
    params(("id" = String, Path, description = "The job's id.")),
    responses((status = 200, description = "The job, and how many are tried again.", body = RetryResult)),
    security(("bearer" = ["editor"])), extensions(("x-codes" = json!(["disk_full"])))
)]
pub(crate) async fn retry(
    State(api): State<Arc<Api>>,
    Writer(scope): Writer,
    PathId(id): PathId,
) -> Result<Json<RetryResult>, ApiError> {
    let owner = scope.clone();
    let (job, retried) = api
        .work(move |app| {
            let retried = app.engine().retry_job(&owner, &id)?;
            Ok((JobOut::from(app.engine().job(&owner, &id)?), retried))
        })
        .await?;
    if retried > 0 {
        api.ingest.finish(&scope);
    }
    Ok(Json(RetryResult { job, retried }))
}
