//! Bodies of `POST /v1/chat/completions`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::wire::{Citation, Degraded, Grounding};

/// Body of `POST /v1/chat/completions`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ChatBody {
    /// `footnote` for the configured order of engines, or the name of one engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The conversation; the last message of the user is the question.
    pub messages: Vec<ChatTurn>,
    /// Whether the answer comes as server-sent events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// What a stream holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
    /// Ours: what `POST /v1/answers` takes beside the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footnote: Option<ChatOptions>,
    /// Everything else: looked through for what would change the answer's meaning, otherwise ignored.
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Map<String, Value>,
}

/// A message of a conversation.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ChatTurn {
    /// `user`, `assistant`, `system` or `developer`; the last two are not read.
    pub role: String,
    /// A text, or an array of parts of type `text`.
    #[serde(default)]
    pub content: Value,
    /// Refused when there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<Value>>,
}

/// What a stream holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct StreamOptions {
    /// Whether a chunk with the usage comes before the end.
    #[serde(default)]
    pub include_usage: Option<bool>,
}

/// Ours: what `POST /v1/answers` takes beside the question.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatOptions {
    /// Passages to read, 1 to 20; as many as the question needs, 2 to 8, unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// Only documents that pass it, see `docs/filters.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Value>,
    /// Abstain below this confidence, 0 to 1, as in `POST /v1/answers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
}

/// Answer of `POST /v1/chat/completions`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChatCompletion {
    /// Id of this completion.
    pub id: String,
    /// `chat.completion`.
    pub object: String,
    /// Unix seconds.
    pub created: i64,
    /// The model that was asked for.
    pub model: String,
    /// One.
    pub choices: Vec<ChatChoice>,
    /// Tokens a generator took; all 0 when none was asked.
    pub usage: ChatUsage,
    /// What stands behind the text.
    #[serde(flatten)]
    pub footnotes: Footnotes,
}

/// Ours: what stands behind the text of a completion.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Footnotes {
    /// Id of the answer.
    pub answer_id: String,
    /// Who wrote it: `extractive`, or the name of a configured engine.
    pub engine: String,
    /// One entry a cited sentence, in the order of the text, as in `POST /v1/answers`.
    #[schema(value_type = Vec<Object>)]
    pub citations: Vec<Citation>,
    /// Whether the answer rests on evidence; `abstained` when the text only says that there is none.
    #[schema(value_type = Object)]
    pub grounding: Grounding,
    /// Parts that did not take part.
    #[schema(value_type = Vec<Object>)]
    pub degraded: Vec<Degraded>,
    /// The question that was searched with, when it was made whole from the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_question: Option<String>,
    /// Language of the quotes, ISO 639-1, when the question is in another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_language: Option<String>,
}

/// The answer's text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChatChoice {
    /// 0.
    pub index: u32,
    /// The message.
    pub message: ChatReply,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    pub logprobs: Option<()>,
    /// `stop`.
    pub finish_reason: String,
}

/// The message of an answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChatReply {
    /// `assistant`.
    pub role: String,
    /// The answer, or in plain words that there is none.
    pub content: String,
    /// Always null: what the documents do not say is in `grounding`.
    pub refusal: Option<String>,
    /// One a citation.
    pub annotations: Vec<Annotation>,
}

/// A citation as OpenAI's clients read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Annotation {
    /// `url_citation`.
    pub r#type: String,
    /// The citation.
    pub url_citation: UrlCitation,
}

/// A part of the text and where it comes from. Indices count Unicode scalar values of the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UrlCitation {
    /// First character.
    pub start_index: usize,
    /// One past the last.
    pub end_index: usize,
    /// The document's title.
    pub title: String,
    /// The quoted version's text on this server; `#char=A,B` are the quote's first character and one past its last.
    pub url: String,
}

/// Tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChatUsage {
    /// Tokens a generator was shown.
    pub prompt_tokens: usize,
    /// Tokens it wrote.
    pub completion_tokens: usize,
    /// Their sum.
    pub total_tokens: usize,
}

/// An event of a streamed completion.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChatChunk {
    /// Id of the completion.
    pub id: String,
    /// `chat.completion.chunk`.
    pub object: String,
    /// Unix seconds.
    pub created: i64,
    /// The model that was asked for.
    pub model: String,
    /// One; none in the chunk with the usage.
    pub choices: Vec<ChunkChoice>,
    /// With `include_usage`: null but in the last chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ChatUsage>)]
    pub usage: Option<Option<ChatUsage>>,
    /// In the chunk with the `finish_reason`.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub footnotes: Option<Footnotes>,
}

/// The next part of the text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChunkChoice {
    /// 0.
    pub index: u32,
    /// What is new.
    pub delta: ChatDelta,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    pub logprobs: Option<()>,
    /// `stop` in the last one.
    pub finish_reason: Option<String>,
}

/// What is new in a chunk.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ChatDelta {
    /// `assistant`, in the first chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The next sentence, with the space before it. All of them joined are the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The sentence's citations; indices are those of the whole content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
}
