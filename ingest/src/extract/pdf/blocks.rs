//! From lines to headings, paragraphs, list items and table rows: running headers dropped, hyphenation undone, paragraphs carried
//! over column and page breaks.

use std::collections::{HashMap, HashSet};

use super::super::builder::TextBuilder;
use super::super::document::BlockKind;
use super::layout::Line;
use crate::error::ExtractError;

/// A line is a running header or footer when it is on at least this share of the pages, digits aside.
const RUNNING_SHARE: f32 = 0.4;
/// Headings are at most this long, in characters.
const MAX_HEADING_CHARS: usize = 160;

/// Writes the blocks of all pages.
pub(super) fn write(builder: &mut TextBuilder, mut pages: Vec<Vec<Line>>) -> Result<(), ExtractError> {
    drop_running_lines(&mut pages);
    let style = Style::of(&pages);
    let words = Words::of(&pages);
    let mut open: Option<Paragraph> = None;
    for page in pages {
        // A page may break inside the open paragraph; only the next block tells.
        let mut fresh = true;
        if open.is_none() {
            builder.start_page();
            fresh = false;
        }
        for block in blocks(&page, &style, &words) {
            match open.take() {
                Some(mut paragraph) if fresh && paragraph.goes_on_in(&block) => {
                    paragraph.parts.push(block.parts.into_iter().next().unwrap_or_default());
                    fresh = false;
                    open = Some(paragraph);
                    continue;
                }
                Some(mut paragraph) if !fresh && paragraph.goes_on_in(&block) => {
                    if let Some(last) = paragraph.parts.last_mut() {
                        words.join(last, block.parts.first().map_or("", String::as_str));
                    }
                    open = Some(paragraph);
                    continue;
                }
                Some(paragraph) => paragraph.write(builder)?,
                None => {}
            }
            if fresh {
                builder.start_page();
                fresh = false;
            }
            open = Some(block);
        }
        if fresh {
            // A page without text between two parts of a paragraph: close the paragraph, pages must stay in order.
            if let Some(paragraph) = open.take() {
                paragraph.write(builder)?;
            }
            builder.start_page();
        }
    }
    open.map_or(Ok(()), |paragraph| paragraph.write(builder))
}

/// A block being collected; its parts are on consecutive pages.
struct Paragraph {
    kind: BlockKind,
    parts: Vec<String>,
}

impl Paragraph {
    fn write(self, builder: &mut TextBuilder) -> Result<(), ExtractError> {
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        builder.push_with_pages(self.kind, &parts)
    }

    /// Whether `next`, at the top of another column or page, continues this paragraph.
    fn goes_on_in(&self, next: &Paragraph) -> bool {
        let prose = matches!(self.kind, BlockKind::Paragraph | BlockKind::ListItem)
            && next.kind == BlockKind::Paragraph;
        let last = self.parts.last().map_or("", String::as_str);
        let open_end = last.chars().count() > 40
            && last.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '-'));
        let lower_start = next.parts.first().is_some_and(|t| t.starts_with(char::is_lowercase));
        prose && open_end && lower_start
    }
}

/// Drops lines at the edges of pages that recur on many of them, and page numbers.
fn drop_running_lines(pages: &mut [Vec<Line>]) {
    const MIN_PAGES: usize = 3;
    const EDGE_LINES: usize = 3;
    if pages.len() < MIN_PAGES {
        return;
    }
    let key = |line: &Line| -> String {
        line.text
            .chars()
            .map(|c| if c.is_ascii_digit() { '#' } else { c })
            .collect::<String>()
            .replace("##", "#")
            .replace("##", "#")
    };
    // The first and last lines by height, not by reading order.
    let edges = |page: &[Line]| -> Vec<usize> {
        let mut order: Vec<usize> = (0..page.len()).filter(|&i| page[i].y.is_finite()).collect();
        order.sort_by(|&a, &b| page[b].y.total_cmp(&page[a].y));
        let mut edge: Vec<usize> = order.iter().copied().take(EDGE_LINES).collect();
        edge.extend(order.iter().rev().copied().take(EDGE_LINES));
        edge.sort_unstable();
        edge.dedup();
        edge
    };
    let mut counts: HashMap<String, usize> = HashMap::new();
    for page in pages.iter() {
        let keys: HashSet<String> = edges(page).into_iter().map(|i| key(&page[i])).collect();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    let needed = ((pages.len() as f32 * RUNNING_SHARE).ceil() as usize).max(MIN_PAGES);
    for page in pages.iter_mut() {
        for i in edges(page).into_iter().rev() {
            if counts.get(&key(&page[i])).is_some_and(|&n| n >= needed) {
                page.remove(i);
            }
        }
    }
}

/// Font sizes of the document.
struct Style {
    body: f32,
    /// Sizes above the body's, largest first.
    larger: Vec<f32>,
}

impl Style {
    fn of(pages: &[Vec<Line>]) -> Self {
        let mut chars: HashMap<i32, usize> = HashMap::new();
        for line in pages.iter().flatten() {
            *chars.entry(half_points(line.size)).or_default() += line.text.len();
        }
        let body = chars.iter().max_by_key(|(size, n)| (**n, **size)).map_or(0, |(size, _)| *size);
        let mut larger: Vec<i32> =
            chars.keys().copied().filter(|&size| size as f32 >= body as f32 * 1.12).collect();
        larger.sort_unstable_by(|a, b| b.cmp(a));
        Self { body: body as f32 / 2.0, larger: larger.into_iter().map(|s| s as f32 / 2.0).collect() }
    }

    /// The level of a line that may be a heading by its looks.
    fn level(&self, line: &Line) -> Option<u8> {
        let letters = line.text.chars().filter(|c| c.is_alphabetic()).count();
        if line.text.chars().count() > MAX_HEADING_CHARS || letters < 2 || line.cells > 2 {
            return None;
        }
        if let Some(level) = line.heading {
            return Some(level.clamp(1, 6));
        }
        if line.size >= self.body * 1.12 {
            let rank = self.larger.iter().position(|&s| line.size >= s - 0.25).unwrap_or(self.larger.len());
            return Some(u8::try_from(rank + 1).unwrap_or(5).min(5));
        }
        let sentence = line.text.ends_with(['.', ',', ';', ':']);
        (line.bold && line.size >= self.body * 0.95 && !sentence && line.cells == 1)
            .then(|| u8::try_from(self.larger.len() + 1).unwrap_or(6).min(6))
    }
}

fn half_points(size: f32) -> i32 {
    (size * 2.0).round() as i32
}

/// The words of the document, to tell a hyphen of a compound from one of a line end.
struct Words(HashSet<String>);

impl Words {
    fn of(pages: &[Vec<Line>]) -> Self {
        let words =
            pages.iter().flatten().flat_map(|line| line.text.split_whitespace().filter(|w| w.contains('-')));
        Self(words.map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect())
    }

    /// Appends the next line; a word cut by a hyphen is put together unless the document writes it with the hyphen elsewhere.
    fn join(&self, text: &mut String, next: &str) {
        if text.is_empty() || next.is_empty() {
            text.push_str(next);
            return;
        }
        let head = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        let tail = next.split(char::is_whitespace).next().unwrap_or_default();
        let hyphenated =
            head.strip_suffix(['-', '\u{2010}']).filter(|stem| stem.ends_with(char::is_alphabetic));
        match hyphenated {
            Some(stem) if tail.starts_with(char::is_lowercase) => {
                let compound =
                    format!("{stem}-{tail}").trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                if stem.chars().count() >= 2 && !stem.contains('-') && !self.0.contains(&compound) {
                    text.pop();
                }
            }
            Some(_) => {}
            // Chinese and Japanese lines go on without a space.
            None if is_ideographic(text.chars().next_back()) && is_ideographic(next.chars().next()) => {}
            None => text.push(' '),
        }
        text.push_str(next);
    }
}

fn is_ideographic(c: Option<char>) -> bool {
    c.is_some_and(
        |c| matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'),
    )
}

/// The blocks of one page.
fn blocks(page: &[Line], style: &Style, words: &Words) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    let mut previous: Option<(&Line, BlockKind)> = None;
    for (i, line) in page.iter().enumerate() {
        let row = line.cells >= 2
            && [i.checked_sub(1), Some(i + 1)]
                .into_iter()
                .flatten()
                .any(|j| page.get(j).is_some_and(|n| n.cells >= 2 && n.region == line.region));
        let kind = match style.level(line) {
            _ if row => BlockKind::TableRow,
            Some(level) => BlockKind::Heading(level),
            None if is_bullet(&line.text) => BlockKind::ListItem,
            None => BlockKind::Paragraph,
        };
        let text = if row || line.cells == 1 { line.text.clone() } else { line.text.replace(" | ", " ") };
        let joins = previous.is_some_and(|(before, before_kind)| continues(before, before_kind, line, kind));
        match found.last_mut() {
            Some(block) if joins => {
                if let Some(last) = block.parts.last_mut() {
                    words.join(last, &text);
                }
            }
            _ => found.push(Paragraph { kind, parts: vec![text] }),
        }
        let kind = found.last().map_or(kind, |b| b.kind);
        previous = Some((line, kind));
    }
    // A heading that never ends is prose in a large font.
    for block in &mut found {
        if matches!(block.kind, BlockKind::Heading(_)) && block.parts[0].chars().count() > MAX_HEADING_CHARS {
            block.kind = BlockKind::Paragraph;
        }
    }
    found
}

/// Whether `line` goes on in the block of the line before it.
fn continues(before: &Line, before_kind: BlockKind, line: &Line, kind: BlockKind) -> bool {
    if !line.y.is_finite() || !before.y.is_finite() {
        return kind == BlockKind::Paragraph && before_kind == kind;
    }
    let pitch = before.y - line.y;
    let near = pitch > 0.0 && pitch < 1.75 * before.size.max(line.size);
    match (before_kind, kind) {
        (BlockKind::Heading(a), BlockKind::Heading(b)) => {
            a == b
                && near
                && before.region == line.region
                && half_points(before.size) == half_points(line.size)
        }
        (BlockKind::Paragraph | BlockKind::ListItem, BlockKind::Paragraph) => {
            let same_font = (before.size - line.size).abs() < 0.15 * before.size && before.bold == line.bold;
            let width = (line.region_right - line.region_x).max(1.0);
            let ends = before.text.ends_with(['.', '!', '?', ':', '”', '"']);
            let short = before.right < line.region_right - 0.12 * width;
            let indented = line.x > line.region_x + 0.8 * line.size
                && before.x <= before.region_x + 0.8 * before.size
                && before_kind == BlockKind::Paragraph;
            let starts_low = line.text.starts_with(char::is_lowercase);
            let wraps = starts_low
                || !(short && (ends || before.right < line.region_right - 0.3 * width))
                    && !(indented && ends);
            before.region == line.region && near && same_font && wraps
        }
        _ => false,
    }
}

/// Whether a line starts with a bullet.
fn is_bullet(text: &str) -> bool {
    let mut chars = text.chars();
    let bullet =
        chars.next().is_some_and(|c| matches!(c, '•' | '▪' | '◦' | '●' | '■' | '–' | '-' | '\u{f0b7}'));
    bullet && chars.next() == Some(' ')
}

#[cfg(test)]
mod tests {
    use super::super::layout::{Run, reading_order};
    use super::*;

    fn page(lines: &[(f32, f32, f32, &str)]) -> Vec<Line> {
        let run = |&(x, y, size, text): &(f32, f32, f32, &str)| Run {
            x,
            y,
            width: text.chars().count() as f32 * size * 0.5,
            size,
            bold: false,
            heading: None,
            text: text.to_owned(),
        };
        reading_order(lines.iter().map(run).collect())
    }

    fn read(pages: Vec<Vec<Line>>) -> crate::extract::Extracted {
        let mut builder = TextBuilder::new("application/pdf", 1 << 20);
        write(&mut builder, pages).unwrap();
        let doc = builder.finish().unwrap();
        doc.validate().unwrap();
        doc
    }

    #[test]
    fn lines_become_paragraphs_and_hyphens_are_undone() {
        let doc = read(vec![page(&[
            (50.0, 700.0, 18.0, "A Heading"),
            (50.0, 670.0, 10.0, "This is the first line of a paragraph with a hyphen-"),
            (50.0, 658.0, 10.0, "ated word and a well-known compound, again well-"),
            (50.0, 646.0, 10.0, "known, that ends here."),
            (50.0, 620.0, 10.0, "Second paragraph of the page, which is a bit longer."),
        ])]);
        assert_eq!(
            doc.text,
            "A Heading\n\nThis is the first line of a paragraph with a hyphenated word and a well-known compound, again well-known, that ends \
             here.\n\nSecond paragraph of the page, which is a bit longer."
        );
        assert_eq!(doc.blocks[0].kind, BlockKind::Heading(1));
    }

    #[test]
    fn running_lines_are_dropped_and_paragraphs_cross_pages() {
        let pages = (1..=4usize).map(|n| {
            let number = format!("Page {n} of 4");
            let body =
                format!("of this long sentence that goes on over the page and {}", "on and ".repeat(n));
            page(&[
                (50.0, 780.0, 10.0, "ACME Handbook"),
                (50.0, 700.0, 10.0, &body),
                (50.0, 30.0, 10.0, &number),
            ])
        });
        let doc = read(pages.collect());
        assert!(!doc.text.contains("ACME") && !doc.text.contains("Page"), "{}", doc.text);
        assert_eq!((doc.blocks.len(), doc.layout.pages.len()), (1, 4));
        assert!(
            doc.layout.pages.iter().all(|&p| doc.text[p..].starts_with("of this")),
            "{:?}",
            doc.layout.pages
        );
    }
}
