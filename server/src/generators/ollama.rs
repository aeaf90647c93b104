//! Ollama's `/api/chat`: one JSON object a line. Pure.

use serde::Deserialize;
use serde_json::json;

use super::error::GeneratorError;
use super::remote::Said;
use super::{Request, Tokens};

/// Media types of its answers.
pub(super) const MEDIA: &[&str] = &["application/x-ndjson", "application/json"];

/// The body of a request. The context is named, or Ollama would cut long prompts silently.
pub(super) fn body(model: &str, request: &Request<'_>, context: usize) -> String {
    json!({
        "model": model,
        "stream": true,
        "messages": [
            { "role": "system", "content": request.system },
            { "role": "user", "content": request.user },
        ],
        "options": { "temperature": 0, "num_predict": request.max_tokens, "num_ctx": context },
    })
    .to_string()
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    message: Message,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    prompt_eval_count: Option<usize>,
    eval_count: Option<usize>,
    error: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
struct Message {
    #[serde(default)]
    content: String,
}

/// Reads a line of the answer.
pub(super) fn read(line: &str) -> Result<Said, GeneratorError> {
    if line.trim().is_empty() {
        return Ok(Said::default());
    }
    let line: Line =
        serde_json::from_str(line).map_err(|_| GeneratorError::Protocol("a line is no chat object"))?;
    if line.error.is_some() {
        return Err(GeneratorError::Protocol("it reports an error inside its answer"));
    }
    let tokens = match (line.prompt_eval_count, line.eval_count) {
        (None, None) => None,
        (prompt, completion) => {
            Some(Tokens { prompt: prompt.unwrap_or(0), completion: completion.unwrap_or(0) })
        }
    };
    let cut = line.done_reason.is_some_and(|reason| reason == "length");
    Ok(Said { text: line.message.content, done: line.done, last: line.done, cut, tokens })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_answer() {
        let said = read(r#"{"model":"m","message":{"role":"assistant","content":"The"},"done":false}"#)
            .expect("read");
        assert_eq!((said.text.as_str(), said.done, said.tokens), ("The", false, None));
        let last = r#"{"message":{"role":"assistant","content":""},"done":true,"prompt_eval_count":26,"eval_count":290}"#;
        let said = read(last).expect("read");
        assert_eq!((said.done, said.tokens), (true, Some(Tokens { prompt: 26, completion: 290 })));
        assert_eq!(read("").expect("blank"), Said::default());
        for bad in ["nonsense", "[]", r#"{"error":"model not found"}"#, r#"{"message":5}"#] {
            assert!(matches!(read(bad), Err(GeneratorError::Protocol(_))), "{bad}");
        }
    }
}
