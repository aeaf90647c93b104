//! A tool's arguments, and what it does with a library. No protocol, no threads.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::passage::PassageId;
use super::{Failure, Library};
use crate::answers;
use crate::generators::Cancel;
use crate::wire::{Answer, AnswerBody, ChatMessage, GroundingStatus, Hit, SearchBody};

/// Most characters of one fetch.
pub(super) const MAX_CHARS: usize = 20_000;

/// Characters on either side of a passage that come with it.
const AROUND: usize = 1_500;

/// Arguments of `search`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    query: String,
    top_k: Option<usize>,
    filter: Option<Value>,
}

/// Arguments of `fetch`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fetch {
    id: String,
    start: Option<usize>,
}

/// Arguments of `ask`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    question: String,
    #[serde(default)]
    messages: Vec<ChatMessage>,
    top_k: Option<usize>,
    filter: Option<Value>,
    engine: Option<String>,
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Call {
    /// Passages for a query.
    Search(Search),
    /// A document's text.
    Fetch(Fetch),
    /// A cited answer.
    Ask(Ask),
}

impl Call {
    /// Reads a call; `None` when there is no such tool.
    pub(super) fn read(tool: &str, arguments: Map<String, Value>) -> Option<Result<Self, Failure>> {
        fn read<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Failure> {
            serde_json::from_value(Value::Object(arguments)).map_err(|e| Failure(format!("arguments: {e}")))
        }
        Some(match tool {
            "search" => read(arguments).map(Self::Search),
            "fetch" => read(arguments).map(Self::Fetch),
            "ask" => read(arguments).map(Self::Ask),
            _ => return None,
        })
    }

    /// The engine that is asked for by name.
    pub(crate) fn engine(&self) -> Option<&str> {
        match self {
            Self::Ask(ask) => ask.engine.as_deref(),
            Self::Search(_) | Self::Fetch(_) => None,
        }
    }

    /// Does it. Blocks.
    pub(crate) fn run(self, library: &dyn Library, cancel: &Cancel) -> Result<Value, Failure> {
        match self {
            Self::Search(search) => search.run(library),
            Self::Fetch(fetch) => fetch.run(library),
            Self::Ask(ask) => ask.run(library, cancel),
        }
    }
}

impl Search {
    fn run(self, library: &dyn Library) -> Result<Value, Failure> {
        let Self { query, top_k, filter } = self;
        let found = library.search(&SearchBody { query, top_k, filter, ..SearchBody::default() })?;
        let result = |hit: &Hit| {
            let chars = hit.source.start_char..hit.source.end_char;
            let id = PassageId { document: &hit.document_id, place: Some((hit.version, chars)) }.to_string();
            json!({ "id": id, "title": titled(&hit.title, &hit.uri), "url": hit.uri, "text": hit.text })
        };
        let mut out = json!({ "results": found.hits.iter().map(result).collect::<Vec<_>>() });
        if !found.degraded.is_empty() {
            out["degraded"] = json!(found.degraded);
        }
        Ok(out)
    }
}

impl Fetch {
    fn run(self, library: &dyn Library) -> Result<Value, Failure> {
        let id = PassageId::read(&self.id);
        let document = library.document(id.document)?;
        let (version, chars) = match (&id.place, self.start) {
            (place, Some(start)) => (place.as_ref().map(|p| p.0), start..start.saturating_add(MAX_CHARS)),
            (None, None) => (None, 0..MAX_CHARS),
            (Some((version, chars)), None) => {
                let start = chars.start.saturating_sub(AROUND);
                let end = chars.end.saturating_add(AROUND).min(start.saturating_add(MAX_CHARS));
                (Some(*version), start..end)
            }
        };
        let text = library.text(id.document, version, chars)?;
        let mut metadata = json!({
            "document_id": document.id,
            "version": text.version,
            "start_char": text.start_char,
            "end_char": text.end_char,
            "total_chars": text.total_chars,
            "mime": document.mime,
            "updated": document.updated,
        });
        if text.end_char < text.total_chars {
            // What to send as `start` to read on.
            metadata["next_start"] = json!(text.end_char);
        }
        let title = titled(&document.title, &document.uri);
        Ok(
            json!({ "id": self.id, "title": title, "text": text.text, "url": document.uri, "metadata": metadata }),
        )
    }
}

impl Ask {
    fn run(self, library: &dyn Library, cancel: &Cancel) -> Result<Value, Failure> {
        let Self { question, messages, top_k, filter, engine } = self;
        let body = AnswerBody { question, messages, top_k, filter, engine, ..AnswerBody::default() };
        let answer = library.answer(&body, cancel)?;
        let Answer {
            id,
            answer,
            citations,
            grounding,
            engine,
            resolved_question,
            quoted_language,
            degraded,
            ..
        } = answer;
        let mut out = json!({
            "id": id, "answer": answer, "citations": citations, "grounding": grounding, "engine": engine, "degraded": degraded,
        });
        if let Some(resolved) = resolved_question {
            out["resolved_question"] = json!(resolved);
        }
        if let Some(language) = quoted_language {
            out["quoted_language"] = json!(language);
        }
        if grounding.status == GroundingStatus::Abstained {
            // For readers that look at text only.
            out["note"] = json!(answers::said(&body.question, grounding.reason));
        }
        Ok(out)
    }
}

fn titled<'a>(title: &'a str, uri: &'a str) -> &'a str {
    if title.is_empty() { uri } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tool: &str, arguments: Value) -> Result<Call, Failure> {
        let Value::Object(arguments) = arguments else { panic!("an object") };
        Call::read(tool, arguments).expect("a tool")
    }

    #[test]
    fn arguments_are_read_and_none_of_them_names_a_client() {
        assert!(read("search", json!({ "query": "lift", "top_k": 3 })).is_ok());
        assert!(read("fetch", json!({ "id": "doc_1", "start": 10 })).is_ok());
        let asked = read(
            "ask",
            json!({ "question": "Why?", "messages": [{ "role": "user", "content": "x" }], "engine": "far" }),
        );
        assert_eq!(asked.expect("a call").engine(), Some("far"));
        for (tool, arguments) in [
            ("search", json!({ "query": "lift", "client": "other" })),
            ("search", json!({ "query": "lift", "tenant": "other" })),
            ("fetch", json!({ "id": "doc_1", "client_id": "other" })),
            ("ask", json!({ "question": "Why?", "scope": { "client": "other" } })),
            ("ask", json!({ "question": "Why?", "x-client-id": "other" })),
            ("search", json!({})),
            ("search", json!({ "query": 7 })),
            ("fetch", json!({ "id": "doc_1", "start": -1 })),
        ] {
            let Failure(text) = read(tool, arguments.clone()).expect_err("refused");
            assert!(text.starts_with("arguments: "), "{arguments}: {text}");
        }
        assert_eq!(Call::read("delete", Map::new()), None);
    }
}
