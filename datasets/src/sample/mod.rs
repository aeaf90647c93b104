//! The sample corpus: four fictional companies as four clients, with questions and dialogues whose
//! answers are known. See `sample/README.md` of this crate for what is in it and how it was checked.

mod demo;
mod dialogue;
mod question;
mod table;

pub use demo::{DemoQuestion, demo_questions};
pub use dialogue::{Dialogue, Leaning, Turn};
pub use question::{Passage, Question, QuestionKind, QuestionTrait};

/// One file of a sample client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleDocument {
    /// The file's name, unique within the client, such as `price-list-2026.html`.
    pub path: &'static str,
    /// The file's bytes. Text files are UTF-8, except one that is windows-1250 on purpose.
    pub bytes: &'static [u8],
}

/// One fictional company with its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleClient {
    /// The client's name, of `[a-z0-9-]`.
    pub name: &'static str,
    /// The company's name for people.
    pub title: &'static str,
    /// A string that stands in one document of this client and in none of the other clients': where
    /// it turns up in another client's answer, isolation is broken.
    pub canary: &'static str,
    /// The documents by file name.
    pub documents: &'static [SampleDocument],
    questions: &'static str,
    dialogues: &'static str,
}

impl SampleClient {
    /// The client's questions, in the order of their ids.
    ///
    /// # Panics
    /// Never: the questions are part of the crate, and its tests parse them all.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        parse(self.questions).expect("embedded questions parse; this is a bug otherwise")
    }

    /// The client's dialogues, in the order of their ids.
    ///
    /// # Panics
    /// Never: the dialogues are part of the crate, and its tests parse them all.
    #[must_use]
    pub fn dialogues(&self) -> Vec<Dialogue> {
        parse(self.dialogues).expect("embedded dialogues parse; this is a bug otherwise")
    }

    /// The document with the file name `path`.
    #[must_use]
    pub fn document(&self, path: &str) -> Option<&'static SampleDocument> {
        self.documents.iter().find(|document| document.path == path)
    }
}

/// Parses one value a line.
fn parse<T: serde::de::DeserializeOwned>(jsonl: &str) -> Result<Vec<T>, serde_json::Error> {
    let lines = jsonl.lines().filter(|line| !line.trim().is_empty());
    lines.map(serde_json::from_str).collect()
}

/// The sample clients, by name.
#[must_use]
pub fn sample() -> &'static [SampleClient] {
    table::CLIENTS
}
