//! What every operation has, written once: security schemes, common headers, problems.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::problems;
use crate::http::shape::Shape;

/// Adds to each operation what follows from its annotation.
pub(super) fn complete(document: &mut Value) {
    let components = &mut document["components"];
    components["securitySchemes"] = security_schemes();
    components["parameters"] = parameters();
    components["headers"] = headers();
    components["schemas"]["Problem"] = problems::schema();
    components["schemas"]["OpenAiError"] = problems::openai_schema();
    components["schemas"]["JsonRpcError"] = problems::json_rpc_schema();
    let twice = ids_given_twice(document);
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths.iter_mut() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            if twice.contains(id) {
                operation["operationId"] = format!("{}_{id}", resource(path)).into();
            }
            complete_operation(operation, role_of(method, path), Shape::of(path));
        }
    }
}

/// Operation ids that several operations have: those that were not given one have their function's name.
fn ids_given_twice(document: &Value) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let items = document["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let ids = operations.filter_map(|(_, operation)| operation["operationId"].as_str());
    ids.filter(|id| !seen.insert((*id).to_owned())).map(str::to_owned).collect()
}

/// What a path is about: its last segment but for a parameter and `v1`.
fn resource(path: &str) -> &str {
    let mut segments = path.trim_start_matches("/v1/").split('/').filter(|segment| !segment.starts_with('{'));
    segments.next_back().unwrap_or("root")
}

/// Roles of operations whose annotation has no `security`.
const ROLES: [(&str, &str, &str); 17] = [
    ("get", "/v1/history", "viewer"),
    ("delete", "/v1/history", "editor"),
    ("get", "/v1/history/export", "viewer"),
    ("get", "/v1/history/{id}", "viewer"),
    ("delete", "/v1/history/{id}", "editor"),
    ("post", "/v1/history/{id}/replay", "viewer"),
    ("post", "/v1/history/{id}/feedback", "viewer"),
    ("post", "/v1/chat/completions", "viewer"),
    ("get", "/v1/models", "viewer"),
    ("get", "/v1/models/{id}", "viewer"),
    ("post", "/v1/embeddings", "viewer"),
    ("post", "/v1/rerank", "viewer"),
    ("post", "/mcp", "viewer"),
    ("get", "/v1/settings", "viewer"),
    ("patch", "/v1/settings", "admin"),
    ("get", "/v1/usage", "admin"),
    ("get", "/metrics", "operator"),
];

/// Operations of administrators about one client.
const ABOUT_A_CLIENT: [&str; 1] = ["/v1/settings"];

fn role_of(method: &str, path: &str) -> Role {
    let found = ROLES.iter().find(|(of, at, _)| *of == method && *at == path);
    Role { fallback: found.map(|(_, _, role)| *role), about_a_client: ABOUT_A_CLIENT.contains(&path) }
}

/// What is known of an operation beside its annotation.
#[derive(Clone, Copy)]
struct Role {
    fallback: Option<&'static str>,
    about_a_client: bool,
}

fn complete_operation(operation: &mut Value, known: Role, shape: Shape) {
    let role = operation.pointer("/security/0/bearer/0").and_then(Value::as_str).or(known.fallback);
    let role = role.map(str::to_owned);
    if let Some(role) = &role {
        operation["security"] = json!([{ "bearer": [role] }, { "api_key": [role] }]);
    }
    let mut added = vec!["RequestId", "TraceParent"];
    let names_a_client = list(&operation["parameters"]).iter().any(|p| p["name"] == "X-Client-ID");
    // Administration is about the key's tenant, everything else about one client.
    let of_a_client =
        names_a_client || known.about_a_client || matches!(role.as_deref(), Some("viewer" | "editor"));
    if of_a_client && !names_a_client {
        added.insert(0, "ClientId");
    }
    let mut parameters = list(&operation["parameters"]).to_vec();
    parameters.extend(added.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })));
    operation["parameters"] = Value::Array(parameters);

    raw_bodies(operation);
    let codes = problems::of(operation, role.as_deref(), of_a_client);
    if let Some(map) = operation.as_object_mut() {
        map.remove("x-codes");
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for response in responses.values_mut() {
        carry(response, "X-Request-Id", "RequestId");
    }
    for (status, mut response) in problems::responses(&codes, shape) {
        carry(&mut response, "X-Request-Id", "RequestId");
        match responses.get_mut(&status) {
            None => drop(responses.insert(status, response)),
            // What a handler says of a failure in words of its own has the form that all failures have.
            Some(said) if said.get("content").is_none() => said["content"] = response["content"].take(),
            Some(_) => {}
        }
    }
}

/// Bytes are described as a list of numbers unless their media type is `application/octet-stream`.
fn raw_bodies(operation: &mut Value) {
    let is_bytes = |schema: &Value| schema["type"] == "array" && schema["items"]["type"] == "integer";
    let bytes = json!({ "type": "string", "format": "binary" });
    for (_, media) in
        operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut).into_iter().flatten()
    {
        if is_bytes(&media["schema"]) {
            media["schema"] = bytes.clone();
        }
    }
    for (_, response) in
        operation.pointer_mut("/responses").and_then(Value::as_object_mut).into_iter().flatten()
    {
        for (media_type, media) in
            response.pointer_mut("/content").and_then(Value::as_object_mut).into_iter().flatten()
        {
            if is_bytes(&media["schema"]) {
                // Of any type, JSON too: nothing is said of it.
                media["schema"] = if media_type == "*/*" { json!({}) } else { bytes.clone() };
            }
        }
    }
}

/// The items of an array; none of anything else.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Adds a header of the components to a response.
fn carry(response: &mut Value, header: &str, component: &str) {
    let Some(response) = response.as_object_mut() else { return };
    let headers = response.entry("headers").or_insert_with(|| Value::Object(Map::new()));
    headers[header] = json!({ "$ref": format!("#/components/headers/{component}") });
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "An API key (`fn_...`). The list names the role that the operation needs: viewer, editor or admin; \
                each has what the ones before it have."
        },
        "api_key": {
            "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "The same key in a header of its own."
        }
    })
}

fn parameters() -> Value {
    json!({
        "ClientId": {
            "name": "X-Client-ID", "in": "header", "required": false,
            "description": "The client the request is about; not needed when the key may use exactly one.",
            "schema": { "type": "string" }
        },
        "RequestId": {
            "name": "X-Request-Id", "in": "header", "required": false,
            "description": "The request's id, up to 64 of `A-Z a-z 0-9 . _ -`; one that is not is replaced.",
            "schema": { "type": "string" }
        },
        "TraceParent": {
            "name": "traceparent", "in": "header", "required": false,
            "description": "W3C Trace Context; its trace id is logged, and the header answered with this request as the parent.",
            "schema": { "type": "string" }
        }
    })
}

fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "The request's id: the caller's, or a fresh one. The server's log has it.",
            "required": true, "schema": { "type": "string" }
        },
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer" } },
        "Allow": { "description": "The methods the route knows.", "schema": { "type": "string" } }
    })
}
