//! A completion as server-sent events: `data:` lines with chunks, in the end `[DONE]`.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::mpsc;

use super::reply::Chunks;
use crate::answers::generated::Told;
use crate::generators::{Cancel, CancelOnDrop};
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::events::{Event, Events};
use crate::http::openai::error::{Fault, plain};
use crate::http::{Api, answers, cached};
use crate::wire::AnswerBody;
use crate::wire::openai::ChatChunk;

/// The completion as events. What is wrong before the first one is an error like any other.
pub(super) async fn stream(
    api: &Api,
    caller: Caller,
    headers: HeaderMap,
    body: AnswerBody,
    chunks: Chunks,
    cancel: Cancel,
    guard: CancelOnDrop,
) -> Result<Response, Fault> {
    let gate = answers::gate(api, body.engine.as_deref());
    let place = gate.enter_costing(answers::cost(api, gate)).await?;
    answers::end_at_deadline(&cancel);
    let (sender, mut events) = mpsc::channel(answers::EVENTS);
    let app = Arc::clone(&api.app);
    let task = tokio::spawn(place.run(move || {
        let mut begun = false;
        // A reader that has gone shows in `cancel`.
        let send = |event| drop(sender.blocking_send(event));
        let mut tell = |told: Told<'_>| match told {
            Told::Passages(_) => {
                begun = true;
                send(Ok(event(&chunks.first())));
            }
            Told::Message { text, citations } => send(Ok(event(&chunks.sentence(text, citations)))),
            Told::Counted(_) => {}
        };
        let asking = cached::asking(&caller.principal.key_id, &headers);
        match app.serve_answer(&caller.scope, asking, &body, &cancel, &mut tell) {
            Ok(served) => {
                chunks.end(served.value).iter().for_each(|chunk| send(Ok(event(chunk))));
                send(Ok(Event::data("[DONE]")));
            }
            Err(error) if begun => send(Ok(failure(&error.into()))),
            Err(error) => send(Err(ApiError::from(error))),
        }
        Ok(())
    }));
    match events.recv().await {
        Some(Ok(first)) => Ok(Events::new(first, events, guard).into_response()),
        Some(Err(error)) => Err(error.into()),
        // The work ended without a word: it panicked.
        None => Err(match task.await {
            Ok(Err(error)) => error.into(),
            _ => ApiError::internal("a completion's work ended without an event").into(),
        }),
    }
}

fn event(chunk: &ChatChunk) -> Event {
    Event::data(&serde_json::to_string(chunk).unwrap_or_else(|_| "null".to_owned()))
}

/// The event of a failure after the first event was sent; no `[DONE]` follows.
fn failure(error: &ApiError) -> Event {
    if let Some(cause) = error.cause() {
        tracing::error!(code = error.code().parts().1, cause, "a streamed completion failed");
    }
    Event::data(&plain(error).to_string())
}
