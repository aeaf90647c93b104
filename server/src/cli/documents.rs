//! `footnote documents`.

use super::args::Documents;
use super::config::Settings;
use super::output::{Output, counted, one_line, placed, shorten};
use super::{Ended, backend};
use crate::wire::{ChunkOut, DocumentOut};

pub(super) fn run(command: &Documents, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let backend = backend::open(settings)?;
    match command {
        Documents::List => {
            let mut all: Vec<DocumentOut> = Vec::new();
            loop {
                let page = backend.documents(all.last().map(|d| d.id.as_str()))?;
                all.extend(page.data);
                if !page.has_more {
                    break;
                }
            }
            out.object(&all)?;
            let rows: Vec<Vec<String>> = all.iter().map(row).collect();
            out.table(&["ID", "STATE", "LANG", "CHUNKS", "CHARS", "TITLE", "URI"], &rows)?;
            out.line(counted(all.len() as u64, "document"))?;
        }
        Documents::Show { id } => {
            let document = backend.document(id)?;
            out.object(&document)?;
            if !out.is_json() {
                let serde_json::Value::Object(fields) = serde_json::to_value(&document)? else {
                    return Ok(Ended::Well);
                };
                for (key, value) in fields {
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    out.line(format!("{key:>15}  {value}"))?;
                }
            }
        }
        Documents::Chunks { id } => {
            let mut page = backend.chunks(id, None)?;
            while page.has_more {
                let next = backend.chunks(id, page.data.last().map(|chunk| chunk.ordinal))?;
                page.has_more = next.has_more;
                page.data.extend(next.data);
            }
            out.object(&page)?;
            let rows: Vec<Vec<String>> = page.data.iter().map(chunk_row).collect();
            out.table(&["N", "STATE", "LANG", "CHARS", "PLACE", "FLAGS", "TEXT"], &rows)?;
            out.line(counted(rows.len() as u64, "chunk"))?;
        }
        Documents::Text { id, start, end, version } => {
            let text = backend.text(id, *version, *start, *end)?;
            out.object(&text)?;
            out.line(&text.text)?;
        }
        Documents::Delete { ids } => {
            for id in ids {
                backend.delete(id)?;
                out.line(format!("deleted {id}"))?;
            }
            out.object(&serde_json::json!({ "deleted": ids }))?;
        }
    }
    Ok(Ended::Well)
}

fn chunk_row(chunk: &ChunkOut) -> Vec<String> {
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let flags = serde_json::to_value(&chunk.flags).unwrap_or_default();
    let flags: Vec<&str> =
        flags.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    vec![
        chunk.ordinal.to_string(),
        chunk.state.clone(),
        or_dash(chunk.language.clone().unwrap_or_default()),
        format!("{}-{}", chunk.source.start_char, chunk.source.end_char),
        or_dash(placed(&chunk.source.position).join(", ")),
        or_dash(flags.join(",")),
        shorten(&one_line(&chunk.text), 70),
    ]
}

fn row(d: &DocumentOut) -> Vec<String> {
    let state = match &d.code {
        Some(code) if d.state == "failed" => format!("failed: {code}"),
        Some(code) => format!("{}, v{} failed: {code}", d.state, d.newest_version),
        None => d.state.clone(),
    };
    vec![
        d.id.clone(),
        state,
        d.language.clone().unwrap_or_else(|| "-".into()),
        d.chunks.to_string(),
        d.chars.to_string(),
        shorten(&one_line(&d.title), 40),
        shorten(&d.uri, 60),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_one_row() {
        let chunk: ChunkOut = serde_json::from_value(serde_json::json!({
            "chunk_id": "7", "ordinal": 3, "state": "searchable", "text": "Prices\n\nA day pass costs 45 EUR.",
            "source": {"start_char": 10, "end_char": 42, "page": 2, "heading_path": []},
            "flags": ["hidden_text"], "sharing": 1
        }))
        .expect("a chunk");
        let row =
            ["3", "searchable", "-", "10-42", "page 2", "hidden_text", "Prices A day pass costs 45 EUR."];
        assert_eq!(chunk_row(&chunk), row);
    }
}
