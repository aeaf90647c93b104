//! From OpenAI's shape of a chat to a question with its conversation. Pure.

use serde_json::{Map, Value};

use crate::answers::MAX_MESSAGES;
use crate::http::openai::error::Fault;
use crate::wire::openai::{ChatBody, ChatTurn};
use crate::wire::{AnswerBody, ChatMessage, Role};

/// A chat that was understood.
#[derive(Debug)]
pub(super) struct Asked {
    /// The question and its conversation.
    pub(super) body: AnswerBody,
    /// What `model` says.
    pub(super) model: String,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
}

impl Asked {
    pub(super) fn read(body: ChatBody) -> Result<Self, Fault> {
        supported(&body.rest)?;
        let Some(model) = body.model else {
            return Err(Fault::invalid(
                "model",
                "model is missing; \"footnote\" names the configured order of engines",
            ));
        };
        let stream = body.stream.unwrap_or(false);
        if body.stream_options.is_some() && !stream {
            return Err(Fault::invalid("stream_options", "stream_options is for \"stream\": true only"));
        }
        let include_usage = body.stream_options.and_then(|options| options.include_usage).unwrap_or(false);
        let (question, messages) = conversation(&body.messages)?;
        let options = body.footnote.unwrap_or_default();
        let body = AnswerBody {
            question,
            messages,
            top_k: options.top_k,
            filter: options.filter,
            min_confidence: options.min_confidence,
            stream,
            ..AnswerBody::default()
        };
        Ok(Self { body, model, stream, include_usage })
    }
}

/// Refuses what would change the answer's meaning. How a text is sampled (`temperature`, `seed`, `max_tokens`, ...) is the
/// engine's own business, and fields that nobody knows are ignored, as clients send many.
fn supported(rest: &Map<String, Value>) -> Result<(), Fault> {
    for (name, value) in rest {
        let harmless = match name.as_str() {
            "n" => value.is_null() || value.as_u64() == Some(1),
            "tools" | "functions" | "stop" => is_empty(value),
            "tool_choice" | "function_call" => {
                matches!(value.as_str(), Some("none" | "auto")) || value.is_null()
            }
            "logprobs" => value.is_null() || value.as_bool() == Some(false),
            "top_logprobs" => value.is_null() || value.as_u64() == Some(0),
            "response_format" => value.is_null() || value.get("type").and_then(Value::as_str) == Some("text"),
            "modalities" => value.is_null() || *value == serde_json::json!(["text"]),
            "audio" | "web_search_options" => value.is_null(),
            _ => true,
        };
        if !harmless {
            let detail = match name.as_str() {
                "n" => "n: there is one answer to a question, so only 1 is possible".to_owned(),
                _ => format!(
                    "{name} is not supported: answers are sentences with citations of the client's documents; leave it out"
                ),
            };
            return Err(Fault::unsupported(name, detail));
        }
        // An answer to another question than the one that was meant would be worse than none.
        if matches!(name.as_str(), "filter" | "question" | "engine") {
            let instead = match name.as_str() {
                "filter" => "send it as \"footnote\": {\"filter\": ...}",
                "engine" => "name the engine as the model",
                _ => "send it as the last message of the user",
            };
            return Err(Fault::unsupported(name, format!("{name} has no place at this level; {instead}")));
        }
    }
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// The last message of the user, and the latest ones before it.
fn conversation(turns: &[ChatTurn]) -> Result<(String, Vec<ChatMessage>), Fault> {
    let mut messages = Vec::with_capacity(turns.len());
    for (at, turn) in turns.iter().enumerate() {
        let param = || format!("messages[{at}]");
        let role = match turn.role.as_str() {
            "user" => Role::User,
            "assistant" => Role::Assistant,
            // Not read, but their form is checked.
            "system" | "developer" => Role::System,
            "tool" | "function" => {
                return Err(Fault::unsupported(
                    &param(),
                    format!("{}: results of tools are not supported", param()),
                ));
            }
            _ => {
                let detail = format!("{}.role: use user, assistant, system or developer", param());
                return Err(Fault::invalid(format!("{}.role", param()), detail));
            }
        };
        if turn.tool_calls.as_ref().is_some_and(|calls| !calls.is_empty()) {
            return Err(Fault::unsupported(
                &param(),
                format!("{}: calls of tools are not supported", param()),
            ));
        }
        let content = text(&turn.content, role).map_err(|reason| {
            let at = format!("{}.content", param());
            Fault::invalid(at.clone(), format!("{at}: {reason}"))
        })?;
        if role != Role::System {
            messages.push(ChatMessage { role, content });
        }
    }
    match messages.pop() {
        Some(ChatMessage { role: Role::User, content }) => {
            // The longest conversations lose their beginning, which a question leans on least.
            messages.drain(..messages.len().saturating_sub(MAX_MESSAGES));
            Ok((content, messages))
        }
        Some(_) => Err(Fault::invalid("messages", "messages: the last one must be the user's question")),
        None => Err(Fault::invalid("messages", "messages: there is no message of the user")),
    }
}

/// The text of a message: a string, or its parts joined by line ends.
fn text(content: &Value, role: Role) -> Result<String, String> {
    let parts = match content {
        Value::String(text) => return Ok(text.clone()),
        Value::Null if role == Role::Assistant => return Ok(String::new()),
        Value::Array(parts) => parts,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            return Err("send a text or an array of parts of type text".to_owned());
        }
    };
    let part = |part: &Value| {
        let (kind, text) =
            (part.get("type").and_then(Value::as_str), part.get("text").and_then(Value::as_str));
        match (kind, text) {
            (Some("text"), Some(text)) => Ok(text.to_owned()),
            (Some("refusal"), _) if role == Role::Assistant => Ok(String::new()),
            (Some("text"), None) => Err("a part of type text has no text".to_owned()),
            (kind, _) => {
                let kind: String = kind.unwrap_or("no type").chars().take(40).collect();
                Err(format!("a part is of type {kind}, only text is read"))
            }
        }
    };
    Ok(parts.iter().map(part).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Result<Asked, Fault> {
        Asked::read(serde_json::from_value(body).expect("a body"))
    }

    fn with(name: &str, value: Value) -> Value {
        let mut body = json!({ "model": "footnote", "messages": [{ "role": "user", "content": "Why?" }] });
        body[name] = value;
        body
    }

    #[test]
    fn the_last_words_of_the_user_are_the_question() {
        let asked = read(json!({ "model": "m", "stream": true, "stream_options": { "include_usage": true }, "messages": [
            { "role": "system", "content": "Be kind." },
            { "role": "user", "content": [{ "type": "text", "text": "How long" }, { "type": "text", "text": "is it?" }] },
            { "role": "assistant", "content": null, "refusal": "no" },
            { "role": "user", "content": "And the 800?" },
            { "role": "developer", "content": "Answer in verse." },
        ], "footnote": { "top_k": 3, "filter": { "team": "a" } } }))
        .expect("understood");
        assert_eq!((asked.body.question.as_str(), asked.body.top_k), ("And the 800?", Some(3)));
        let said: Vec<_> = asked.body.messages.iter().map(|m| (m.role, m.content.as_str())).collect();
        assert_eq!(said, [(Role::User, "How long\nis it?"), (Role::Assistant, "")]);
        assert!(asked.stream && asked.include_usage && asked.body.filter.is_some());
    }

    #[test]
    fn what_has_another_meaning_is_refused_and_the_rest_ignored() {
        for (name, value) in [
            ("n", json!(2)),
            ("n", json!("1")),
            ("tools", json!([{ "type": "function" }])),
            ("tool_choice", json!("required")),
            ("functions", json!([{}])),
            ("logprobs", json!(true)),
            ("top_logprobs", json!(2)),
            ("stop", json!("\n")),
            ("stop", json!(["a"])),
            ("response_format", json!({ "type": "json_object" })),
            ("modalities", json!(["audio"])),
            ("audio", json!({})),
            ("web_search_options", json!({})),
            ("filter", json!({ "team": "a" })),
            ("engine", json!("far")),
            ("question", json!("Who?")),
        ] {
            let fault = read(with(name, value.clone())).expect_err(name);
            assert_eq!(
                (fault.parts().1, fault.parts().2),
                (Some(name), Some("unsupported_parameter")),
                "{value}"
            );
        }
        for (name, value) in [
            ("n", json!(1)),
            ("n", Value::Null),
            ("tools", json!([])),
            ("tools", Value::Null),
            ("tool_choice", json!("none")),
            ("logprobs", json!(false)),
            ("stop", Value::Null),
            ("response_format", json!({ "type": "text" })),
            ("temperature", json!(0.2)),
            ("max_tokens", json!(5)),
            ("seed", json!(1)),
            ("user", json!("u")),
            ("top_k", json!(40)),
            ("metadata", json!({})),
            ("client", json!("other")),
            ("chat_id", json!("x")),
        ] {
            let asked = read(with(name, value.clone())).expect(name);
            assert_eq!(asked.body.top_k, None);
        }
    }

    #[test]
    fn malformed_conversations_are_named_by_their_place() {
        let user = json!({ "role": "user", "content": "Why?" });
        for (messages, param) in [
            (json!([]), "messages"),
            (json!([{ "role": "system", "content": "x" }]), "messages"),
            (json!([user, { "role": "assistant", "content": "Because" }]), "messages"),
            (json!([user, { "role": "tool", "content": "x" }]), "messages[1]"),
            (json!([{ "role": "assistant", "tool_calls": [{}] }, user]), "messages[0]"),
            (json!([{ "role": "King", "content": "x" }]), "messages[0].role"),
            (json!([{ "role": "user" }]), "messages[0].content"),
            (json!([{ "role": "user", "content": 7 }]), "messages[0].content"),
            (
                json!([{ "role": "user", "content": [{ "type": "image_url", "image_url": {} }] }]),
                "messages[0].content",
            ),
        ] {
            let fault = read(with("messages", messages.clone())).expect_err(param);
            assert_eq!(fault.parts().1, Some(param), "{messages}: {:?}", fault.parts());
        }
        assert_eq!(read(with("model", Value::Null)).expect_err("model").parts().1, Some("model"));
        let alone = with("stream_options", json!({ "include_usage": true }));
        assert_eq!(read(alone).expect_err("no stream").parts().1, Some("stream_options"));
    }

    #[test]
    fn the_latest_hundred_messages_are_read() {
        for (before, kept, first) in [(100, 100, "0"), (101, 100, "1"), (250, 100, "150")] {
            let mut turns: Vec<Value> =
                (0..before).map(|i| json!({ "role": "user", "content": i.to_string() })).collect();
            turns.push(json!({ "role": "user", "content": "Why?" }));
            let asked = read(with("messages", turns.into())).expect("understood");
            assert_eq!((asked.body.messages.len(), asked.body.messages[0].content.as_str()), (kept, first));
        }
    }
}
