//! Shapes of `/v1/history`.

use std::collections::BTreeMap;

use footnote_index::{HistoryKind, Rating};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Degraded, Span, Usage};

/// A search or an answer, without what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HistorySummary {
    /// Its id: the `trace_id` of the result.
    pub id: String,
    /// When it was asked, RFC 3339.
    pub at: String,
    /// `search` or `answer`.
    #[schema(value_type = String)]
    pub kind: HistoryKind,
    /// Id of the key it was asked with; empty for the command line and servers without keys.
    pub asked_by: String,
    /// The question as typed.
    pub question: String,
    /// The question that was searched with, when it was made whole from a conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_question: Option<String>,
    /// `found` or `empty` for searches, `grounded`, `partial` or `abstained` for answers.
    pub status: String,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How likely the passages held the answer, 0 to 1; of answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// Who wrote the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The answer's text, unless it is withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether a document that the result named was deleted since: then the answer's text, the question as it was resolved and
    /// that document's quotes are gone.
    pub withheld: bool,
    /// Hits of a search, citations of an answer.
    pub results: usize,
    /// Whether it was served from memory.
    pub cached: bool,
    /// How long it took.
    pub duration_ms: f64,
    /// The commit that was searched.
    pub seq: u64,
    /// What was thought of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<FeedbackOut>,
}

/// One page of the history, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HistoryPage {
    /// The entries.
    pub data: Vec<HistorySummary>,
    /// Whether more follow; ask again with `after` = the last entry's id.
    pub has_more: bool,
}

/// A search or an answer with what it rests on, as far as that is still there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HistoryDetail {
    /// The entry.
    #[serde(flatten)]
    pub summary: HistorySummary,
    /// The request's other settings.
    #[schema(value_type = Object)]
    pub request: Value,
    /// Hits of a search or passages of an answer, best first.
    pub passages: Vec<PastPassage>,
    /// Citations of an answer.
    pub citations: Vec<PastCitation>,
    /// Parts that did not take part.
    #[schema(value_type = Vec<Object>)]
    pub degraded: Vec<Degraded>,
    /// Tokens a generator took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub usage: Option<Usage>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, f64>,
}

/// What became of a document version that was found once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It is the one that is searched.
    Current,
    /// A newer version is searched.
    Superseded,
    /// The document was deleted.
    Deleted,
}

/// A place that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PastPassage {
    /// Its document.
    pub document_id: String,
    /// The version that was found.
    pub version: u32,
    /// The chunk.
    pub chunk_id: String,
    /// Its first character in the version's text.
    pub start_char: usize,
    /// One past the last.
    pub end_char: usize,
    /// Rank score, or the reranker's.
    pub score: f32,
    /// What became of the version.
    pub standing: Standing,
    /// The document's title now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The document's uri.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

/// A citation that was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PastCitation {
    /// Its number in the answer.
    pub id: u32,
    /// Where the quote is.
    #[serde(flatten)]
    pub place: PastPassage,
    /// The quote, read from the version again; missing when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The part of the answer it supports.
    #[schema(value_type = Object)]
    pub answer: Span,
    /// Outcome of its check.
    pub support: String,
}

/// Body of `POST /v1/history/{id}/feedback`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackBody {
    /// `up` or `down`.
    #[schema(value_type = String)]
    pub rating: Rating,
    /// Why, at most 4,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What was thought of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FeedbackOut {
    /// `up` or `down`.
    #[schema(value_type = String)]
    pub rating: Rating,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When, RFC 3339.
    pub at: String,
    /// Id of the key it was given with.
    pub by: String,
}

/// Answer of `POST /v1/history/{id}/replay`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReplayResult {
    /// What was answered then.
    pub before: HistoryDetail,
    /// What the same request gives now: the body of `POST /v1/search` or `POST /v1/answers`.
    #[schema(value_type = Object)]
    pub now: Value,
    /// What is different.
    pub changes: Changes,
}

/// What is different between an entry and the same request now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Changes {
    /// Whether nothing is: the same places in the same order, and the same answer.
    pub same: bool,
    /// Status then and now, when they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Change>,
    /// Whether the answer's text is another one; missing when it is not known any more, and for searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_changed: Option<bool>,
    /// The commits that were searched.
    pub seq: SeqChange,
    /// Places found then and now.
    pub kept: usize,
    /// Places found now that were not found then.
    pub added: Vec<FoundPlace>,
    /// Places found then that are not found now, and what became of their version.
    pub removed: Vec<FoundPlace>,
    /// Whether the places kept come in another order.
    pub reordered: bool,
    /// Documents whose version was replaced since.
    pub superseded: Vec<Superseded>,
    /// Documents that were deleted since.
    pub deleted: Vec<String>,
}

/// A value then and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Change {
    /// Then.
    pub from: String,
    /// Now.
    pub to: String,
}

/// A commit then and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SeqChange {
    /// Then.
    pub from: u64,
    /// Now.
    pub to: u64,
}

/// A place in a version, by numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FoundPlace {
    /// Its document.
    pub document_id: String,
    /// The version.
    pub version: u32,
    /// Its first character.
    pub start_char: usize,
    /// One past the last.
    pub end_char: usize,
}

/// A document with another version than then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Superseded {
    /// The document.
    pub document_id: String,
    /// The version found then.
    pub from: u32,
    /// The version searched now.
    pub to: u32,
}

/// Answer of `DELETE /v1/history`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Forgotten {
    /// Entries that were removed.
    pub removed: u64,
}
