//! Every turn of a dialogue is true of the corpus and leans on the earlier ones as it says.

use std::collections::{BTreeMap, BTreeSet};

use footnote_datasets::{Dialogue, Leaning, QuestionKind, SampleClient, Turn, sample};

use super::assert_quoted;

/// How many dialogues there must be at least, of all and of each way of leaning.
const LEAST: usize = 60;
const LEAST_LEANING: usize = 8;

fn all_dialogues() -> Vec<(&'static SampleClient, Dialogue)> {
    let of = |client: &'static SampleClient| {
        client.dialogues().into_iter().map(move |dialogue| (client, dialogue))
    };
    sample().iter().flat_map(of).collect()
}

fn later_turns() -> Vec<(String, Turn)> {
    let later = |(_, dialogue): (_, Dialogue)| {
        dialogue.turns.into_iter().skip(1).map(move |turn| (dialogue.id.clone(), turn))
    };
    all_dialogues().into_iter().flat_map(later).collect()
}

#[test]
fn there_are_enough_and_the_languages_are_balanced() {
    let mut ids = BTreeSet::new();
    let mut languages: BTreeMap<String, usize> = BTreeMap::new();
    for (client, dialogue) in all_dialogues() {
        assert!(ids.insert(dialogue.id.clone()), "{} twice", dialogue.id);
        assert!((2..=4).contains(&dialogue.turns.len()), "{}", dialogue.id);
        assert!(dialogue.id.starts_with(client.questions()[0].id.split('-').next().unwrap()));
        *languages.entry(dialogue.language).or_default() += 1;
    }
    assert!(ids.len() >= LEAST, "{}", ids.len());
    assert_eq!(languages.keys().collect::<Vec<_>>(), ["en", "pl", "ro"]);
    assert!(languages.values().all(|&count| 10 * count >= 3 * ids.len()), "{languages:?}");
    for client in sample() {
        let spoken: BTreeSet<_> = client.dialogues().into_iter().map(|d| d.language).collect();
        assert_eq!(spoken.len(), 3, "{}", client.name);
    }
}

#[test]
fn a_turn_quotes_its_document_once_or_has_no_answer() {
    for (client, dialogue) in all_dialogues() {
        for turn in &dialogue.turns {
            match (turn.kind, turn.passage()) {
                (QuestionKind::Answerable, Some(passage)) => {
                    assert_quoted(client, &dialogue.id, &passage);
                    assert!(!passage.answers.is_empty(), "{}: {}", dialogue.id, turn.text);
                }
                (QuestionKind::Unanswerable, None) => {
                    assert_eq!((&turn.document, &turn.quote), (&None, &None), "{}", dialogue.id);
                    assert_eq!(turn.answers, [""; 0], "{}", dialogue.id);
                }
                _ => panic!("{}: {}", dialogue.id, turn.text),
            }
        }
    }
}

#[test]
fn the_first_turn_stands_alone_and_is_answerable() {
    for (_, dialogue) in all_dialogues() {
        let first = &dialogue.turns[0];
        assert_eq!((&first.resolved, first.leaning), (&first.text, None), "{}", dialogue.id);
        assert_eq!(first.kind, QuestionKind::Answerable, "{}", dialogue.id);
    }
}

#[test]
fn a_later_turn_leans_and_is_resolved() {
    for (id, turn) in later_turns() {
        let leaning = turn.leaning.unwrap_or_else(|| panic!("{id}: {}", turn.text));
        assert_ne!(turn.text, turn.resolved, "{id}");
        assert!(turn.resolved.ends_with('?'), "{id}: {}", turn.resolved);
        // A new topic only follows its opening words; anything else says less than it means.
        let whole = turn.text.to_lowercase().ends_with(&turn.resolved.to_lowercase());
        assert_eq!(whole, leaning == Leaning::TopicShift, "{id}: {}", turn.text);
    }
}

#[test]
fn every_way_of_leaning_is_there() {
    let mut found: BTreeMap<Leaning, usize> = BTreeMap::new();
    for (_, turn) in later_turns() {
        *found.entry(turn.leaning.expect("a later turn leans")).or_default() += 1;
    }
    assert_eq!(found.len(), 6);
    assert!(found.values().all(|&count| count >= LEAST_LEANING), "{found:?}");
    let dropped = |(_, dialogue): &(_, Dialogue)| {
        dialogue.turns.iter().any(|turn| turn.leaning == Some(Leaning::DroppedSubject))
    };
    let languages: BTreeSet<_> =
        all_dialogues().into_iter().filter(dropped).map(|(_, d)| d.language).collect();
    assert_eq!(languages.into_iter().collect::<Vec<_>>(), ["pl", "ro"]);
}

#[test]
fn about_one_later_turn_in_eight_has_no_answer() {
    let later = later_turns();
    let without = later.iter().filter(|(_, turn)| turn.kind == QuestionKind::Unanswerable).count();
    let every = later.len() as f64 / without as f64;
    assert!((7.0..=9.0).contains(&every), "one in {every:.1}");
}

#[test]
fn dialogues_survive_a_round_trip_and_refuse_unknown_fields() {
    for (_, dialogue) in all_dialogues() {
        let json = serde_json::to_string(&dialogue).unwrap();
        assert_eq!(serde_json::from_str::<Dialogue>(&json).unwrap(), dialogue);
        let in_turn = json.replacen("{\"text\"", "{\"remark\": 1, \"text\"", 1);
        assert!(serde_json::from_str::<Dialogue>(&in_turn).is_err());
        let outside = json.replacen('{', "{\"remark\": 1, ", 1);
        assert!(serde_json::from_str::<Dialogue>(&outside).is_err());
    }
}
