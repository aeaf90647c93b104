//! The blocks of a text in a compact form that is stored beside it, so that it can be cut again without its original.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::document::{Block, BlockKind, Extracted};

/// Raised when the form changes; a text stored in another one is cut by its blank lines.
const FORM: u32 = 1;

/// What is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    form: u32,
    /// Of each block: its kind, the bytes between it and the one before it, its length.
    blocks: Vec<(u8, usize, usize)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hidden: Vec<(usize, usize)>,
}

fn code(kind: BlockKind) -> u8 {
    match kind {
        BlockKind::Paragraph => 0,
        BlockKind::Heading(level) => level,
        BlockKind::ListItem => 7,
        BlockKind::TableHeader => 8,
        BlockKind::TableRow => 9,
        BlockKind::Code => 10,
    }
}

fn kind(code: u8) -> Option<BlockKind> {
    Some(match code {
        0 => BlockKind::Paragraph,
        1..=6 => BlockKind::Heading(code),
        7 => BlockKind::ListItem,
        8 => BlockKind::TableHeader,
        9 => BlockKind::TableRow,
        10 => BlockKind::Code,
        _ => return None,
    })
}

/// The stored form of a document's blocks and hidden spans.
pub(crate) fn write(doc: &Extracted) -> String {
    let mut end = 0;
    let block = |block: &Block| {
        let gap = block.span.start.saturating_sub(end);
        end = block.span.end;
        (code(block.kind), gap, block.span.len())
    };
    let stored = Stored {
        form: FORM,
        blocks: doc.blocks.iter().map(block).collect(),
        hidden: doc.hidden.iter().map(|span| (span.start, span.end)).collect(),
    };
    // Numbers only: it always serialises.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// Puts blocks and hidden spans back into `doc`, which has its text. Without a form that fits, blocks are what blank lines
/// separate.
pub(crate) fn read(doc: &mut Extracted, stored: Option<&str>) {
    if let Some((blocks, hidden)) = stored.and_then(parse) {
        (doc.blocks, doc.hidden) = (blocks, hidden);
        if doc.validate().is_ok() {
            return;
        }
    }
    doc.hidden.clear();
    doc.blocks = paragraphs(&doc.text).map(|span| Block { span, kind: BlockKind::Paragraph }).collect();
}

fn parse(stored: &str) -> Option<(Vec<Block>, Vec<Range<usize>>)> {
    let stored: Stored = serde_json::from_str(stored).ok()?;
    if stored.form != FORM {
        return None;
    }
    let mut end = 0usize;
    let mut blocks = Vec::with_capacity(stored.blocks.len());
    for (code, gap, len) in stored.blocks {
        let start = end.checked_add(gap)?;
        end = start.checked_add(len)?;
        blocks.push(Block { span: start..end, kind: kind(code)? });
    }
    Some((blocks, stored.hidden.into_iter().map(|(start, end)| start..end).collect()))
}

/// Runs of lines between blank ones, trimmed.
fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive("\n\n").filter_map(move |part| {
        let from = start + (part.len() - part.trim_start().len());
        start += part.len();
        let trimmed = part.trim();
        (!trimmed.is_empty()).then(|| from..from + trimmed.len())
    })
}

#[cfg(test)]
mod tests {
    use super::super::TextBuilder;
    use super::*;

    fn document() -> Extracted {
        let mut b = TextBuilder::new("text/plain", 1000);
        b.push(BlockKind::Heading(2), "Titlu").unwrap();
        b.push(BlockKind::TableHeader, "a | b").unwrap();
        b.push(BlockKind::TableRow, "1 | 2").unwrap();
        b.push(BlockKind::ListItem, "- ș").unwrap();
        let from = b.len();
        b.push(BlockKind::Paragraph, "ascuns").unwrap();
        b.hide_since(from);
        b.push(BlockKind::Code, "x = 1\n\ny = 2").unwrap();
        b.finish().unwrap()
    }

    #[test]
    fn blocks_survive_being_stored() {
        let doc = document();
        let mut back = Extracted { blocks: Vec::new(), hidden: Vec::new(), ..doc.clone() };
        read(&mut back, Some(&write(&doc)));
        assert_eq!(back, doc);
    }

    #[test]
    fn a_form_that_does_not_fit_leaves_the_text_whole() {
        let doc = document();
        for stored in [
            None,
            Some(""),
            Some("{}"),
            Some(r#"{"form":99,"blocks":[]}"#),
            Some(r#"{"form":1,"blocks":[[0,0,3]]}"#),
        ] {
            let mut back = Extracted { blocks: Vec::new(), ..doc.clone() };
            read(&mut back, stored);
            back.validate().unwrap();
            assert_eq!(back.blocks.len(), 6, "{stored:?}");
        }
        let huge = format!(r#"{{"form":1,"blocks":[[0,{},{}]]}}"#, usize::MAX, usize::MAX);
        let mut back = doc.clone();
        read(&mut back, Some(&huge));
        back.validate().unwrap();
    }
}
