//! The resolved question as text. Pure.

use super::lexicon::Tongue;
use super::reading::Reading;
use super::words::Class;
use super::{MAX_CONTEXT_CHARS, MAX_TOPICS};

/// `question (context)`, the context cut to its bound.
pub(super) fn joined(question: &str, context: &str) -> String {
    // A context that was joined itself stays one level deep.
    let flat: String = context.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    let context = cut(flat.trim(), MAX_CONTEXT_CHARS);
    if context.is_empty() { question.trim().to_owned() } else { format!("{} ({context})", question.trim()) }
}

/// At most `limit` characters of `text`, cut between words.
pub(super) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => {
            let kept = &text[..end];
            let whole = kept.rfind(char::is_whitespace).map_or(kept, |space| &kept[..space]);
            format!("{}…", whole.trim_end())
        }
    }
}

/// Topics as the words a question is given along: without those it has, at most [`MAX_TOPICS`].
pub(super) fn listed(question: &Reading, topics: &[String]) -> String {
    let has = |topic: &str| {
        let words = super::words::words(topic, question.tongue);
        let mut nominal = words.iter().filter(|w| w.class.is_nominal()).peekable();
        nominal.peek().is_some()
            && nominal.all(|w| question.words.iter().any(|q| super::reading::same_stem(&q.folded, &w.folded)))
    };
    let mut kept: Vec<&str> = Vec::new();
    for topic in topics.iter().filter(|t| !has(t)) {
        if !kept.iter().any(|k| k.eq_ignore_ascii_case(topic)) && kept.len() < MAX_TOPICS {
            kept.push(topic);
        }
    }
    kept.join(", ")
}

/// English "it", "they", "its" replaced by the one thing they can stand for; other languages inflect too much for that.
pub(super) fn pronoun_replaced(question: &Reading, topic: &str) -> Option<String> {
    const LONGEST: usize = 40;
    if question.tongue != Tongue::English || topic.chars().count() > LONGEST {
        return None;
    }
    let at = question.points_back()?;
    let word = &question.words[at];
    let with = match (word.class, word.folded.as_str()) {
        (Class::Pronoun, "it" | "they" | "them" | "this" | "that" | "he" | "she" | "him") => topic.to_owned(),
        (Class::Possessive, _) if topic.ends_with('s') => format!("{topic}'"),
        (Class::Possessive, _) => format!("{topic}'s"),
        _ => return None,
    };
    Some(format!("{}{with}{}", &question.text[..word.span.start], &question.text[word.span.end..]))
}

/// The text with a capital at its start.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_stay_one_level_deep_and_bounded() {
        assert_eq!(joined("And why? ", "Who signs? (the contract)"), "And why? (Who signs? the contract)");
        let long = "word ".repeat(200);
        assert!(joined("Why?", &long).chars().count() <= "Why? ()…".chars().count() + MAX_CONTEXT_CHARS);
        assert_eq!(cut("zażółć gęślą", 8), "zażółć…");
        assert_eq!(joined("Why?", " "), "Why?");
    }

    #[test]
    fn topics_that_the_question_has_are_not_repeated() {
        let question = Reading::new("Does the Falcon 630 fly?", Tongue::English);
        let topics = ["the Falcon 630", "batteries", "Batteries"].map(str::to_owned);
        assert_eq!(listed(&question, &topics), "batteries");
    }

    #[test]
    fn english_pronouns_give_way_to_what_they_stand_for() {
        let replaced = |text, topic| pronoun_replaced(&Reading::new(text, Tongue::English), topic);
        assert_eq!(
            replaced("What is its range?", "the Falcon 630").as_deref(),
            Some("What is the Falcon 630's range?")
        );
        assert_eq!(replaced("Does it fly?", "the drone").as_deref(), Some("Does the drone fly?"));
        assert_eq!(replaced("Does the drone fly?", "x"), None);
        let ro = Reading::new("Cine îl aprobă?", Tongue::Romanian);
        assert_eq!(pronoun_replaced(&ro, "concediul"), None);
    }
}
