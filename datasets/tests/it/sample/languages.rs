//! Texts are written in the letters of their language, and a question crosses languages where it says.

use footnote_datasets::{SampleClient, sample};

use super::{all_questions, client};
use crate::text::readable;

/// Words that stand in every text of a language and in none of another.
const FUNCTION_WORDS: [(&str, &[&str]); 3] = [
    ("en", &["the", "of", "and", "is", "with", "after", "was"]),
    ("pl", &["i", "w", "na", "się", "z", "nie", "jest", "od"]),
    ("ro", &["și", "de", "este", "cu", "pentru", "în", "la", "nu"]),
];

/// The language whose function words come most often.
fn language(text: &str) -> &'static str {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let count = |own: &[&str]| words.iter().filter(|word| own.contains(word)).count();
    let best = FUNCTION_WORDS.iter().max_by_key(|(_, own)| count(own)).expect("three languages");
    assert!(count(best.1) >= 5, "no language has five words of {text:.60}");
    best.0
}

/// Everything written for a client: readable texts, questions and dialogues.
fn texts(client: &SampleClient) -> Vec<(String, String)> {
    let documents = client.documents.iter().map(|d| (d.path.to_owned(), readable(d)));
    let json = |id: String, value: serde_json::Result<String>| (id, value.expect("JSON"));
    let questions = client.questions().into_iter().map(|q| json(q.id.clone(), serde_json::to_string(&q)));
    let dialogues = client.dialogues().into_iter().map(|d| json(d.id.clone(), serde_json::to_string(&d)));
    documents.chain(questions).chain(dialogues).collect()
}

#[test]
fn romanian_has_its_comma_below_and_no_letter_is_in_pieces() {
    for (name, text) in sample().iter().flat_map(texts) {
        let wrong = |c: char| "şţŞŢ".contains(c) || ('\u{300}'..='\u{36f}').contains(&c) || c == '\u{fffd}';
        assert!(!text.contains(wrong), "{name}");
    }
}

#[test]
fn every_client_has_documents_in_more_than_one_language() {
    for client in sample() {
        let of: Vec<_> = client.documents.iter().map(|document| language(&readable(document))).collect();
        let has = |wanted: &str| of.contains(&wanted);
        assert!([has("en"), has("pl"), has("ro")].iter().filter(|&&there| there).count() >= 2, "{of:?}");
    }
}

#[test]
fn a_question_crosses_languages_where_it_says() {
    for (asked, question) in all_questions() {
        let Some(path) = question.document.as_deref() else { continue };
        let document = client(asked.name).document(path).expect("asserted elsewhere");
        let other = language(&readable(document)) != question.language;
        assert_eq!(question.cross_language, other, "{}: {path}", question.id);
    }
}
