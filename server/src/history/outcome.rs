//! What an entry keeps of a request and its result. Pure.
//!
//! Nothing here holds a document's text: quotes, snippets, titles, uris and metadata are left out and looked up when the
//! entry is read.

use std::collections::{BTreeMap, BTreeSet};

use footnote_index::{HistoryEntry, HistoryKind};
use serde::{Deserialize, Serialize};

use crate::wire::{
    Answer, AnswerBody, Degraded, GroundingStatus, Hit, SearchBody, SearchResult, Span, SupportStatus, Usage,
};

/// Most bytes of a request's settings that are kept; of a larger one it is only said that there were some.
pub(crate) const MAX_REQUEST_BYTES: usize = 16 * 1024;

/// What is kept in place of settings that are too large.
const TOO_LARGE: &str = r#"{"too_large":true}"#;

/// What a result looked like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) confidence: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) engine: Option<String>,
    #[serde(default)]
    pub(crate) cached: bool,
    #[serde(default)]
    pub(crate) duration_ms: f64,
    #[serde(default)]
    pub(crate) passages: Vec<Found>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) citations: Vec<Cited>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) degraded: Vec<Degraded>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Usage>,
    #[serde(default)]
    pub(crate) timings_ms: BTreeMap<String, f64>,
}

/// A place that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Found {
    pub(crate) document_id: String,
    pub(crate) version: u32,
    pub(crate) chunk_id: String,
    pub(crate) start_char: usize,
    pub(crate) end_char: usize,
    pub(crate) score: f32,
}

/// A citation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cited {
    pub(crate) id: u32,
    pub(crate) place: Found,
    pub(crate) answer: Span,
    pub(crate) support: SupportStatus,
}

/// Who asked, when, and what it took.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    pub(crate) id: String,
    pub(crate) at_ms: i64,
    pub(crate) by: &'a str,
    pub(crate) cached: bool,
    pub(crate) duration_ms: f64,
    pub(crate) seq: u64,
}

/// The entry of a search.
pub(crate) fn of_search(asked: Asked<'_>, body: &SearchBody, result: &SearchResult) -> HistoryEntry {
    let status = if result.hits.is_empty() { "empty" } else { "found" };
    let settings = SearchBody { query: String::new(), ..body.clone() };
    let outcome = Outcome {
        passages: result.hits.iter().map(found).collect(),
        degraded: result.degraded.clone(),
        timings_ms: result.timings_ms.clone(),
        ..outcome(&asked)
    };
    entry(asked, HistoryKind::Search, &body.query, status, &settings, &outcome)
}

/// The entry of an answer. Messages of the conversation are not kept: they hold earlier answers.
pub(crate) fn of_answer(asked: Asked<'_>, body: &AnswerBody, answer: &Answer) -> HistoryEntry {
    let settings =
        AnswerBody { question: String::new(), messages: Vec::new(), stream: false, ..body.clone() };
    let reason = answer.grounding.reason.and_then(|reason| serde_json::to_value(reason).ok());
    let outcome = Outcome {
        reason: reason.and_then(|reason| reason.as_str().map(str::to_owned)),
        confidence: Some(answer.grounding.confidence),
        engine: Some(answer.engine.clone()),
        passages: answer.passages.iter().map(found).collect(),
        citations: answer
            .citations
            .iter()
            .map(|c| Cited {
                id: c.id,
                place: Found {
                    document_id: c.document_id.clone(),
                    version: c.version,
                    chunk_id: c.chunk_id.clone(),
                    start_char: c.source.start_char,
                    end_char: c.source.end_char,
                    score: c.support.score,
                },
                answer: c.answer,
                support: c.support.status,
            })
            .collect(),
        degraded: answer.degraded.clone(),
        usage: answer.usage.clone(),
        timings_ms: answer.timings_ms.clone(),
        ..outcome(&asked)
    };
    let status = status(answer.grounding.status);
    let entry = entry(asked, HistoryKind::Answer, &body.question, status, &settings, &outcome);
    HistoryEntry {
        resolved_question: answer.resolved_question.clone(),
        answer: Some(answer.answer.clone()),
        ..entry
    }
}

/// The name of a status.
pub(crate) fn status(status: GroundingStatus) -> &'static str {
    match status {
        GroundingStatus::Grounded => "grounded",
        GroundingStatus::Partial => "partial",
        GroundingStatus::Abstained => "abstained",
    }
}

fn outcome(asked: &Asked<'_>) -> Outcome {
    Outcome { cached: asked.cached, duration_ms: asked.duration_ms, ..Outcome::default() }
}

fn entry(
    asked: Asked<'_>,
    kind: HistoryKind,
    question: &str,
    status: &str,
    settings: &impl Serialize,
    outcome: &Outcome,
) -> HistoryEntry {
    let cited = outcome.citations.iter().map(|cited| &cited.place);
    let documents: BTreeSet<&String> =
        outcome.passages.iter().chain(cited).map(|place| &place.document_id).collect();
    let request = serde_json::to_string(settings).unwrap_or_default();
    HistoryEntry {
        id: asked.id,
        at_ms: asked.at_ms,
        kind,
        asked_by: asked.by.to_owned(),
        question: question.to_owned(),
        resolved_question: None,
        request: if request.len() > MAX_REQUEST_BYTES { TOO_LARGE.to_owned() } else { request },
        status: status.to_owned(),
        answer: None,
        documents: documents.into_iter().cloned().collect(),
        // Shapes of ours serialise.
        outcome: serde_json::to_string(outcome).unwrap_or_default(),
        seq: asked.seq,
        is_withheld: false,
        feedback: None,
    }
}

pub(crate) fn found(hit: &Hit) -> Found {
    Found {
        document_id: hit.document_id.clone(),
        version: hit.version,
        chunk_id: hit.chunk_id.clone(),
        start_char: hit.source.start_char,
        end_char: hit.source.end_char,
        score: hit.score,
    }
}

/// What a result rests on: the hits of a search, the citations of an answer.
pub(crate) fn outcome_places(outcome: &Outcome, kind: HistoryKind) -> Vec<&Found> {
    match kind {
        HistoryKind::Search => outcome.passages.iter().collect(),
        HistoryKind::Answer => outcome.citations.iter().map(|cited| &cited.place).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked() -> Asked<'static> {
        Asked { id: "trc_1".into(), at_ms: 5, by: "k", cached: false, duration_ms: 2.0, seq: 7 }
    }

    fn answer() -> Answer {
        let place = json!({ "start_char": 3, "end_char": 9, "heading_path": ["CANARY heading"] });
        let passage = json!({
            "chunk_id": "4", "document_id": "doc_a", "version": 2, "title": "CANARY title", "uri": "CANARY-uri",
            "text": "CANARY text", "source": place, "metadata": { "by": "CANARY" }, "score": 0.5,
        });
        let citation = json!({
            "id": 1, "document_id": "doc_b", "version": 1, "chunk_id": "9", "title": "CANARY", "uri": "CANARY",
            "quote": "CANARY quote", "source": place, "answer": { "start_char": 0, "end_char": 6 },
            "support": { "status": "verified", "score": 1.0, "method": "exact_quote" },
        });
        serde_json::from_value(json!({
            "id": "ans_1", "answer": "CANARY quote", "citations": [citation], "engine": "extractive",
            "grounding": { "status": "grounded", "confidence": 0.9 }, "resolved_question": "whole?",
            "degraded": [], "passages": [passage], "timings_ms": {},
        }))
        .expect("an answer")
    }

    #[test]
    fn an_entry_holds_places_and_no_text_of_documents() {
        let body = AnswerBody {
            question: "and?".into(),
            messages: vec![crate::wire::ChatMessage {
                role: crate::wire::Role::Assistant,
                content: "CANARY said before".into(),
            }],
            top_k: Some(3),
            ..AnswerBody::default()
        };
        let entry = of_answer(asked(), &body, &answer());
        assert_eq!((entry.answer.as_deref(), entry.status.as_str()), (Some("CANARY quote"), "grounded"));
        assert_eq!(entry.documents, ["doc_a", "doc_b"], "all that it rests on");
        for part in [&entry.outcome, &entry.request, &entry.question] {
            assert!(!part.contains("CANARY"), "{part}");
        }
        assert_eq!(entry.request, r#"{"question":"","top_k":3}"#);
        let outcome: Outcome = serde_json::from_str(&entry.outcome).expect("an outcome");
        assert_eq!((outcome.citations[0].place.start_char, outcome.passages[0].version), (3, 2));
    }

    #[test]
    fn settings_are_kept_up_to_their_limit() {
        let body = |length: usize| SearchBody {
            query: "q".into(),
            filter: Some(json!({ "uri": "x".repeat(length) })),
            ..SearchBody::default()
        };
        let result = SearchResult {
            hits: Vec::new(),
            facets: BTreeMap::new(),
            degraded: Vec::new(),
            timings_ms: BTreeMap::new(),
            seq: 1,
            trace_id: None,
        };
        let empty = of_search(asked(), &body(0), &result).request.len();
        let most = of_search(asked(), &body(MAX_REQUEST_BYTES - empty), &result);
        assert_eq!((most.request.len(), most.status.as_str()), (MAX_REQUEST_BYTES, "empty"));
        assert_eq!(of_search(asked(), &body(MAX_REQUEST_BYTES - empty + 1), &result).request, TOO_LARGE);
    }
}
