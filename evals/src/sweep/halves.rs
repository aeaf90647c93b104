use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use crate::collection::{Collection, CollectionError};
use crate::qrels::Qrels;
use crate::sampling::{Half, article};

/// The questions a choice is made on, and those it is measured on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Halves {
    /// How they were told apart.
    pub rule: String,
    /// Ids of the questions that choose.
    #[serde(skip)]
    pub dev: BTreeSet<String>,
    /// Ids of the questions that were kept back.
    #[serde(skip)]
    pub test: BTreeSet<String>,
}

/// Reads a set with all its questions, and says which of them choose: those of its development split where it has one
/// (`dev_qrels.tsv` or `qrels/dev.tsv`), otherwise a half by a hash of the seed and the article a question is about, or of
/// the question where it is about several. `limit` keeps a seeded choice of so many on either side.
///
/// # Errors
/// When the set cannot be read, or one side has no question.
pub fn halves(
    folder: &Path,
    seed: u64,
    limit: Option<usize>,
) -> Result<(Collection, Halves), CollectionError> {
    let mut test = Collection::read(folder, "test", None)?;
    let own_split = ["dev_qrels.tsv", "qrels/dev.tsv"].iter().any(|name| folder.join(name).is_file());
    let (mut dev, mut rule) = if own_split {
        (Collection::read(folder, "dev", None)?, "the set's own dev and test splits".to_owned())
    } else {
        let chooses = |id: &str| Half::of(group(&test.qrels, id), seed) == Half::Dev;
        let chosen: BTreeSet<String> =
            test.queries.iter().map(|it| it.id.clone()).filter(|id| chooses(id)).collect();
        let dev = part(&test, &|id| chosen.contains(id));
        test = part(&test, &|id| !chosen.contains(id));
        (dev, format!("halves by a hash of the article or question, seed {seed}"))
    };
    for side in [&mut dev, &mut test] {
        if let Some(limit) = limit {
            side.limit_queries(limit, seed);
        }
        if side.queries.is_empty() {
            let directory = folder.display().to_string();
            return Err(CollectionError::Nothing { directory, what: "question on one side of the split" });
        }
    }
    if let Some(limit) = limit {
        rule.push_str(&format!("; at most {limit} a side, chosen with seed {seed}"));
    }
    let ids = |collection: &Collection| collection.queries.iter().map(|it| it.id.clone()).collect();
    let halves = Halves { rule, dev: ids(&dev), test: ids(&test) };
    // A question that is in both splits of a set must not choose.
    let halves = Halves { dev: halves.dev.difference(&halves.test).cloned().collect(), ..halves };
    let mut both = test;
    for query in dev.queries {
        if halves.dev.contains(&query.id) {
            for (document, grade) in dev.qrels.get(&query.id).into_iter().flat_map(|it| it.iter()) {
                both.qrels.judge(query.id.clone(), document, grade);
            }
            both.queries.push(query);
        }
    }
    both.choice = None;
    Ok((both, halves))
}

/// What has to stay on one side: the article of the one relevant document, or the question where there are several.
fn group<'a>(qrels: &'a Qrels, query: &'a str) -> &'a str {
    let relevant = qrels.get(query).into_iter().flat_map(|judged| judged.iter());
    let mut relevant = relevant.filter(|(_, grade)| *grade > 0).map(|(document, _)| document);
    match (relevant.next(), relevant.next()) {
        (Some(document), None) => article(document),
        _ => query,
    }
}

fn part(collection: &Collection, keep: &dyn Fn(&str) -> bool) -> Collection {
    let mut part = collection.clone();
    part.queries.retain(|query| keep(&query.id));
    part.qrels.retain(keep);
    part
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(folder: &Path, name: &str, lines: &[String]) {
        fs::write(folder.join(name), lines.concat()).expect("written");
    }

    fn set(folder: &Path, prefix: &str, qrels: &str) {
        let queries: Vec<String> =
            (0..40).map(|n| format!("{{\"_id\":\"{prefix}{n}\",\"text\":\"t\"}}\n")).collect();
        let judged: Vec<String> = (0..40).map(|n| format!("{prefix}{n}\ts-{:02}-{n}\t1\n", n / 4)).collect();
        write(folder, &format!("{qrels}queries.jsonl"), &queries);
        write(folder, &format!("{qrels}qrels.tsv"), &judged);
    }

    fn corpus(folder: &Path) {
        let documents: Vec<String> =
            (0..40).map(|n| format!("{{\"_id\":\"s-{:02}-{n}\",\"text\":\"d\"}}\n", n / 4)).collect();
        write(folder, "corpus.jsonl", &documents);
    }

    #[test]
    fn halves_share_no_question_and_no_article() {
        let folder = tempfile::tempdir().expect("folder");
        corpus(folder.path());
        set(folder.path(), "q", "");
        let (both, halves) = halves(folder.path(), 0, None).expect("read");
        assert_eq!(both.queries.len(), halves.dev.len() + halves.test.len());
        assert_eq!((both.queries.len(), both.qrels.len()), (40, 40));
        let articles = |ids: &BTreeSet<String>| -> BTreeSet<usize> {
            ids.iter().map(|id| id[1..].parse::<usize>().expect("a number") / 4).collect()
        };
        assert!(articles(&halves.dev).is_disjoint(&articles(&halves.test)));
        assert!(!halves.dev.is_empty() && halves.rule.contains("seed 0"));
    }

    #[test]
    fn a_split_of_the_set_s_own_is_used_and_limited() {
        let folder = tempfile::tempdir().expect("folder");
        corpus(folder.path());
        set(folder.path(), "q", "");
        set(folder.path(), "d", "dev_");
        let (both, halves) = halves(folder.path(), 0, Some(10)).expect("read");
        assert!(
            halves.dev.iter().all(|id| id.starts_with('d'))
                && halves.test.iter().all(|id| id.starts_with('q'))
        );
        assert_eq!((halves.dev.len(), halves.test.len(), both.queries.len()), (10, 10, 20));
    }
}
