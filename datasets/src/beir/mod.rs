//! Datasets in the layout of the BEIR benchmark (Thakur et al. 2021), one directory a set:
//!
//! - `corpus.jsonl`: `{"_id", "title", "text"}`, one document a line;
//! - `queries.jsonl`: `{"_id", "text"}` and, for question answering sets, `"answers"`;
//! - `qrels.tsv` or `qrels/test.tsv`: `query-id`, `corpus-id`, `score`, tab separated, with or
//!   without that header line; the four columns of TREC qrels are read as well;
//! - `unanswerable.jsonl`, optional: questions which the corpus does not answer.
//!
//! Another split than the test split is chosen by [`LoadOptions::split`].

mod jsonl;
mod qrels;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::DatasetError;

/// Relevance judgements: query id to document id to grade. A grade of zero or less means not
/// relevant.
pub type Qrels = BTreeMap<String, BTreeMap<String, i32>>;

/// One document (often a passage) of a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The id, unique in the corpus.
    #[serde(rename = "_id")]
    pub id: String,
    /// The title; empty where the set has none.
    #[serde(default, deserialize_with = "jsonl::null_as_default")]
    pub title: String,
    /// The body.
    pub text: String,
}

/// One query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The id, unique among the queries.
    #[serde(rename = "_id")]
    pub id: String,
    /// The question or the search words.
    pub text: String,
    /// Accepted short answers; empty for sets without answers.
    #[serde(default, deserialize_with = "jsonl::null_as_default")]
    pub answers: Vec<String>,
}

/// A question to which the right reply is a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnanswerableQuery {
    /// The id, unique among the unanswerable questions.
    #[serde(rename = "_id")]
    pub id: String,
    /// The question.
    pub text: String,
    /// The document somebody had in view while writing the question, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_about: Option<String>,
}

/// What was odd but not fatal while a dataset was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LoadNotes {
    /// Judgements of documents that are not in the corpus. They stay in the qrels, because the
    /// ideal ranking counts them too.
    pub unknown_documents: usize,
    /// Judgements of queries that are not in the query file. They are left out of the qrels.
    pub unknown_queries: usize,
    /// Queries without a judgement in this split. They are left out of the queries, as BEIR does:
    /// its `queries.jsonl` holds the queries of all splits.
    pub unjudged_queries: usize,
}

/// Which files of a directory to load.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadOptions {
    /// The split, for example `dev`; `None` means the test split. For a split `S` the queries are
    /// `S_queries.jsonl`, or else `queries.jsonl`, and the judgements `S_qrels.tsv`, or else
    /// `qrels/S.tsv`.
    pub split: Option<String>,
    /// The name of another query file in the directory with the same ids, for example
    /// `queries_ascii.jsonl`; it goes before the split's.
    pub queries_file: Option<String>,
}

/// A corpus with queries and judgements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// The directory's own name.
    pub name: String,
    /// The documents in the order of the file.
    pub documents: Vec<Document>,
    /// The judged queries in the order of the file.
    pub queries: Vec<Query>,
    /// The judgements of [`Dataset::queries`], at least one for each.
    pub qrels: Qrels,
    /// Questions the corpus does not answer, in the order of the file. The file belongs to the test
    /// split: another split has none.
    pub unanswerable: Vec<UnanswerableQuery>,
    /// What was odd.
    pub notes: LoadNotes,
}

impl Dataset {
    /// Loads the test split of the directory `dir`.
    ///
    /// # Errors
    /// When a needed file is missing or unreadable, a line is malformed or an id is repeated.
    pub fn load(dir: &Path) -> Result<Self, DatasetError> {
        Self::load_with(dir, &LoadOptions::default())
    }

    /// Loads what `options` choose from the directory `dir`.
    ///
    /// # Errors
    /// As [`Dataset::load`]; also when a split or file name has characters that could lead out of
    /// the directory.
    pub fn load_with(dir: &Path, options: &LoadOptions) -> Result<Self, DatasetError> {
        let files = Files::find(dir, options)?;
        let documents = jsonl::read::<Document>(&files.corpus)?;
        let mut queries = jsonl::read::<Query>(&files.queries)?;
        let mut qrels = qrels::read(&files.qrels)?;
        let unanswerable = match &files.unanswerable {
            Some(path) => jsonl::read::<UnanswerableQuery>(path)?,
            None => Vec::new(),
        };
        let notes = reconcile(&documents, &mut queries, &mut qrels);
        Ok(Self { name: directory_name(dir), documents, queries, qrels, unanswerable, notes })
    }

    /// The number of judgements.
    #[must_use]
    pub fn judgements(&self) -> usize {
        self.qrels.values().map(BTreeMap::len).sum()
    }
}

/// Makes queries and judgements fit each other and counts what does not fit.
fn reconcile(documents: &[Document], queries: &mut Vec<Query>, qrels: &mut Qrels) -> LoadNotes {
    let mut notes = LoadNotes::default();
    let known: HashSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    qrels.retain(|query, judged| {
        let keep = known.contains(query.as_str());
        if !keep {
            notes.unknown_queries += judged.len();
        }
        keep
    });
    let loaded = queries.len();
    queries.retain(|query| qrels.contains_key(&query.id));
    notes.unjudged_queries = loaded - queries.len();

    let corpus: HashSet<&str> = documents.iter().map(|doc| doc.id.as_str()).collect();
    let judged = qrels.values().flat_map(BTreeMap::keys);
    notes.unknown_documents = judged.filter(|id| !corpus.contains(id.as_str())).count();
    notes
}

/// The files of a dataset directory that will be read.
struct Files {
    corpus: PathBuf,
    queries: PathBuf,
    qrels: PathBuf,
    unanswerable: Option<PathBuf>,
}

impl Files {
    fn find(dir: &Path, options: &LoadOptions) -> Result<Self, DatasetError> {
        let split = options.split.as_deref().filter(|split| *split != "test");
        for name in split.iter().chain(&options.queries_file.as_deref()) {
            plain_name(name)?;
        }
        let (split_queries, qrels) = match split {
            None => (None, ["qrels.tsv".to_owned(), "qrels/test.tsv".to_owned()]),
            Some(split) => (
                Some(format!("{split}_queries.jsonl")),
                [format!("{split}_qrels.tsv"), format!("qrels/{split}.tsv")],
            ),
        };
        let queries = match &options.queries_file {
            Some(name) => vec![name.clone()],
            None => split_queries.into_iter().chain(["queries.jsonl".to_owned()]).collect(),
        };
        let unanswerable = dir.join("unanswerable.jsonl");
        Ok(Self {
            corpus: first_file(dir, &["corpus.jsonl".to_owned()])?,
            queries: first_file(dir, &queries)?,
            qrels: first_file(dir, &qrels)?,
            unanswerable: (split.is_none() && unanswerable.is_file()).then_some(unanswerable),
        })
    }
}

fn first_file(dir: &Path, names: &[String]) -> Result<PathBuf, DatasetError> {
    let found = names.iter().map(|name| dir.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| DatasetError::Missing { dir: dir.to_owned(), names: names.to_vec() })
}

fn plain_name(name: &str) -> Result<(), DatasetError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(allowed) {
        return Err(DatasetError::FileName(name.to_owned()));
    }
    Ok(())
}

/// `dir`'s last component, resolved when `dir` is something like `.`.
fn directory_name(dir: &Path) -> String {
    let name = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
    name(dir).or_else(|| name(&dir.canonicalize().ok()?)).unwrap_or_default()
}
