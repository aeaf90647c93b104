//! From an answer to OpenAI's shapes, whole or in chunks. Pure.

use crate::answers;
use crate::wire::openai::{
    Annotation, ChatChoice, ChatChunk, ChatCompletion, ChatDelta, ChatReply, ChatUsage, ChunkChoice,
    Footnotes, UrlCitation,
};
use crate::wire::{Answer, Citation, GroundingStatus};

/// What every message about one completion says.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) model: String,
    /// The beginning of URLs of this server.
    pub(super) base: String,
    /// The question, for the language of an abstention.
    pub(super) question: String,
}

impl Frame {
    /// The answer in one piece.
    pub(super) fn whole(self, answer: Answer) -> ChatCompletion {
        let content = self.abstention(&answer).map_or_else(|| answer.answer.clone(), str::to_owned);
        let annotations = self.annotations(&answer.citations);
        let message = ChatReply { role: "assistant".to_owned(), content, refusal: None, annotations };
        ChatCompletion {
            id: self.id,
            object: "chat.completion".to_owned(),
            created: self.created,
            model: self.model,
            choices: vec![ChatChoice { index: 0, message, logprobs: None, finish_reason: "stop".to_owned() }],
            usage: usage(&answer),
            footnotes: footnotes(answer),
        }
    }

    /// What is said instead of an answer, when there is none.
    fn abstention(&self, answer: &Answer) -> Option<&'static str> {
        let abstained = answer.grounding.status == GroundingStatus::Abstained;
        abstained.then(|| answers::said(&self.question, answer.grounding.reason))
    }

    fn annotations(&self, citations: &[Citation]) -> Vec<Annotation> {
        citations.iter().map(|citation| annotation(citation, &self.base)).collect()
    }
}

/// The answer in chunks.
#[derive(Debug)]
pub(super) struct Chunks {
    pub(super) frame: Frame,
    pub(super) include_usage: bool,
}

impl Chunks {
    /// The first one: who speaks.
    pub(super) fn first(&self) -> ChatChunk {
        self.delta(ChatDelta {
            role: Some("assistant".to_owned()),
            content: Some(String::new()),
            ..ChatDelta::default()
        })
    }

    /// The next sentence.
    pub(super) fn sentence(&self, text: &str, citations: &[Citation]) -> ChatChunk {
        let annotations = self.frame.annotations(citations);
        self.delta(ChatDelta { role: None, content: Some(text.to_owned()), annotations })
    }

    /// The last ones, once the answer is whole: in words that there is none, the end with the footnotes, the usage.
    pub(super) fn end(&self, answer: Answer) -> Vec<ChatChunk> {
        let mut chunks: Vec<ChatChunk> =
            self.frame.abstention(&answer).map(|said| self.sentence(said, &[])).into_iter().collect();
        let usage = usage(&answer);
        let mut last = self.delta(ChatDelta::default());
        for choice in &mut last.choices {
            choice.finish_reason = Some("stop".to_owned());
        }
        last.footnotes = Some(footnotes(answer));
        chunks.push(last);
        if self.include_usage {
            let mut counted = self.delta(ChatDelta::default());
            counted.choices.clear();
            counted.usage = Some(Some(usage));
            chunks.push(counted);
        }
        chunks
    }

    fn delta(&self, delta: ChatDelta) -> ChatChunk {
        let Frame { id, created, model, .. } = &self.frame;
        ChatChunk {
            id: id.clone(),
            object: "chat.completion.chunk".to_owned(),
            created: *created,
            model: model.clone(),
            choices: vec![ChunkChoice { index: 0, delta, logprobs: None, finish_reason: None }],
            usage: self.include_usage.then_some(None),
            footnotes: None,
        }
    }
}

/// Only tokens of a generator are counted.
fn usage(answer: &Answer) -> ChatUsage {
    answer.usage.as_ref().map_or_else(ChatUsage::default, |usage| ChatUsage {
        prompt_tokens: usage.prompt_tokens,
        completion_tokens: usage.completion_tokens,
        total_tokens: usage.prompt_tokens.saturating_add(usage.completion_tokens),
    })
}

fn footnotes(answer: Answer) -> Footnotes {
    Footnotes {
        answer_id: answer.id,
        engine: answer.engine,
        citations: answer.citations,
        grounding: answer.grounding,
        degraded: answer.degraded,
        resolved_question: answer.resolved_question,
        quoted_language: answer.quoted_language,
    }
}

fn annotation(citation: &Citation, base: &str) -> Annotation {
    let Citation { document_id, version, title, uri, source, answer, .. } = citation;
    let url = format!(
        "{base}/v1/documents/{document_id}/text?version={version}#char={},{}",
        source.start_char, source.end_char
    );
    Annotation {
        r#type: "url_citation".to_owned(),
        url_citation: UrlCitation {
            start_index: answer.start_char,
            end_index: answer.end_char,
            title: if title.is_empty() { uri.clone() } else { title.clone() },
            url,
        },
    }
}
