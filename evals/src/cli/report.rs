use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Args;

use crate::report::history::{Entry, Past};
use crate::report::overview;

/// Make a page of results that were kept as JSON: tables, plots, and how it was before
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Results of `retrieval --json` and `answers --json`
    #[arg(required = true, value_name = "FILE")]
    results: Vec<PathBuf>,
    /// Folder with the results of earlier runs, such as benches/runs
    #[arg(long, value_name = "DIR")]
    history: Option<PathBuf>,
    /// Heading of the page
    #[arg(long, default_value = "Retrieval")]
    title: String,
    /// Write one self-contained HTML page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write Markdown to this file [default: to stdout, unless --html is given]
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut results = Vec::new();
    for path in &arguments.results {
        results.extend(read(path)?);
    }
    if let Some(folder) = &arguments.history {
        ensure!(folder.is_dir(), "{} is no folder", folder.display());
    }
    let past = arguments.history.as_deref().map(Past::read).unwrap_or_default();
    for problem in &past.problems {
        eprintln!("not part of the history: {problem}");
    }
    let page = overview(&arguments.title, &results, &past);
    if let Some(path) = &arguments.html {
        write(path, &page.html())?;
    }
    match &arguments.markdown {
        Some(path) => write(path, &page.markdown())?,
        None if arguments.html.is_none() => {
            write!(std::io::stdout(), "{}", page.markdown()).context("cannot write the page to stdout")?;
        }
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Vec<Entry>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let entries = Entry::parse_all(&text, path)?;
    if entries.is_empty() {
        bail!("{}: not a result of `footnote-eval retrieval --json` or `answers --json`", path.display());
    }
    Ok(entries)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = r#"{"schema_version": 1, "systems": {"bm25": {"ndcg@10": 0.25, "queries": 4}},
        "manifest": {"dataset": {"name": "tiny"}}}"#;

    #[test]
    fn a_page_is_written_and_other_files_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("result.json"), RESULT).expect("written");
        fs::write(path("other.json"), "{\"speed\": []}").expect("written");
        let arguments = |result: &str| Arguments {
            results: vec![path(result)],
            history: None,
            title: "A <title>".to_owned(),
            html: Some(path("page.html")),
            markdown: Some(path("page.md")),
        };
        run(&arguments("result.json")).expect("a page");
        let html = fs::read_to_string(path("page.html")).expect("readable");
        assert!(html.contains("<h1>A &lt;title&gt;</h1>") && html.contains("0.2500"));
        assert!(fs::read_to_string(path("page.md")).expect("readable").contains("| bm25 | 0.2500 |"));
        for result in ["other.json", "missing.json"] {
            let error = run(&arguments(result)).expect_err("refused");
            assert!(error.to_string().contains(result), "{error}");
        }
        let no_history = Arguments { history: Some(path("result.json")), ..arguments("result.json") };
        assert!(run(&no_history).expect_err("refused").to_string().contains("is no folder"));
    }
}
