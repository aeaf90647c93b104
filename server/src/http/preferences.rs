//! `/v1/settings`: what holds for a client where a request says nothing. Kept with the client, and in memory for those that ask; a
//! change holds from the next request on.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::State;
use footnote_index::Scope;
use serde_json::{Map, Value};

use super::Api;
use super::auth::{ClientAdministrator, Reader};
use super::error::{ApiError, Code};
use super::extract::JsonBody;
use crate::app::{App, MAX_PASSAGES, MAX_TOP_K, share};
use crate::wire::{AnswerBody, ClientSettings, SearchBody};

/// `GET /v1/settings`
#[utoipa::path(
    get, path = "/v1/settings", tag = "administration",
    responses((status = 200, description = "What was chosen for the client", body = ClientSettings)),
)]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
) -> Result<Json<ClientSettings>, ApiError> {
    api.work(move |app| Ok(Json(app.preferences(&scope)?))).await
}

/// `PATCH /v1/settings`
#[utoipa::path(
    patch, path = "/v1/settings", tag = "administration",
    request_body = ClientSettings,
    responses((status = 200, description = "What holds now", body = ClientSettings)),
)]
pub(crate) async fn change(
    State(api): State<Arc<Api>>,
    ClientAdministrator(scope): ClientAdministrator,
    JsonBody(body): JsonBody<Map<String, Value>>,
) -> Result<Json<ClientSettings>, ApiError> {
    let kept_by = Arc::clone(&api);
    api.work(move |app| {
        // What is changed, checked as a whole; what is null is taken back.
        let kept: Map<String, Value> =
            body.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
        let given: ClientSettings = serde_json::from_value(Value::Object(kept))
            .map_err(|e| ApiError::new(Code::InvalidBody, e.to_string()))?;
        check(app, &given)?;
        let known = known();
        if let Some(other) = body.keys().find(|name| !known.contains(&name.as_str())) {
            let detail = format!("there is no setting {other:?}; there are {}", known.join(", "));
            return Err(ApiError::new(Code::InvalidBody, detail));
        }
        let changes: BTreeMap<&str, Option<String>> = body
            .iter()
            .map(|(name, value)| (name.as_str(), (!value.is_null()).then(|| value.to_string())))
            .collect();
        app.engine().change_settings(&scope, &changes)?;
        kept_by.preferences.changed(&scope);
        Ok(Json(app.preferences(&scope)?))
    })
    .await
}

/// Names of the settings there are.
fn known() -> [&'static str; 5] {
    ["rerank", "search_top_k", "answer_top_k", "engine", "min_confidence"]
}

fn check(app: &App, settings: &ClientSettings) -> Result<(), ApiError> {
    let within = |name: &str, value: Option<usize>, most: usize| match value {
        Some(value) if !(1..=most).contains(&value) => {
            Err(ApiError::new(Code::InvalidValue, format!("{name} is {value}, use 1 to {most}")))
        }
        _ => Ok(()),
    };
    within("search_top_k", settings.search_top_k, MAX_TOP_K)?;
    within("answer_top_k", settings.answer_top_k, MAX_PASSAGES)?;
    share("min_confidence", settings.min_confidence)?;
    if let Some(engine) = &settings.engine {
        app.generators().chain(Some(engine)).map_err(|reason| ApiError::new(Code::InvalidValue, reason))?;
    }
    Ok(())
}

/// Clients whose settings are kept in memory.
const MOST_KEPT: usize = 4096;

/// Settings of clients that asked lately. Only this process changes them: nobody else has the data directory.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<KeptState>);

#[derive(Debug, Default)]
struct KeptState {
    clients: HashMap<Scope, Arc<ClientSettings>>,
    /// Changes so far: what was read before one is not kept after it.
    changes: u64,
}

impl Kept {
    /// The client's, or how many changes there were before it is read.
    fn get(&self, scope: &Scope) -> Result<Arc<ClientSettings>, u64> {
        let state = self.state();
        state.clients.get(scope).map(Arc::clone).ok_or(state.changes)
    }

    fn keep(&self, scope: Scope, settings: &Arc<ClientSettings>, changes: u64) {
        let mut state = self.state();
        if state.changes != changes {
            return;
        }
        if state.clients.len() >= MOST_KEPT {
            state.clients.clear();
        }
        state.clients.insert(scope, Arc::clone(settings));
    }

    fn changed(&self, scope: &Scope) {
        let mut state = self.state();
        state.changes += 1;
        state.clients.remove(scope);
    }

    fn state(&self) -> MutexGuard<'_, KeptState> {
        // Every change of it is complete before anything can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What holds for the client where a request says nothing.
pub(crate) async fn held(api: &Api, scope: &Scope) -> Result<Arc<ClientSettings>, ApiError> {
    let changes = match api.preferences.get(scope) {
        Ok(kept) => return Ok(kept),
        Err(changes) => changes,
    };
    let wanted = scope.clone();
    let read = Arc::new(api.administrate(move |app| Ok(app.preferences(&wanted)?)).await?);
    api.preferences.keep(scope.clone(), &read, changes);
    Ok(read)
}

/// Fills in what a search does not say.
pub(crate) async fn fill_search(api: &Api, scope: &Scope, body: &mut SearchBody) -> Result<(), ApiError> {
    held(api, scope).await?.fill_search(body);
    Ok(())
}

/// Fills in what a question does not say.
pub(crate) async fn fill_answer(api: &Api, scope: &Scope, body: &mut AnswerBody) -> Result<(), ApiError> {
    held(api, scope).await?.fill_answer(api.app.generators(), body);
    Ok(())
}

#[cfg(test)]
mod tests {
    use footnote_index::{Engine, EngineOptions, Name};

    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let dir = tempfile::tempdir().expect("tempdir");
        let engine = Engine::open(dir.path(), EngineOptions::default()).expect("engine");
        let name = |text: &str| Name::new(text).expect("name");
        engine.control().add_client(&name("default"), &name("acme")).expect("client");
        #[expect(clippy::disallowed_methods, reason = "the test is the operator")]
        let scope = engine.control().scope(&name("default"), &name("acme")).expect("scope").expect("there");
        let (kept, old) = (Kept::default(), Arc::new(ClientSettings::default()));
        let before = kept.get(&scope).expect_err("nothing yet");
        kept.changed(&scope);
        kept.keep(scope.clone(), &old, before);
        let now = kept.get(&scope).expect_err("it was read before the change");
        kept.keep(scope.clone(), &old, now);
        assert!(Arc::ptr_eq(&kept.get(&scope).expect("kept"), &old));
        kept.changed(&scope);
        assert!(kept.get(&scope).is_err());
    }
}
