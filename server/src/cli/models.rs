//! `footnote models`.

use std::io::BufRead as _;
use std::time::Instant;

use footnote_models::{Encoder, FetchEvent, FetchOptions, InputKind, ModelDir, ModelStore, Precision};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Ended;
use super::args::Models;
use super::config::{Settings, Usage};
use super::output::Output;

pub(super) fn run(command: &Models, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let store = Settings::models()?;
    let chosen = |name: &Option<String>| name.clone().unwrap_or_else(|| settings.model.clone());
    match command {
        Models::List => list(&store, settings, out)?,
        Models::Fetch { name, from } => {
            let dir = fetch(&store, &chosen(name), &FetchOptions { from: from.clone(), offline: false })?;
            out.object(&serde_json::json!({ "name": dir.spec().name, "path": dir.path() }))?;
            out.line(format!("{} is in {}", dir.spec().name, dir.path().display()))?;
        }
        Models::Verify { name } => {
            let dir = store.verify(&chosen(name))?;
            out.object(
                &serde_json::json!({ "name": dir.spec().name, "path": dir.path(), "verified": true }),
            )?;
            out.line(format!("{}: every file matches its SHA-256", dir.spec().name))?;
        }
        Models::Embed { kind } => embed(&store.open(&settings.model)?, kind, out)?,
    }
    Ok(Ended::Well)
}

fn list(store: &ModelStore, settings: &Settings, out: &mut Output) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for status in store.list() {
        let state = match (&status.problem, status.installed) {
            (Some(problem), _) => format!("damaged: {problem}"),
            (None, true) => "here".to_owned(),
            (None, false) => "not fetched".to_owned(),
        };
        let name = status.spec.name;
        objects.push(serde_json::json!({
            "name": name, "about": status.spec.about, "licence": status.spec.licence, "max_tokens": status.spec.max_tokens,
            "installed": status.installed, "problem": status.problem, "default": name == settings.model,
        }));
        let mark = if name == settings.model { "*" } else { "" };
        rows.push(vec![
            format!("{name}{mark}"),
            state,
            status.spec.licence.to_owned(),
            status.spec.about.to_owned(),
        ]);
    }
    out.object(&objects)?;
    out.table(&["MODEL (* in force)", "STATE", "LICENCE", "ABOUT"], &rows)?;
    out.line(format!("folder: {}", store.root().display()))?;
    Ok(())
}

/// Fetches a model with a progress bar on a terminal and plain lines otherwise.
pub(super) fn fetch(store: &ModelStore, name: &str, options: &FetchOptions) -> anyhow::Result<ModelDir> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template("{msg} {bytes}/{total_bytes} [{bar:30}]")?);
    let say = |text: String| if bar.is_hidden() { eprintln!("{text}") } else { bar.println(text) };
    let dir = store.fetch(name, options, &mut |event| match event {
        FetchEvent::AlreadyThere => {}
        FetchEvent::Trying { source } => say(format!("fetching {name} from {source}")),
        FetchEvent::SourceFailed { source, reason } => say(format!("{source} cannot be used: {reason}")),
        FetchEvent::Progress { file, done, total } => {
            bar.set_message(file);
            bar.set_length(total);
            bar.set_position(done);
        }
        FetchEvent::Converting => say(format!("{name}: files match their SHA-256, converting")),
        FetchEvent::Done { path } => say(format!("{name} is in {}", path.display())),
        _ => {}
    })?;
    bar.finish_and_clear();
    Ok(dir)
}

/// Lines embedded together: enough to fill the encoder's batches, few enough to stream.
const LINES: usize = 256;

fn embed(dir: &ModelDir, kind: &str, out: &mut Output) -> anyhow::Result<()> {
    let kind = match kind {
        "query" => InputKind::Query,
        "passage" => InputKind::Passage,
        _ => return Err(Usage(format!("--kind {kind:?}: use query or passage")).into()),
    };
    let encoder = Encoder::load(dir, Precision::default())?;
    let started = Instant::now();
    let (mut tokens, mut count, mut cut) = (0, 0, 0);
    let mut lines = std::io::stdin().lock().lines();
    loop {
        let batch: Vec<String> = lines.by_ref().take(LINES).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            break;
        }
        let texts: Vec<&str> = batch.iter().map(String::as_str).collect();
        let encoded = encoder.encode(kind, &texts)?;
        tokens += encoded.tokens;
        count += texts.len();
        cut += encoded.truncated.iter().filter(|t| **t).count();
        let mut text = String::new();
        for vector in &encoded.vectors {
            text.push_str(&serde_json::to_string(&vector[..])?);
            text.push('\n');
        }
        out.raw(&text)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "{count} texts, {tokens} tokens, {:.0} tokens/s, {cut} cut at {} tokens",
        tokens as f64 / seconds,
        encoder.info().max_tokens
    );
    Ok(())
}
