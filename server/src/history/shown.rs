//! An entry as it is shown: what it points at is looked up, and quotes are read from the store again.

use std::collections::HashMap;

use footnote_index::{Document, Feedback, HistoryEntry, Scope};

use super::outcome::{Found, Outcome};
use crate::app::{App, AppError};
use crate::wire::{
    FeedbackOut, HistoryDetail, HistorySummary, PastCitation, PastPassage, Standing, SupportStatus, rfc3339,
};

/// An entry without what it rests on.
pub(super) fn summary(entry: &HistoryEntry) -> Result<HistorySummary, AppError> {
    Ok(summary_of(entry, &outcome(entry)?))
}

/// The stored outcome of an entry.
pub(super) fn outcome(entry: &HistoryEntry) -> Result<Outcome, AppError> {
    serde_json::from_str(&entry.outcome).map_err(|e| {
        AppError::Index(footnote_index::Error::Corrupt {
            path: "history.db".into(),
            reason: format!("entry {}: {e}", entry.id),
        })
    })
}

fn summary_of(entry: &HistoryEntry, outcome: &Outcome) -> HistorySummary {
    let results = match entry.kind {
        footnote_index::HistoryKind::Search => outcome.passages.len(),
        footnote_index::HistoryKind::Answer => outcome.citations.len(),
    };
    HistorySummary {
        id: entry.id.clone(),
        at: rfc3339(entry.at_ms),
        kind: entry.kind,
        asked_by: entry.asked_by.clone(),
        question: entry.question.clone(),
        resolved_question: entry.resolved_question.clone(),
        status: entry.status.clone(),
        reason: outcome.reason.clone(),
        confidence: outcome.confidence,
        engine: outcome.engine.clone(),
        answer: entry.answer.clone(),
        withheld: entry.is_withheld,
        results,
        cached: outcome.cached,
        duration_ms: outcome.duration_ms,
        seq: entry.seq,
        feedback: entry.feedback.as_ref().map(feedback),
    }
}

/// Feedback as shown.
pub(super) fn feedback(feedback: &Feedback) -> FeedbackOut {
    FeedbackOut {
        rating: feedback.rating,
        comment: feedback.comment.clone(),
        at: rfc3339(feedback.at_ms),
        by: feedback.by.clone(),
    }
}

/// Looks documents up, each once.
pub(super) struct Library<'a> {
    app: &'a App,
    scope: &'a Scope,
    seen: HashMap<String, Option<Document>>,
}

impl<'a> Library<'a> {
    pub(super) fn new(app: &'a App, scope: &'a Scope) -> Self {
        Self { app, scope, seen: HashMap::new() }
    }

    /// The entry with everything that is still there.
    pub(super) fn detail(&mut self, entry: &HistoryEntry) -> Result<HistoryDetail, AppError> {
        let outcome = outcome(entry)?;
        let mut citations = Vec::with_capacity(outcome.citations.len());
        for cited in &outcome.citations {
            citations.push(PastCitation {
                id: cited.id,
                place: self.passage(&cited.place)?,
                quote: self.quote(&cited.place)?,
                answer: cited.answer,
                support: support(cited.support).to_owned(),
            });
        }
        Ok(HistoryDetail {
            summary: summary_of(entry, &outcome),
            request: serde_json::from_str(&entry.request).unwrap_or_default(),
            passages: outcome.passages.iter().map(|found| self.passage(found)).collect::<Result<_, _>>()?,
            citations,
            degraded: outcome.degraded,
            usage: outcome.usage,
            timings_ms: outcome.timings_ms,
        })
    }

    fn passage(&mut self, found: &Found) -> Result<PastPassage, AppError> {
        let document = self.document(&found.document_id)?;
        let standing = match document {
            None => Standing::Deleted,
            Some(document) if document.version == found.version => Standing::Current,
            Some(_) => Standing::Superseded,
        };
        Ok(PastPassage {
            title: document.map(|document| document.title.clone()),
            uri: document.map(|document| document.uri.clone()),
            standing,
            document_id: found.document_id.clone(),
            version: found.version,
            chunk_id: found.chunk_id.clone(),
            start_char: found.start_char,
            end_char: found.end_char,
            score: found.score,
        })
    }

    /// The document as it is now; `None` when it is gone.
    pub(super) fn document(&mut self, id: &str) -> Result<Option<&Document>, AppError> {
        if !self.seen.contains_key(id) {
            let document = match self.app.engine().document(self.scope, id) {
                Ok(document) => Some(document),
                Err(error) if error.is_not_found() => None,
                Err(error) => return Err(error.into()),
            };
            self.seen.insert(id.to_owned(), document);
        }
        Ok(self.seen.get(id).and_then(Option::as_ref))
    }

    /// The text at a place; `None` when it is gone.
    pub(super) fn quote(&self, found: &Found) -> Result<Option<String>, AppError> {
        let chars = found.start_char..found.end_char;
        match self.app.engine().text(self.scope, &found.document_id, Some(found.version), Some(chars)) {
            Ok(slice) => Ok(Some(slice.text)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn support(status: SupportStatus) -> &'static str {
    match status {
        SupportStatus::Verified => "verified",
        SupportStatus::Partial => "partial",
        SupportStatus::Unsupported => "unsupported",
    }
}
