use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::Setting;

/// The newest layout of results that is understood; those before it had fewer keys. A test holds it to
/// [`crate::report::SCHEMA_VERSION`].
const KNOWN: u32 = 1;

/// One earlier result: of `footnote-eval retrieval --json`, or of one set of `footnote-eval answers --json`.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The file it was read from.
    pub file: PathBuf,
    /// When the measurement began. Results that do not say so have the start of the day (UTC) that their folder is named
    /// after, and nothing where that is no day.
    pub started_at: Option<Timestamp>,
    /// Commit of the source tree, with `-dirty` when files differed.
    pub commit: Option<String>,
    /// The figures of each system by their names in the JSON, those within others by their path, such as
    /// `answer_in_tokens.share`. What is no number is left out.
    pub figures: BTreeMap<String, BTreeMap<String, f64>>,
    /// Everything the manifest says, by its path of keys such as `dataset.name`. Lists and what is empty are left out.
    pub manifest: BTreeMap<String, String>,
    settings: BTreeMap<String, Setting>,
}

/// A file that should be a result and cannot be read as one.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The file or folder cannot be read.
    #[error("{}: {source}", file.display())]
    Read {
        /// The file or folder.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no JSON, or a key does not have the expected kind of value.
    #[error("{}: not a result of footnote-eval: {source}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// What is wrong, with its line and column.
        source: serde_json::Error,
    },
    /// The file has the layout of a newer version of this program.
    #[error("{}: schema_version {version} is newer than {KNOWN}, the newest this program understands", file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its `schema_version`.
        version: u32,
    },
    /// The file has figures and does not say of what.
    #[error("{}: the manifest names no dataset", file.display())]
    NoDataset {
        /// The file.
        file: PathBuf,
    },
}

/// The keys of a result that matter here. All but the figures and the data set's name may be missing.
#[derive(Deserialize)]
struct Document {
    systems: BTreeMap<String, serde_json::Map<String, Value>>,
    manifest: Manifest,
}

#[derive(Deserialize)]
struct Manifest {
    commit: Option<String>,
    started_at: Option<String>,
    dataset: Option<Dataset>,
    model: Option<Model>,
    reranker: Option<Reranker>,
    #[serde(default)]
    systems: BTreeMap<String, System>,
    engine: Option<String>,
    settings: Option<Settings>,
}

/// How a system retrieves, for results that say so of each.
#[derive(Deserialize)]
struct System {
    legs: Option<String>,
    reranker: Option<Reranker>,
}

#[derive(Deserialize)]
struct Dataset {
    name: String,
    split: Option<String>,
    limit_queries: Option<u64>,
    seed: Option<u64>,
}

#[derive(Deserialize)]
struct Model {
    name: String,
    precision: Option<String>,
}

#[derive(Deserialize)]
struct Reranker {
    name: String,
    precision: Option<String>,
    candidates: Option<String>,
    depth: Option<u64>,
}

#[derive(Deserialize)]
struct Settings {
    chunker: Option<String>,
    chunker_settings: Option<String>,
}

/// The system that answers are the figures of.
const ANSWERS: &str = "answers";

impl Entry {
    /// Reads a result; `None` for JSON of another kind, such as a measurement of the encoder's speed.
    ///
    /// # Errors
    /// When the text is no JSON, when the result does not name its data set or a key has another kind of value than
    /// expected, or when it was written by a newer version. Every error names `file`.
    pub fn parse(text: &str, file: &Path) -> Result<Option<Self>, HistoryError> {
        let syntax = |source| HistoryError::Syntax { file: file.to_owned(), source };
        let value: Value = serde_json::from_str(text).map_err(syntax)?;
        // The figures of a comparison are called systems as well, and it has no manifest.
        if value.get("systems").is_none() || value.get("manifest").is_none() {
            return Ok(None);
        }
        // The version decides how everything else is read, so it comes first.
        let version = value.get("schema_version").and_then(Value::as_u64).unwrap_or(0);
        let version = u32::try_from(version).unwrap_or(u32::MAX);
        if version > KNOWN {
            return Err(HistoryError::Newer { file: file.to_owned(), version });
        }
        // From the text and not from the value, so that an error has a line.
        let document: Document = serde_json::from_str(text).map_err(syntax)?;
        let manifest = document.manifest;
        let Some(dataset) = &manifest.dataset else {
            return Err(HistoryError::NoDataset { file: file.to_owned() });
        };
        let names = document.systems.keys();
        let settings = names.map(|name| (name.clone(), setting(&manifest, dataset, name))).collect();
        let numbers = |figures: serde_json::Map<String, Value>| {
            let mut figures = figures;
            figures.remove("manifest");
            let leaves = leaves(&Value::Object(figures));
            leaves.into_iter().filter_map(|(path, leaf)| Some((path, leaf.as_f64()?))).collect()
        };
        let said = leaves(value.get("manifest").unwrap_or(&Value::Null));
        Ok(Some(Self {
            file: file.to_owned(),
            started_at: manifest.started_at.and_then(|time| time.parse().ok()).or_else(|| day(file)),
            commit: manifest.commit,
            figures: document.systems.into_iter().map(|(name, figures)| (name, numbers(figures))).collect(),
            manifest: said.into_iter().map(|(path, leaf)| (path, words(&leaf))).collect(),
            settings,
        }))
    }

    /// Reads every result of a file: one of retrieval, or one for each set of answers.
    ///
    /// # Errors
    /// As [`Entry::parse`].
    pub fn parse_all(text: &str, file: &Path) -> Result<Vec<Self>, HistoryError> {
        let syntax = |source| HistoryError::Syntax { file: file.to_owned(), source };
        let value: Value = serde_json::from_str(text).map_err(syntax)?;
        let Some(sets) = value.get("datasets").and_then(Value::as_object) else {
            return Ok(Self::parse(text, file)?.into_iter().collect());
        };
        let mut entries = Vec::new();
        for figures in sets.values() {
            // Earlier results of answers have no manifest: what they were measured with is not known.
            let Some(manifest) = figures.get("manifest") else { continue };
            let result = serde_json::json!({
                "schema_version": value.get("schema_version"),
                "systems": { ANSWERS: figures },
                "manifest": manifest,
            });
            entries.extend(Self::parse(&result.to_string(), file)?);
        }
        Ok(entries)
    }

    /// What has to be the same for another result of this system to be comparable; `None` when the system was not
    /// measured.
    #[must_use]
    pub fn setting(&self, system: &str) -> Option<&Setting> {
        self.settings.get(system)
    }
}

fn setting(manifest: &Manifest, dataset: &Dataset, system: &str) -> Setting {
    let described = manifest.systems.get(system);
    let reranker = match described {
        Some(described) => described.reranker.as_ref(),
        None => manifest.reranker.as_ref().filter(|_| system == "rerank"),
    };
    let chunker = manifest.settings.as_ref().and_then(|settings| settings.chunker.as_deref());
    // Whole documents are cut without the model's tokens, and the text leg has no other use for it.
    let text_only = system == "bm25"
        || described.is_some_and(|it| it.legs.as_deref() == Some("bm25"))
        || reranker.is_some_and(|it| it.candidates.as_deref() == Some("bm25"));
    let model = manifest.model.as_ref().filter(|_| !(text_only && chunker == Some("whole")));
    let joined = |parts: [Option<&str>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Setting {
        dataset: dataset.name.clone(),
        split: dataset.split.clone().unwrap_or_else(|| "test".to_owned()),
        queries: dataset.limit_queries.map_or_else(
            || "all".to_owned(),
            |count| format!("{count} queries with seed {}", dataset.seed.unwrap_or(0)),
        ),
        system: system.to_owned(),
        model: model
            .map(|model| joined([Some(&model.name), model.precision.as_deref()]))
            .or_else(|| manifest.engine.clone().filter(|engine| engine == "http")),
        chunker: manifest
            .settings
            .as_ref()
            .and_then(|settings| settings.chunker_settings.as_ref().or(settings.chunker.as_ref()))
            .cloned(),
        reranker: reranker.map(|reranker| {
            let name = joined([Some(&reranker.name), reranker.precision.as_deref()]);
            let of = reranker.candidates.as_deref().map(|of| format!(" of {of}")).unwrap_or_default();
            let depth = reranker.depth.map(|depth| format!(" to {depth}")).unwrap_or_default();
            format!("{name}{of}{depth}")
        }),
    }
}

/// What lies at the ends of nested objects, by the path of keys there. Lists and nulls are left out.
fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut pending = vec![(String::new(), value)];
    while let Some((path, value)) = pending.pop() {
        match value {
            Value::Object(fields) => {
                let below =
                    |key: &String| if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                pending.extend(fields.iter().map(|(key, value)| (below(key), value)));
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) => drop(found.insert(path, value.clone())),
            Value::Array(_) | Value::Null => {}
        }
    }
    found
}

/// A leaf as a person would write it.
fn words(leaf: &Value) -> String {
    leaf.as_str().map_or_else(|| leaf.to_string(), str::to_owned)
}

/// The start of the day a file's folder is named after: `2026-11-21-2core-avx2`.
fn day(file: &Path) -> Option<Timestamp> {
    let folder = file.parent()?.file_name()?.to_str()?;
    format!("{}T00:00:00Z", folder.get(..10)?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = r#"{
      "schema_version": 1,
      "systems": {
        "bm25": {"ndcg@10": 0.327, "queries": 323, "note": "no figure", "tokens": {"share": 0.5, "of": []}},
        "rerank": {"ndcg@10": 0.334, "queries": 323}
      },
      "manifest": {
        "version": "0.1.0", "commit": "16de8ca", "started_at": "2026-11-21T15:05:56.560318522Z",
        "dataset": {"name": "nfcorpus", "split": "dev", "limit_queries": 300, "seed": 7},
        "model": {"name": "minilm", "precision": "int8", "files": []},
        "reranker": {"name": "ms-marco", "precision": "int8", "candidates": "bm25", "depth": 30},
        "settings": {"chunker": "whole", "chunker_settings": "whole/1", "top_k": 100},
        "seconds": {"ask": 1.5}
      },
      "a key of later versions": {}
    }"#;

    fn parse(text: &str) -> Result<Option<Entry>, String> {
        Entry::parse(text, Path::new("runs/2026-11-20-host/a.json")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_result() {
        let entry = parse(RESULT).expect("readable").expect("a result");
        assert_eq!(entry.figures["bm25"]["ndcg@10"], 0.327);
        let figures: Vec<_> = entry.figures["bm25"].keys().collect();
        assert_eq!(figures, ["ndcg@10", "queries", "tokens.share"], "text is no figure");
        assert_eq!(entry.commit.as_deref(), Some("16de8ca"));
        assert_eq!(
            entry.started_at.map(|at| at.to_string()).as_deref(),
            Some("2026-11-21T15:05:56.560318522Z")
        );
        let setting = entry.setting("rerank").expect("measured");
        assert_eq!((setting.dataset.as_str(), setting.split.as_str()), ("nfcorpus", "dev"));
        assert_eq!(setting.queries, "300 queries with seed 7");
        assert_eq!(setting.reranker.as_deref(), Some("ms-marco int8 of bm25 to 30"));
        assert_eq!(setting.model, None, "bm25 of whole documents needs no model");
        assert_eq!(entry.setting("bm25").expect("measured").reranker, None);
        assert_eq!(entry.setting("dense"), None);
        let said = |key: &str| entry.manifest.get(key).map(String::as_str);
        assert_eq!(
            (said("dataset.seed"), said("seconds.ask"), said("model.files")),
            (Some("7"), Some("1.5"), None)
        );
    }

    #[test]
    fn the_model_enters_wherever_it_cuts_or_encodes() {
        let model = |text: &str, system: &str| {
            let entry = parse(text).expect("readable").expect("a result");
            entry.setting(system).expect("measured").model.clone()
        };
        let cut = RESULT.replace("\"whole\"", "\"structure\"");
        assert_eq!(model(&cut, "bm25").as_deref(), Some("minilm int8"));
        let hybrid = RESULT.replace("\"candidates\": \"bm25\"", "\"candidates\": \"hybrid\"");
        assert_eq!(model(&hybrid, "rerank").as_deref(), Some("minilm int8"));
        assert_eq!(model(&hybrid, "bm25"), None);
    }

    #[test]
    fn every_layout_this_program_writes_is_understood() {
        assert_eq!(
            KNOWN,
            crate::report::SCHEMA_VERSION,
            "teach Entry::parse the new layout, then raise KNOWN"
        );
    }

    #[test]
    fn older_results_say_less() {
        let old = r#"{"systems": {"bm25": {"ndcg@10": 0.3}}, "manifest": {"dataset": {"name": "set"}}}"#;
        let entry = parse(old).expect("readable").expect("a result");
        assert_eq!(entry.started_at.map(|at| at.to_string()).as_deref(), Some("2026-11-20T00:00:00Z"));
        let setting = entry.setting("bm25").expect("measured");
        assert_eq!(
            (setting.split.as_str(), setting.queries.as_str(), &setting.chunker),
            ("test", "all", &None)
        );
    }

    #[test]
    fn systems_that_say_what_they_are_are_believed() {
        let text = RESULT
            .replace("\"rerank\": {\"ndcg", "\"deep\": {\"ndcg")
            .replace("\"settings\"", "\"systems\": {\"deep\": {\"legs\": \"hybrid\", \"reranker\": {\"name\": \"x\", \"depth\": 5}}}, \"settings\"");
        let entry = parse(&text).expect("readable").expect("a result");
        let setting = entry.setting("deep").expect("measured");
        assert_eq!(setting.reranker.as_deref(), Some("x to 5"));
        assert_eq!(setting.model.as_deref(), Some("minilm int8"));
    }

    #[test]
    fn a_file_of_answers_is_a_result_for_each_set() {
        let text = r#"{"schema_version": 1, "datasets": {
            "one": {"exact_quote_rate": 1.0, "ece": null, "when_answered": {"questions": 3},
                    "manifest": {"commit": "c", "dataset": {"name": "one"}, "model": {"name": "m"}}},
            "old": {"exact_quote_rate": 0.5}}}"#;
        let entries =
            Entry::parse_all(text, Path::new("runs/2026-11-20-host/answers.json")).expect("readable");
        let [entry] = &entries[..] else { panic!("one has a manifest: {entries:?}") };
        let figures = &entry.figures["answers"];
        assert_eq!((figures["exact_quote_rate"], figures["when_answered.questions"]), (1.0, 3.0));
        assert_eq!(figures.len(), 2, "what is no figure is left out");
        assert_eq!(entry.setting("answers").expect("measured").model.as_deref(), Some("m"));
        let retrieval = Entry::parse_all(RESULT, Path::new("a.json")).expect("readable");
        assert_eq!(retrieval.len(), 1);
        assert!(Entry::parse_all("[]", Path::new("a.json")).expect("readable").is_empty());
    }

    #[test]
    fn other_measurements_are_passed_over() {
        for text in [r#"{"schema_version": 1, "speed": []}"#, "[]", "7", "null", r#"{"schema_version": 9}"#] {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn errors_name_the_file_and_what_is_wrong() {
        for (text, problem) in [
            ("", "EOF while parsing"),
            ("{\"systems\": {}", "line 1 column 14"),
            (r#"{"systems": {"bm25": 3}, "manifest": {}}"#, "invalid type: integer `3`"),
            (r#"{"systems": {}, "manifest": {}}"#, "names no dataset"),
            (r#"{"systems": {}, "manifest": {"dataset": {}}}"#, "missing field `name`"),
            (r#"{"systems": 3, "manifest": 3, "schema_version": 2}"#, "schema_version 2 is newer than 1"),
            (r#"{"systems": 3, "manifest": 3, "schema_version": 99999999999}"#, "is newer than 1"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.starts_with("runs/2026-11-20-host/a.json: ") && error.contains(problem), "{error}");
        }
    }
}
