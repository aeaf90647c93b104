//! The body of a document, block by block.

use std::collections::BTreeSet;

use super::inline::{Names, plain};
use super::lines::{adornment, blank, dedented, dedented_by, indent, indented, is_blank};
use super::lists::{Counter, Marker, bullet, enumerator, field, option};
use super::tables::{Table, grid, simple};
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::document::BlockKind;

/// Most levels of blocks inside blocks; what is deeper is read as paragraphs.
const MAX_DEPTH: usize = 32;

/// Writes the blocks of a document.
#[derive(Debug)]
pub(super) struct Reader<'b> {
    pub(super) builder: &'b mut TextBuilder,
    pub(super) names: Names,
    /// Adornments of titles in the order of their levels: the character, and whether there is one above the title too.
    styles: Vec<(char, bool)>,
    /// What stands before the next paragraph: the marker of an item, the name of a field.
    lead: Option<(BlockKind, String)>,
    /// Whether nothing but titles and comments came yet, so that fields tell about the document.
    at_start: bool,
    /// Directives whose content is made elsewhere.
    pub(super) dropped: BTreeSet<String>,
    too_deep: bool,
}

impl<'b> Reader<'b> {
    /// A reader that writes to `builder`.
    pub(super) fn new(builder: &'b mut TextBuilder, names: Names) -> Self {
        Self {
            builder,
            names,
            styles: Vec::new(),
            lead: None,
            at_start: true,
            dropped: BTreeSet::new(),
            too_deep: false,
        }
    }

    /// Reads the whole document.
    pub(super) fn document(&mut self, lines: &[&str]) -> Result<(), ExtractError> {
        self.body(lines, 0)
    }

    /// Tells what was left out.
    pub(super) fn finish(self) {
        if self.too_deep {
            self.builder.warn(format!("blocks nested more than {MAX_DEPTH} deep were read as paragraphs"));
        }
        if !self.dropped.is_empty() {
            let names: Vec<String> = self.dropped.into_iter().take(10).collect();
            self.builder.warn(format!("left out, because the content is elsewhere: {}", names.join(", ")));
        }
    }

    /// Reads the blocks of `lines`, which are `depth` blocks deep.
    pub(super) fn body(&mut self, lines: &[&str], depth: usize) -> Result<(), ExtractError> {
        if depth > MAX_DEPTH {
            self.too_deep = true;
            return self.push(BlockKind::Paragraph, &lines.join("\n"));
        }
        let mut counter = Counter::default();
        let mut at = 0;
        while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
            at += self.block(rest, depth, &mut counter)?.max(1);
        }
        Ok(())
    }

    /// Reads the block that the first of `lines` begins; how many lines it takes.
    fn block(&mut self, lines: &[&str], depth: usize, counter: &mut Counter) -> Result<usize, ExtractError> {
        let Some((line, following)) = lines.split_first().filter(|(line, _)| !is_blank(line)) else {
            return Ok(1);
        };
        let was_at_start = std::mem::replace(&mut self.at_start, false);
        if indent(line) > 0 {
            let n = indented(lines, 1);
            self.body(&dedented(lines.get(..n).unwrap_or_default()), depth + 1)?;
            return Ok(n);
        }
        if let Some(marker) = bullet(line) {
            counter.reset();
            return self.item(marker, following, depth);
        }
        if let Some(marker) = enumerator(line, following.first(), counter) {
            return self.item(marker, following, depth);
        }
        counter.reset();
        if let Some(marker) = field(line) {
            self.at_start = was_at_start;
            return self.field(&marker, following, depth, was_at_start && depth == 0);
        }
        if let Some(marker) = option(line, following.first()) {
            self.lead = Some((BlockKind::ListItem, format!("- {}: ", marker.text)));
            return self.inside(marker.rest, usize::MAX, following, depth);
        }
        if line.starts_with(">>> ") {
            let n = lines.iter().take_while(|line| !is_blank(line)).count();
            self.push_code(lines.get(..n).unwrap_or_default())?;
            return Ok(n);
        }
        if *line == "|" || line.starts_with("| ") {
            return self.line_block(lines);
        }
        if let Some((used, table)) = grid(lines).or_else(|| simple(lines)) {
            self.push_table(table)?;
            return Ok(used);
        }
        if *line == ".." || line.starts_with(".. ") {
            self.at_start = was_at_start;
            return self.explicit(line, following, depth);
        }
        if *line == "__" || line.starts_with("__ ") {
            return Ok(1);
        }
        if let Some(used) = self.title(line, following)? {
            self.at_start = was_at_start;
            return Ok(used);
        }
        self.text(line, following, depth)
    }

    /// An item of a list with everything in it.
    fn item(&mut self, marker: Marker<'_>, following: &[&str], depth: usize) -> Result<usize, ExtractError> {
        self.lead = Some((BlockKind::ListItem, marker.text));
        self.inside(marker.rest, marker.indent, following, depth)
    }

    /// Reads what is inside a block that begins with `first`: the indented lines behind it, of whose indentation `most` belongs to
    /// the block. How many lines that takes, the first one counted.
    pub(super) fn inside(
        &mut self,
        first: &str,
        most: usize,
        following: &[&str],
        depth: usize,
    ) -> Result<usize, ExtractError> {
        let n = indented(following, 1);
        let mut lines = vec![first];
        lines.extend(dedented_by(following.get(..n).unwrap_or_default(), most));
        self.body(&lines, depth + 1)?;
        self.end_lead()?;
        Ok(n + 1)
    }

    /// Starts a block with a text before its first paragraph.
    pub(super) fn lead(&mut self, kind: BlockKind, text: String) {
        self.lead = Some((kind, text));
    }

    /// Adds what was to stand before a paragraph that did not come, unless it is a bare bullet.
    pub(super) fn end_lead(&mut self) -> Result<(), ExtractError> {
        match self.lead.take().filter(|(_, text)| text.contains(char::is_alphanumeric)) {
            Some((kind, text)) => self.builder.push(kind, text.trim().trim_end_matches(':')),
            None => Ok(()),
        }
    }

    fn field(
        &mut self,
        marker: &Marker<'_>,
        following: &[&str],
        depth: usize,
        is_property: bool,
    ) -> Result<usize, ExtractError> {
        let name = plain(&marker.text, &mut self.names);
        let key = name.to_lowercase();
        if is_property && !matches!(key.as_str(), "abstract" | "dedication") {
            let n = indented(following, 1);
            let mut value = marker.rest.to_owned();
            for line in following.iter().take(n) {
                value.push(' ');
                value.push_str(line.trim_start());
            }
            let value = plain(value.trim(), &mut self.names);
            if key == "title" {
                self.builder.title(&value);
            }
            self.builder.property(if key == "authors" { "author" } else { &key }, value);
            return Ok(n + 1);
        }
        self.lead = Some((BlockKind::Paragraph, format!("{name}: ")));
        self.inside(marker.rest, usize::MAX, following, depth)
    }

    /// Lines that stay lines: verse and addresses.
    fn line_block(&mut self, lines: &[&str]) -> Result<usize, ExtractError> {
        let mut n = 0;
        let mut stanza = String::new();
        for line in lines {
            match line.strip_prefix('|').filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
                Some(rest) if is_blank(rest) => {
                    self.push(BlockKind::Paragraph, &std::mem::take(&mut stanza))?;
                }
                Some(rest) => {
                    stanza.push('\n');
                    stanza.push_str(rest.trim());
                }
                None if indent(line) > 0 => {
                    stanza.push(' ');
                    stanza.push_str(line.trim());
                }
                None => break,
            }
            n += 1;
        }
        self.push(BlockKind::Paragraph, &stanza)?;
        Ok(n)
    }

    /// A section title or a transition; how many lines it takes.
    fn title(&mut self, line: &str, following: &[&str]) -> Result<Option<usize>, ExtractError> {
        let width = |line: &str| line.chars().count();
        let next = following.first().copied().unwrap_or_default();
        if let Some(over) = adornment(line) {
            let under = following.get(1).and_then(|line| adornment(line));
            let is_title = !is_blank(next) && adornment(next).is_none() && under == Some(over);
            if is_title && width(line) > 1 {
                self.push_title(next.trim(), (over, true))?;
                return Ok(Some(3));
            }
            return Ok((width(line) >= 4).then_some(1));
        }
        let Some(under) = adornment(next).filter(|_| !matches!(next, "::" | "..")) else { return Ok(None) };
        if width(next) < width(line) && width(next) < 4 || !line.contains(char::is_alphanumeric) {
            return Ok(None);
        }
        self.push_title(line, (under, false))?;
        Ok(Some(2))
    }

    fn push_title(&mut self, title: &str, style: (char, bool)) -> Result<(), ExtractError> {
        let level = self.styles.iter().position(|known| *known == style).unwrap_or_else(|| {
            self.styles.push(style);
            self.styles.len() - 1
        });
        self.push(BlockKind::Heading(u8::try_from(level + 1).unwrap_or(6).min(6)), title)
    }

    /// A paragraph with the literal block it may announce, or a term with its definition.
    fn text(&mut self, line: &str, following: &[&str], depth: usize) -> Result<usize, ExtractError> {
        let is_term = following.first().is_some_and(|next| !is_blank(next) && indent(next) > 0);
        if is_term && !line.ends_with("::") {
            let term = plain(line, &mut self.names);
            self.end_lead()?;
            self.lead = Some((BlockKind::Paragraph, format!("{term}\n")));
            return self.inside("", usize::MAX, following, depth);
        }
        let goes_on = |next: &&&str| !is_blank(next) && indent(next) == 0;
        let mut text = line.to_owned();
        let mut n = 1;
        for next in following.iter().take_while(goes_on) {
            text.push('\n');
            text.push_str(next);
            n += 1;
        }
        let announces = text.ends_with("::");
        if announces {
            let kept = text.trim_end_matches("::").len();
            let alone = text
                .get(..kept)
                .is_none_or(|before| before.is_empty() || before.ends_with(char::is_whitespace));
            text.truncate(if alone { kept } else { kept + 1 });
        }
        self.push(BlockKind::Paragraph, &text)?;
        if announces {
            n += self.literal(following.get(n - 1..).unwrap_or_default())?;
        }
        Ok(n)
    }

    /// The literal block that a paragraph announced: indented, or every line quoted with the same character.
    fn literal(&mut self, lines: &[&str]) -> Result<usize, ExtractError> {
        let before = blank(lines);
        let lines = lines.get(before..).unwrap_or_default();
        let Some(first) = lines.first() else { return Ok(0) };
        let quote = first.chars().next().filter(char::is_ascii_punctuation);
        let n = match quote {
            _ if indent(first) > 0 => indented(lines, 1),
            Some(quote) => lines.iter().take_while(|line| line.starts_with(quote)).count(),
            None => return Ok(0),
        };
        self.push_code(lines.get(..n).unwrap_or_default())?;
        Ok(before + n)
    }

    /// Adds lines as they stand.
    pub(super) fn push_code(&mut self, lines: &[&str]) -> Result<(), ExtractError> {
        self.end_lead()?;
        self.builder.push(BlockKind::Code, &lines.join("\n"))
    }

    /// Adds a table.
    pub(super) fn push_table(&mut self, table: Table) -> Result<(), ExtractError> {
        self.end_lead()?;
        let header = table.header.map(|row| (BlockKind::TableHeader, row));
        for (kind, row) in
            header.into_iter().chain(table.rows.into_iter().map(|row| (BlockKind::TableRow, row)))
        {
            let cells: Vec<String> = row.iter().map(|cell| plain(cell, &mut self.names)).collect();
            self.builder.push_row(kind, &cells, None)?;
        }
        Ok(())
    }

    /// Adds a block of text with inline mark-up.
    pub(super) fn push(&mut self, kind: BlockKind, raw: &str) -> Result<(), ExtractError> {
        let text = plain(raw.trim(), &mut self.names);
        if text.trim().is_empty() {
            return Ok(());
        }
        if kind != BlockKind::Paragraph {
            self.end_lead()?;
        }
        match self.lead.take() {
            Some((kind, lead)) => self.builder.push(kind, &(lead + text.trim_start())),
            None => self.builder.push(kind, &text),
        }
    }
}
