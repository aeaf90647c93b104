//! Structure-aware packing.
//!
//! A heading starts a new chunk and stays with what follows it; a section much smaller than the target is joined by its following
//! siblings and subsections while all of them fit the target; inside a section sentences are packed, preferring to end a chunk where a
//! block ends.

use std::ops::Range;

use super::units::{Sections, Unit, max_heading_tokens, units};
use super::{ChunkSpan, ChunkerConfig, TokenCounter};
use crate::extract::Extracted;

/// Cuts `doc` by its structure.
pub(super) fn pack(doc: &Extracted, cfg: &ChunkerConfig, tokens: &dyn TokenCounter) -> Vec<ChunkSpan> {
    let sections = Sections::of(doc);
    let units = units(doc, &sections, cfg, tokens);
    let groups = merge_tails(&units, group(&units, cfg), cfg);
    let mut chunks: Vec<ChunkSpan> = Vec::with_capacity(groups.len());
    for (i, group) in groups.iter().enumerate() {
        let first = overlap_start(&units, &groups, i, cfg);
        let span = units[first].span.start..units[group.end - 1].span.end;
        let body = units[group.clone()].iter().find(|u| u.heading.is_none()).unwrap_or(&units[group.start]);
        let mut heading_path = sections.shared(body.section..units[group.end - 1].section + 1);
        heading_path.extend(repeated_header(doc, &units[first..group.end], cfg, tokens));
        chunks.push(ChunkSpan { heading_path, span });
    }
    chunks
}

/// The header row that stands above the first row of a chunk without being in it, so that every row is read under the
/// names of its columns. One that is longer than headings may be is cut behind a cell.
fn repeated_header(
    doc: &Extracted,
    units: &[Unit],
    cfg: &ChunkerConfig,
    tokens: &dyn TokenCounter,
) -> Option<String> {
    let header = units.iter().find_map(|unit| unit.header.clone())?;
    if units.iter().any(|unit| unit.span.start <= header.start && header.start < unit.span.end) {
        return None;
    }
    let mut text = doc.text.get(header)?;
    while tokens.count(text) > max_heading_tokens(cfg) {
        text = text.rsplit_once(" | ")?.0;
    }
    Some(text.to_owned())
}

/// Groups of unit indices, one a chunk.
fn group(units: &[Unit], cfg: &ChunkerConfig) -> Vec<Range<usize>> {
    let target = cfg.target_tokens.clamp(1, cfg.max_tokens.max(16));
    let max = cfg.max_tokens.max(16);
    let mut groups = Vec::new();
    let mut open = Open::at(0);
    for (i, unit) in units.iter().enumerate() {
        let close = if i == open.start {
            false
        } else if let Some(level) = unit.heading {
            if open.has_body {
                !joins(units, &open, i, level, target)
            } else {
                open.tokens + unit.tokens > max_heading_tokens(cfg)
            }
        } else if !open.has_body {
            open.tokens + unit.tokens > max
        } else {
            let with = open.tokens + unit.tokens;
            // Half full is too little to stop at, unless the next unit does not fit at all.
            let full = with > target && (open.tokens * 2 >= target || with > max);
            full || unit.starts_block
                && open.tokens * 4 >= target * 3
                && open.tokens + block_tokens(units, i) > target
        };
        if close {
            groups.push(open.start..i);
            open = Open::at(i);
        }
        open.add(unit);
    }
    if open.start < units.len() {
        groups.push(open.start..units.len());
    }
    groups
}

/// The chunk being filled.
struct Open {
    start: usize,
    tokens: usize,
    has_body: bool,
    /// Highest heading (smallest level) in it.
    top: Option<u8>,
}

impl Open {
    fn at(start: usize) -> Self {
        Self { start, tokens: 0, has_body: false, top: None }
    }

    fn add(&mut self, unit: &Unit) {
        self.tokens += unit.tokens;
        self.has_body |= unit.heading.is_none();
        self.top = self.top.into_iter().chain(unit.heading).min();
    }
}

/// Whether the section that starts with the heading at `at` joins the open chunk: that is small, and the section is a sibling or below.
fn joins(units: &[Unit], open: &Open, at: usize, level: u8, target: usize) -> bool {
    let below = open.top.is_none_or(|top| level >= top);
    below && open.tokens * 2 < target && {
        let room = target - open.tokens;
        let mut size = 0;
        let section = units[at..].iter().enumerate().take_while(|(i, u)| *i == 0 || u.heading.is_none());
        for (_, unit) in section {
            size += unit.tokens;
            if size > room {
                return false;
            }
        }
        true
    }
}

/// Tokens of the block that starts at `at`, counted no further than matters.
fn block_tokens(units: &[Unit], at: usize) -> usize {
    const ENOUGH: usize = 64;
    units[at..]
        .iter()
        .take(ENOUGH)
        .enumerate()
        .take_while(|(i, u)| *i == 0 || !u.starts_block)
        .map(|(_, u)| u.tokens)
        .sum()
}

/// Joins the small rest of a section to the chunk before it when both fit one chunk.
fn merge_tails(units: &[Unit], groups: Vec<Range<usize>>, cfg: &ChunkerConfig) -> Vec<Range<usize>> {
    let size = |g: &Range<usize>| units[g.clone()].iter().map(|u| u.tokens).sum::<usize>();
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(groups.len());
    for group in groups {
        let same_section =
            |before: &Range<usize>| units[before.end - 1].section == units[group.end - 1].section;
        let small = size(&group) * 4 < cfg.target_tokens;
        match merged.last_mut() {
            Some(before)
                if small && same_section(before) && size(before) + size(&group) <= cfg.max_tokens =>
            {
                before.end = group.end;
            }
            _ => merged.push(group),
        }
    }
    merged
}

/// Where chunk `i` starts when it repeats sentences of the one before it.
fn overlap_start(units: &[Unit], groups: &[Range<usize>], i: usize, cfg: &ChunkerConfig) -> usize {
    let group = &groups[i];
    if i == 0 || cfg.overlap_sentences == 0 || units[group.start].heading.is_some() {
        return group.start;
    }
    let mut tokens: usize = units[group.clone()].iter().map(|u| u.tokens).sum();
    let mut start = group.start;
    for at in groups[i - 1].clone().rev().take(cfg.overlap_sentences) {
        let unit = &units[at];
        tokens += unit.tokens;
        if unit.heading.is_some() || unit.section != units[group.start].section || tokens > cfg.max_tokens {
            break;
        }
        start = at;
    }
    start
}
