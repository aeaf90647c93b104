use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Collection, Document, Query};
use crate::qrels::Qrels;

/// A dataset directory that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// A file is missing or cannot be read.
    #[error("dataset {}: {source}; a dataset directory has corpus.jsonl, queries.jsonl and qrels.tsv (or qrels/test.tsv)", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is not in the layout.
    #[error("dataset {}, line {line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The files do not fit together.
    #[error("dataset {}: {problem}", path.display())]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

#[derive(Deserialize)]
struct CorpusLine {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct QueryLine {
    #[serde(rename = "_id")]
    id: String,
    text: String,
}

impl Collection {
    /// Reads a BEIR-shaped directory: `corpus.jsonl`, and for the split `test` the files `queries.jsonl` and `qrels.tsv`
    /// or `qrels/test.tsv`; for another split `<split>_queries.jsonl` (or `queries.jsonl`) and `<split>_qrels.tsv` or
    /// `qrels/<split>.tsv`. Queries that are not judged are left out. `queries`, when given, is read instead of the split's
    /// own file: the same queries in another spelling, for example.
    ///
    /// # Errors
    /// When a file is missing or malformed, an id occurs twice, or a judged query has no text.
    pub fn read(directory: &Path, split: &str, queries: Option<&Path>) -> Result<Self, CollectionError> {
        let corpus = directory.join("corpus.jsonl");
        let documents =
            lines(&corpus, |line: CorpusLine| Document { id: line.id, title: line.title, text: line.text })?;
        unique(&corpus, documents.iter().map(|document| document.id.as_str()))?;
        if documents.is_empty() {
            return Err(CollectionError::Inconsistent { path: corpus, problem: "no documents".to_owned() });
        }

        let queries_path =
            queries.map_or_else(|| first_file(directory, &queries_names(split)), Path::to_owned);
        let mut queries = lines(&queries_path, |line: QueryLine| Query { id: line.id, text: line.text })?;
        unique(&queries_path, queries.iter().map(|query| query.id.as_str()))?;

        let qrels_path = first_file(directory, &qrels_names(split));
        let qrels = read_qrels(&qrels_path)?;
        queries.retain(|query| qrels.get(&query.id).is_some());
        let known: HashSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
        let problem = match qrels.iter().find(|(id, _)| !known.contains(id)) {
            Some((id, _)) => Some(format!("judges the query `{id}`, which {} lacks", queries_path.display())),
            None if qrels.is_empty() => Some("no judgments".to_owned()),
            None => None,
        };
        if let Some(problem) = problem {
            return Err(CollectionError::Inconsistent { path: qrels_path, problem });
        }
        Ok(Self { name: name(directory), split: split.to_owned(), documents, queries, qrels })
    }
}

fn name(directory: &Path) -> String {
    let full = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    full.file_name().unwrap_or(full.as_os_str()).to_string_lossy().into_owned()
}

fn queries_names(split: &str) -> Vec<String> {
    vec![format!("{split}_queries.jsonl"), "queries.jsonl".to_owned()]
}

fn qrels_names(split: &str) -> Vec<String> {
    let mut names = vec![format!("{split}_qrels.tsv"), format!("qrels/{split}.tsv")];
    if split == "test" {
        names.push("qrels.tsv".to_owned());
    }
    names
}

/// The first of `names` that is a file, else the last one, so that an error names a file one can add.
fn first_file(directory: &Path, names: &[String]) -> PathBuf {
    let mut paths = names.iter().map(|name| directory.join(name));
    paths
        .clone()
        .find(|path| path.is_file())
        .or_else(|| paths.next_back())
        .unwrap_or_else(|| directory.to_owned())
}

fn lines<L: DeserializeOwned, T>(path: &Path, make: impl Fn(L) -> T) -> Result<Vec<T>, CollectionError> {
    text_lines(path)?
        .filter(|line| !matches!(line, Ok((_, text)) if text.trim().is_empty()))
        .map(|line| {
            let (line, text) = line?;
            let parsed = serde_json::from_str(&text).map_err(|error| CollectionError::Line {
                path: path.to_owned(),
                line,
                problem: error.to_string(),
            })?;
            Ok(make(parsed))
        })
        .collect()
}

type NumberedLine = Result<(usize, String), CollectionError>;

fn text_lines(path: &Path) -> Result<impl Iterator<Item = NumberedLine>, CollectionError> {
    let file =
        File::open(path).map_err(|source| CollectionError::Unreadable { path: path.to_owned(), source })?;
    let path = path.to_owned();
    Ok(BufReader::new(file).lines().enumerate().map(move |(index, line)| {
        let fail = |error: io::Error| CollectionError::Line {
            path: path.clone(),
            line: index + 1,
            problem: error.to_string(),
        };
        line.map(|text| (index + 1, text)).map_err(fail)
    }))
}

fn unique<'a>(path: &Path, ids: impl Iterator<Item = &'a str>) -> Result<(), CollectionError> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            let problem = format!("the id `{id}` occurs twice");
            return Err(CollectionError::Inconsistent { path: path.to_owned(), problem });
        }
    }
    Ok(())
}

/// Reads `query-id<TAB>corpus-id<TAB>score` below a header line.
fn read_qrels(path: &Path) -> Result<Qrels, CollectionError> {
    let mut qrels = Qrels::default();
    for line in text_lines(path)? {
        let (line, text) = line?;
        let fields: Vec<&str> = text.trim_end().split('\t').collect();
        let judgment = match fields.as_slice() {
            [query_id, document_id, grade] => {
                grade.parse().ok().map(|grade| (*query_id, *document_id, grade))
            }
            _ => None,
        };
        match judgment {
            Some((query_id, document_id, grade)) => qrels.judge(query_id, document_id, grade),
            None if line == 1 || text.trim().is_empty() => {}
            None => {
                let problem = format!("expected `query-id<TAB>corpus-id<TAB>score`, found `{text}`");
                return Err(CollectionError::Line { path: path.to_owned(), line, problem });
            }
        }
    }
    Ok(qrels)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const CORPUS: &str =
        "{\"_id\":\"d1\",\"title\":\"T\",\"text\":\"one\"}\n\n{\"_id\":\"d2\",\"text\":\"two\"}\n";
    const QUERIES: &str =
        "{\"_id\":\"q1\",\"text\":\"first\",\"answers\":[\"one\"]}\n{\"_id\":\"q2\",\"text\":\"unjudged\"}\n";
    const QRELS: &str = "query-id\tcorpus-id\tscore\nq1\td1\t2\n";

    fn dataset(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, text).expect("written");
        }
        folder
    }

    fn error(files: &[(&str, &str)]) -> String {
        let error = Collection::read(dataset(files).path(), "test", None).expect_err("refused").to_string();
        assert!(!error.contains('\n'), "{error}");
        error
    }

    #[test]
    fn only_judged_queries_are_kept() {
        for qrels in ["qrels.tsv", "qrels/test.tsv", "test_qrels.tsv"] {
            let folder = dataset(&[("corpus.jsonl", CORPUS), ("queries.jsonl", QUERIES), (qrels, QRELS)]);
            let collection = Collection::read(folder.path(), "test", None).expect(qrels);
            assert_eq!(collection.documents.len(), 2);
            assert_eq!(collection.queries, [Query { id: "q1".into(), text: "first".into() }]);
            assert_eq!(collection.judgments(), 1);
        }
    }

    #[test]
    fn a_split_has_its_own_files_or_shares_the_queries() {
        let dev = "{\"_id\":\"q9\",\"text\":\"dev\"}\n";
        let dev_qrels = "query-id\tcorpus-id\tscore\nq9\td2\t1\n";
        let folder = dataset(&[
            ("corpus.jsonl", CORPUS),
            ("queries.jsonl", QUERIES),
            ("qrels.tsv", QRELS),
            ("dev_queries.jsonl", dev),
            ("dev_qrels.tsv", dev_qrels),
            ("qrels/train.tsv", QRELS),
        ]);
        let ids = |split| {
            let collection = Collection::read(folder.path(), split, None).expect(split);
            collection.queries.into_iter().map(|query| query.id).collect::<Vec<_>>()
        };
        assert_eq!(
            (ids("test"), ids("dev"), ids("train")),
            (vec!["q1".into()], vec!["q9".into()], vec!["q1".into()])
        );
        let error =
            Collection::read(folder.path(), "validation", None).expect_err("no such split").to_string();
        assert!(error.contains("qrels/validation.tsv"), "{error}");
    }

    #[test]
    fn bad_directories_are_named_in_one_line() {
        let missing =
            Collection::read(Path::new("/no/such/set"), "test", None).expect_err("refused").to_string();
        assert!(missing.starts_with("dataset /no/such/set/corpus.jsonl: "), "{missing}");
        assert!(error(&[("corpus.jsonl", CORPUS)]).contains("queries.jsonl: "));
        assert!(error(&[("corpus.jsonl", CORPUS), ("queries.jsonl", QUERIES)]).contains("qrels.tsv: "));
        assert!(
            error(&[("corpus.jsonl", "{\"_id\":\"d1\"}\nnot json\n")]).contains("corpus.jsonl, line 2: ")
        );
        assert!(error(&[("corpus.jsonl", "")]).contains("no documents"));
        let twice = CORPUS.replace("d2", "d1");
        assert!(error(&[("corpus.jsonl", &twice)]).contains("the id `d1` occurs twice"));
        let files = |qrels| [("corpus.jsonl", CORPUS), ("queries.jsonl", QUERIES), ("qrels.tsv", qrels)];
        assert!(error(&files("header\nq1 d1 1\n")).contains("qrels.tsv, line 2: expected `query-id<TAB>"));
        assert!(error(&files("header\nlost\td1\t1\n")).contains("judges the query `lost`"));
        assert!(error(&files("header\n")).contains("no judgments"));
    }
}
