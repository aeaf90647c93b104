//! What was asked and answered, from a result to its entry and back. The entries themselves are in `footnote_index`.
//!
//! `outcome` is what an entry keeps of a result: ids and places, no text of documents (pure); `recorder` writes entries off the
//! request path; `shown` looks up what an entry points at; `changes` compares a result with an entry (pure), `replay` asks
//! again; `export` and `csv` write files.

mod changes;
mod csv;
mod export;
mod outcome;
mod recorder;
mod replay;
mod shown;

pub use export::{ExportFormat, export};
pub(crate) use outcome::{Asked, of_answer, of_search, status};
pub use recorder::RecorderLoad;
pub(crate) use recorder::{FULL, Recorder};

use footnote_index::{Feedback, HistoryFilter, Page, Scope};

use crate::app::{App, AppError};
use crate::wire::{FeedbackBody, FeedbackOut, Forgotten, HistoryDetail, HistoryPage};

/// Longest comment, in Unicode scalar values.
pub const MAX_COMMENT: usize = 4000;

impl App {
    /// A page of a client's history, newest first; sees everything asked before.
    pub fn history(
        &self,
        scope: &Scope,
        filter: &HistoryFilter<'_>,
        limit: usize,
    ) -> Result<HistoryPage, AppError> {
        let history = &self.front().history;
        history.flush(scope);
        let Page { data, has_more } = self.engine().history(scope, filter, limit, history.retention())?;
        let data = data.iter().map(shown::summary).collect::<Result<_, _>>()?;
        Ok(HistoryPage { data, has_more })
    }

    /// An entry with what it rests on; with `asked_by` only one asked with this key.
    pub fn history_entry(
        &self,
        scope: &Scope,
        id: &str,
        asked_by: Option<&str>,
    ) -> Result<HistoryDetail, AppError> {
        let history = &self.front().history;
        history.flush(scope);
        let entry = self.engine().history_entry(scope, id, asked_by, history.retention())?;
        shown::Library::new(self, scope).detail(&entry)
    }

    /// Puts a rating in the place of the one before it; durable when it returns.
    pub fn rate(
        &self,
        scope: &Scope,
        id: &str,
        asked_by: Option<&str>,
        by: &str,
        body: &FeedbackBody,
    ) -> Result<FeedbackOut, AppError> {
        let length = body.comment.as_ref().map_or(0, |comment| comment.chars().count());
        if length > MAX_COMMENT {
            return Err(AppError::Invalid(format!(
                "comment has {length} characters, the limit is {MAX_COMMENT}"
            )));
        }
        let history = &self.front().history;
        history.flush(scope);
        let feedback = Feedback {
            rating: body.rating,
            comment: body.comment.clone().filter(|comment| !comment.trim().is_empty()),
            at_ms: crate::app::in_seconds(0),
            by: by.to_owned(),
        };
        self.engine().rate_history(scope, id, asked_by, &feedback, history.retention())?;
        self.front().count_feedback(body.rating);
        Ok(shown::feedback(&feedback))
    }

    /// Removes an entry.
    pub fn forget_history_entry(&self, scope: &Scope, id: &str) -> Result<(), AppError> {
        self.front().history.flush(scope);
        Ok(self.engine().forget_history_entry(scope, id)?)
    }

    /// Removes all entries of a client.
    pub fn forget_history(&self, scope: &Scope) -> Result<Forgotten, AppError> {
        self.front().history.flush(scope);
        Ok(Forgotten { removed: self.engine().forget_history(scope)? })
    }
}
