//! Examples of bodies, by schema: what a running server took and gave, shortened. A test holds each against its schema and sends
//! those of requests.

use serde_json::{Value, json};

/// Writes the examples into their schemas.
pub(super) fn apply(document: &mut Value) {
    for (schema, example) in examples() {
        if let Some(schema) = document["components"]["schemas"].get_mut(schema) {
            schema["example"] = example;
        }
    }
    // Its schema is the protocol's.
    document["paths"]["/mcp"]["post"]["requestBody"]["content"]["application/json"] = json!({
        "schema": { "type": "object" },
        "example": { "jsonrpc": "2.0", "id": 1, "method": "tools/list" }
    });
    others(document);
}

/// Bodies that are no schema of ours.
fn others(document: &mut Value) {
    let text = || json!({ "schema": { "type": "string" } });
    document["paths"]["/v1/history/export"]["get"]["responses"]["200"]["content"] = json!({
        "application/json": { "schema": { "type": "array", "items": { "type": "object" } }, "example": [] },
        "application/x-ndjson": text(),
        "text/csv": text()
    });
    document["paths"]["/metrics"]["get"]["responses"]["200"]["content"] = json!({ "text/plain": text() });
}

fn examples() -> Vec<(&'static str, Value)> {
    [openai(), rerank(), history(), tenant()].concat()
}

fn openai() -> Vec<(&'static str, Value)> {
    let model = json!({ "id": "footnote", "object": "model", "created": 0, "owned_by": "footnote", "kind": "engine" });
    vec![
        (
            "ChatBody",
            json!({ "model": "footnote", "messages": [{ "role": "user", "content": "What does a ski pass cost?" }] }),
        ),
        (
            "ChatCompletion",
            json!({
                "id": "chatcmpl-5c0b1bd2274485a92c3f4509", "object": "chat.completion", "created": 1_795_357_959, "model": "footnote",
                "choices": [{
                    "index": 0,
                    "message": {
                        "role": "assistant", "content": "A ski pass costs 40 euro a day.", "refusal": null,
                        "annotations": [{ "type": "url_citation", "url_citation": {
                            "start_index": 0, "end_index": 31, "title": "Prices",
                            "url": "http://127.0.0.1:7700/v1/documents/doc_fdb8dc2e88a57d4f0f351eae/text?version=1#char=8,39"
                        } }]
                    },
                    "logprobs": null, "finish_reason": "stop"
                }],
                "usage": { "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0 },
                "answer_id": "ans_5983fcbd31ba4f28990a645d", "engine": "extractive",
                "citations": [{
                    "id": 1, "document_id": "doc_fdb8dc2e88a57d4f0f351eae", "version": 1, "chunk_id": "1", "title": "Prices",
                    "uri": "file:///docs/prices.md", "quote": "A ski pass costs 40 euro a day.",
                    "source": { "start_char": 8, "end_char": 39, "heading_path": ["Prices"] },
                    "answer": { "start_char": 0, "end_char": 31 }, "phrase": { "start_char": 17, "end_char": 24 },
                    "support": { "status": "verified", "score": 1.0, "method": "exact_quote" }
                }],
                "grounding": { "status": "grounded", "confidence": 0.95 }, "degraded": []
            }),
        ),
        ("EmbeddingsBody", json!({ "model": "multilingual-e5-small-q4", "input": ["a ski pass", "a lift"] })),
        (
            "EmbeddingsResult",
            json!({
                "object": "list", "data": [{ "object": "embedding", "index": 0, "embedding": [0.027, -0.005, 0.061] }],
                "model": "multilingual-e5-small-q4", "usage": { "prompt_tokens": 8, "total_tokens": 8 }
            }),
        ),
        ("ModelOut", model.clone()),
        ("ModelList", json!({ "object": "list", "data": [model] })),
    ]
}

fn rerank() -> Vec<(&'static str, Value)> {
    vec![
        (
            "RerankBody",
            json!({ "query": "price of a ski pass", "documents": ["The lift is blue.", "A pass costs 40 EUR."], "top_n": 1 }),
        ),
        (
            "RerankResult",
            json!({
                "id": "rerank_67f0754b8de335854cb6a693", "model": "ms-marco-minilm-l12-v2",
                "results": [{ "index": 1, "relevance_score": 0.54 }], "meta": { "api_version": { "version": "2" } }
            }),
        ),
    ]
}

fn history() -> Vec<(&'static str, Value)> {
    let summary = json!({
        "id": "trc_0660de59704be6c2a5fe73ec", "at": "2026-11-22T14:32:39.801Z", "kind": "answer", "asked_by": "91acd0e2",
        "question": "What does a ski pass cost?", "status": "grounded", "confidence": 0.95, "engine": "extractive",
        "answer": "A ski pass costs 40 euro a day.", "withheld": false, "results": 1, "cached": false, "duration_ms": 106.9, "seq": 1
    });
    let mut detail = summary.clone();
    detail["request"] = json!({ "question": "" });
    detail["passages"] = json!([{
        "document_id": "doc_fdb8dc2e88a57d4f0f351eae", "version": 1, "chunk_id": "1", "start_char": 0, "end_char": 78, "score": 1.0,
        "standing": "current", "title": "Prices", "uri": "file:///docs/prices.md"
    }]);
    detail["citations"] = json!([{
        "id": 1, "document_id": "doc_fdb8dc2e88a57d4f0f351eae", "version": 1, "chunk_id": "1", "start_char": 8, "end_char": 39,
        "score": 1.0, "standing": "current", "title": "Prices", "uri": "file:///docs/prices.md",
        "quote": "A ski pass costs 40 euro a day.", "answer": { "start_char": 0, "end_char": 31 }, "support": "verified"
    }]);
    detail["degraded"] = json!([]);
    detail["timings_ms"] = json!({ "retrieve": 10.4, "total": 106.5 });
    let changes = json!({
        "same": true, "answer_changed": false, "seq": { "from": 1, "to": 1 }, "kept": 1, "added": [], "removed": [],
        "reordered": false, "superseded": [], "deleted": []
    });
    vec![
        ("HistoryPage", json!({ "data": [summary], "has_more": false })),
        ("ReplayResult", json!({ "before": detail.clone(), "now": {}, "changes": changes })),
        ("HistoryDetail", detail),
        ("FeedbackBody", json!({ "rating": "up", "comment": "right" })),
        (
            "FeedbackOut",
            json!({ "rating": "up", "comment": "right", "at": "2026-11-22T14:32:40.454Z", "by": "91acd0e2" }),
        ),
        ("Forgotten", json!({ "removed": 12 })),
    ]
}

fn tenant() -> Vec<(&'static str, Value)> {
    let used = json!({ "queries": 4, "queries_last_day": 4, "documents": 1, "bytes": 114_769 });
    let mut client = used.clone();
    client["name"] = json!("acme");
    vec![
        ("ClientSettings", json!({ "search_top_k": 5 })),
        (
            "UsageOut",
            json!({
                "tenant": "default", "plan": "unlimited",
                "window": { "start": "2026-11-22T14:00:00Z", "end": "2026-11-22T15:00:00Z", "seconds": 3600 },
                "limits": { "key_rate": { "per_second": 10, "burst": 20 }, "tenant_rate": { "per_second": 50, "burst": 100 } },
                "used": used, "clients": [client]
            }),
        ),
    ]
}
