//! A conversation whose later questions lean on the earlier ones.

use serde::{Deserialize, Serialize};

use super::question::{Passage, QuestionKind};

/// How a later question leans on what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaning {
    /// A pronoun stands for something said before: "Can I refresh it?".
    Pronoun,
    /// Most of the earlier question is left out: "And for the Falcon 800?".
    Ellipsis,
    /// A word points at what was said before: "that level", "acest preț", "ten dodatek".
    Demonstrative,
    /// Romanian and Polish leave the subject out, the verb alone carries it: "Când se plătește?".
    DroppedSubject,
    /// The asker takes something back: "Sorry, I meant Bronze.".
    Correction,
    /// It does not lean at all: nothing of what was said before belongs into it.
    TopicShift,
}

/// One question of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The question as it was typed.
    pub text: String,
    /// The same question as a person would write it without what came before.
    pub resolved: String,
    /// How it leans on the earlier turns; `None` for the first turn only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaning: Option<Leaning>,
    /// Where the answer stands: answerable or unanswerable.
    pub kind: QuestionKind,
    /// The file name of the client's document with the answer; `None` when unanswerable.
    pub document: Option<String>,
    /// Short answers as they stand in the quote; empty when unanswerable.
    pub answers: Vec<String>,
    /// The passage of the document's readable text that holds the answer, white space squeezed to
    /// single spaces. It occurs once in the document. `None` when unanswerable.
    pub quote: Option<String>,
}

impl Turn {
    /// The passage with the answer; `None` when unanswerable.
    #[must_use]
    pub fn passage(&self) -> Option<Passage> {
        let (document, quote) = (self.document.clone()?, self.quote.clone()?);
        Some(Passage { document, quote, answers: self.answers.clone() })
    }
}

/// Questions asked one after the other of one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialogue {
    /// The id, unique over all clients, such as `kestrel-d03`.
    pub id: String,
    /// The language of all turns: `en`, `ro` or `pl`.
    pub language: String,
    /// The questions in the order they are asked, two to four.
    pub turns: Vec<Turn>,
}
