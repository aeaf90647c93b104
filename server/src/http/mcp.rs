//! `POST /mcp`: the Model Context Protocol over streamable HTTP, without sessions: each request is answered by itself, as
//! one JSON object. The client is the credential's, as on every route; nothing in the body can name another.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::{Value, json};

use super::auth::Caller;
use super::context::{Spoken, write_body};
use super::error::{ApiError, Code};
use super::extract::{media_type, read_body, unsupported};
use super::gate::Cost;
use super::{Api, answers, cors, host, preferences, search};
use crate::generators::Cancel;
use crate::mcp::{Call, Failure, Runner, Scoped, Tools};

/// JSON-RPC: the body is no JSON.
const PARSE_ERROR: i32 = -32700;

/// JSON-RPC: the body is no request.
const INVALID_REQUEST: i32 = -32600;

/// JSON-RPC: an error of the server's own; which one is in `data`.
const SERVER_ERROR: i32 = -32000;

/// `POST /mcp`
#[utoipa::path(post, path = "/mcp", tag = "mcp", request_body = Value,
    responses((status = 200, description = "A JSON-RPC response", body = Object, example = json!({ "jsonrpc": "2.0", "id": 1, "result": {} })),
              (status = 202, description = "A notification was heard"),
              (status = 400, description = "No JSON-RPC request of a version that is spoken here: a JSON-RPC error", body = Object),
              (status = 406, description = "The caller takes neither JSON nor events", body = Object)))]
pub(crate) async fn mcp(State(api): State<Arc<Api>>, request: Request) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    if !host::own_origin(&parts.headers) && !cors::lists(&api.settings.cors_origins, &parts.headers) {
        return Err(ApiError::new(
            Code::HostNotAllowed,
            "the request comes from a web page of another origin, which may not use tools here; an operator lists the \
             origins that may in `cors_origins`",
        ));
    }
    let caller = Caller::from_request_parts(&mut parts, &api).await?;
    let media = media_type(&parts.headers);
    if media.as_deref() != Some("application/json") {
        return Err(unsupported(media.as_deref(), "send Content-Type: application/json"));
    }
    let limits = &api.settings;
    let bytes = read_body(&parts.headers, body, limits.max_json_bytes, limits.request_timeout).await?;
    if let Some(refusal) = refusal(&bytes) {
        return Ok(refusal);
    }
    accept(&mut parts.headers);
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(limits.max_json_bytes)
        // Who may call is decided above and by the server's mode, for every route alike.
        .disable_allowed_hosts()
        .disable_allowed_origins();
    let runner = move || Ok(Tools(Gates { api: Arc::clone(&api), caller: caller.clone() }));
    let service = StreamableHttpService::new(runner, Arc::new(NeverSessionManager::default()), config);
    let response = service.handle(Request::from_parts(parts, Body::from(bytes))).await;
    Ok(spoken(response.map(Body::new)).await)
}

/// Calls go through the same gates as the routes that do the same.
struct Gates {
    api: Arc<Api>,
    caller: Caller,
}

impl Runner for Gates {
    async fn run(&self, call: Call, cancel: Cancel) -> Result<Value, Failure> {
        let Caller { scope, principal } = self.caller.clone();
        let (gate, cost) = match &call {
            Call::Ask(_) => {
                let settings = preferences::held(&self.api, &scope).await?;
                let chosen = settings.engine(self.api.app.generators());
                let gate = answers::gate(&self.api, call.engine().or(chosen));
                (gate, answers::cost(&self.api, gate))
            }
            Call::Search(_) => {
                let settings = preferences::held(&self.api, &scope).await?;
                (&self.api.work, search::cost(settings.rerank))
            }
            Call::Fetch(_) => (&self.api.work, Cost::SEARCH),
        };
        let library = Scoped { app: Arc::clone(&self.api.app), scope, by: principal.key_id };
        let place = gate.enter_costing(cost).await?;
        place.run(move || Ok(call.run(&library, &cancel))).await?
    }
}

/// What is no single message is refused here, where it can be said what is wrong with it.
fn refusal(bytes: &Bytes) -> Option<Response> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(_)) => None,
        Ok(Value::Array(_)) => {
            Some(failure(INVALID_REQUEST, "batches are not supported: send one message a request"))
        }
        Ok(_) => Some(failure(INVALID_REQUEST, "the body is no JSON-RPC message")),
        Err(error) => Some(failure(PARSE_ERROR, &format!("the body is no JSON: {error}"))),
    }
}

/// The specification has clients name both media types; one that names none, or any, gets the JSON it would get anyway.
fn accept(headers: &mut HeaderMap) {
    let any = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("*/*"));
    if headers.get(header::ACCEPT).is_none_or(any) {
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    }
}

/// The response of the protocol's own layer. What it says in plain text becomes a JSON-RPC error.
async fn spoken(response: Response) -> Response {
    let status = response.status();
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if is_json {
        let mut response = response;
        response.extensions_mut().insert(Spoken);
        return response;
    }
    let text = response.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    if status.is_server_error() {
        return ApiError::internal(text).into_response();
    }
    let mut refused = failure(INVALID_REQUEST, &text);
    if status == StatusCode::NOT_ACCEPTABLE {
        *refused.status_mut() = status;
    }
    refused
}

/// What a request is answered with that the server refuses or fails at, whatever it says: the problem in `data`. Callers of tools read
/// nothing but JSON-RPC, and would else learn no more than that there was an error. `id` is null, as JSON-RPC 2.0 has it where no id is
/// known: the transport's own text lets it be absent, but the official Python client reads no error without it.
pub(crate) fn refused(error: &ApiError, request_id: &str) -> Value {
    let problem = error.problem(request_id);
    let error = json!({ "code": SERVER_ERROR, "message": problem.detail, "data": problem });
    json!({ "jsonrpc": "2.0", "id": null, "error": error })
}

/// Makes the body of a failed response.
pub(crate) fn write_error(response: &mut Response, error: &ApiError, request_id: &str) {
    *response.status_mut() = error.code().parts().0;
    write_body(response, "application/json", refused(error, request_id).to_string());
}

/// An error that belongs to no request.
fn failure(code: i32, message: &str) -> Response {
    let message: String = message.chars().take(500).collect();
    let body = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": code, "message": message } });
    let mut response = (StatusCode::BAD_REQUEST, axum::Json(body)).into_response();
    response.extensions_mut().insert(Spoken);
    response
}
