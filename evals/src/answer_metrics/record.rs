use serde::{Deserialize, Serialize};

/// What is known of one question, and what a system did with it: everything the answer metrics are computed from. All
/// offsets count Unicode scalar values and the end is exclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRecord {
    /// The question's id.
    pub question: String,
    /// The language of the expected answer (ISO 639-1), which decides how texts are normalised and cut into sentences.
    pub language: String,
    /// True when the documents hold the answer; if not, the right reply is to abstain.
    pub answerable: bool,
    /// Short answers, any of which will do. May be empty where only the documents are known.
    #[serde(default)]
    pub gold_answers: Vec<String>,
    /// Ids of the documents that answer the question.
    #[serde(default)]
    pub gold_documents: Vec<String>,
    /// Where the gold answers stand, as far as that is known.
    #[serde(default)]
    pub gold_spans: Vec<GoldSpan>,
    /// What the system decided.
    pub decision: Decision,
    /// How sure it was of having the answer, 0 to 1; absent when it does not say.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// Its answer without citation marks such as `[1]`. What it says when it abstains is not read.
    #[serde(default)]
    pub answer: String,
    /// What it cites, in the order of the answer.
    #[serde(default)]
    pub citations: Vec<Citation>,
    /// Milliseconds from the question to the whole answer.
    pub latency_ms: f64,
}

/// What a system did with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It answered.
    Answered,
    /// It said that it has no answer.
    Abstained,
}

/// Where a gold answer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldSpan {
    /// The document's id.
    pub document: String,
    /// Where the answer begins in the document's text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// One citation of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The id of the document cited, as in [`AnswerRecord::gold_documents`].
    pub document: String,
    /// The text quoted.
    pub quote: String,
    /// True when the document's text from `start` to `end` was read back and is the quote, character by character.
    pub quote_exact: bool,
    /// Where the quote begins in the document's text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Where the part of the answer that the citation stands for begins.
    pub answer_start: usize,
    /// Where that part ends.
    pub answer_end: usize,
}

impl AnswerRecord {
    /// True when the system answered.
    #[must_use]
    pub fn answered(&self) -> bool {
        self.decision == Decision::Answered
    }

    /// The answer, empty when the system abstained.
    #[must_use]
    pub fn given(&self) -> &str {
        if self.answered() { &self.answer } else { "" }
    }
}
