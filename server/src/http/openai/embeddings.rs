//! `POST /v1/embeddings`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use footnote_models::{EncoderInfo, InputKind, Priority, TextTokenizer};
use serde_json::Value;

use super::error::Fault;
use crate::http::Api;
use crate::http::auth::Reader;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::wire::openai::{EmbeddingOut, EmbeddingUsage, EmbeddingValue, EmbeddingsBody, EmbeddingsResult};

/// Most texts of one request.
const MAX_TEXTS: usize = 128;

/// Longest text, in bytes, also when it is cut to the model's input.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Texts that somebody is taken to wait for; more go behind searches and answers.
const FEW: usize = 8;

/// Special tokens around a text.
const SPECIAL_TOKENS: usize = 2;

/// `POST /v1/embeddings`
#[utoipa::path(post, path = "/v1/embeddings", tag = "openai", request_body = EmbeddingsBody,
    responses((status = 200, description = "One vector a text", body = EmbeddingsResult),
              (status = 400, description = "A value that cannot be"),
              (status = 404, description = "No embedding model has that name")))]
pub(crate) async fn embed(
    State(api): State<Arc<Api>>,
    Reader(scope): Reader,
    JsonBody(body): JsonBody<EmbeddingsBody>,
) -> Result<Json<EmbeddingsResult>, Fault> {
    let service = api.app.embedder_of(&scope);
    let info = service.info().clone();
    let wanted = Wanted::read(body, &info)?;
    let (kind, base64) = (wanted.kind, wanted.base64);
    let tokenizer = service.tokenizer();
    let (texts, usage) = api.work.run(move || Ok(counted(wanted, &tokenizer, &info))).await??;
    // Held while the vectors are made; a caller that goes away drops both, and the work with them.
    let _place = api.work.enter().await?;
    let priority = if texts.len() <= FEW { Priority::Interactive } else { Priority::Bulk };
    let vectors = service.embed(priority, kind, texts).await.map_err(ApiError::from)?;
    let out = |(index, vector): (usize, &Arc<[f32]>)| EmbeddingOut {
        object: "embedding".to_owned(),
        index,
        embedding: if base64 {
            EmbeddingValue::Base64(encode(vector))
        } else {
            EmbeddingValue::Floats(vector.to_vec())
        },
    };
    Ok(Json(EmbeddingsResult {
        object: "list".to_owned(),
        data: vectors.iter().enumerate().map(out).collect(),
        model: service.info().name.clone(),
        usage: EmbeddingUsage { prompt_tokens: usage, total_tokens: usage },
    }))
}

/// Base64 of little-endian 32-bit floats, which OpenAI's clients ask for unless told otherwise.
fn encode(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

/// A request that was understood.
#[derive(Debug)]
struct Wanted {
    texts: Vec<String>,
    kind: InputKind,
    base64: bool,
    truncate: bool,
}

impl Wanted {
    fn read(body: EmbeddingsBody, info: &EncoderInfo) -> Result<Self, Fault> {
        match body.model.as_deref() {
            None => {
                return Err(Fault::invalid(
                    "model",
                    format!("model is missing; {:?} is the one here", info.name),
                ));
            }
            Some(name) if name != info.name => return Err(Fault::no_model(name, &[&info.name])),
            Some(_) => {}
        }
        if body.dimensions.is_some_and(|dimensions| dimensions != info.dims as u64) {
            let detail = format!(
                "dimensions: the vectors of {} have {} values, no other number",
                info.name, info.dims
            );
            return Err(Fault::invalid("dimensions", detail));
        }
        let base64 = match body.encoding_format.as_deref() {
            None | Some("float") => false,
            Some("base64") => true,
            Some(_) => return Err(Fault::invalid("encoding_format", "encoding_format: use float or base64")),
        };
        let kind = match body.input_type.as_deref() {
            None | Some("document") => InputKind::Passage,
            Some("query") => InputKind::Query,
            Some(_) => {
                return Err(Fault::invalid("input_type", "input_type: use document (the default) or query"));
            }
        };
        Ok(Self { texts: texts(body.input)?, kind, base64, truncate: body.truncate.unwrap_or(false) })
    }
}

/// The texts of `input`, within the limits.
fn texts(input: Value) -> Result<Vec<String>, Fault> {
    let wrong = |detail: String| Err(Fault::invalid("input", detail));
    let values = match input {
        Value::String(text) => vec![Value::String(text)],
        Value::Array(values) => values,
        _ => return wrong("input: send a text or an array of texts".to_owned()),
    };
    if values.is_empty() || values.len() > MAX_TEXTS {
        return wrong(format!("input has {} texts, send 1 to {MAX_TEXTS}", values.len()));
    }
    let mut texts = Vec::with_capacity(values.len());
    for (at, value) in values.into_iter().enumerate() {
        match value {
            Value::String(text) if text.trim().is_empty() => return wrong(format!("input[{at}] is empty")),
            Value::String(text) if text.len() > MAX_TEXT_BYTES => {
                return wrong(format!("input[{at}] has {} bytes, the limit is {MAX_TEXT_BYTES}", text.len()));
            }
            Value::String(text) => texts.push(text),
            Value::Number(_) | Value::Array(_) => {
                return wrong(format!(
                    "input[{at}] is made of tokens, which mean something to the model they are of only: send texts"
                ));
            }
            _ => return wrong(format!("input[{at}] is no text")),
        }
    }
    Ok(texts)
}

/// The texts and their tokens, each within the model's input unless it may be cut.
fn counted(
    wanted: Wanted,
    tokenizer: &TextTokenizer,
    info: &EncoderInfo,
) -> Result<(Vec<String>, usize), Fault> {
    let prefix = match wanted.kind {
        InputKind::Query => &info.query_prefix,
        InputKind::Passage => &info.passage_prefix,
    };
    let mut total = 0;
    for (at, text) in wanted.texts.iter().enumerate() {
        let tokens = tokenizer.count(&format!("{prefix}{text}")) + SPECIAL_TOKENS;
        if tokens > info.max_tokens && !wanted.truncate {
            let detail = format!(
                "input[{at}] has {tokens} tokens, the model reads {}: send shorter texts, or \"truncate\": true to have the end left out",
                info.max_tokens
            );
            return Err(Fault::too_long("input", detail));
        }
        total += tokens.min(info.max_tokens);
    }
    Ok((wanted.texts, total))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_little_endian() {
        assert_eq!(encode(&[1.0, -2.5]), "AACAPwAAIMA=");
        assert_eq!(encode(&[]), "");
    }

    #[test]
    fn texts_are_taken_up_to_the_limits() {
        let many = |n: usize| Value::from(vec!["x"; n]);
        for (input, count) in [
            (json!("one"), 1),
            (json!(["one", "two"]), 2),
            (many(MAX_TEXTS), MAX_TEXTS),
            (json!(["x".repeat(MAX_TEXT_BYTES)]), 1),
        ] {
            assert_eq!(texts(input).expect("texts").len(), count);
        }
        for (input, says) in [
            (json!([]), "0 texts"),
            (many(MAX_TEXTS + 1), "129 texts, send 1 to 128"),
            (json!(["x".repeat(MAX_TEXT_BYTES + 1)]), "input[0] has 65537 bytes"),
            (json!(["a", " \n"]), "input[1] is empty"),
            (json!(""), "input[0] is empty"),
            (json!([1, 2, 3]), "input[0] is made of tokens"),
            (json!([[1, 2], [3]]), "input[0] is made of tokens"),
            (json!([null]), "input[0] is no text"),
            (json!({ "text": "x" }), "a text or an array of texts"),
            (json!(7), "a text or an array of texts"),
        ] {
            let fault = texts(input).expect_err(says);
            assert!(fault.parts().0.contains(says), "{says}: {:?}", fault.parts());
            assert_eq!(fault.parts().1, Some("input"));
        }
    }
}
