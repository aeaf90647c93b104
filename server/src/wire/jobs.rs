//! Shapes of `/v1/jobs`.

use footnote_index::{Job, JobCounts, JobDocument, JobState};
use serde::{Deserialize, Serialize};

use super::{UploadResult, described, rfc3339};

/// A job: the documents one upload handed in.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct JobOut {
    /// Its id.
    pub id: String,
    /// When it was taken, RFC 3339.
    pub created: String,
    /// `running` while a document is being worked on, then `done`.
    pub status: String,
    /// How far its documents are.
    #[schema(value_type = described::JobCounts)]
    pub counts: JobCounts,
}

/// One page of jobs, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"data": [], "has_more": false}))]
pub struct JobPage {
    /// The rows.
    pub data: Vec<JobOut>,
    /// Whether more follow: ask with `after` = the last row's id.
    pub has_more: bool,
}

/// A job with its documents.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "id": "job_91ac", "created": "2026-11-22T12:00:00Z", "status": "done",
    "counts": {"total": 1, "accepted": 0, "ingested": 1, "skipped": 0, "failed": 0}, "data": [], "has_more": false
}))]
pub struct JobDetail {
    /// The job.
    #[serde(flatten)]
    pub job: JobOut,
    /// Its documents, in the order they came.
    pub data: Vec<UploadResult>,
    /// Whether more follow: ask with `from`.
    pub has_more: bool,
}

/// What a retry does.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "id": "job_91ac", "created": "2026-11-22T12:00:00Z", "status": "done",
    "counts": {"total": 1, "accepted": 0, "ingested": 1, "skipped": 0, "failed": 0}, "retried": 0
}))]
pub struct RetryResult {
    /// The job.
    #[serde(flatten)]
    pub job: JobOut,
    /// Failed documents that are tried again.
    pub retried: usize,
}

impl From<Job> for JobOut {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            created: rfc3339(job.created_ms),
            status: if job.counts.accepted > 0 { "running" } else { "done" }.to_owned(),
            counts: job.counts,
        }
    }
}

impl From<JobDocument> for UploadResult {
    fn from(document: JobDocument) -> Self {
        let status = match document.state {
            JobState::Accepted => "accepted",
            JobState::Ingested => "ingested",
            JobState::Skipped => "skipped",
            JobState::Failed => "failed",
        };
        Self {
            uri: document.uri,
            document_id: document.document_id,
            version: document.version,
            status: status.to_owned(),
            code: document.code,
            reason: document.reason,
            chunks: usize::try_from(document.chunks).unwrap_or(usize::MAX),
            attempts: document.attempts,
            ..Self::default()
        }
    }
}
