//! Bodies of `POST /v1/answers`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Degraded, Hit, Place, Span};

/// Body of `POST /v1/answers`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"question": "What does a ski pass cost?"}))]
pub struct AnswerBody {
    /// The question.
    pub question: String,
    /// The conversation before it, oldest first, at most 100 messages. A question such as "And the 800?" is made whole from
    /// it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<ChatMessage>,
    /// Passages to read, 1 to 20; as many as the question needs, 2 to 8, unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// Only documents that pass it, see `docs/filters.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<serde_json::Value>,
    /// Who writes: a configured engine or `extractive`; the configured order unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Abstain when the confidence in an answer is below this, 0 to 1: 0 always answers when anything was found. The server's
    /// setting unless said, else what was fitted for the kind of question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// Whether the answer comes as server-sent events, each sentence as soon as it is verified.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stream: bool,
}

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatMessage {
    /// Who wrote it.
    pub role: Role,
    /// Its text.
    pub content: String,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person who asks.
    User,
    /// The answers given.
    Assistant,
    /// The backend's own instructions; they are not read.
    System,
}

/// Answer of `POST /v1/answers`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({
    "id": "ans_5b1f", "answer": "A day pass costs 45 EUR.",
    "citations": [{
        "id": 1, "document_id": "doc_5f0c", "version": 1, "chunk_id": "chk_1", "title": "Prices", "uri": "prices.md",
        "quote": "A day pass costs 45 EUR.", "source": {"start_char": 10, "end_char": 34, "heading_path": ["Prices"]},
        "answer": {"start_char": 0, "end_char": 24}, "phrase": {"start_char": 17, "end_char": 23},
        "support": {"status": "verified", "score": 1.0, "method": "exact_quote"}
    }],
    "grounding": {"status": "grounded", "confidence": 0.94}, "engine": "extractive", "degraded": [], "passages": [],
    "timings_ms": {"answer": 24.5}
}))]
pub struct Answer {
    /// Id of this answer.
    pub id: String,
    /// The text; empty when abstained.
    pub answer: String,
    /// One entry a cited sentence, in the order of the text.
    pub citations: Vec<Citation>,
    /// Whether the answer rests on evidence.
    pub grounding: Grounding,
    /// Who wrote it: `extractive`, or the name of a configured engine.
    pub engine: String,
    /// The question that was searched with, when it was made whole from the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_question: Option<String>,
    /// Language of the quotes, ISO 639-1, when the question is in another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_language: Option<String>,
    /// Tokens a generator took, when one was asked and came to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Parts that did not take part.
    pub degraded: Vec<Degraded>,
    /// What was read, best first; also when abstained.
    pub passages: Vec<Hit>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<String, f64>,
    /// Id of the answer in the history; missing when it is not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

/// Tokens a generator took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Usage {
    /// Tokens it was shown.
    pub prompt_tokens: usize,
    /// Tokens it wrote, those of sentences that were dropped included.
    pub completion_tokens: usize,
    /// Its name.
    pub engine: String,
}

/// Data of the event `message`: the next sentence of a streamed answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Message {
    /// The sentence, with the space before it. All of them joined are the answer.
    pub text: String,
    /// Numbers of its citations, each of which follows as an event of its own.
    pub citations: Vec<u32>,
}

/// Where a sentence of the answer comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Citation {
    /// Number from 1, as in `[1]`.
    pub id: u32,
    /// The document.
    pub document_id: String,
    /// The version that was quoted.
    pub version: u32,
    /// The chunk it lies in.
    pub chunk_id: String,
    /// The document's title.
    pub title: String,
    /// The document's uri.
    pub uri: String,
    /// Exactly the version's text at `source`.
    pub quote: String,
    /// Its place.
    pub source: Place,
    /// The part of the answer it supports.
    pub answer: Span,
    /// The part of it that answers the question, when it can be told: the figure, date or name asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrase: Option<Span>,
    /// How well it does.
    pub support: Support,
}

/// Whether a quote supports its sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Support {
    /// Outcome of the check.
    pub status: SupportStatus,
    /// 0 to 1.
    pub score: f32,
    /// How it was checked: `exact_quote` means the sentence is the quote, read back from the store.
    pub method: String,
}

/// Outcome of checking a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SupportStatus {
    /// The quote is in the source and says what the sentence says.
    Verified,
    /// It says part of it.
    Partial,
    /// It does not.
    Unsupported,
}

/// Whether an answer rests on evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Grounding {
    /// Outcome.
    pub status: GroundingStatus,
    /// 0 to 1: how likely the passages hold the answer.
    pub confidence: f32,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<AbstainReason>,
}

/// Whether there is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GroundingStatus {
    /// Every sentence has a verified citation.
    Grounded,
    /// Some have.
    Partial,
    /// No answer is given.
    Abstained,
}

/// Why no answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AbstainReason {
    /// Nothing was found at all.
    NoEvidence,
    /// What was found does not answer the question well enough.
    WeakEvidence,
    /// A sentence was found but its quote could not be read back from the store.
    Unverified,
    /// A generator was shown the passages and says that they do not hold the answer.
    Declined,
}
