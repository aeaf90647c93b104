//! `POST /v1/chat/completions`: the question is answered as `POST /v1/answers` answers it.

mod reply;
mod request;
mod stream;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};

use self::reply::Frame;
use self::request::Asked;
use super::error::Fault;
use super::{base_url, models};
use crate::generators::{Cancel, CancelOnDrop};
use crate::http::auth::Caller;
use crate::http::context::fresh_id;
use crate::http::extract::JsonBody;
use crate::http::{Api, answers, cached, preferences};
use crate::wire::openai::{ChatBody, ChatCompletion};

/// `POST /v1/chat/completions`
#[utoipa::path(post, path = "/v1/chat/completions", tag = "openai", request_body = ChatBody,
    responses((status = 200, description = "The answer; with stream, server-sent events of chunks", body = ChatCompletion),
              (status = 400, description = "A value that cannot be, or a parameter that is not supported"),
              (status = 404, description = "No engine has that name")))]
pub(crate) async fn complete(
    State(api): State<Arc<Api>>,
    Caller { scope, principal }: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ChatBody>,
) -> Result<Response, Fault> {
    let Asked { mut body, model, stream, include_usage } = Asked::read(body)?;
    body.engine = models::engine(&api.app, &model)?;
    preferences::fill_answer(&api, &scope, &mut body).await?;
    let frame = Frame {
        id: fresh_id("chatcmpl-"),
        created: jiff::Timestamp::now().as_second(),
        model,
        base: base_url(&headers),
        question: body.question.clone(),
    };
    let cancel = Cancel::default();
    // A caller that goes away ends the work.
    let guard = CancelOnDrop(cancel.clone());
    if stream {
        let chunks = reply::Chunks { frame, include_usage };
        let caller = Caller { scope, principal };
        return stream::stream(&api, caller, headers, body, chunks, cancel, guard).await;
    }
    let app = Arc::clone(&api.app);
    let gate = answers::gate(&api, body.engine.as_deref());
    let place = gate.enter_costing(answers::cost(&api, gate)).await?;
    let served = place
        .run(move || {
            let asking = cached::asking(&principal.key_id, &headers);
            Ok(app.serve_answer(&scope, asking, &body, &cancel, &mut |_| {})?)
        })
        .await?;
    drop(guard);
    let mut response = Json(frame.whole(served.value)).into_response();
    // Without a tag: each completion has an id and a time of its own.
    cached::mark(&mut response, served.cache, None);
    Ok(response)
}
