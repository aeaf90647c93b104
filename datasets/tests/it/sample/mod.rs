//! The corpus is complete, its questions and dialogues are true of it, no client's facts stand in
//! another's, and its README counts right.

mod demo;
mod dialogues;
mod documents;
mod languages;
mod questions;
mod readme;

use footnote_datasets::{Passage, Question, SampleClient, sample};

use crate::text::{readable, squeezed};

fn client(name: &str) -> &'static SampleClient {
    let found = sample().iter().find(|client| client.name == name);
    found.unwrap_or_else(|| panic!("no client {name}"))
}

fn all_questions() -> Vec<(&'static SampleClient, Question)> {
    let of = |client: &'static SampleClient| {
        client.questions().into_iter().map(move |question| (client, question))
    };
    sample().iter().flat_map(of).collect()
}

fn whole_text(client: &SampleClient) -> String {
    client.documents.iter().map(readable).collect::<Vec<_>>().join("\n")
}

/// The quote stands once in its document, and the answers stand in the quote.
fn assert_quoted(client: &SampleClient, id: &str, passage: &Passage) {
    let Passage { document: path, quote, answers } = passage;
    let document = client.document(path).unwrap_or_else(|| panic!("{id}: {path}"));
    assert_eq!(*quote, squeezed(quote), "{id}");
    assert_eq!(readable(document).matches(quote.as_str()).count(), 1, "{id}: {quote}");
    for answer in answers {
        assert!(!answer.is_empty() && quote.contains(answer), "{id}: {answer}");
    }
}
