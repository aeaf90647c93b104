//! The pieces that packing never cuts: sentences, list items, table rows, code lines; and the section each belongs to.

use std::ops::Range;

use super::split::{split_long, trimmed};
use super::{ChunkerConfig, TokenCounter};
use crate::extract::{BlockKind, Extracted};
use crate::sentences::sentences;

/// One piece of a document.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) span: Range<usize>,
    pub(super) tokens: usize,
    /// Level of a heading; `None` for everything else.
    pub(super) heading: Option<u8>,
    /// Index of the section in [`Sections`].
    pub(super) section: usize,
    /// Whether a block starts here.
    pub(super) starts_block: bool,
    /// The header row of the table that it is a row of.
    pub(super) header: Option<Range<usize>>,
}

/// The most tokens of one unit, so that a heading and the first unit below it fit into one chunk.
pub(super) fn max_unit_tokens(cfg: &ChunkerConfig) -> usize {
    cfg.max_tokens.max(16) * 3 / 4
}

/// The most tokens of the headings at the start of a chunk; a longer "heading" is treated as prose.
pub(super) fn max_heading_tokens(cfg: &ChunkerConfig) -> usize {
    cfg.max_tokens.max(16) / 4
}

/// Cuts the blocks of `doc`; each unit is counted once.
pub(super) fn units(
    doc: &Extracted,
    sections: &Sections,
    cfg: &ChunkerConfig,
    tokens: &dyn TokenCounter,
) -> Vec<Unit> {
    let limit = max_unit_tokens(cfg);
    let mut units: Vec<Unit> = Vec::new();
    let mut header: Option<Range<usize>> = None;
    for (block, &section) in doc.blocks.iter().zip(&sections.of_block) {
        match block.kind {
            BlockKind::TableHeader => header = Some(block.span.clone()),
            BlockKind::TableRow => {}
            _ => header = None,
        }
        let text = &doc.text[block.span.clone()];
        let mut heading = None;
        let whole = || std::iter::once(0..text.len()).collect();
        let pieces = match block.kind {
            BlockKind::Heading(level) if tokens.count(text) <= max_heading_tokens(cfg) => {
                heading = Some(level);
                whole()
            }
            BlockKind::Heading(_) | BlockKind::Paragraph => sentences(text, doc.language.as_deref()),
            BlockKind::ListItem if tokens.count(text) > limit => sentences(text, doc.language.as_deref()),
            BlockKind::ListItem | BlockKind::TableHeader | BlockKind::TableRow => whole(),
            BlockKind::Code => lines(text),
        };
        let mut starts_block = true;
        for piece in pieces {
            let count = tokens.count(&text[piece.clone()]);
            let parts =
                if count > limit { split_long(text, piece, limit, tokens) } else { vec![(piece, count)] };
            for (part, count) in parts {
                let span = block.span.start + part.start..block.span.start + part.end;
                let unit =
                    Unit { span, tokens: count, heading, section, starts_block, header: header.clone() };
                match units.last_mut() {
                    Some(last) if goes_with_header(last, &unit, limit) => last.join(&unit),
                    _ => units.push(unit),
                }
                starts_block = false;
            }
        }
    }
    units
}

impl Unit {
    /// Goes on to the end of `next`.
    fn join(&mut self, next: &Self) {
        self.span.end = next.span.end;
        self.tokens += next.tokens;
    }
}

/// Whether `row` is the first row below the header row `last`: a chunk never ends between the two when both fit a unit.
fn goes_with_header(last: &Unit, row: &Unit, limit: usize) -> bool {
    last.header.as_ref().is_some_and(|header| *header == last.span && row.header.as_ref() == Some(header))
        && last.tokens + row.tokens <= limit
}

/// The lines of preformatted text that are not blank.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut offset = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        found.extend(trimmed(text, offset..offset + line.len()));
        offset += line.len();
    }
    found
}

/// The heading paths of a document and which block is under which.
#[derive(Debug)]
pub(super) struct Sections {
    /// Path of each section; the first is the part before any heading.
    pub(super) paths: Vec<Vec<String>>,
    /// Section of each block.
    pub(super) of_block: Vec<usize>,
    starts: Vec<usize>,
}

impl Sections {
    pub(super) fn of(doc: &Extracted) -> Self {
        let mut open: Vec<(u8, String)> = Vec::new();
        let (mut paths, mut of_block, mut starts) = (vec![Vec::new()], Vec::new(), vec![0]);
        for block in &doc.blocks {
            if let BlockKind::Heading(level) = block.kind {
                open.retain(|(l, _)| *l < level);
                open.push((level, doc.text[block.span.clone()].to_owned()));
                paths.push(open.iter().map(|(_, title)| title.clone()).collect());
                starts.push(block.span.start);
            }
            of_block.push(paths.len() - 1);
        }
        Self { paths, of_block, starts }
    }

    /// The headings that all sections touched by `span` share.
    pub(super) fn shared_path(&self, span: &Range<usize>) -> Vec<String> {
        let first = self.starts.partition_point(|&s| s <= span.start).saturating_sub(1);
        let end = self.starts.partition_point(|&s| s < span.end);
        // A chunk that starts with headings belongs to the section of the last of them.
        self.shared(first..end.max(first + 1))
    }

    /// The longest path that starts the paths of all `sections`.
    pub(super) fn shared(&self, sections: Range<usize>) -> Vec<String> {
        let mut paths = self.paths[sections].iter();
        let first = paths.next().cloned().unwrap_or_default();
        paths.fold(first, |mut shared, path| {
            let same = shared.iter().zip(path).take_while(|(a, b)| a == b).count();
            shared.truncate(same);
            shared
        })
    }
}
