//! What holds for a client where a request says nothing: kept with the client, the same for every front end.

use footnote_index::Scope;
use serde_json::Value;

use crate::app::{App, AppError};
use crate::generators::Generators;
use crate::wire::{AnswerBody, ClientSettings, SearchBody};

impl App {
    /// What was chosen for the client. A value of a later release that this one cannot read is left out. Blocks.
    pub(crate) fn preferences(&self, scope: &Scope) -> Result<ClientSettings, AppError> {
        let stored = self.engine().settings(scope)?;
        let value = |name: &str| stored.get(name).and_then(|json| serde_json::from_str::<Value>(json).ok());
        let number = |name: &str| value(name).and_then(|v| usize::try_from(v.as_u64()?).ok());
        Ok(ClientSettings {
            rerank: value("rerank").and_then(|v| v.as_bool()),
            search_top_k: number("search_top_k"),
            answer_top_k: number("answer_top_k"),
            engine: value("engine").and_then(|v| v.as_str().map(str::to_owned)),
            min_confidence: value("min_confidence").and_then(|v| serde_json::from_value(v).ok()),
        })
    }
}

impl ClientSettings {
    /// Fills in what a search does not say.
    pub(crate) fn fill_search(&self, body: &mut SearchBody) {
        body.rerank = body.rerank.or(self.rerank);
        body.top_k = body.top_k.or(self.search_top_k);
    }

    /// Fills in what a question does not say.
    pub(crate) fn fill_answer(&self, generators: &Generators, body: &mut AnswerBody) {
        body.top_k = body.top_k.or(self.answer_top_k);
        body.engine = body.engine.take().or(self.engine(generators).map(str::to_owned));
        body.min_confidence = body.min_confidence.or(self.min_confidence);
    }

    /// The engine that was chosen, when it is still configured.
    pub(crate) fn engine(&self, generators: &Generators) -> Option<&str> {
        self.engine.as_deref().filter(|name| generators.chain(Some(name)).is_ok())
    }
}
