use std::time::Instant;

use footnote_server::wire::{self, Answer, AnswerBody, GroundingStatus};

use serde::Serialize;

use super::AnsweringError;
use crate::answer_metrics::{AnswerRecord, Citation, Decision};
use crate::target::Client;

/// What a request says beside its question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Asking {
    /// Passages read for a question; the server's default when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// Answers are given from this confidence on, 0 to 1; the server's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
}

/// A question with what is known of it; one without answers has none in the documents.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// The question.
    pub text: String,
    /// The language of the expected answer.
    pub language: String,
    /// Short answers, any of which will do.
    pub answers: Vec<String>,
    /// Ids of the documents that answer it.
    pub documents: Vec<String>,
}

/// Asks one question, as the chat backend of a user does, and reads every quote back. `document` tells a document's id by
/// its uri.
///
/// # Errors
/// When the question is refused, or a cited text cannot be read.
pub fn ask(
    client: &dyn Client,
    question: &Asked,
    asking: Asking,
    document: &dyn Fn(&str) -> String,
) -> Result<AnswerRecord, AnsweringError> {
    let body = AnswerBody {
        question: question.text.clone(),
        top_k: asking.top_k,
        min_confidence: asking.min_confidence,
        ..AnswerBody::default()
    };
    let started = Instant::now();
    let refused = |reason| AnsweringError::Refused { id: question.id.clone(), reason: Box::new(reason) };
    let answer = client.answer(&body).map_err(refused)?;
    let latency_ms = started.elapsed().as_secs_f64() * 1000.0;
    let cited = |cited: &wire::Citation| citation(client, cited, document);
    Ok(AnswerRecord {
        question: question.id.clone(),
        language: question.language.clone(),
        answerable: !question.answers.is_empty(),
        gold_answers: question.answers.clone(),
        gold_documents: question.documents.clone(),
        gold_spans: Vec::new(),
        decision: decision(&answer),
        confidence: Some(f64::from(answer.grounding.confidence)),
        citations: answer.citations.iter().map(cited).collect::<Result<_, _>>()?,
        answer: answer.answer,
        latency_ms,
    })
}

/// A citation, its quote compared with what the document's text has at its place now.
fn citation(
    client: &dyn Client,
    cited: &wire::Citation,
    document: &dyn Fn(&str) -> String,
) -> Result<Citation, AnsweringError> {
    let place = cited.source.start_char..cited.source.end_char;
    let read = client.text(&cited.document_id, cited.version, place.clone())?;
    Ok(Citation {
        document: document(&cited.uri),
        quote: cited.quote.clone(),
        quote_exact: read == cited.quote,
        start: place.start,
        end: place.end,
        answer_start: cited.answer.start_char,
        answer_end: cited.answer.end_char,
    })
}

fn decision(answer: &Answer) -> Decision {
    match answer.grounding.status {
        GroundingStatus::Abstained => Decision::Abstained,
        _ => Decision::Answered,
    }
}
