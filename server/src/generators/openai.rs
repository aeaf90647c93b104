//! OpenAI's `/v1/chat/completions` as many servers offer it: server-sent events. Pure.

use serde::Deserialize;
use serde_json::json;

use super::error::GeneratorError;
use super::remote::Said;
use super::{Request, Tokens};

/// Media types of its answers.
pub(super) const MEDIA: &[&str] = &["text/event-stream"];

/// The data of the last event.
const DONE: &str = "[DONE]";

/// The body of a request.
pub(super) fn body(model: &str, request: &Request<'_>) -> String {
    json!({
        "model": model,
        "stream": true,
        "stream_options": { "include_usage": true },
        "temperature": 0,
        "max_tokens": request.max_tokens,
        "messages": [
            { "role": "system", "content": request.system },
            { "role": "user", "content": request.user },
        ],
    })
    .to_string()
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Delta {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: usize,
    #[serde(default)]
    completion_tokens: usize,
}

/// Reads the data of an event. A finish reason ends the answer, though usage may still follow.
pub(super) fn read(data: &str) -> Result<Said, GeneratorError> {
    if data.trim() == DONE {
        return Ok(Said { done: true, last: true, ..Said::default() });
    }
    if data.trim().is_empty() {
        return Ok(Said::default());
    }
    let chunk: Chunk =
        serde_json::from_str(data).map_err(|_| GeneratorError::Protocol("an event is no chat chunk"))?;
    if chunk.error.is_some() {
        return Err(GeneratorError::Protocol("it reports an error inside its answer"));
    }
    let tokens = chunk.usage.map(|u| Tokens { prompt: u.prompt_tokens, completion: u.completion_tokens });
    let Some(choice) = chunk.choices.into_iter().next() else {
        return Ok(Said { tokens, ..Said::default() });
    };
    Ok(Said {
        text: choice.delta.content.unwrap_or_default(),
        done: choice.finish_reason.is_some(),
        last: false,
        cut: choice.finish_reason.is_some_and(|reason| reason == "length"),
        tokens,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_an_answer() {
        let said = read(r#"{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"The"},"finish_reason":null}],"usage":null}"#).expect("read");
        assert_eq!((said.text.as_str(), said.done), ("The", false));
        assert!(read(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#).expect("read").done);
        let said =
            read(r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}"#)
                .expect("read");
        assert_eq!((said.done, said.tokens), (false, Some(Tokens { prompt: 9, completion: 4 })));
        assert!(read(" [DONE] ").expect("read").done);
        for bad in ["nonsense", "[]", r#"{"error":{"message":"overloaded"}}"#, r#"{"choices":"x"}"#] {
            assert!(matches!(read(bad), Err(GeneratorError::Protocol(_))), "{bad}");
        }
    }
}
