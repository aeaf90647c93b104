//! The history for people.

use crate::cli::output::{Output, counted, one_line, shorten};
use crate::wire::{FoundPlace, HistoryDetail, HistoryPage, PastPassage, ReplayResult, Standing};

pub(super) fn list(page: &HistoryPage, out: &mut Output) -> anyhow::Result<()> {
    let rows: Vec<Vec<String>> = page
        .data
        .iter()
        .map(|entry| {
            let status = match &entry.reason {
                Some(reason) => format!("{}: {reason}", entry.status),
                None => entry.status.clone(),
            };
            let rating = entry.feedback.as_ref().map_or("", |feedback| feedback.rating.as_str());
            vec![
                entry.id.clone(),
                entry.at.clone(),
                entry.kind.as_str().to_owned(),
                status,
                rating.to_owned(),
                shorten(&one_line(&entry.question), 60),
            ]
        })
        .collect();
    out.table(&["ID", "AT", "KIND", "STATUS", "RATED", "QUESTION"], &rows)?;
    out.line(counted(page.data.len() as u64, "result"))?;
    if let Some(last) = page.data.last().filter(|_| page.has_more) {
        out.line(format!("more: `footnote history list --after {}`", last.id))?;
    }
    Ok(())
}

pub(super) fn entry(entry: &HistoryDetail, out: &mut Output) -> anyhow::Result<()> {
    let summary = &entry.summary;
    out.line(out.bold(&summary.question))?;
    if let Some(resolved) = &summary.resolved_question {
        out.line(format!("understood as: {resolved}"))?;
    }
    let by = if summary.asked_by.is_empty() { "the command line" } else { &summary.asked_by };
    let cached = if summary.cached { ", from memory" } else { "" };
    out.line(format!(
        "{} {} at {} by {by}, {:.1} ms{cached}, commit {}",
        summary.status,
        summary.kind.as_str(),
        summary.at,
        summary.duration_ms,
        summary.seq
    ))?;
    if summary.withheld {
        out.line("a document it rests on was deleted since: its text and that document's quotes are gone")?;
    }
    if let Some(answer) = summary.answer.as_ref().filter(|answer| !answer.is_empty()) {
        out.line(format!("\n{answer}"))?;
    }
    for citation in &entry.citations {
        let quote = citation.quote.as_deref().map_or_else(|| "(gone)".to_owned(), one_line);
        out.line(format!("[{}] {}: {quote}", citation.id, place(&citation.place)))?;
    }
    if entry.citations.is_empty() {
        for passage in &entry.passages {
            out.line(format!("    {}", place(passage)))?;
        }
    }
    if let Some(feedback) = &summary.feedback {
        let comment = feedback.comment.as_deref().map_or_else(String::new, |text| format!(": {text}"));
        out.line(format!("rated {} at {}{comment}", feedback.rating.as_str(), feedback.at))?;
    }
    out.notes(&entry.degraded)?;
    Ok(())
}

fn place(passage: &PastPassage) -> String {
    let name = passage.title.as_ref().filter(|title| !title.is_empty()).or(passage.uri.as_ref());
    let name = name.map_or(passage.document_id.as_str(), String::as_str);
    let standing = match passage.standing {
        Standing::Current => "",
        Standing::Superseded => ", replaced since",
        Standing::Deleted => ", deleted since",
    };
    format!(
        "{} v{} {}..{}{standing}",
        shorten(&one_line(name), 60),
        passage.version,
        passage.start_char,
        passage.end_char
    )
}

pub(super) fn replay(replayed: &ReplayResult, out: &mut Output) -> anyhow::Result<()> {
    out.line("then:")?;
    entry(&replayed.before, out)?;
    let changes = &replayed.changes;
    out.line("\nnow:")?;
    match replayed.now["answer"].as_str() {
        Some("") => out.line("no answer")?,
        Some(answer) => out.line(answer)?,
        None => {
            let hits = replayed.now["hits"].as_array().map_or(0, Vec::len);
            out.line(counted(hits as u64, "hit"))?;
        }
    }
    if changes.same {
        out.line("\nnothing changed")?;
        return Ok(());
    }
    out.line("\nwhat changed:")?;
    if let Some(status) = &changes.status {
        out.line(format!("  {} became {}", status.from, status.to))?;
    }
    if changes.answer_changed == Some(true) {
        out.line("  the answer is another one")?;
    }
    for (sign, places) in [("+", &changes.added), ("-", &changes.removed)] {
        for FoundPlace { document_id, version, start_char, end_char } in places {
            out.line(format!("  {sign} {document_id} v{version} {start_char}..{end_char}"))?;
        }
    }
    if changes.reordered {
        out.line("  what was found before comes in another order")?;
    }
    for superseded in &changes.superseded {
        let (from, to) = (superseded.from, superseded.to);
        out.line(format!("  {} v{from} was replaced by v{to}", superseded.document_id))?;
    }
    for id in &changes.deleted {
        out.line(format!("  {id} was deleted"))?;
    }
    Ok(())
}
