//! The request that calls an operation about a client's things.

use footnote_models::DEFAULT_MODEL;
use serde_json::{Value, json};

use super::world::{Holding, World, terms};
use super::{Call, Row};

/// An id of nothing, of the form that `id` has.
pub(super) fn unknown(id: &str) -> String {
    let last = id.chars().last().unwrap_or('0');
    let mut other: String = id.chars().take(id.chars().count().saturating_sub(1)).collect();
    // A neighbour in order, so that a cursor stands at the same place.
    other.push(match last {
        '0'..='8' | 'a'..='e' | 'g'..='y' => char::from_u32(last as u32 + 1).unwrap_or('0'),
        '9' => '8',
        'f' => 'e',
        _ => 'b',
    });
    other
}

/// The id that a path's parameter takes, of a client's things.
pub(super) fn id_of(path: &str, holding: &Holding) -> Option<String> {
    if path.contains("{name}") {
        return Some(holding.name.clone());
    }
    if !path.contains('{') {
        return None;
    }
    let resource = path.trim_start_matches("/v1/").split('/').next().unwrap_or_default();
    match resource {
        "documents" => Some(holding.document.clone()),
        "jobs" => Some(holding.job.clone()),
        "keys" => Some(holding.viewer.id.clone()),
        "history" => Some(holding.history.clone().unwrap_or_else(|| "hist_none".to_owned())),
        _ => Some("none".to_owned()),
    }
}

/// The path with its parameter filled in.
pub(super) fn fill(path: &str, id: Option<&str>) -> String {
    let (Some(id), Some((before, rest))) = (id, path.split_once('{')) else { return path.to_owned() };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    format!("{before}{id}{after}")
}

/// An operation's call about `holding`, with another id in its path if one is given, without key and client.
pub(super) fn call(world: &World, row: &Row, holding: &Holding, id: Option<&str>) -> Call {
    let own = id_of(row.path, holding);
    let mut call = Call::new(row.method, fill(row.path, id.or(own.as_deref())));
    if (row.method, row.path) == ("POST", "/v1/documents") {
        // What comes later must not change what searches find meanwhile.
        call.path.push_str("?wait=true");
    }
    match body(world, row, holding) {
        Some(body) => call.json(&body),
        None => call,
    }
}

fn body(world: &World, row: &Row, holding: &Holding) -> Option<Value> {
    let question = world.question();
    Some(match (row.method, row.path) {
        ("POST", "/v1/documents") => terms("again"),
        ("POST", "/v1/sync") => {
            json!({ "manifest": { "roots": ["file:///nowhere/"], "entries": [] }, "dry_run": true })
        }
        ("POST", "/v1/search") => json!({ "query": question, "explain": true, "facets": ["note", "uri"] }),
        ("POST", "/v1/answers") => json!({ "question": question }),
        ("POST", "/v1/clients") => json!({ "name": holding.name }),
        ("POST", "/v1/keys") => {
            json!({ "role": "viewer", "clients": [holding.name], "expires_in_s": 60, "label": world.label() })
        }
        ("POST", "/v1/keys/{id}/rotate") => json!({ "overlap_s": 0 }),
        ("POST", "/v1/chat/completions") => {
            json!({ "model": "footnote", "messages": [{ "role": "user", "content": question }] })
        }
        ("POST", "/v1/embeddings") => json!({ "model": DEFAULT_MODEL, "input": "the safe in the hall" }),
        ("POST", "/v1/rerank" | "/v2/rerank") => {
            json!({ "query": question, "documents": ["The safe is open.", "It rains."] })
        }
        ("POST", "/mcp") => mcp("search", &json!({ "query": question })),
        ("POST", "/v1/history/{id}/feedback") => json!({ "rating": "up" }),
        ("POST" | "PUT" | "PATCH", "/v1/settings") => json!({}),
        _ => return None,
    })
}

/// A call of an MCP tool.
pub(super) fn mcp(tool: &str, arguments: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_id_is_a_neighbour_of_the_same_form() {
        for id in ["doc_00", "doc_9", "job_af", "leak-x-one", "z", "doc_a3e"] {
            let other = unknown(id);
            assert!(other != id && other.len() == id.len(), "{id} {other}");
            assert_eq!(other[..id.len() - 1], id[..id.len() - 1]);
            let last = other.chars().last().expect("last");
            assert!(last.is_ascii_alphanumeric(), "{other}");
        }
    }

    #[test]
    fn paths_are_filled() {
        assert_eq!(fill("/v1/jobs/{id}/retry", Some("j")), "/v1/jobs/j/retry");
        assert_eq!(fill("/v1/jobs", Some("j")), "/v1/jobs");
        assert_eq!(fill("/v1/jobs/{id}", None), "/v1/jobs/{id}");
    }
}
