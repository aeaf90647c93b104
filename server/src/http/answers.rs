//! `POST /v1/answers`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use footnote_index::Scope;
use tokio::sync::mpsc;

use super::Api;
use super::auth::Reader;
use super::blocking::Blocking;
use super::error::ApiError;
use super::events::{Event, Events};
use super::extract::JsonBody;
use crate::answers::generated::Told;
use crate::generators::{Cancel, CancelOnDrop};
use crate::wire::{AnswerBody, Message};

/// Events of one answer that may wait for a slow reader: more than an answer has, so that no work waits for one.
pub(super) const EVENTS: usize = 256;

/// `POST /v1/answers`
pub(crate) async fn answer(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    JsonBody(body): JsonBody<AnswerBody>,
) -> Result<Response, ApiError> {
    let cancel = Cancel::default();
    // A caller that goes away ends the work.
    let guard = CancelOnDrop(cancel.clone());
    if body.stream {
        return stream(&api, scope, body, cancel, guard).await;
    }
    let app = Arc::clone(&api.app);
    let gate = gate(&api, body.engine.as_deref());
    let answer = gate.run(move || Ok(app.tell_answer(&scope, &body, &cancel, &mut |_| {})?)).await?;
    drop(guard);
    Ok(Json(answer).into_response())
}

/// The way to the threads: answers that a generator may write take long, so they have places of their own.
pub(super) fn gate<'a>(api: &'a Api, engine: Option<&str>) -> &'a Blocking {
    let writes = api.app.generators().chain(engine).is_ok_and(|chain| !chain.is_empty());
    if writes { &api.generating } else { &api.work }
}

/// The answer as events. What is wrong before the first one is a problem like any other.
async fn stream(
    api: &Api,
    scope: Scope,
    body: AnswerBody,
    cancel: Cancel,
    guard: CancelOnDrop,
) -> Result<Response, ApiError> {
    let place = gate(api, body.engine.as_deref()).enter().await?;
    let (sender, mut events) = mpsc::channel(EVENTS);
    let app = Arc::clone(&api.app);
    let task = tokio::spawn(place.run(move || {
        // A reader that has gone shows in `cancel`.
        let send = |event| drop(sender.blocking_send(event));
        let mut tell = |told: Told<'_>| match told {
            Told::Passages(passages) => {
                send(Ok(Event::new("search_results", &serde_json::json!({ "passages": passages }))));
            }
            Told::Message { text, citations } => {
                let ids = citations.iter().map(|c| c.id).collect();
                send(Ok(Event::new("message", &Message { text: text.to_owned(), citations: ids })));
                for citation in citations {
                    send(Ok(Event::new("citation", citation)));
                }
            }
            Told::Counted(_) => {}
        };
        match app.tell_answer(&scope, &body, &cancel, &mut tell) {
            Ok(answer) => send(Ok(Event::new("final_answer", &answer))),
            Err(error) => send(Err(ApiError::from(error))),
        }
        Ok(())
    }));
    match events.recv().await {
        Some(Ok(first)) => Ok(Events::new(first, events, guard).into_response()),
        Some(Err(error)) => Err(error),
        // The work ended without a word: it panicked.
        None => Err(match task.await {
            Ok(Err(error)) => error,
            _ => ApiError::internal("an answer's work ended without an event"),
        }),
    }
}
