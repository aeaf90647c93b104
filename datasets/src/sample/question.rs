//! A question of the sample corpus with what is known about its answer.

use serde::{Deserialize, Serialize};

/// Where the answer to a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// In one of the client's own documents, or in several of them.
    Answerable,
    /// Nowhere in the sample; the right reply is a refusal.
    Unanswerable,
    /// Only in another client's documents; the right reply is a refusal, anything else is a leak.
    OtherClient,
}

/// What makes a question harder than the plain ones. Several may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionTrait {
    /// An answer stands in a row of a table, of a sheet or of a file of rows. Its quote is the row
    /// with ` | ` between the cells.
    Table,
    /// The question shares no word of four letters or more with the passage.
    Paraphrase,
    /// The passage denies or allows what the question asks about.
    Negation,
    /// Typed as users type: lower case, no diacritics, now and then a slip.
    Untidy,
    /// Unanswerable: the topic is there, the fact is not.
    NearMiss,
    /// Unanswerable: a name, a year or a code is not the one the documents speak of.
    ChangedFact,
}

/// A passage of one of the client's documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// The file name of the document.
    pub document: String,
    /// The passage of its readable text, white space squeezed to single spaces. It occurs once in
    /// the document.
    pub quote: String,
    /// Short answers as they stand in the quote.
    pub answers: Vec<String>,
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
    /// The rest of an answer that needs more documents than [`Question::document`], one passage for
    /// each of them. Empty unless answerable, and for most answerable questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Passage>,
    /// Of an unanswerable question, the passage that looks most like an answer; its `answers` are
    /// wrong ones, which must not be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lure: Option<Passage>,
    /// What makes the question hard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<QuestionTrait>,
}

impl Question {
    /// Every passage the answer needs, [`Question::document`] first; none unless answerable.
    #[must_use]
    pub fn passages(&self) -> Vec<Passage> {
        let (Some(document), Some(quote)) = (&self.document, &self.quote) else { return Vec::new() };
        let first =
            Passage { document: document.clone(), quote: quote.clone(), answers: self.answers.clone() };
        std::iter::once(first).chain(self.further.iter().cloned()).collect()
    }

    /// Whether the question is hard in this way.
    #[must_use]
    pub fn is(&self, wanted: QuestionTrait) -> bool {
        self.traits.contains(&wanted)
    }
}
