//! Sentences cut from a stream as soon as nothing that follows can change them. Pure.
//!
//! Text is taken in one character at a time, and whether a sentence is finished is asked only when a word has ended, so
//! the same text gives the same sentences however it was split on the way. A sentence is finished when the next one has
//! a whole word with a letter in it: abbreviations, numerals and markers after the full stop are settled by then.

use std::ops::Range;

use footnote_ingest::sentences::sentences;

use super::grammar::may_become;
use super::layout::{fence_start, is_closed, is_sources_heading};
use super::strip::{Before, Mark, Stripped, strip};
use super::{Break, Kind, Sentence};

/// Bytes after which text without the end of a sentence is cut at a space.
const MAX_PENDING: usize = 4_000;

/// Reads sentences and their markers off a stream of text.
#[derive(Debug)]
pub struct SentenceStream {
    passages: usize,
    language: Option<String>,
    /// What was not cut yet.
    pending: String,
    in_code: bool,
    /// Whether a list of sources has begun.
    in_sources: bool,
    /// Whether markers in square brackets were seen.
    square: bool,
    /// Whether the paragraph puts its markers before its sentences.
    leading: bool,
    /// What stood at the end of what was cut.
    gap: Break,
    /// Whether anything was cut.
    begun: bool,
}

impl SentenceStream {
    /// A stream about `passages` numbered passages, in `language` (ISO 639-1) when it is known.
    pub fn new(passages: usize, language: Option<&str>) -> Self {
        Self {
            passages,
            language: language.map(str::to_owned),
            pending: String::new(),
            in_code: false,
            in_sources: false,
            square: false,
            leading: false,
            gap: Break::Space,
            begun: false,
        }
    }

    /// Takes in the next piece; returns the sentences it finished.
    pub fn push(&mut self, piece: &str) -> Vec<Sentence> {
        let mut out = Vec::new();
        for c in piece.chars().filter(|c| *c != '\r') {
            self.pending.push(c);
            if self.in_code {
                if c == '\n' && is_closed(&self.pending) {
                    self.cut_code(&mut out);
                }
            } else if c == '`' {
                if let Some(start) = fence_start(&self.pending) {
                    let code = self.pending.split_off(start);
                    self.cut_text(self.pending.len(), true, &mut out);
                    self.pending = code;
                    self.in_code = true;
                }
            } else if c == '\n' && self.cut_before_sources(&mut out) {
                self.in_sources = true;
            } else if c.is_whitespace() {
                self.cut_settled(&mut out);
            }
        }
        out
    }

    /// Ends the stream; returns what was left.
    pub fn finish(mut self) -> Vec<Sentence> {
        let mut out = Vec::new();
        if self.in_code {
            self.cut_code(&mut out);
        } else {
            self.cut_text(self.pending.len(), true, &mut out);
        }
        out
    }

    /// Cuts what stands before a line that heads a list of sources; whether the last line is one.
    fn cut_before_sources(&mut self, out: &mut Vec<Sentence>) -> bool {
        let body = self.pending.trim_end_matches('\n');
        let start = body.rfind('\n').map_or(0, |nl| nl + 1);
        if !is_sources_heading(&body[start..]) {
            return false;
        }
        let heading = self.pending.split_off(start);
        self.cut_text(self.pending.len(), true, out);
        self.pending = heading;
        true
    }

    fn stripped(&self, text: &str) -> Stripped {
        strip(text, Before { passages: self.passages, square: self.square })
    }

    /// The sentences of a stripped text; a marker beside a full stop tells that the stop ends one.
    fn spans(&self, stripped: &Stripped) -> Vec<Range<usize>> {
        let text = stripped.text.as_str();
        let is_stop = |c: char| matches!(c, '.' | '!' | '?');
        let ends = stripped.marks.iter().filter(|m| !m.leads).filter_map(|mark| {
            let rest = &text[mark.at..];
            let after = rest.trim_start_matches(is_stop);
            let stops = after.len() < rest.len() || text[..mark.at].ends_with(is_stop);
            (stops && after.starts_with(char::is_whitespace)).then(|| text.len() - after.len())
        });
        let mut ends = ends.peekable();
        let mut spans = Vec::new();
        for span in sentences(text, self.language.as_deref()) {
            let mut start = span.start;
            while let Some(end) = ends.next_if(|&end| end < span.end) {
                if end > start {
                    spans.push(start..end);
                    start = text.len() - text[end..].trim_start().len();
                }
            }
            if start < span.end {
                spans.push(start..span.end);
            }
        }
        spans
    }

    /// Cuts the sentences that are finished.
    fn cut_settled(&mut self, out: &mut Vec<Sentence>) {
        if self.pending.len() > MAX_PENDING {
            self.cut_text(self.pending.len(), false, out);
            return;
        }
        let stripped = self.stripped(&self.pending);
        let spans = self.spans(&stripped);
        let [.., _, last] = spans.as_slice() else { return };
        let next = &stripped.text[last.clone()];
        let whole =
            stripped.text[last.end..].starts_with(char::is_whitespace) || next.contains(char::is_whitespace);
        let first_words: Vec<&str> = next.split_whitespace().collect();
        let complete = if stripped.text[last.end..].is_empty() {
            first_words.len().saturating_sub(1)
        } else {
            first_words.len()
        };
        let lettered = first_words.iter().take(complete).any(|w| w.contains(char::is_alphabetic));
        if !whole || !lettered || may_become(next) {
            return;
        }
        let mut end = stripped.source[last.start];
        // A marker before the next sentence is cut with it when it belongs to it.
        for mark in stripped.marks.iter().rev() {
            let right_before =
                self.pending.get(mark.source.end..end).is_some_and(|gap| gap.trim().is_empty());
            if right_before && self.belongs_to_next(mark, &stripped) {
                end = mark.source.start;
            }
        }
        self.cut_text(end, false, out);
    }

    /// Whether a marker stands before the sentence it supports.
    fn belongs_to_next(&self, mark: &Mark, stripped: &Stripped) -> bool {
        if mark.leads {
            return true;
        }
        let before = stripped.text[..mark.at].trim_end_matches(' ');
        self.is_leading_before(mark, stripped) && before.ends_with(['.', '!', '?'])
    }

    /// Whether the paragraph of the marker began with one.
    fn is_leading_before(&self, mark: &Mark, stripped: &Stripped) -> bool {
        let paragraph = stripped.text[..mark.at].rfind('\n').map(|nl| nl + 1);
        let start = paragraph.unwrap_or(0);
        let opened = stripped.marks.iter().any(|m| m.leads && m.at >= start && m.at < mark.at);
        opened || (paragraph.is_none() && self.leading)
    }

    /// Cuts the first `end` bytes; `closed` is whether the text ends there.
    fn cut_text(&mut self, end: usize, closed: bool, out: &mut Vec<Sentence>) {
        let rest = self.pending.split_off(end);
        let text = std::mem::replace(&mut self.pending, rest);
        let stripped = self.stripped(&text);
        let spans = self.spans(&stripped);
        let mut marks = stripped.marks.iter().peekable();
        let mut cut_to = 0;
        for (i, span) in spans.iter().enumerate() {
            let next_start = spans.get(i + 1).map_or(usize::MAX, |next| next.start);
            let mut own: Vec<&Mark> = Vec::new();
            while let Some(mark) = marks.next_if(|m| {
                m.at < next_start
                    && !(m.at >= span.end && next_start < usize::MAX && self.belongs_to_next(m, &stripped))
                    || (m.at <= span.start && i == 0)
            }) {
                own.push(mark);
            }
            let before = self.break_before(&stripped.text[cut_to..span.start]);
            cut_to = span.end;
            let piece = self.sentence(&stripped.text[span.clone()], &own, before);
            out.push(piece);
        }
        // Markers alone on their line at the end of the answer.
        if let Some(last) = out.last_mut().filter(|_| spans.is_empty() || closed) {
            for mark in marks {
                add(last, &mark.numbers, self.passages);
            }
        }
        self.square |= stripped
            .marks
            .iter()
            .any(|m| !text[m.source.clone()].starts_with('(') || text[m.source.clone()].contains('['));
        let paragraph = stripped.text.rfind('\n').map_or(0, |nl| nl + 1);
        let opened = stripped.marks.iter().any(|m| m.leads && m.at >= paragraph);
        self.leading = opened || (self.leading && paragraph == 0);
        self.gap =
            wider(if spans.is_empty() { self.gap } else { Break::Space }, break_in(&stripped.text[cut_to..]));
    }

    fn break_before(&mut self, space: &str) -> Break {
        let found = wider(self.gap, break_in(space));
        self.gap = Break::Space;
        if std::mem::replace(&mut self.begun, true) { found } else { Break::Space }
    }

    fn sentence(&mut self, text: &str, marks: &[&Mark], before: Break) -> Sentence {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.in_sources |= is_sources_heading(&text) && before != Break::Space;
        let defines = marks.iter().any(|m| m.defines);
        let kind = if self.in_sources || defines { Kind::References } else { Kind::Text };
        let text = if marks.iter().any(|m| m.at == 0 || m.leads) { capitalised(&text) } else { text };
        let mut sentence = Sentence { text, markers: Vec::new(), unknown: Vec::new(), kind, before };
        for mark in marks {
            add(&mut sentence, &mark.numbers, self.passages);
        }
        sentence
    }

    fn cut_code(&mut self, out: &mut Vec<Sentence>) {
        let text = std::mem::take(&mut self.pending);
        let before = self.break_before("\n");
        self.gap = break_in(&text[text.trim_end().len()..]);
        self.in_code = false;
        let kind = if self.in_sources { Kind::References } else { Kind::Code };
        let text = text.trim_end().to_owned();
        out.push(Sentence { text, markers: Vec::new(), unknown: Vec::new(), kind, before });
    }
}

fn add(sentence: &mut Sentence, numbers: &[usize], passages: usize) {
    for &number in numbers {
        let list = if number <= passages { &mut sentence.markers } else { &mut sentence.unknown };
        if !list.contains(&number) {
            list.push(number);
        }
    }
}

fn break_in(space: &str) -> Break {
    match space.matches('\n').count() {
        0 => Break::Space,
        1 => Break::Line,
        _ => Break::Paragraph,
    }
}

fn wider(a: Break, b: Break) -> Break {
    match (a, b) {
        (Break::Paragraph, _) | (_, Break::Paragraph) | (Break::Line, Break::Line) => Break::Paragraph,
        (Break::Line, _) | (_, Break::Line) => Break::Line,
        (Break::Space, Break::Space) => Break::Space,
    }
}

/// A sentence that lost what stood before it begins with a capital.
fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
