//! A client's history as one file: JSON, JSON lines, or comma-separated values.
//!
//! Lines of the two JSON forms have `_id` and `text` beside the fields of an entry, which makes the lines a file of questions
//! (`queries.jsonl`) for `footnote-eval`; `text` is the question as it was searched with.

use std::io::{self, Write};

use footnote_index::{HistoryEntry, HistoryFilter, Scope};
use serde::Serialize;

use super::csv::{guarded, record};
use super::outcome::outcome_places;
use super::shown::{Library, outcome, summary};
use crate::app::{App, AppError};
use crate::wire::{HistorySummary, PastCitation, rfc3339};

/// Entries read at a time.
const PAGE: usize = 200;

/// Form of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// One array.
    #[default]
    Json,
    /// One object a line.
    Ndjson,
    /// Comma-separated values.
    Csv,
}

impl ExportFormat {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// The end of its files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "jsonl",
            Self::Csv => "csv",
        }
    }
}

impl std::str::FromStr for ExportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "ndjson" => Ok(Self::Ndjson),
            "csv" => Ok(Self::Csv),
            other => Err(format!("{other:?}: use json, ndjson or csv")),
        }
    }
}

/// A line of an export.
#[derive(Debug, Serialize)]
struct Line {
    _id: String,
    text: String,
    #[serde(flatten)]
    summary: HistorySummary,
    documents: Vec<String>,
    citations: Vec<PastCitation>,
}

/// The columns of a CSV export.
const COLUMNS: [&str; 21] = [
    "id",
    "at",
    "kind",
    "asked_by",
    "question",
    "resolved_question",
    "status",
    "reason",
    "confidence",
    "engine",
    "answer",
    "withheld",
    "results",
    "documents",
    "cached",
    "duration_ms",
    "seq",
    "rating",
    "comment",
    "rated_at",
    "rated_by",
];

/// Writes the entries that pass `filter`, newest first; returns how many. What is asked meanwhile is not among them.
///
/// # Errors
/// The index's, and `out`'s as [`AppError::Invalid`] with its text.
pub fn export(
    app: &App,
    scope: &Scope,
    filter: &HistoryFilter<'_>,
    format: ExportFormat,
    out: &mut dyn Write,
) -> Result<u64, AppError> {
    let history = &app.front().history;
    history.flush(scope);
    let broken = |e: io::Error| AppError::Invalid(format!("the export could not be written: {e}"));
    let start = match format {
        ExportFormat::Json => "[".to_owned(),
        ExportFormat::Ndjson => String::new(),
        ExportFormat::Csv => record(COLUMNS),
    };
    out.write_all(start.as_bytes()).map_err(broken)?;
    let mut written = 0u64;
    let mut last: Option<String> = None;
    loop {
        let next = HistoryFilter { before: last.as_deref().or(filter.before), ..*filter };
        let page = app.engine().history(scope, &next, PAGE, history.retention())?;
        let mut library = Library::new(app, scope);
        for entry in &page.data {
            let text = match format {
                ExportFormat::Csv => row(entry)?,
                ExportFormat::Ndjson => json(&mut library, entry)? + "\n",
                ExportFormat::Json => {
                    let line = json(&mut library, entry)?;
                    if written == 0 { format!("\n{line}") } else { format!(",\n{line}") }
                }
            };
            out.write_all(text.as_bytes()).map_err(broken)?;
            written += 1;
        }
        last = page.data.last().map(|entry| entry.id.clone());
        if !page.has_more || last.is_none() {
            break;
        }
    }
    if format == ExportFormat::Json {
        out.write_all(b"\n]\n").map_err(broken)?;
    }
    out.flush().map_err(broken)?;
    Ok(written)
}

fn json(library: &mut Library<'_>, entry: &HistoryEntry) -> Result<String, AppError> {
    let detail = library.detail(entry)?;
    let line = Line {
        _id: entry.id.clone(),
        text: entry.resolved_question.as_ref().unwrap_or(&entry.question).clone(),
        documents: documents(entry)?,
        summary: detail.summary,
        citations: detail.citations,
    };
    // Shapes of the wire serialise.
    Ok(serde_json::to_string(&line).unwrap_or_default())
}

/// What the result rests on, each document once, in order.
fn documents(entry: &HistoryEntry) -> Result<Vec<String>, AppError> {
    let outcome = outcome(entry)?;
    let mut ids: Vec<String> = Vec::new();
    for place in outcome_places(&outcome, entry.kind) {
        if !ids.contains(&place.document_id) {
            ids.push(place.document_id.clone());
        }
    }
    Ok(ids)
}

fn row(entry: &HistoryEntry) -> Result<String, AppError> {
    let of = summary(entry)?;
    let text = |text: Option<&String>| text.map_or_else(String::new, |text| guarded(text));
    let feedback = entry.feedback.as_ref();
    let cells: [String; COLUMNS.len()] = [
        of.id,
        of.at,
        of.kind.as_str().to_owned(),
        guarded(&of.asked_by),
        guarded(&of.question),
        text(of.resolved_question.as_ref()),
        of.status,
        of.reason.unwrap_or_default(),
        of.confidence.map_or_else(String::new, |confidence| confidence.to_string()),
        text(of.engine.as_ref()),
        text(of.answer.as_ref()),
        of.withheld.to_string(),
        of.results.to_string(),
        documents(entry)?.join(" "),
        of.cached.to_string(),
        of.duration_ms.to_string(),
        of.seq.to_string(),
        feedback.map_or_else(String::new, |f| f.rating.as_str().to_owned()),
        text(feedback.and_then(|f| f.comment.as_ref())),
        feedback.map_or_else(String::new, |f| rfc3339(f.at_ms)),
        feedback.map_or_else(String::new, |f| guarded(&f.by)),
    ];
    Ok(record(cells.iter().map(String::as_str)))
}
