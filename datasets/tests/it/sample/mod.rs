//! The corpus is complete, its questions are true of it, and no client's facts stand in another's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use footnote_datasets::{Question, QuestionKind, SampleClient, demo_questions, sample};

use crate::text::{decoded, readable, squeezed};

fn client(name: &str) -> &'static SampleClient {
    let found = sample().iter().find(|client| client.name == name);
    found.unwrap_or_else(|| panic!("no client {name}"))
}

fn all_questions() -> Vec<(&'static SampleClient, Question)> {
    let of = |client: &'static SampleClient| {
        client.questions().into_iter().map(move |question| (client, question))
    };
    sample().iter().flat_map(of).collect()
}

fn whole_text(client: &SampleClient) -> String {
    client.documents.iter().map(readable).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_file_of_the_folder_is_embedded_and_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let mut found = BTreeMap::new();
    for client in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        if !client.file_type().unwrap().is_dir() {
            continue;
        }
        for file in std::fs::read_dir(client.path().join("docs")).unwrap().map(Result::unwrap) {
            let name = |entry: &std::fs::DirEntry| entry.file_name().into_string().unwrap();
            found.insert((name(&client), name(&file)), std::fs::read(file.path()).unwrap());
        }
    }
    let mut embedded = BTreeMap::new();
    for client in sample() {
        for document in client.documents {
            let key = (client.name.to_owned(), document.path.to_owned());
            let previous = embedded.insert(key, document.bytes.to_vec());
            assert!(previous.is_none(), "{} twice", document.path);
        }
    }
    assert_eq!(embedded.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    assert_eq!(embedded, found);
}

#[test]
fn clients_have_usable_names_and_sorted_documents() {
    assert_eq!(sample().len(), 3);
    assert!(sample().is_sorted_by(|a, b| a.name < b.name));
    for client in sample() {
        let usable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(client.name.chars().all(usable), "{}", client.name);
        assert!(whole_text(client).contains(client.title.trim_end_matches(" Ltd")));
        assert!((10..=12).contains(&client.documents.len()), "{}", client.name);
        assert!(client.documents.is_sorted_by(|a, b| a.path < b.path));
    }
}

#[test]
fn formats_are_mixed_and_pdfs_small() {
    let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
    for document in sample().iter().flat_map(|client| client.documents) {
        let extension = document.path.rsplit_once('.').unwrap().1;
        *formats.entry(extension).or_default() += 1;
        if extension == "pdf" {
            assert!(document.bytes.starts_with(b"%PDF-"), "{}", document.path);
            assert!(document.bytes.len() < 150 * 1024, "{}", document.path);
        }
    }
    assert_eq!(formats.keys().copied().collect::<Vec<_>>(), ["html", "md", "pdf", "txt"]);
    assert_eq!(formats["pdf"], 2);
    assert!(formats.values().all(|&count| count >= 2), "{formats:?}");
}

#[test]
fn documents_are_neither_stubs_nor_books() {
    for document in sample().iter().flat_map(|client| client.documents) {
        let words = readable(document).split(' ').count();
        assert!((350..=1200).contains(&words), "{}: {words} words", document.path);
    }
}

#[test]
fn one_document_is_in_windows_1250() {
    let legacy: Vec<_> = sample()
        .iter()
        .flat_map(|client| client.documents)
        .filter(|document| !document.path.ends_with(".pdf"))
        .filter(|document| std::str::from_utf8(document.bytes).is_err())
        .collect();
    assert_eq!(legacy.len(), 1);
    let text = decoded(legacy[0].bytes);
    for word in ["KIEROWNIKÓW", "Słupska", "pisklęta", "jakość", "świetlicy"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn twenty_questions_a_client_with_unique_ids_and_texts() {
    let mut ids = BTreeSet::new();
    let mut texts = BTreeSet::new();
    for client in sample() {
        let questions = client.questions();
        let count = |kind| questions.iter().filter(|q| q.kind == kind).count();
        assert_eq!(count(QuestionKind::Answerable), 14, "{}", client.name);
        assert_eq!(count(QuestionKind::Unanswerable), 3, "{}", client.name);
        assert_eq!(count(QuestionKind::OtherClient), 3, "{}", client.name);
        assert_eq!(questions.iter().filter(|q| q.cross_language).count(), 2, "{}", client.name);
        for question in questions {
            assert!(ids.insert(question.id.clone()), "{} twice", question.id);
            assert!(texts.insert(question.text.clone()), "{} twice", question.text);
        }
    }
    assert_eq!(ids.len(), 60);
}

#[test]
fn every_client_is_asked_in_every_language() {
    for client in sample() {
        let languages: BTreeSet<_> = client.questions().into_iter().map(|q| q.language).collect();
        assert_eq!(languages.into_iter().collect::<Vec<_>>(), ["en", "pl", "ro"], "{}", client.name);
    }
}

#[test]
fn an_answerable_question_quotes_its_document_once() {
    for (client, question) in all_questions() {
        if question.kind != QuestionKind::Answerable {
            continue;
        }
        let path = question.document.as_deref().unwrap();
        let document = client.document(path).unwrap_or_else(|| panic!("{}: {path}", question.id));
        let quote = question.quote.as_deref().unwrap();
        assert_eq!(quote, squeezed(quote), "{}", question.id);
        assert_eq!(readable(document).matches(quote).count(), 1, "{}: {quote}", question.id);
        assert!(!question.answers.is_empty(), "{}", question.id);
        for answer in &question.answers {
            assert!(quote.contains(answer), "{}: {answer}", question.id);
        }
        assert_eq!(question.other_client, None, "{}", question.id);
    }
}

#[test]
fn an_unanswerable_question_has_no_answer() {
    for (_, question) in all_questions() {
        if question.kind != QuestionKind::Unanswerable {
            continue;
        }
        assert_eq!((question.document, question.quote), (None, None), "{}", question.id);
        assert_eq!(question.answers, [""; 0], "{}", question.id);
        assert_eq!(question.other_client, None, "{}", question.id);
    }
}

#[test]
fn another_clients_answer_stands_only_there() {
    for (asked, question) in all_questions() {
        if question.kind != QuestionKind::OtherClient {
            continue;
        }
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
fn a_canary_stands_in_one_document_of_all() {
    for client in sample() {
        let with_canary: Vec<_> = sample()
            .iter()
            .flat_map(|other| other.documents.iter().map(move |document| (other.name, document)))
            .filter(|(_, document)| readable(document).contains(client.canary))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(with_canary, [client.name]);
    }
}

#[test]
fn the_demo_asks_each_kind_and_language() {
    let asked: Vec<Question> = demo_questions()
        .into_iter()
        .map(|demo| {
            let mut questions = client(demo.client).questions().into_iter();
            questions.find(|question| question.id == demo.id).expect("a question of that client")
        })
        .collect();
    let of = |kind| asked.iter().filter(move |question| question.kind == kind);
    let languages: Vec<_> = of(QuestionKind::Answerable).map(|q| q.language.as_str()).collect();
    assert_eq!(languages, ["en", "ro", "pl"]);
    assert!(of(QuestionKind::Answerable).all(|question| !question.cross_language));
    assert_eq!(of(QuestionKind::Unanswerable).count(), 1);
    assert_eq!(of(QuestionKind::OtherClient).count(), 1);
}

#[test]
fn questions_survive_a_round_trip() {
    for (_, question) in all_questions() {
        let json = serde_json::to_string(&question).unwrap();
        assert_eq!(serde_json::from_str::<Question>(&json).unwrap(), question);
    }
}
