//! The demo's questions are among the sample's.

use footnote_datasets::{Question, QuestionKind, demo_questions};

use super::client;

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
