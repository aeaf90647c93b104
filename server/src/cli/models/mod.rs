//! `footnote models`.

mod fetch;
mod lines;

use std::path::Path;

use footnote_models::{AddOptions, DEFAULT_RERANKER, FetchOptions, ModelDir, ModelStore, Pooling};

use super::Ended;
use super::args::{Models, ModelsAdd};
use super::config::{Settings, Usage};
use super::output::Output;

pub(super) use fetch::fetch;

pub(super) fn run(command: &Models, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let store = Settings::models()?;
    let chosen = |name: &Option<String>| name.clone().unwrap_or_else(|| settings.model.clone());
    match command {
        Models::List => list(&store, settings, out)?,
        Models::Fetch { name: None, from: None } => {
            let mut objects = Vec::new();
            for name in [Some(&settings.model), settings.reranker.as_ref()].into_iter().flatten() {
                objects.push(placed(&fetch(&store, name, &FetchOptions::default())?, out)?);
            }
            out.object(&serde_json::json!({ "models": objects }))?;
        }
        Models::Fetch { name, from } => {
            let options = FetchOptions { from: from.clone(), ..FetchOptions::default() };
            let object = placed(&fetch(&store, &chosen(name), &options)?, out)?;
            out.object(&object)?;
        }
        Models::Add(arguments) => {
            let object = placed(&store.add(&arguments.path, &add_options(arguments)?)?, out)?;
            out.object(&object)?;
        }
        Models::Verify { name } => {
            let dir = store.verify(&chosen(name))?;
            let name = &dir.config().name;
            out.object(&serde_json::json!({ "name": name, "path": dir.path(), "verified": true }))?;
            out.line(format!("{name}: every file matches its SHA-256"))?;
        }
        Models::Embed { kind } => {
            lines::embed(&store.open(&settings.model)?, settings.inference, kind, out)?;
        }
        Models::Rerank { query, name } => {
            let dir = store.open(name.as_deref().unwrap_or(DEFAULT_RERANKER))?;
            lines::rerank(&dir, settings.inference, query, out)?;
        }
    }
    Ok(Ended::Well)
}

/// Says where a model is; the object says the same.
fn placed(dir: &ModelDir, out: &mut Output) -> anyhow::Result<serde_json::Value> {
    let (name, path): (&str, &Path) = (&dir.config().name, dir.path());
    out.line(format!("{name} is in {}", path.display()))?;
    Ok(serde_json::json!({ "name": name, "kind": dir.config().kind, "path": path }))
}

fn add_options(arguments: &ModelsAdd) -> anyhow::Result<AddOptions> {
    let pooling = match arguments.pooling.as_deref() {
        None => None,
        Some("mean") => Some(Pooling::Mean),
        Some("cls") => Some(Pooling::Cls),
        Some(other) => return Err(Usage(format!("--pooling {other:?}: use mean or cls")).into()),
    };
    Ok(AddOptions {
        name: arguments.name.clone(),
        query_prefix: arguments.query_prefix.clone(),
        passage_prefix: arguments.passage_prefix.clone(),
        max_tokens: arguments.max_tokens,
        pooling,
        licence: arguments.licence.clone(),
    })
}

fn list(store: &ModelStore, settings: &Settings, out: &mut Output) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for status in store.list() {
        let state = match (&status.problem, status.installed) {
            (Some(problem), _) => format!("unusable: {problem}"),
            (None, true) => "here".to_owned(),
            (None, false) => "not fetched".to_owned(),
        };
        let (name, config) = (status.name, status.config);
        let config = config.as_ref();
        let kind = config.map(|config| serde_json::json!(config.kind)).unwrap_or_default();
        objects.push(serde_json::json!({
            "name": name, "kind": kind, "about": config.map(|c| &c.about), "licence": config.map(|c| &c.licence),
            "max_tokens": config.map(|c| c.max_tokens), "added": status.added, "installed": status.installed,
            "problem": status.problem, "default": name == settings.model,
        }));
        let mark = if name == settings.model { "*" } else { "" };
        rows.push(vec![
            format!("{name}{mark}"),
            kind.as_str().unwrap_or_default().to_owned(),
            state,
            config.map(|c| c.licence.clone()).unwrap_or_default(),
            config.map(|c| c.about.clone()).unwrap_or_default(),
        ]);
    }
    out.object(&objects)?;
    out.table(&["MODEL (* in force)", "KIND", "STATE", "LICENCE", "ABOUT"], &rows)?;
    out.line(format!("folder: {}", store.root().display()))?;
    Ok(())
}
