use std::collections::BTreeMap;
use std::time::Instant;

use footnote_datasets::beir::{Document, Query};
use footnote_datasets::{Question, QuestionKind, SampleClient, sample};
use footnote_ingest::pipeline::Source;
use footnote_server::wire::Hit;

use super::Found;
use crate::answer_metrics::AnswerRun;
use crate::answering::{AnsweringError, Asked, Asking, ask};
use crate::collection::Collection;
use crate::progress::Progress;
use crate::qrels::Qrels;
use crate::retrieval::Measured;
use crate::system::System;
use crate::target::{Client, Host, TargetError};

/// The name of all languages together.
pub const ALL: &str = "all";

/// What the sample corpus says: figures by the language of the question, and [`ALL`] of them.
#[derive(Debug)]
pub struct SampleMeasured {
    /// Retrieval of answerable questions, with the collection it was judged by.
    pub retrieval: BTreeMap<String, (Collection, Measured)>,
    /// Of the first hits, how many are whole, see [`is_whole`], and how many there are.
    pub whole: BTreeMap<String, (usize, usize)>,
    /// Answers to all questions, when they were asked.
    pub answers: BTreeMap<String, AnswerRun>,
}

/// Whether a hit's text is the document's at its place, begins where a line or a word begins and ends where one ends.
///
/// # Errors
/// When the document cannot be read.
pub fn is_whole(client: &dyn Client, hit: &Hit) -> Result<bool, TargetError> {
    let place = &hit.source;
    let read = |range| client.text(&hit.document_id, hit.version, range);
    let inside = read(place.start_char..place.end_char)?;
    let before =
        if place.start_char > 0 { read(place.start_char - 1..place.start_char)? } else { String::new() };
    let after = read(place.end_char..place.end_char + 1)?;
    let apart = |text: &str| text.chars().all(char::is_whitespace);
    let trimmed = !inside.is_empty() && inside.trim() == inside;
    Ok(inside == hit.text && trimmed && apart(&before) && apart(&after))
}

/// Puts the sample's documents into a client for each company, asks every company its questions, and, with `answers`, has
/// them answered as well.
///
/// # Errors
/// When the host refuses or cannot be reached.
pub fn measure_sample(
    host: &dyn Host,
    systems: &[System],
    top_k: usize,
    answers: bool,
) -> Result<SampleMeasured, AnsweringError> {
    let (started, started_at) = (Instant::now(), jiff::Timestamp::now());
    let mut found = Found::new();
    let (mut records, mut languages) = (Vec::new(), BTreeMap::new());
    let mut whole_hits: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for client in sample() {
        let asked = host.fill(client.name, sources(client))?;
        let questions = client.questions();
        let mut progress = Progress::start(format!("asking {}", client.name), questions.len(), "questions");
        for question in &questions {
            languages.insert(question.id.clone(), question.language.clone());
            if question.kind == QuestionKind::Answerable {
                for &system in systems {
                    let first = found.ask(&*asked, &query(question), system, top_k, document)?;
                    let whole = first.map(|hit| is_whole(&*asked, &hit)).transpose()?;
                    for language in [ALL, question.language.as_str()] {
                        let (sound, of) = whole_hits.entry(language.to_owned()).or_insert((0, 0));
                        *sound += usize::from(whole == Some(true));
                        *of += usize::from(whole.is_some());
                    }
                }
            }
            if answers {
                records.push(ask(&*asked, &expected(client, question), Asking::default(), &document)?);
            }
            progress.advance(1);
        }
        progress.finish();
    }
    let answered = AnswerRun::new(records)?;
    let mut by_language =
        answered.split_by(|record| languages.get(&record.question).cloned().unwrap_or_default());
    by_language.insert(ALL.to_owned(), answered);
    let seconds = BTreeMap::from([("all", started.elapsed().as_secs_f64())]);
    let judged = |language: &str| {
        let collection = collection(language);
        let measured = found.judged(&collection, host, top_k, started_at, seconds.clone());
        (language.to_owned(), (collection, measured))
    };
    Ok(SampleMeasured {
        retrieval: [ALL, "en", "pl", "ro"].into_iter().map(judged).collect(),
        whole: whole_hits,
        answers: if answers { by_language } else { BTreeMap::new() },
    })
}

fn sources(client: &SampleClient) -> Vec<Source> {
    let uri = |path: &str| format!("sample://{}/{path}", client.name);
    client.documents.iter().map(|it| Source::new(uri(it.path), it.bytes.to_vec())).collect()
}

/// `client/file`, by a document's uri.
fn document(uri: &str) -> String {
    uri.strip_prefix("sample://").unwrap_or(uri).to_owned()
}

fn query(question: &Question) -> Query {
    Query { id: question.id.clone(), text: question.text.clone(), answers: question.answers.clone() }
}

/// The documents that hold a question's answer.
fn documents(client: &SampleClient, question: &Question) -> Vec<String> {
    let further = question.further.iter().map(|passage| &passage.document);
    question.document.iter().chain(further).map(|path| format!("{}/{path}", client.name)).collect()
}

fn expected(client: &SampleClient, question: &Question) -> Asked {
    let answerable = question.kind == QuestionKind::Answerable;
    Asked {
        id: question.id.clone(),
        text: question.text.clone(),
        language: question.language.clone(),
        // The answers of another client must not be given: to this one the question has none.
        answers: if answerable { question.answers.clone() } else { Vec::new() },
        documents: if answerable { documents(client, question) } else { Vec::new() },
    }
}

/// The answerable questions of a language with what answers them.
fn collection(language: &str) -> Collection {
    let (mut queries, mut qrels, mut corpus) = (Vec::new(), Qrels::default(), Vec::new());
    for client in sample() {
        corpus.extend(client.documents.iter().map(|it| Document {
            id: format!("{}/{}", client.name, it.path),
            title: String::new(),
            text: String::new(),
        }));
        for question in client.questions() {
            let wanted = language == ALL || question.language == language;
            if wanted && question.kind == QuestionKind::Answerable {
                for document in documents(client, &question) {
                    qrels.judge(&question.id, document, 1);
                }
                queries.push(query(&question));
            }
        }
    }
    let name = if language == ALL { "sample".to_owned() } else { format!("sample-{language}") };
    Collection { name, split: "test".to_owned(), documents: corpus, queries, qrels, choice: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answerable_question_is_judged_in_its_language() {
        let counts = ["en", "ro", "pl", ALL].map(|language| {
            let collection = collection(language);
            assert_eq!(collection.queries.len(), collection.qrels.len());
            let ids: Vec<&str> = collection.documents.iter().map(|it| it.id.as_str()).collect();
            let known = |(_, judged): (&str, &crate::qrels::Judgments)| {
                judged.iter().all(|(document, _)| ids.contains(&document))
            };
            assert!(collection.qrels.iter().all(known));
            collection.queries.len()
        });
        assert_eq!(counts[0] + counts[1] + counts[2], counts[3]);
        assert!(counts[3] >= 150 && collection(ALL).documents.len() >= 45);
    }

    #[test]
    fn what_only_another_client_knows_has_no_answer() {
        let client = sample().iter().find(|client| client.name == "kestrel-vane").expect("there");
        let foreign = client.questions().into_iter().find(|it| it.kind == QuestionKind::OtherClient);
        let asked = expected(client, &foreign.expect("one"));
        assert!(asked.answers.is_empty() && asked.documents.is_empty());
    }
}
