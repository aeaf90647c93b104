//! How a conversation is laid out for a model. Pure.

use super::gguf::{Metadata, text, texts};
use super::{ChatMessage, ChatRole};

/// A family of chat templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `<|im_start|>role` ... `<|im_end|>`: SmolLM2 and many fine-tuned models.
    ChatMl,
    /// `<|start_header_id|>role<|end_header_id|>` ... `<|eot_id|>`: Llama 3.
    Llama3,
}

impl Family {
    /// Control tokens its layout needs.
    pub(super) fn control(self) -> &'static [&'static str] {
        match self {
            Self::ChatMl => &["<|im_start|>", "<|im_end|>"],
            Self::Llama3 => &["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
        }
    }
}

/// A part of a laid-out conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A control token, by its text.
    Control(&'static str),
    /// Plain text: nothing in it becomes a control token.
    Text(String),
}

/// The family, from the file's chat template, or from its vocabulary when it has none.
pub(super) fn family(metadata: &Metadata) -> Result<Family, String> {
    let template = text(metadata, "tokenizer.chat_template");
    let vocabulary = texts(metadata, "tokenizer.ggml.tokens").unwrap_or_default();
    let known = [(Family::Llama3, "<|start_header_id|>"), (Family::ChatMl, "<|im_start|>")];
    let found = known.into_iter().find(|(_, mark)| match template {
        Some(template) => template.contains(mark),
        None => vocabulary.contains(mark),
    });
    found
        .map(|(family, _)| family)
        .ok_or_else(|| "its chat template is neither ChatML nor that of Llama 3".to_owned())
}

/// The conversation up to where the model's answer begins.
pub(super) fn layout(family: Family, messages: &[ChatMessage]) -> Vec<Part> {
    use Part::{Control, Text};
    let mut parts = Vec::new();
    match family {
        Family::ChatMl => {
            for message in messages {
                parts.push(Control("<|im_start|>"));
                parts.push(Text(format!("{}\n{}", message.role.as_str(), message.content)));
                parts.push(Control("<|im_end|>"));
                parts.push(Text("\n".to_owned()));
            }
            parts.push(Control("<|im_start|>"));
            parts.push(Text(format!("{}\n", ChatRole::Assistant.as_str())));
        }
        Family::Llama3 => {
            let header = |parts: &mut Vec<Part>, role: ChatRole, text: &str| {
                parts.push(Control("<|start_header_id|>"));
                parts.push(Text(role.as_str().to_owned()));
                parts.push(Control("<|end_header_id|>"));
                parts.push(Text(format!("\n\n{text}")));
            };
            parts.push(Control("<|begin_of_text|>"));
            for message in messages {
                header(&mut parts, message.role, message.content.trim());
                parts.push(Control("<|eot_id|>"));
            }
            header(&mut parts, ChatRole::Assistant, "");
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::gguf_file::Value;

    use super::*;

    fn flat(family: Family) -> String {
        let messages = [
            ChatMessage { role: ChatRole::System, content: "Rules.".into() },
            ChatMessage { role: ChatRole::User, content: "Why?".into() },
        ];
        let parts = layout(family, &messages);
        let text = |part: &Part| match part {
            Part::Control(name) => (*name).to_owned(),
            Part::Text(text) => text.clone(),
        };
        parts.iter().map(text).collect()
    }

    #[test]
    fn conversations_are_laid_out_as_the_models_own_templates_do() {
        assert_eq!(
            flat(Family::ChatMl),
            "<|im_start|>system\nRules.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n"
        );
        assert_eq!(
            flat(Family::Llama3),
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nRules.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
        );
    }

    #[test]
    fn every_control_token_of_a_layout_is_announced() {
        let messages = [ChatMessage { role: ChatRole::User, content: "Why?".into() }];
        for family in [Family::ChatMl, Family::Llama3] {
            for part in layout(family, &messages) {
                if let Part::Control(name) = part {
                    assert!(family.control().contains(&name), "{name}");
                }
            }
        }
    }

    #[test]
    fn the_template_decides_and_without_one_the_vocabulary() {
        let string = |text: &str| Value::String(text.to_owned());
        let mut metadata = Metadata::new();
        assert!(family(&metadata).is_err());
        metadata
            .insert("tokenizer.ggml.tokens".into(), Value::Array(vec![string("a"), string("<|im_start|>")]));
        assert_eq!(family(&metadata), Ok(Family::ChatMl));
        metadata.insert("tokenizer.chat_template".into(), string("{{ '<|start_header_id|>' }}"));
        assert_eq!(family(&metadata), Ok(Family::Llama3));
        metadata.insert("tokenizer.chat_template".into(), string("[INST] {{ x }} [/INST]"));
        assert!(family(&metadata).is_err());
    }
}
