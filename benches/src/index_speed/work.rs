//! What `build` leaves for `query`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use footnote_index::filter::Filter;
use footnote_index::{Engine, EngineOptions, Name, Scope};
use serde_json::Value;

/// Passages compared with the exact result.
pub(crate) const NEAREST: usize = 10;

/// A question, its vector and, for each filter, the [`NEAREST`] passages as (uri, number in the document).
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) vector: Vec<f32>,
    pub(crate) exact: Vec<Vec<(String, u32)>>,
}

/// A filter with what it keeps.
pub(crate) struct Narrowing {
    pub(crate) name: String,
    pub(crate) json: Value,
    /// Share of the passages, 0 to 1.
    pub(crate) share: f64,
}

impl Narrowing {
    /// The filter as the engine takes it; none for the one that keeps all.
    pub(crate) fn filter(&self) -> anyhow::Result<Option<Filter>> {
        Ok(if self.json.is_null() { None } else { Some(Filter::parse(&self.json)?) })
    }
}

/// The engine's directory.
pub(crate) fn data(work: &Path) -> PathBuf {
    work.join("data")
}

/// All vectors one after the other, little-endian.
pub(crate) fn vectors(work: &Path) -> PathBuf {
    work.join("vectors.f32")
}

/// Opens the engine and its one client.
#[expect(clippy::disallowed_methods, reason = "a measurement has its own data directory")]
pub(crate) fn open(work: &Path, options: EngineOptions) -> anyhow::Result<(Engine, Scope)> {
    let engine = Engine::open(data(work), options)?;
    let name = Name::new("passages")?;
    if engine.control().scope(&name, &name)?.is_none() {
        engine.control().add_client(&name, &name)?;
    }
    let scope = engine.control().scope(&name, &name)?.context("the client was just added")?;
    Ok((engine, scope))
}

/// Writes the questions beside the engine.
pub(crate) fn save(
    work: &Path,
    fingerprint: &str,
    filters: &[Narrowing],
    questions: &[Question],
) -> anyhow::Result<()> {
    let filters: Vec<Value> = filters
        .iter()
        .map(|f| serde_json::json!({ "name": f.name, "filter": f.json, "share": f.share }))
        .collect();
    let questions: Vec<Value> = questions
        .iter()
        .map(|q| serde_json::json!({ "text": q.text, "vector": q.vector, "exact": q.exact }))
        .collect();
    let all = serde_json::json!({ "fingerprint": fingerprint, "filters": filters, "questions": questions });
    std::fs::write(work.join("questions.json"), all.to_string())?;
    Ok(())
}

/// Reads them: the fingerprint of the vectors, the filters, the questions.
pub(crate) fn load(work: &Path) -> anyhow::Result<(String, Vec<Narrowing>, Vec<Question>)> {
    let path = work.join("questions.json");
    let text = std::fs::read(&path).with_context(|| format!("no {}: run `build` first", path.display()))?;
    let mut all: Value = serde_json::from_slice(&text)?;
    let list = |value: Value| match value {
        Value::Array(values) => values,
        _ => Vec::new(),
    };
    let filters = list(all["filters"].take()).into_iter().map(|mut value| {
        let name = value["name"].as_str().unwrap_or_default().to_owned();
        Narrowing { name, share: value["share"].as_f64().unwrap_or_default(), json: value["filter"].take() }
    });
    let filters = filters.collect();
    let questions = list(all["questions"].take()).into_iter().map(|mut value| {
        Ok(Question {
            text: value["text"].as_str().unwrap_or_default().to_owned(),
            vector: serde_json::from_value(value["vector"].take())?,
            exact: serde_json::from_value(value["exact"].take())?,
        })
    });
    let questions = questions.collect::<serde_json::Result<_>>()?;
    Ok((all["fingerprint"].as_str().unwrap_or_default().to_owned(), filters, questions))
}
