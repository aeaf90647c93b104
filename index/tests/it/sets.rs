//! Public retrieval sets in BEIR layout: read, indexed through the engine with whole documents as chunks, and measured.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use footnote_index::{Engine, Mode, NewDocument, PreparedDocument, Scope, SearchRequest};
use serde_json::Value;

use crate::support::{Random, client, open, prepare_whole};

/// One passage of a set.
pub(crate) struct Passage {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// One question of a set.
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// Hits of a question: ten, and those that may tie with the tenth.
const ASKED: usize = 20;

/// Grades of passages by question.
pub(crate) type Judgments = HashMap<String, HashMap<String, u32>>;

/// The folder of public sets; `None` where the environment names none.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("FOOTNOTE_TESTDATA").map(|root| PathBuf::from(root).join("datasets"))
}

fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(str::to_owned).collect()
}

fn objects(path: &Path) -> Vec<Value> {
    lines(path).iter().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

fn string(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn passages(set: &Path) -> Vec<Passage> {
    let passage =
        |o: &Value| Passage { id: string(o, "_id"), title: string(o, "title"), text: string(o, "text") };
    objects(&set.join("corpus.jsonl")).iter().map(passage).collect()
}

pub(crate) fn questions(file: &Path) -> Vec<Question> {
    objects(file).iter().map(|o| Question { id: string(o, "_id"), text: string(o, "text") }).collect()
}

pub(crate) fn judgments(file: &Path) -> Judgments {
    let mut out = Judgments::new();
    for line in lines(file).iter().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [question, passage, grade] = cells[..] else { panic!("three cells: {line}") };
        let grades = out.entry(question.to_owned()).or_default();
        grades.insert(passage.to_owned(), grade.parse().expect("a grade"));
    }
    out
}

/// An index of `passages`, each one chunk, as documents of `language`: without one they are lower-cased and folded only.
pub(crate) fn index(dir: &Path, passages: &[Passage], language: Option<&str>) -> (Engine, Scope) {
    let engine = open(dir);
    let scope = client(&engine, "set");
    let metadata = serde_json::Map::new();
    for batch in passages.chunks(512) {
        let prepared: Vec<PreparedDocument> = batch
            .iter()
            .map(|p| {
                let (title, bytes) = (Some(p.title.as_str()), p.text.as_bytes());
                let new = NewDocument { uri: &p.id, title, mime: None, metadata: &metadata, bytes };
                let accepted = engine.accept(&scope, &new).expect("accept");
                let language = language.map(str::to_owned);
                PreparedDocument { title: p.title.clone(), language, ..prepare_whole(&accepted, &p.text) }
            })
            .collect();
        engine.publish(&scope, &prepared).expect("publish");
    }
    (engine, scope)
}

/// nDCG@10 of the text leg for every judged question, in order: linear gain, ties by id, as trec_eval has it.
pub(crate) fn ndcg(
    (engine, scope): &(Engine, Scope),
    questions: &[Question],
    judgments: &Judgments,
    prefix: bool,
) -> Vec<f64> {
    let judged = questions.iter().filter_map(|q| Some((q, judgments.get(&q.id)?)));
    judged
        .map(|(question, grades)| {
            let request =
                SearchRequest { mode: Mode::Bm25, prefix, ..SearchRequest::new(&question.text, None, ASKED) };
            let hits = engine.search(scope, &request).expect("search").hits;
            let mut found: Vec<(f32, String)> = hits.into_iter().map(|hit| (hit.score, hit.uri)).collect();
            found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(&a.1)));
            let mut ideal: Vec<u32> = grades.values().copied().collect();
            ideal.sort_unstable_by(|a, b| b.cmp(a));
            let gains = found.iter().map(|(_, id)| grades.get(id).copied().unwrap_or(0));
            gain(gains) / gain(ideal.into_iter())
        })
        .collect()
}

/// Discounted cumulative gain of the first ten.
fn gain(grades: impl Iterator<Item = u32>) -> f64 {
    grades.take(10).enumerate().map(|(at, grade)| f64::from(grade) / (at as f64 + 2.0).log2()).sum()
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The two-sided p-value of a paired randomisation test on the difference of means: the share of random exchanges of
/// each pair that make the difference at least as large.
pub(crate) fn randomisation(a: &[f64], b: &[f64], rounds: u32, seed: u64) -> f64 {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).filter(|d| *d != 0.0).collect();
    // Sums in another order differ in their last bits.
    let observed = differences.iter().sum::<f64>().abs() - 1e-9;
    let mut random = Random(seed);
    let mut as_large = 0;
    for _ in 0..rounds {
        let sum: f64 = differences.iter().map(|d| if random.below(2) == 0 { *d } else { -d }).sum();
        as_large += u32::from(sum.abs() >= observed);
    }
    f64::from(as_large + 1) / f64::from(rounds + 1)
}
