//! `footnote search` and `footnote ask`.

use super::args::{Ask, Search};
use super::config::Settings;
use super::output::Output;
use super::{Ended, backend};
use crate::wire::{AnswerBody, ChatMessage, Role, SearchBody};

pub(super) fn search(args: &Search, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let body = SearchBody {
        query: args.query.clone(),
        top_k: Some(args.top_k),
        mode: Some(args.mode),
        explain: args.explain,
        prefix: args.prefix,
        rerank: args.rerank,
        filter: args.filter.clone(),
        facets: args.facets.clone(),
    };
    let result = backend::open(settings)?.search(&body)?;
    out.object(&result)?;
    for (rank, hit) in (1..).zip(&result.hits) {
        out.hit(rank, hit)?;
    }
    if result.hits.is_empty() {
        out.line(nothing_found(&args.query))?;
    }
    for (field, values) in &result.facets {
        let values = values.iter().map(|v| match &v.value {
            serde_json::Value::String(text) => format!("{text} ({})", v.documents),
            other => format!("{other} ({})", v.documents),
        });
        let values = values.collect::<Vec<_>>().join(", ");
        out.line(format!("{field}: {}", if values.is_empty() { "no values" } else { &values }))?;
    }
    out.notes(&result.degraded)?;
    if args.explain {
        out.line(timings(&result.timings_ms))?;
    }
    Ok(Ended::Well)
}

pub(super) fn ask(args: &Ask, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let messages = args.after.iter().map(|asked| ChatMessage { role: Role::User, content: asked.clone() });
    let body = AnswerBody {
        question: args.question.clone(),
        messages: messages.collect(),
        top_k: args.top_k,
        filter: args.filter.clone(),
        engine: args.engine.clone(),
        min_confidence: args.min_confidence.or(settings.min_confidence),
        ..AnswerBody::default()
    };
    let answer = backend::open(settings)?.answer(&body)?;
    out.object(&answer)?;
    if let Some(question) = &answer.resolved_question {
        out.line(format!("Understood as: {question}\n"))?;
    }
    out.answer(&answer)?;
    if args.explain {
        out.line(format!("\nconfidence {:.3}; passages read:", answer.grounding.confidence))?;
        for (rank, hit) in (1..).zip(&answer.passages) {
            out.hit(rank, hit)?;
        }
        out.line(timings(&answer.timings_ms))?;
        let tokens = answer.usage.as_ref().map_or_else(String::new, |u| {
            format!(", {} tokens read and {} written by {}", u.prompt_tokens, u.completion_tokens, u.engine)
        });
        out.line(format!("engine {}{tokens}", answer.engine))?;
    }
    Ok(Ended::Well)
}

fn timings(ms: &std::collections::BTreeMap<String, f64>) -> String {
    let parts: Vec<String> = ms.iter().map(|(stage, ms)| format!("{stage} {ms:.1} ms")).collect();
    parts.join(", ")
}

/// What is said when a search found nothing.
fn nothing_found(query: &str) -> &'static str {
    if footnote_index::quoted(query).iter().any(|part| part.contains(char::is_alphanumeric)) {
        "Nothing found: no passage has the quoted words in that order. Without the quotation marks each counts by itself."
    } else {
        "Nothing found."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_named_when_nothing_is_found() {
        assert!(nothing_found("\"net 30\" terms").contains("quoted"));
        for plain in ["net 30", "a 5\" pipe", "\"…\""] {
            assert_eq!(nothing_found(plain), "Nothing found.");
        }
    }
}
