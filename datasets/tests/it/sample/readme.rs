//! The counts of `sample/README.md` are those of the corpus.

use std::collections::BTreeMap;
use std::path::Path;

use footnote_datasets::{Leaning, Question, QuestionKind, QuestionTrait, sample};

use super::all_questions;
use crate::text::extension;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample").join("README.md");
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Fails with the row as it must be.
fn assert_row(cells: &[String]) {
    let row = format!("| {} |", cells.join(" | "));
    assert!(readme().lines().any(|line| line == row), "the README lacks this row:\n{row}");
}

/// The name serde gives to a value.
fn name(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).expect("JSON").trim_matches('"').to_owned()
}

#[test]
fn clients_are_counted() {
    for client in sample() {
        let counts = [client.documents.len(), client.questions().len(), client.dialogues().len()];
        let mut row = vec![format!("`{}`", client.name), client.title.to_owned()];
        row.extend(counts.map(|count| count.to_string()));
        assert_row(&row);
    }
}

#[test]
fn formats_are_counted() {
    let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
    for document in sample().iter().flat_map(|client| client.documents) {
        *formats.entry(extension(document)).or_default() += 1;
    }
    for (format, count) in formats {
        assert_row(&[format!("`{format}`"), count.to_string()]);
    }
}

/// Checks a row with the counts in English, Romanian and Polish and their sum.
fn assert_languages<T>(what: &str, items: &[T], language: impl Fn(&T) -> &str) {
    let count = |wanted: &str| items.iter().filter(|item| language(item) == wanted).count();
    let (en, ro, pl) = (count("en"), count("ro"), count("pl"));
    let numbers = [en, ro, pl, items.len()].map(|number| number.to_string());
    assert_row(&[&[what.to_owned()], &numbers[..]].concat());
}

#[test]
fn questions_are_counted() {
    let all: Vec<Question> = all_questions().into_iter().map(|(_, question)| question).collect();
    let check = |what: &str, wanted: &dyn Fn(&Question) -> bool| {
        let found: Vec<&Question> = all.iter().filter(|question| wanted(question)).collect();
        assert_languages(what, &found, |question| &question.language);
    };
    check("all questions", &|_| true);
    for kind in [QuestionKind::Answerable, QuestionKind::Unanswerable, QuestionKind::OtherClient] {
        check(&format!("`{}`", name(kind)), &|q| q.kind == kind);
    }
    check("`cross_language`", &|q| q.cross_language);
    check("`further`", &|q| !q.further.is_empty());
    let number =
        |q: &Question| q.kind == QuestionKind::Answerable && q.answers.concat().contains(char::is_numeric);
    check("a number, date or code as the answer", &number);
    use QuestionTrait::{ChangedFact, NearMiss, Negation, Paraphrase, Table, Untidy};
    for wanted in [Table, Paraphrase, Negation, Untidy, NearMiss, ChangedFact] {
        check(&format!("`{}`", name(wanted)), &|q| q.is(wanted));
    }
}

#[test]
fn dialogues_are_counted() {
    let all: Vec<_> = sample().iter().flat_map(|client| client.dialogues()).collect();
    assert_languages("dialogues", &all, |dialogue| &dialogue.language);
    let turns: Vec<_> =
        all.iter().flat_map(|d| d.turns.iter().map(move |turn| (&d.language, turn))).collect();
    assert_languages("turns", &turns, |(language, _)| language);
    use Leaning::{Correction, Demonstrative, DroppedSubject, Ellipsis, Pronoun, TopicShift};
    for leaning in [Pronoun, Ellipsis, Demonstrative, DroppedSubject, Correction, TopicShift] {
        let found: Vec<_> = turns.iter().filter(|(_, turn)| turn.leaning == Some(leaning)).collect();
        assert_languages(&format!("`{}`", name(leaning)), &found, |(language, _)| language);
    }
    let refused: Vec<_> = turns.iter().filter(|(_, t)| t.kind == QuestionKind::Unanswerable).collect();
    assert_languages("later turns without an answer", &refused, |(language, _)| language);
}
