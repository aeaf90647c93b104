//! `POST /v1/answers`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::mpsc;

use super::auth::Caller;
use super::blocking::Blocking;
use super::context::REQUEST;
use super::error::ApiError;
use super::events::{Event, Events};
use super::extract::JsonBody;
use super::gate::Cost;
use super::{Api, cached, preferences};
use crate::answers::generated::Told;
use crate::generators::{Cancel, CancelOnDrop};
use crate::wire::{Answer, AnswerBody, Message, described};

/// Events of one answer that may wait for a slow reader: more than an answer has, so that no work waits for one.
pub(super) const EVENTS: usize = 256;

/// `POST /v1/answers`: an answer whose every sentence is cited, or a reasoned refusal to give one.
#[utoipa::path(
    post, path = "/v1/answers", operation_id = "answer", tag = "search", request_body = AnswerBody,
    description = "With `\"stream\": true` the answer comes as server-sent events: `search_results` (`{\"passages\": [Hit]}`, first \
        and once), `message` (a Message: the next sentence, checked), `citation` (a Citation, after its message), and last \
        `final_answer` (an Answer) or `error` (`{status, code, detail}`). Comments come when nothing else does for five seconds.",
    responses((status = 200, description = "The answer.", content(
        (Answer = "application/json"),
        (described::Event = "text/event-stream")
    ))),
    security(("bearer" = ["viewer"])), extensions(("x-codes" = json!(["fingerprint_mismatch", "model_unavailable"])))
)]
pub(crate) async fn answer(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    headers: HeaderMap,
    JsonBody(mut body): JsonBody<AnswerBody>,
) -> Result<Response, ApiError> {
    preferences::fill_answer(&api, &scope, &mut body).await?;
    let cancel = Cancel::default();
    // A caller that goes away ends the work.
    let guard = CancelOnDrop(cancel.clone());
    if body.stream {
        let caller = Caller { scope, principal };
        return stream(&api, caller, headers, body, cancel, guard).await;
    }
    let app = Arc::clone(&api.app);
    let gate = gate(&api, body.engine.as_deref());
    let place = gate.enter_costing(cost(&api, gate)).await?;
    let served = place
        .run(move || {
            let asking = cached::asking(&principal.key_id, &headers);
            Ok(app.serve_answer(&scope, asking, &body, &cancel, &mut |_| {})?)
        })
        .await?;
    drop(guard);
    let mut response = Json(served.value).into_response();
    cached::mark(&mut response, served.cache, served.tag.as_deref());
    Ok(response)
}

/// The way to the threads: answers that a generator may write take long, so they have places of their own.
pub(super) fn gate<'a>(api: &'a Api, engine: Option<&str>) -> &'a Blocking {
    let writes = api.app.generators().chain(engine).is_ok_and(|chain| !chain.is_empty());
    if writes { &api.generating } else { &api.work }
}

/// Ends a streamed answer at its caller's deadline: its head is sent before it is whole, and the deadline is for all of it.
pub(super) fn end_at_deadline(cancel: &Cancel) {
    if let Some(deadline) = REQUEST.try_with(|request| request.deadline.get().copied()).ok().flatten() {
        let cancel = cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep_until(deadline.into()).await;
            cancel.cancel();
        });
    }
}

/// What an answer takes of its gate: places for generators are counted in answers.
pub(super) fn cost(api: &Api, gate: &Blocking) -> Cost {
    if std::ptr::eq(gate, &raw const api.generating) { Cost(1) } else { Cost::ANSWER }
}

/// The answer as events. What is wrong before the first one is a problem like any other.
async fn stream(
    api: &Api,
    caller: Caller,
    headers: HeaderMap,
    body: AnswerBody,
    cancel: Cancel,
    guard: CancelOnDrop,
) -> Result<Response, ApiError> {
    let gate = gate(api, body.engine.as_deref());
    let place = gate.enter_costing(cost(api, gate)).await?;
    end_at_deadline(&cancel);
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
        let asking = cached::asking(&caller.principal.key_id, &headers);
        match app.serve_answer(&caller.scope, asking, &body, &cancel, &mut tell) {
            Ok(served) => send(Ok(Event::new("final_answer", &served.value))),
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
