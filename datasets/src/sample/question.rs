//! A question of the sample corpus with what is known about its answer.

use serde::{Deserialize, Serialize};

/// Where the answer to a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// In one of the client's own documents.
    Answerable,
    /// Nowhere in the sample; the right reply is a refusal.
    Unanswerable,
    /// Only in another client's documents; the right reply is a refusal, anything else is a leak.
    OtherClient,
}

/// One question asked of one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The id, unique over all clients, such as `kestrel-03`.
    pub id: String,
    /// The language of the question's text: `en`, `ro` or `pl`.
    pub language: String,
    /// The question.
    pub text: String,
    /// Where the answer stands.
    pub kind: QuestionKind,
    /// The file name of the client's document with the answer; `None` unless answerable.
    pub document: Option<String>,
    /// Short answers as they stand in the text: in the quote of an answerable question, in a
    /// document of [`Question::other_client`] for that kind; empty for unanswerable ones.
    pub answers: Vec<String>,
    /// The passage of the document's readable text that holds the answer, white space squeezed to
    /// single spaces. It occurs once in the document. `None` unless answerable.
    pub quote: Option<String>,
    /// The question is in another language than the document.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cross_language: bool,
    /// The name of the client whose documents hold the answer; `None` for the other kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_client: Option<String>,
}

/// Parses one question a line.
pub(super) fn parse(jsonl: &str) -> Result<Vec<Question>, serde_json::Error> {
    let lines = jsonl.lines().filter(|line| !line.trim().is_empty());
    lines.map(serde_json::from_str).collect()
}
