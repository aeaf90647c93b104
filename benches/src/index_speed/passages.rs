//! Real passages and questions from sets in BEIR layout.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher as _};
use std::ops::Range;
use std::path::Path;

use anyhow::Context as _;
use footnote_datasets::beir::Dataset;
use footnote_ingest::sentences::sentences;

/// Longest window, in sentences.
const WINDOW: usize = 3;

/// Shorter ones say too little to be looked for.
const LEAST_BYTES: usize = 20;

/// A document with the places of its passages.
pub(crate) struct Source {
    /// `SET/ID`.
    pub(crate) uri: String,
    /// Its set.
    pub(crate) set: String,
    /// Its number among 0..1000, at random.
    pub(crate) lot: u64,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) passages: Vec<Range<usize>>,
}

/// What is measured on.
pub(crate) struct Collection {
    pub(crate) sources: Vec<Source>,
    pub(crate) questions: Vec<String>,
}

impl Collection {
    /// Documents of all sets under `folder`, at random, until they have `passages` passages; and up to `questions`
    /// questions that one of them answers.
    pub(crate) fn load(folder: &Path, passages: usize, questions: usize) -> anyhow::Result<Self> {
        let entries =
            std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut sets: Vec<_> =
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        sets.retain(|path| path.join("corpus.jsonl").exists());
        sets.sort();
        let mut sources = Vec::new();
        let mut asked = Vec::new();
        for path in sets {
            let set = Dataset::load(&path)?;
            for query in &set.queries {
                let judged = set.qrels.get(&query.id).into_iter().flatten();
                let relevant =
                    judged.filter(|(_, grade)| **grade > 0).map(|(id, _)| format!("{}/{id}", set.name));
                asked.push((
                    number(&(&set.name, &query.id)),
                    query.text.clone(),
                    relevant.collect::<Vec<_>>(),
                ));
            }
            for document in set.documents {
                let uri = format!("{}/{}", set.name, document.id);
                sources.push((number(&uri), uri, set.name.clone(), document));
            }
        }
        sources.sort_by_key(|(number, ..)| *number);
        asked.sort_by_key(|(number, ..)| *number);
        let (mut seen, mut chosen, mut count) = (HashSet::new(), Vec::new(), 0);
        for (number, uri, set, document) in sources {
            if count >= passages {
                break;
            }
            let places = windows(&document.text, &mut seen);
            count += places.len();
            let lot = number / 7919 % 1000;
            chosen.push(Source {
                uri,
                set,
                lot,
                title: document.title,
                text: document.text,
                passages: places,
            });
        }
        let uris: HashSet<&str> = chosen.iter().map(|source| source.uri.as_str()).collect();
        let answered = |relevant: &Vec<String>| relevant.iter().any(|uri| uris.contains(uri.as_str()));
        let questions = asked
            .into_iter()
            .filter(|(_, _, relevant)| answered(relevant))
            .map(|(_, text, _)| text)
            .take(questions)
            .collect();
        Ok(Self { sources: chosen, questions })
    }
}

/// The windows of one to [`WINDOW`] sentences that nobody had before.
fn windows(text: &str, seen: &mut HashSet<String>) -> Vec<Range<usize>> {
    let sentences = sentences(text, None);
    let windows = sentences.windows(1).chain(sentences.windows(2)).chain(sentences.windows(WINDOW));
    let mut places: Vec<Range<usize>> = windows
        .filter_map(|window| Some(window.first()?.start..window.last()?.end))
        .filter(|place| place.len() >= LEAST_BYTES && seen.insert(text[place.clone()].to_owned()))
        .collect();
    places.sort_by_key(|place| (place.start, place.end));
    places
}

/// A number that looks random and is the same every time.
fn number(thing: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}
