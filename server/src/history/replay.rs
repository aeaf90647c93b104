//! Asking again what was asked, and comparing.

use std::collections::BTreeMap;

use footnote_index::{HistoryEntry, HistoryKind, Scope};
use serde::de::DeserializeOwned;

use super::changes::{Side, changes, place};
use super::outcome::{found, outcome_places, status};
use super::shown::{Library, outcome};
use crate::app::{App, AppError};
use crate::generators::Cancel;
use crate::wire::{AnswerBody, FoundPlace, ReplayResult, SearchBody};

impl App {
    /// Sends an entry's request to today's index, past every cache, and says what is different. Nothing is recorded.
    ///
    /// A question that leaned on a conversation is asked as it was resolved then; when that text is gone with a
    /// document, as it was typed.
    pub fn replay(
        &self,
        scope: &Scope,
        id: &str,
        asked_by: Option<&str>,
        cancel: &Cancel,
    ) -> Result<ReplayResult, AppError> {
        let history = &self.front().history;
        history.flush(scope);
        let entry = self.engine().history_entry(scope, id, asked_by, history.retention())?;
        let mut library = Library::new(self, scope);
        let before = library.detail(&entry)?;
        let past = outcome(&entry)?;
        let seq = self.engine().visible(scope)?.seq;
        let (now, status_now, answer_now, places_now) = match entry.kind {
            HistoryKind::Search => {
                let settings: SearchBody = settings(&entry)?;
                let body = SearchBody { query: entry.question.clone(), ..settings };
                let result = self.search(scope, &body)?;
                let status = if result.hits.is_empty() { "empty" } else { "found" };
                let places: Vec<FoundPlace> = result.hits.iter().map(|hit| place(&found(hit))).collect();
                (serde_json::to_value(&result), status, None, places)
            }
            HistoryKind::Answer => {
                let settings: AnswerBody = settings(&entry)?;
                let asked = entry.resolved_question.as_ref().unwrap_or(&entry.question);
                let body = AnswerBody { question: asked.clone(), ..settings };
                let answer = self.tell_answer(scope, &body, cancel, &mut |_| {})?;
                let places = answer.citations.iter().map(|c| FoundPlace {
                    document_id: c.document_id.clone(),
                    version: c.version,
                    start_char: c.source.start_char,
                    end_char: c.source.end_char,
                });
                let places = places.collect();
                let text = Some(answer.answer.clone());
                (serde_json::to_value(&answer), status(answer.grounding.status), text, places)
            }
        };
        let then: Vec<FoundPlace> = outcome_places(&past, entry.kind).into_iter().map(place).collect();
        let mut standing = BTreeMap::new();
        for place in &then {
            let version = library.document(&place.document_id)?.map(|document| document.version);
            standing.insert(place.document_id.clone(), version);
        }
        let before_side =
            Side { status: &entry.status, answer: entry.answer.as_deref(), seq: entry.seq, places: then };
        let now_side = Side { status: status_now, answer: answer_now.as_deref(), seq, places: places_now };
        let changes = changes(&before_side, &now_side, &standing);
        Ok(ReplayResult { before, now: now.unwrap_or_default(), changes })
    }
}

fn settings<T: DeserializeOwned>(entry: &HistoryEntry) -> Result<T, AppError> {
    serde_json::from_str(&entry.request).map_err(|_| {
        AppError::Invalid(format!(
            "the settings of {} were not kept, they were larger than {} bytes: ask the question anew",
            entry.id,
            super::outcome::MAX_REQUEST_BYTES
        ))
    })
}
