//! Every question is true of the corpus, and of the kind and the traits it says.

use std::collections::{BTreeMap, BTreeSet};

use footnote_datasets::{Passage, Question, QuestionKind, QuestionTrait};

use super::{all_questions, assert_quoted, client, whole_text};
use crate::text::CELLS;

/// How many questions there must be at least, of all and of each sort.
const LEAST: usize = 170;
const LEAST_ACROSS_LANGUAGES: usize = 20;
const LEAST_OF_OTHER_CLIENTS: usize = 12;
const LEAST_OVER_DOCUMENTS: usize = 12;
const LEAST_UNTIDY: usize = 15;
const LEAST_OF_OTHER_TRAITS: usize = 9;

#[test]
fn ids_and_texts_are_unique_and_there_are_enough() {
    let (mut ids, mut texts) = (BTreeSet::new(), BTreeSet::new());
    for (_, question) in all_questions() {
        assert!(ids.insert(question.id.clone()), "{} twice", question.id);
        assert!(texts.insert(question.text.clone()), "{} twice", question.text);
    }
    assert!(ids.len() >= LEAST, "{}", ids.len());
}

#[test]
fn there_are_enough_of_every_sort() {
    let all: Vec<Question> = all_questions().into_iter().map(|(_, question)| question).collect();
    let count = |wanted: &dyn Fn(&Question) -> bool| all.iter().filter(|q| wanted(q)).count();
    assert!(count(&|q| q.cross_language) >= LEAST_ACROSS_LANGUAGES);
    assert!(count(&|q| q.kind == QuestionKind::OtherClient) >= LEAST_OF_OTHER_CLIENTS);
    assert!(count(&|q| !q.further.is_empty()) >= LEAST_OVER_DOCUMENTS);
    let mut traits: BTreeMap<QuestionTrait, usize> = BTreeMap::new();
    for wanted in all.iter().flat_map(|question| &question.traits) {
        *traits.entry(*wanted).or_default() += 1;
    }
    assert_eq!(traits.len(), 6);
    assert!(traits[&QuestionTrait::Untidy] >= LEAST_UNTIDY);
    assert!(traits.values().all(|&count| count >= LEAST_OF_OTHER_TRAITS), "{traits:?}");
}

#[test]
fn languages_are_balanced_and_every_client_is_asked_in_each() {
    let mut of_all: BTreeMap<String, usize> = BTreeMap::new();
    let mut of_client: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (client, question) in all_questions() {
        *of_all.entry(question.language.clone()).or_default() += 1;
        of_client.entry(client.name).or_default().insert(question.language);
    }
    assert_eq!(of_all.keys().collect::<Vec<_>>(), ["en", "pl", "ro"]);
    let total: usize = of_all.values().sum();
    assert!(of_all.values().all(|&count| 10 * count >= 3 * total), "{of_all:?}");
    assert!(of_client.values().all(|languages| languages.len() == 3));
}

#[test]
fn an_answerable_question_quotes_its_documents_once() {
    for (client, question) in all_questions() {
        if question.kind != QuestionKind::Answerable {
            continue;
        }
        let passages = question.passages();
        let documents: BTreeSet<_> = passages.iter().map(|passage| &passage.document).collect();
        assert_eq!(documents.len(), 1 + question.further.len(), "{}", question.id);
        for passage in &passages {
            assert_quoted(client, &question.id, passage);
            assert!(!passage.answers.is_empty(), "{}", question.id);
        }
        assert_eq!((&question.other_client, &question.lure), (&None, &None), "{}", question.id);
    }
}

#[test]
fn an_unanswerable_question_has_no_answer_but_a_lure() {
    for (client, question) in all_questions() {
        let near = question.is(QuestionTrait::NearMiss);
        let changed = question.is(QuestionTrait::ChangedFact);
        assert_eq!(near || changed, question.lure.is_some(), "{}", question.id);
        assert!(!(near && changed), "{}", question.id);
        if question.kind != QuestionKind::Unanswerable {
            assert_eq!(question.lure, None, "{}", question.id);
            continue;
        }
        assert!(question.passages().is_empty(), "{}", question.id);
        assert_eq!((&question.document, &question.quote), (&None, &None), "{}", question.id);
        assert_eq!(question.answers, [""; 0], "{}", question.id);
        assert_eq!((&question.other_client, question.cross_language), (&None, false), "{}", question.id);
        if let Some(lure) = &question.lure {
            assert_quoted(client, &question.id, lure);
        }
        if changed {
            let lure = question.lure.as_ref().expect("asserted above");
            assert!(!lure.answers.is_empty(), "{}: the wrong answer is missing", question.id);
        }
    }
}

#[test]
fn another_clients_answer_stands_only_there() {
    for (asked, question) in all_questions() {
        if question.kind != QuestionKind::OtherClient {
            continue;
        }
        assert!(question.passages().is_empty(), "{}", question.id);
        assert_eq!((&question.document, &question.quote), (&None, &None), "{}", question.id);
        let other = client(question.other_client.as_deref().unwrap());
        assert_ne!(other.name, asked.name, "{}", question.id);
        assert!(!question.answers.is_empty(), "{}", question.id);
        for answer in &question.answers {
            let own = whole_text(asked).to_lowercase();
            assert!(!own.contains(&answer.to_lowercase()), "{}: {answer}", question.id);
            assert!(whole_text(other).contains(answer), "{}: {answer}", question.id);
        }
    }
}

#[test]
fn a_table_is_where_a_quote_is_a_row() {
    for (_, question) in all_questions() {
        let is_row = |passage: &Passage| passage.quote.contains(CELLS);
        let rows = question.passages().iter().any(is_row);
        assert_eq!(question.is(QuestionTrait::Table), rows, "{}", question.id);
    }
}

#[test]
fn a_paraphrase_shares_no_word_with_its_passage() {
    let words = |text: &str| -> BTreeSet<String> {
        let lower = text.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| word.chars().count() >= 4).map(str::to_owned).collect()
    };
    for (_, question) in all_questions() {
        if !question.is(QuestionTrait::Paraphrase) {
            continue;
        }
        for passage in question.passages() {
            let shared: Vec<_> =
                words(&question.text).intersection(&words(&passage.quote)).cloned().collect();
            assert_eq!(shared, [""; 0], "{}", question.id);
        }
    }
}

#[test]
fn an_untidy_question_is_typed_without_capitals_and_diacritics() {
    for (_, question) in all_questions() {
        if question.is(QuestionTrait::Untidy) {
            let tidy = |c: char| !c.is_ascii() || c.is_ascii_uppercase();
            assert!(!question.text.contains(tidy), "{}: {}", question.id, question.text);
        }
    }
}

#[test]
fn questions_survive_a_round_trip_and_refuse_unknown_fields() {
    for (_, question) in all_questions() {
        let json = serde_json::to_string(&question).unwrap();
        assert_eq!(serde_json::from_str::<Question>(&json).unwrap(), question);
        let more = json.replacen('{', "{\"remark\": 1, ", 1);
        assert!(serde_json::from_str::<Question>(&more).is_err());
    }
    let passage = r#"{"document": "a.md", "quote": "b", "answers": [], "page": 1}"#;
    assert!(serde_json::from_str::<Passage>(passage).is_err());
}
