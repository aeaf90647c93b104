//! One client of an open data directory as a library.

use std::ops::Range;
use std::sync::Arc;

use footnote_index::Scope;

use super::{Failure, Library};
use crate::app::{App, AppError};
use crate::front::Asking;
use crate::generators::Cancel;
use crate::http::ApiError;
use crate::wire::{Answer, AnswerBody, ClientSettings, DocumentOut, SearchBody, SearchResult, TextOut};

/// A client's documents.
#[derive(Clone)]
pub(crate) struct Scoped {
    pub(crate) app: Arc<App>,
    pub(crate) scope: Scope,
    /// Id of the key; empty for the command line.
    pub(crate) by: String,
}

impl Scoped {
    /// What holds where a call says nothing.
    fn preferences(&self) -> Result<ClientSettings, Failure> {
        self.app.preferences(&self.scope).map_err(failed)
    }
}

impl Library for Scoped {
    fn search(&self, body: &SearchBody) -> Result<SearchResult, Failure> {
        let mut body = body.clone();
        self.preferences()?.fill_search(&mut body);
        let served = self.app.serve_search(&self.scope, Asking::new(&self.by), &body, &Cancel::default());
        served.map(|served| served.value).map_err(failed)
    }

    fn answer(&self, body: &AnswerBody, cancel: &Cancel) -> Result<Answer, Failure> {
        let mut body = body.clone();
        self.preferences()?.fill_answer(self.app.generators(), &mut body);
        let served = self.app.serve_answer(&self.scope, Asking::new(&self.by), &body, cancel, &mut |_| {});
        served.map(|served| served.value).map_err(failed)
    }

    fn document(&self, id: &str) -> Result<DocumentOut, Failure> {
        self.app.engine().document(&self.scope, id).map(Into::into).map_err(failed)
    }

    fn text(&self, id: &str, version: Option<u32>, chars: Range<usize>) -> Result<TextOut, Failure> {
        self.app.engine().text(&self.scope, id, version, Some(chars)).map(Into::into).map_err(failed)
    }
}

/// In the words of the API: what is the caller's fault is told, what is ours goes to the log.
fn failed(error: impl Into<AppError>) -> Failure {
    ApiError::from(error.into()).into()
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        if let Some(cause) = error.cause() {
            tracing::error!(code = error.code().parts().1, cause, "a tool failed");
        }
        Self(error.detail().to_owned())
    }
}
