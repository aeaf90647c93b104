//! `POST /v1/rerank`: texts of the caller scored for a query, in the shape of Cohere and Jina.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use footnote_models::Priority;
use serde_json::Value;

use super::Api;
use super::auth::Reader;
use super::context::fresh_id;
use super::error::{ApiError, Code};
use super::extract::JsonBody;
use crate::app::MAX_QUESTION_BYTES;
use crate::wire::{ApiVersion, RankedDocument, RerankBody, RerankMeta, RerankResult, RerankedText};

/// Most documents of one request.
const MAX_DOCUMENTS: usize = 100;

/// Longest document, in bytes; the model reads its beginning, as far as its input reaches.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// Documents that somebody is taken to wait for; more go behind searches and answers.
const FEW: usize = 30;

/// `POST /v1/rerank`
#[utoipa::path(post, path = "/v1/rerank", tag = "rerank", request_body = RerankBody,
    responses((status = 200, description = "The documents, most relevant first", body = RerankResult),
              (status = 422, description = "A value that cannot be"),
              (status = 503, description = "No reranker is configured, or it is not there")))]
pub(crate) async fn rerank(
    State(api): State<Arc<Api>>,
    _reader: Reader,
    JsonBody(body): JsonBody<RerankBody>,
) -> Result<Json<RerankResult>, ApiError> {
    let wanted = Wanted::read(body)?;
    let Some(name) = api.app.reranker_name().map(str::to_owned) else {
        return Err(ApiError::new(
            Code::ModelUnavailable,
            "no reranker is configured: set `reranker` in footnote.toml to the name of one and start the server again",
        ));
    };
    if wanted.model.as_ref().is_some_and(|model| *model != name) {
        return Err(invalid(format!("model: the reranker here is {name:?}; name that one, or leave it out")));
    }
    // It is loaded when it is first needed.
    let service = api
        .work(|app| match app.reranker() {
            Some(service) => Ok(service?),
            None => Err(ApiError::internal("the reranker went away")),
        })
        .await?;
    // Held while the scores are made; a caller that goes away drops both, and the work with them.
    let _place = api.work.enter().await?;
    let Wanted { query, texts, top_n, return_documents, .. } = wanted;
    let kept = if return_documents { texts.clone() } else { Vec::new() };
    let priority = if texts.len() <= FEW { Priority::Interactive } else { Priority::Bulk };
    let scores = service.rerank(priority, &query, texts).await?;
    let mut ranked: Vec<_> = scores.into_iter().enumerate().collect();
    // Equal ones keep their order.
    ranked.sort_by(|a, b| b.1.logit.total_cmp(&a.1.logit));
    ranked.truncate(top_n);
    let results = ranked
        .into_iter()
        .map(|(index, score)| RankedDocument {
            index,
            relevance_score: score.relevance,
            document: kept.get(index).map(|text| RerankedText { text: text.clone() }),
        })
        .collect();
    let meta = RerankMeta { api_version: ApiVersion { version: "2".to_owned() } };
    Ok(Json(RerankResult { id: fresh_id("rerank_"), model: name, results, meta }))
}

/// A request that was understood.
#[derive(Debug)]
struct Wanted {
    model: Option<String>,
    query: String,
    texts: Vec<String>,
    top_n: usize,
    return_documents: bool,
}

impl Wanted {
    fn read(body: RerankBody) -> Result<Self, ApiError> {
        let RerankBody { model, query, documents, top_n, return_documents, rest } = body;
        if rest.get("rank_fields").is_some_and(|fields| !fields.is_null()) {
            return Err(invalid("rank_fields is not supported: send each document as one text"));
        }
        if query.trim().is_empty() || query.len() > MAX_QUESTION_BYTES {
            return Err(invalid(format!("query has {} bytes, send 1 to {MAX_QUESTION_BYTES}", query.len())));
        }
        if documents.is_empty() || documents.len() > MAX_DOCUMENTS {
            return Err(invalid(format!(
                "documents has {} entries, send 1 to {MAX_DOCUMENTS}",
                documents.len()
            )));
        }
        if top_n == Some(0) {
            return Err(invalid("top_n is 0, use 1 or more"));
        }
        let texts = documents.into_iter().enumerate().map(text).collect::<Result<Vec<_>, _>>()?;
        let top_n = top_n.unwrap_or(texts.len());
        Ok(Self { model, query, texts, top_n, return_documents: return_documents.unwrap_or(false) })
    }
}

fn text((at, document): (usize, Value)) -> Result<String, ApiError> {
    let text = match document {
        Value::String(text) => text,
        Value::Object(mut fields) => match fields.remove("text") {
            Some(Value::String(text)) => text,
            _ => return Err(invalid(format!("documents[{at}] has no text"))),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            return Err(invalid(format!("documents[{at}]: send a text, or an object with a text")));
        }
    };
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(invalid(format!(
            "documents[{at}] has {} bytes, the limit is {MAX_DOCUMENT_BYTES}",
            text.len()
        )));
    }
    Ok(text)
}

fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    ApiError::new(Code::InvalidValue, detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<Wanted, ApiError> {
        Wanted::read(serde_json::from_value(body).expect("a body"))
    }

    #[test]
    fn limits_hold_at_their_edges() {
        let documents = |n: usize| json!({ "query": "q", "documents": vec!["x"; n] });
        assert_eq!(read(documents(1)).expect("one").top_n, 1);
        assert_eq!(read(documents(MAX_DOCUMENTS)).expect("all").texts.len(), MAX_DOCUMENTS);
        let long = "x".repeat(MAX_DOCUMENT_BYTES);
        assert!(read(json!({ "query": "q", "documents": [{ "text": long }], "top_n": 1 })).is_ok());
        assert!(read(json!({ "query": "q".repeat(MAX_QUESTION_BYTES), "documents": ["x"] })).is_ok());
        for (body, says) in [
            (documents(0), "0 entries"),
            (documents(MAX_DOCUMENTS + 1), "101 entries, send 1 to 100"),
            (json!({ "query": "q", "documents": [format!("{long}x")] }), "65537 bytes"),
            (json!({ "query": "q".repeat(MAX_QUESTION_BYTES + 1), "documents": ["x"] }), "8193 bytes"),
            (json!({ "query": " ", "documents": ["x"] }), "query"),
            (json!({ "query": "q", "documents": ["x"], "top_n": 0 }), "top_n is 0"),
            (json!({ "query": "q", "documents": ["x", { "title": "y" }] }), "documents[1] has no text"),
            (json!({ "query": "q", "documents": [7] }), "documents[0]: send a text"),
            (json!({ "query": "q", "documents": ["x"], "rank_fields": ["a"] }), "rank_fields"),
        ] {
            let error = read(body).expect_err(says);
            assert_eq!(error.code(), Code::InvalidValue);
            assert!(error.detail().contains(says), "{says}: {}", error.detail());
        }
    }
}
