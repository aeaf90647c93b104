//! A test collection: a dataset with the judgments in the form the metrics take.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use footnote_datasets::DatasetError;
use footnote_datasets::beir::{Dataset, Document, LoadOptions, Query};

use crate::qrels::Qrels;
use crate::sampling::{self, Sample};

/// A corpus with judged queries.
#[derive(Debug, Clone)]
pub struct Collection {
    /// Name of the directory it was read from.
    pub name: String,
    /// The split whose queries are here.
    pub split: String,
    /// Every document.
    pub documents: Vec<Document>,
    /// The judged queries, in the order of their file.
    pub queries: Vec<Query>,
    /// The judgments of those queries.
    pub qrels: Qrels,
    /// How the queries were chosen; absent when all of the split are here.
    pub choice: Option<Choice>,
}

/// A seeded choice of queries, for the manifest of what is measured on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The greatest number that was asked for.
    pub limit: usize,
    /// What was chosen of what.
    pub sample: Sample,
}

/// A dataset directory that cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// A file is missing or malformed.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The files are sound and there is nothing to measure in them.
    #[error("dataset {directory} has no {what}")]
    Nothing {
        /// The directory.
        directory: String,
        /// What it lacks.
        what: &'static str,
    },
    /// Judged queries without text would count as zero and lower every mean.
    #[error("dataset {directory}: {count} judgments are of queries that are not in the query file")]
    UnknownQueries {
        /// The directory.
        directory: String,
        /// The number of such judgments.
        count: usize,
    },
}

impl Collection {
    /// Reads a BEIR-shaped directory. `queries_file` names another query file in it with the same ids, the same
    /// questions spelled without diacritics for example.
    ///
    /// # Errors
    /// When a file is missing or malformed, there is no document or no judgment, or a judged query has no text.
    pub fn read(directory: &Path, split: &str, queries_file: Option<&str>) -> Result<Self, CollectionError> {
        let options =
            LoadOptions { split: Some(split.to_owned()), queries_file: queries_file.map(str::to_owned) };
        let dataset = Dataset::load_with(directory, &options)?;
        let shown = || directory.display().to_string();
        if dataset.notes.unknown_queries > 0 {
            let count = dataset.notes.unknown_queries;
            return Err(CollectionError::UnknownQueries { directory: shown(), count });
        }
        let lacks =
            [(dataset.documents.is_empty(), "documents"), (dataset.queries.is_empty(), "judged queries")];
        if let Some((_, what)) = lacks.into_iter().find(|(lacking, _)| *lacking) {
            return Err(CollectionError::Nothing { directory: shown(), what });
        }
        let judgments = dataset.qrels.into_iter().flat_map(|(query, judged)| {
            judged.into_iter().map(move |(document, grade)| (query.clone(), document, grade))
        });
        Ok(Self {
            name: dataset.name,
            split: split.to_owned(),
            documents: dataset.documents,
            queries: dataset.queries,
            qrels: judgments.collect(),
            choice: None,
        })
    }

    /// Keeps a seeded choice of `count` queries and their judgments, and remembers which; the corpus stays whole.
    pub fn limit_queries(&mut self, count: usize, seed: u64) {
        let (queries, sample) =
            sampling::sample(std::mem::take(&mut self.queries), count, seed, |query| &query.id);
        self.queries = queries;
        let kept: HashSet<&str> = self.queries.iter().map(|query| query.id.as_str()).collect();
        self.qrels.retain(|id| kept.contains(id));
        self.choice = Some(Choice { limit: count, sample });
    }

    /// Several collections as one: all documents for all queries. Ids are preceded by their collection's name and a colon,
    /// so that those of one cannot be taken for those of another.
    #[must_use]
    pub fn pool(name: &str, collections: Vec<Self>) -> Self {
        let split = collections.first().map(|first| first.split.clone()).unwrap_or_default();
        let mut pooled = Self {
            name: name.to_owned(),
            split,
            documents: Vec::new(),
            queries: Vec::new(),
            qrels: Qrels::default(),
            choice: None,
        };
        for collection in collections {
            let own = |id: &str| format!("{}:{id}", collection.name);
            for (query, judgments) in collection.qrels.iter() {
                for (document, grade) in judgments.iter() {
                    pooled.qrels.judge(own(query), own(document), grade);
                }
            }
            let documents = collection.documents.iter();
            pooled.documents.extend(documents.map(|it| Document { id: own(&it.id), ..it.clone() }));
            let queries = collection.queries.iter();
            pooled.queries.extend(queries.map(|it| Query { id: own(&it.id), ..it.clone() }));
        }
        pooled
    }

    /// Joins documents that follow one another under the same title, or without titles under ids that differ in what is behind
    /// their last hyphen, as paragraphs of one article do: the first one's id stands for all of them, in the judgments too,
    /// where the best grade counts.
    pub fn join_articles(&mut self) {
        let stem = |document: &Document| document.id.rsplit_once('-').map(|(stem, _)| stem.to_owned());
        let together = |a: &Document, b: &Document| match (a.title.is_empty(), b.title.is_empty()) {
            (true, true) => stem(a).is_some_and(|article| stem(b) == Some(article)),
            _ => a.title == b.title,
        };
        let mut joined: Vec<Document> = Vec::new();
        let mut now: HashMap<String, String> = HashMap::new();
        for document in std::mem::take(&mut self.documents) {
            match joined.last_mut() {
                Some(article) if together(article, &document) => {
                    now.insert(document.id, article.id.clone());
                    article.text.push_str("\n\n");
                    article.text.push_str(&document.text);
                }
                _ => joined.push(document),
            }
        }
        self.documents = joined;
        self.name.push_str(", articles");
        let mut qrels = Qrels::default();
        for (query, judgments) in self.qrels.iter() {
            for (document, grade) in judgments.iter() {
                let article = now.get(document).map_or(document, String::as_str);
                let known = qrels.get(query).and_then(|known| known.grade(article));
                qrels.judge(query, article, known.map_or(grade, |known| known.max(grade)));
            }
        }
        self.qrels = qrels;
    }

    /// The number of judgments.
    #[must_use]
    pub fn judgments(&self) -> usize {
        self.qrels.iter().map(|(_, judgments)| judgments.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const CORPUS: &str =
        "{\"_id\":\"d1\",\"title\":\"T\",\"text\":\"one\"}\n{\"_id\":\"d2\",\"text\":\"two\"}\n";
    const QUERIES: &str = "{\"_id\":\"q1\",\"text\":\"first\"}\n{\"_id\":\"q2\",\"text\":\"second\"}\n";
    const QRELS: &str = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\nq2\td1\t0\n";

    fn read(corpus: &str, qrels: &str) -> Result<Collection, String> {
        let folder = tempfile::tempdir().expect("folder");
        for (name, text) in [("corpus.jsonl", corpus), ("queries.jsonl", QUERIES), ("qrels.tsv", qrels)] {
            fs::write(folder.path().join(name), text).expect("written");
        }
        Collection::read(folder.path(), "test", None).map_err(|error| error.to_string())
    }

    #[test]
    fn judgments_keep_their_grades() {
        let collection = read(CORPUS, QRELS).expect("read");
        assert_eq!((collection.documents.len(), collection.queries.len(), collection.judgments()), (2, 2, 3));
        assert_eq!(collection.qrels.get("q1").expect("judged").gain("d1"), 2);
    }

    #[test]
    fn a_choice_of_queries_takes_its_judgments_along() {
        let mut collection = read(CORPUS, QRELS).expect("read");
        collection.limit_queries(1, 0);
        let choice = collection.choice.as_ref().expect("a choice");
        assert_eq!((choice.limit, choice.sample.of, choice.sample.chosen), (1, 2, 1));
        let judged: Vec<&str> = collection.qrels.iter().map(|(id, _)| id).collect();
        assert_eq!(judged, [collection.queries[0].id.as_str()]);
        assert_eq!(collection.documents.len(), 2);
    }

    #[test]
    fn a_pool_keeps_its_parts_apart() {
        let one = read(CORPUS, QRELS).expect("read");
        let other = Collection { name: "other".into(), ..one.clone() };
        let pooled = Collection::pool("all", vec![Collection { name: "one".into(), ..one }, other]);
        assert_eq!((pooled.documents.len(), pooled.queries.len(), pooled.judgments()), (4, 4, 6));
        assert_eq!((pooled.documents[0].id.as_str(), pooled.queries[3].id.as_str()), ("one:d1", "other:q2"));
        let judged = pooled.qrels.get("other:q1").expect("judged");
        assert_eq!((judged.gain("other:d1"), judged.gain("one:d1")), (2, 0));
    }

    #[test]
    fn paragraphs_are_joined_to_their_articles() {
        let corpus =
            [("a", "T", "one"), ("b", "T", "two"), ("c", "U", "three"), ("d", "", "x"), ("e", "", "y")];
        let corpus: String = corpus
            .iter()
            .map(|(id, title, text)| {
                format!("{{\"_id\":\"{id}\",\"title\":\"{title}\",\"text\":\"{text}\"}}\n")
            })
            .collect();
        let qrels = "query-id\tcorpus-id\tscore\nq1\ta\t0\nq1\tb\t2\nq2\tc\t1\n";
        let mut collection = read(&corpus, qrels).expect("read");
        collection.join_articles();
        let documents: Vec<_> =
            collection.documents.iter().map(|d| (d.id.as_str(), d.text.as_str())).collect();
        assert_eq!(documents, [("a", "one\n\ntwo"), ("c", "three"), ("d", "x"), ("e", "y")]);
        assert_eq!(collection.qrels.get("q1").expect("judged").gain("a"), 2);
        assert_eq!(collection.judgments(), 2);
    }

    #[test]
    fn paragraphs_without_titles_are_joined_by_their_ids() {
        let rows = [("x-00-0", "one"), ("x-00-1", "two"), ("x-01-0", "three"), ("y", "four"), ("z", "five")];
        let line = |(id, text): &(&str, &str)| format!("{{\"_id\":\"{id}\",\"text\":\"{text}\"}}\n");
        let corpus: String = rows.iter().map(line).collect();
        let mut collection = read(&corpus, "query-id\tcorpus-id\tscore\nq1\tx-00-1\t1\n").expect("read");
        collection.join_articles();
        let ids: Vec<_> = collection.documents.iter().map(|d| d.id.as_str()).collect();
        assert_eq!(ids, ["x-00-0", "x-01-0", "y", "z"]);
        assert_eq!(collection.qrels.get("q1").expect("judged").gain("x-00-0"), 1);
    }

    #[test]
    fn a_directory_with_nothing_to_measure_is_refused_in_one_line() {
        for (corpus, qrels, what) in [
            ("", QRELS, "has no documents"),
            (CORPUS, "query-id\tcorpus-id\tscore\n", "has no judged queries"),
            (CORPUS, "query-id\tcorpus-id\tscore\nlost\td1\t1\n", "1 judgments are of queries"),
            (CORPUS, "query-id\tcorpus-id\tscore\nq1\td1\tmany\n", "qrels.tsv"),
        ] {
            let error = read(corpus, qrels).expect_err(what);
            assert!(error.contains(what) && !error.contains('\n'), "{error}");
        }
        let error =
            Collection::read(Path::new("/no/such/set"), "test", None).expect_err("missing").to_string();
        assert!(error.contains("/no/such/set") && error.contains("corpus.jsonl"), "{error}");
    }
}
