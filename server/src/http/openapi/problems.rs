//! Which problems an operation can end in, from what it takes: a key, a client, an id, a query, a body.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::complete::list;
use crate::http::error::{ApiError, Code};
use crate::http::mcp;
use crate::http::openai::{openai_error, openai_status};
use crate::http::shape::Shape;

/// The problem's shape, with every code.
pub(super) fn schema() -> Value {
    let mut codes: Vec<&str> = Code::ALL.iter().map(|code| code.parts().1).collect();
    codes.sort_unstable();
    json!({
        "type": "object",
        "description": "A problem (RFC 9457). `code` never changes its meaning; `detail` is for people.",
        "example": example(Shape::Problem),
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": { "type": "string", "description": "Names the kind of problem." },
            "title": { "type": "string", "description": "The kind in words." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
            "detail": { "type": "string", "description": "What happened and what to do." },
            "code": { "type": "string", "enum": codes, "description": "The stable name, see docs/errors.md." },
            "request_id": { "type": "string", "description": "The response's `X-Request-Id`." }
        }
    })
}

/// The shape of errors on the routes that have OpenAI's.
pub(super) fn openai_schema() -> Value {
    json!({
        "type": "object",
        "description": "An error as OpenAI's API writes it.",
        "example": example(Shape::OpenAi),
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": { "type": "string", "description": "What happened and what to do." },
                "type": { "type": "string", "description": "The kind in OpenAI's words." },
                "param": { "type": ["string", "null"] },
                "code": { "type": "string", "description": "The stable name, see docs/errors.md." }
            }
        } }
    })
}

/// The shape of errors where JSON-RPC is spoken.
pub(super) fn json_rpc_schema() -> Value {
    json!({
        "type": "object",
        "description": "A JSON-RPC error: of the protocol, or of the server, with the problem (RFC 9457) as its data.",
        "example": example(Shape::JsonRpc),
        "required": ["jsonrpc", "id", "error"],
        "properties": {
            "jsonrpc": { "type": "string", "enum": ["2.0"] },
            "id": { "type": ["string", "integer", "null"], "description": "The message's; null where the server failed, not the protocol." },
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": { "type": "integer", "description": "JSON-RPC's code; -32000 when `data` says which error it is." },
                    "message": { "type": "string", "description": "What happened and what to do." },
                    "data": { "$ref": "#/components/schemas/Problem" }
                }
            }
        }
    })
}

/// An error as the server writes it.
fn example(shape: Shape) -> Value {
    let error = ApiError::not_found();
    let request_id = "req_5b1f0c91ac5b1f0c91ac5b1f";
    match shape {
        Shape::Problem => serde_json::to_value(error.problem(request_id)).unwrap_or_default(),
        Shape::JsonRpc => mcp::refused(&error, request_id),
        Shape::OpenAi => openai_error(&error),
    }
}

/// The codes of an operation.
pub(super) fn of(operation: &Value, role: Option<&str>, of_a_client: bool) -> Vec<Code> {
    let mut codes = vec![Code::HostNotAllowed, Code::Overloaded, Code::Timeout, Code::Internal];
    let parameters = list(&operation["parameters"]);
    let takes = |place: &str| parameters.iter().any(|parameter| parameter["in"] == place);
    if role.is_some() {
        codes.extend([Code::Unauthorized, Code::Forbidden]);
    }
    if role.is_some() {
        codes.extend(["rate_limited", "quota_exceeded"].into_iter().filter_map(named));
    }
    if of_a_client {
        codes.extend([Code::ClientRequired, Code::NotFound]);
    }
    if takes("path") {
        codes.push(Code::NotFound);
    }
    if takes("query") || takes("header") {
        codes.extend([Code::InvalidRequest, Code::InvalidValue]);
    }
    let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
    if let Some(content) = content {
        codes.extend([
            Code::InvalidRequest,
            Code::RequestTimeout,
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::InvalidValue,
        ]);
        if content.contains_key("application/json") {
            codes.extend([Code::InvalidJson, Code::InvalidBody]);
        }
    }
    codes.extend(list(&operation["x-codes"]).iter().filter_map(Value::as_str).filter_map(named));
    codes
}

/// The code of this name, if there is one.
fn named(name: &str) -> Option<Code> {
    Code::ALL.into_iter().find(|code| code.parts().1 == name)
}

/// The responses of some codes, by status.
pub(super) fn responses(codes: &[Code], shape: Shape) -> BTreeMap<String, Value> {
    let mut by_status: BTreeMap<u16, BTreeMap<&str, Code>> = BTreeMap::new();
    for code in codes {
        let (status, name, _) = code.parts();
        let status = if shape == Shape::OpenAi { openai_status(status) } else { status };
        by_status.entry(status.as_u16()).or_default().insert(name, *code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), response(status, &codes, shape)))
        .collect()
}

fn response(status: u16, codes: &BTreeMap<&str, Code>, shape: Shape) -> Value {
    let what: Vec<String> =
        codes.iter().map(|(name, code)| format!("{} (`{name}`)", code.parts().2)).collect();
    let (media_type, schema) = match shape {
        Shape::Problem => ("application/problem+json", "Problem"),
        Shape::OpenAi => ("application/json", "OpenAiError"),
        Shape::JsonRpc => ("application/json", "JsonRpcError"),
    };
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    let mut response = json!({
        "description": format!("{}.", what.join("; ")),
        "content": { media_type: { "schema": schema } }
    });
    if matches!(status, 429 | 503 | 507) {
        response["headers"] = json!({ "Retry-After": { "$ref": "#/components/headers/RetryAfter" } });
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_from_what_an_operation_takes() {
        let names = |operation: &Value, role, client| {
            let mut names: Vec<_> = of(operation, role, client).iter().map(|code| code.parts().1).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let open = names(&json!({}), None, false);
        assert_eq!(open, ["host_not_allowed", "internal", "overloaded", "timeout"]);
        let path = json!({ "parameters": [{ "in": "path", "name": "id" }], "x-codes": ["disk_full"] });
        let listed = names(&path, Some("admin"), false);
        assert!(
            ["unauthorized", "forbidden", "not_found", "disk_full"].iter().all(|c| listed.contains(c)),
            "{listed:?}"
        );
        assert!(!listed.contains(&"client_required") && !listed.contains(&"invalid_json"), "{listed:?}");
    }
}
