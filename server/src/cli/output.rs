//! Printing: text for people, one JSON object for programs.

use std::io::{self, IsTerminal as _, Write as _};

use footnote_index::Position;
use serde::Serialize;

use crate::wire::{
    Answer, Citation, Degraded, Explain, GroundingStatus, Hit, LegScore, Place, SCHEMA_VERSION, Snippet,
};

/// Standard output in the form the user asked for.
pub(crate) struct Output {
    json: bool,
    color: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let color = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { json, color: color && !json }
    }

    /// Whether one JSON object is wanted.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One line of text; nothing when JSON is wanted.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        if self.json { Ok(()) } else { writeln!(io::stdout(), "{}", text.as_ref()) }
    }

    /// Text without a line break, shown at once.
    pub(crate) fn raw(&mut self, text: &str) -> io::Result<()> {
        io::stdout().write_all(text.as_bytes())?;
        io::stdout().flush()
    }

    /// The JSON object; nothing when text is wanted. `schema_version` is put in front.
    pub(crate) fn object(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        if !self.json {
            return Ok(());
        }
        let mut object = serde_json::Map::new();
        object.insert("schema_version".into(), SCHEMA_VERSION.into());
        match serde_json::to_value(value)? {
            serde_json::Value::Object(fields) => object.extend(fields),
            other => {
                object.insert("data".into(), other);
            }
        }
        writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&object)?)?;
        Ok(())
    }

    /// Bold on a terminal.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Dim on a terminal.
    pub(crate) fn dim(&self, text: &str) -> String {
        if self.color { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// An answer with numbered citations, or why there is none.
    pub(crate) fn answer(&mut self, answer: &Answer) -> io::Result<()> {
        if answer.grounding.status == GroundingStatus::Abstained {
            let reason = answer.grounding.reason.and_then(|r| serde_json::to_value(r).ok());
            let reason = reason.as_ref().and_then(|r| r.as_str()).unwrap_or("no_evidence").replace('_', " ");
            let confidence = answer.grounding.confidence;
            self.line(self.bold(&format!(
                "No answer: the documents do not say ({reason}, confidence {confidence:.2})."
            )))?;
            if let Some(nearest) = answer.passages.first() {
                self.line(
                    self.dim(&format!(
                        "    Nearest passage: {}",
                        cited_place(&nearest.title, &nearest.source)
                    )),
                )?;
            }
        } else {
            self.line(self.bold(&marked(answer, self.color)))?;
            if let Some(language) = &answer.quoted_language {
                self.line(self.dim(&format!("    The documents say it in another language ({language}).")))?;
            }
            for citation in &answer.citations {
                self.citation(citation)?;
            }
        }
        self.notes(&answer.degraded)
    }

    /// What took no part, or was read otherwise than written.
    pub(crate) fn notes(&mut self, degraded: &[Degraded]) -> io::Result<()> {
        degraded.iter().try_for_each(|d| self.line(note(d)))
    }

    fn citation(&mut self, c: &Citation) -> io::Result<()> {
        self.line(format!("    [{}] {}", c.id, cited_place(&c.title, &c.source)))?;
        self.line(format!("        “{}”", one_line(&c.quote)))?;
        self.line(
            self.dim(&format!("        {} characters {}–{}", c.uri, c.source.start_char, c.source.end_char)),
        )
    }

    /// A search hit.
    pub(crate) fn hit(&mut self, rank: usize, hit: &Hit) -> io::Result<()> {
        let head = format!("{rank:>3}. {}  ({:.4})", cited_place(&hit.title, &hit.source), hit.score);
        self.line(self.bold(&head))?;
        let text = match &hit.snippet {
            Some(snippet) => self.snippet(snippet, hit.text.chars().count()),
            None => shorten(&one_line(&hit.text), 240),
        };
        self.line(format!("     {text}"))?;
        self.line(
            self.dim(&format!(
                "     {} characters {}–{}",
                hit.uri, hit.source.start_char, hit.source.end_char
            )),
        )?;
        if let Some(explain) = &hit.explain {
            self.line(self.dim(&format!("     {}", explained(explain))))?;
        }
        Ok(())
    }

    /// A snippet on one line, its matches bold, with dots where the text of `chars` characters goes on.
    fn snippet(&self, snippet: &Snippet, chars: usize) -> String {
        let all: Vec<char> = snippet.text.chars().collect();
        let part = |range: std::ops::Range<usize>| -> String {
            all[range].iter().map(|c| if c.is_control() { ' ' } else { *c }).collect()
        };
        let mut line = String::from(if snippet.start_char > 0 { "… " } else { "" });
        let mut at = 0;
        for span in &snippet.matches {
            line.push_str(&part(at..span.start_char));
            line.push_str(&self.bold(&part(span.start_char..span.end_char)));
            at = span.end_char;
        }
        line.push_str(&part(at..all.len()));
        if snippet.start_char + all.len() < chars {
            line.push_str(" …");
        }
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Rows under headings, columns as wide as they need to be.
    pub(crate) fn table(&mut self, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let width = |i: usize| {
            rows.iter().map(|r| r[i].chars().count()).chain([head[i].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        let render = |cells: Vec<&str>| {
            let padded: Vec<String> = cells
                .iter()
                .zip(&widths)
                .map(|(c, w)| format!("{c}{}", " ".repeat(w - c.chars().count())))
                .collect();
            padded.join("  ").trim_end().to_owned()
        };
        self.line(self.bold(&render(head.to_vec())))?;
        for row in rows {
            self.line(render(row.iter().map(String::as_str).collect()))?;
        }
        Ok(())
    }
}

/// Rank, score and share of each leg.
fn explained(explain: &Explain) -> String {
    let leg = |name: &str, leg: &Option<LegScore>| match leg {
        Some(l) => format!("{name} rank {} score {:.3} adds {:.4}", l.rank, l.score, l.share),
        None => format!("{name} not among its candidates"),
    };
    let document = match explain.document {
        lift if lift > 0.0 => format!("; a better hit of its document adds {lift:.4}"),
        _ => String::new(),
    };
    let [bm25, dense] = [leg("bm25", &explain.bm25), leg("dense", &explain.dense)];
    format!("{bm25}; {dense}{document}; vectors: {}", explain.planner)
}

/// The answer with `[n]` behind each cited span.
fn marked(answer: &Answer, color: bool) -> String {
    let chars: Vec<char> = answer.answer.chars().collect();
    let mut text = String::new();
    let mut at = 0;
    for c in &answer.citations {
        let end = c.answer.end_char.min(chars.len());
        if let Some(phrase) = c.phrase.filter(|p| color && at <= p.start_char && p.end_char <= end) {
            text.extend(&chars[at..phrase.start_char]);
            // Underlined, and bold as the rest.
            text.push_str("\x1b[4m");
            text.extend(&chars[phrase.start_char..phrase.end_char]);
            text.push_str("\x1b[24m");
            at = phrase.end_char;
        }
        text.extend(&chars[at.min(end)..end]);
        text.push_str(&format!(" [{}]", c.id));
        at = end;
    }
    text.extend(&chars[at..]);
    text
}

fn cited_place(title: &str, place: &Place) -> String {
    let mut text = title.to_owned();
    for part in placed(&place.position) {
        text.push_str(", ");
        text.push_str(&part);
    }
    let headings: Vec<&str> = place.heading_path.iter().map(String::as_str).filter(|h| *h != title).collect();
    if !headings.is_empty() {
        text.push_str(&format!(" — {}", headings.join(" > ")));
    }
    text
}

/// A position's page, slide and cells in words.
pub(crate) fn placed(position: &Position) -> Vec<String> {
    let numbered = |name: &str, number: Option<u32>| number.map(|number| format!("{name} {number}"));
    let cells = match (&position.sheet, &position.cells) {
        (Some(sheet), Some(cells)) => Some(format!("{sheet}!{cells}")),
        (Some(sheet), None) => Some(format!("sheet {sheet}")),
        (None, cells) => cells.clone(),
    };
    [numbered("page", position.page), numbered("slide", position.slide), cells]
        .into_iter()
        .flatten()
        .collect()
}

/// One note: the query itself may have been read otherwise than written; anything else named was left out.
fn note(d: &Degraded) -> String {
    if d.part == "query" {
        format!("Note on the query: {}", d.reason)
    } else {
        format!("Note: {} took no part: {}", d.part, d.reason)
    }
}

/// `1 document`, `2 documents`.
pub(crate) fn counted(n: impl Into<u64>, noun: &str) -> String {
    let n = n.into();
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// Line breaks inside a quote become spaces on a terminal; control characters never get there.
pub(crate) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `max` characters, with an ellipsis when there is more.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(one_line("a\u{1b}[2Jb\nc\td"), "a [2Jb c d");
    }

    #[test]
    fn a_note_says_what_is_true_of_its_part() {
        let of = |part: &str| note(&Degraded { part: part.into(), reason: "too short".into() });
        assert_eq!(of("query"), "Note on the query: too short");
        assert_eq!(of("dense"), "Note: dense took no part: too short");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1u64, "document"), "1 document");
        assert_eq!(counted(0u64, "document"), "0 documents");
        assert_eq!(counted(2u64, "original"), "2 originals");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shorten("żółć", 4), "żółć");
        assert_eq!(shorten("żółćżółć", 4), "żół…");
    }

    #[test]
    fn places_name_page_and_headings_once() {
        let place = Place {
            start_char: 0,
            end_char: 1,
            position: Position { page: Some(2), ..Position::default() },
            heading_path: vec!["T".into(), "A".into(), "B".into()],
        };
        assert_eq!(cited_place("T", &place), "T, page 2 — A > B");
        let position =
            Position { sheet: Some("Prices".into()), cells: Some("A2:F2".into()), ..Position::default() };
        let place = Place { position, heading_path: Vec::new(), ..place };
        assert_eq!(cited_place("T", &place), "T, Prices!A2:F2");
    }
}
