//! What the analyzers and prefix queries are worth on public sets: nDCG@10 of the text leg, whole documents as chunks.
//!
//! `analyzers DATASETS` takes a folder of sets in BEIR layout; without it, `datasets` below what `FOOTNOTE_TESTDATA`
//! names. Each set is indexed twice in temporary directories: in its language, and without one, which is lower-casing
//! and folding alone. Then the questions are asked while their last word is being typed, without and with completion.
//! The p-values are of a paired randomisation test.

#[path = "../tests/it/sets.rs"]
mod sets;
#[path = "../tests/it/support.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use sets::{
    Judgments, Passage, Question, folder, index, judgments, mean, ndcg, passages, questions, randomisation,
};

/// Rounds of the randomisation test.
const ROUNDS: u32 = 10_000;

/// One measurement.
struct Measurement {
    set: &'static str,
    language: &'static str,
    questions: &'static str,
    /// Whether the weights of completed words were chosen on the first half of its passages.
    first_half_seen: bool,
}

const MEASUREMENTS: [Measurement; 6] = [
    of("poquad-dev", "pl", "queries.jsonl", true),
    of("xquad-ro", "ro", "queries.jsonl", true),
    of("xquad-ro", "ro", "queries_ascii.jsonl", true),
    of("xquad-en", "en", "queries.jsonl", true),
    of("nfcorpus", "en", "queries.jsonl", false),
    of("cranfield", "en", "queries.jsonl", false),
];

const fn of(
    set: &'static str,
    language: &'static str,
    questions: &'static str,
    first_half_seen: bool,
) -> Measurement {
    Measurement { set, language, questions, first_half_seen }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given = std::env::args().nth(1).map(PathBuf::from);
    let folder = given.or_else(folder).ok_or("usage: analyzers DATASETS, or set FOOTNOTE_TESTDATA")?;
    println!("| set | questions | a | b | nDCG@10 of a | of b | b - a | p | better/worse |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for measurement in MEASUREMENTS {
        measurement.run(&folder)?;
    }
    Ok(())
}

impl Measurement {
    fn run(&self, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let set = folder.join(self.set);
        let (passages, grades) = (passages(&set), judgments(&set.join("qrels.tsv")));
        let dirs = (tempfile::tempdir()?, tempfile::tempdir()?);
        let folded = index(dirs.0.path(), &passages, None);
        let analyzed = index(dirs.1.path(), &passages, Some(self.language));
        let mut asked = questions(&set.join(self.questions));
        let [a, b] = [&folded, &analyzed].map(|index| ndcg(index, &asked, &grades, false));
        self.row("folded", self.language, &a, &b);
        if self.first_half_seen {
            keep_latter_half(&mut asked, &grades, &passages);
        }
        for (a_name, letters) in [("last word typed", whole as fn(&str) -> usize), ("half of it typed", half)]
        {
            let typed: Vec<Question> = asked.iter().map(|question| typing(question, letters)).collect();
            let [a, b] = [false, true].map(|prefix| ndcg(&analyzed, &typed, &grades, prefix));
            self.row(a_name, "and completed", &a, &b);
        }
        Ok(())
    }

    fn row(&self, a_name: &str, b_name: &str, a: &[f64], b: &[f64]) {
        let pairs = || b.iter().zip(a);
        let (better, worse) =
            (pairs().filter(|(b, a)| b > a).count(), pairs().filter(|(b, a)| b < a).count());
        let (p, count) = (randomisation(a, b, ROUNDS, 7), a.len());
        let (a, b) = (mean(a), mean(b));
        let difference = b - a;
        println!(
            "| {} {} | {count} | {a_name} | {b_name} | {a:.4} | {b:.4} | {difference:+.4} | {p:.4} | {better}/{worse} |",
            self.set, self.questions
        );
    }
}

/// Leaves the questions about passages of the latter half.
fn keep_latter_half(asked: &mut Vec<Question>, grades: &Judgments, passages: &[Passage]) {
    let latter: HashSet<&str> = passages[passages.len() / 2..].iter().map(|p| p.id.as_str()).collect();
    asked.retain(|q| grades.get(&q.id).is_some_and(|of| of.keys().all(|id| latter.contains(id.as_str()))));
}

/// The question while its last word is being typed, of which there are so many letters.
fn typing(question: &Question, letters: impl Fn(&str) -> usize) -> Question {
    let text = question.text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let at = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let last: String = text[at..].chars().take(letters(&text[at..])).collect();
    Question { id: question.id.clone(), text: format!("{}{last}", &text[..at]) }
}

fn whole(word: &str) -> usize {
    word.chars().count()
}

fn half(word: &str) -> usize {
    whole(word).div_ceil(2)
}
