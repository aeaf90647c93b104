//! The body of a message: plain text with its quotes and soft line ends, or HTML.

use super::decode;
use super::structure::Leaf;
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::document::BlockKind;
use crate::extract::html;

/// Adds the text of a body.
pub(super) fn push(builder: &mut TextBuilder, leaf: &Leaf<'_>) -> Result<(), ExtractError> {
    let bytes = decode::transfer(leaf.content, &leaf.fields.transfer_encoding());
    if bytes.trim_ascii().is_empty() {
        return Ok(());
    }
    let decoded = match decoded(leaf, &bytes) {
        Ok(decoded) => decoded,
        Err(error) => {
            builder.warn(format!("the body was not read: {error}"));
            return Ok(());
        }
    };
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    if is_html(leaf, &decoded.text) {
        html::push_page(builder, &decoded.text)
    } else {
        push_plain(builder, &decoded.text, Flow::of(leaf))
    }
}

fn decoded(leaf: &Leaf<'_>, bytes: &[u8]) -> Result<crate::extract::charset::Decoded, ExtractError> {
    let label = leaf.fields.parameter("charset");
    if leaf.media_type == "text/plain" {
        decode::text(bytes, label)
    } else {
        html::decode(bytes, decode::declared(label))
    }
}

/// Whether a body is HTML, which some senders call plain text.
fn is_html(leaf: &Leaf<'_>, text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    leaf.media_type != "text/plain" || start.starts_with("<html") || start.starts_with("<!doctype html")
}

/// Words that a reader of the body sees; addresses of pages do not count.
pub(super) fn count_words(leaf: &Leaf<'_>) -> usize {
    let bytes = decode::transfer(leaf.content, &leaf.fields.transfer_encoding());
    let Ok(decoded) = decoded(leaf, &bytes) else { return 0 };
    let mut scratch = TextBuilder::new("text/plain", usize::MAX);
    let text = if is_html(leaf, &decoded.text) {
        match html::push_page(&mut scratch, &decoded.text).and_then(|()| scratch.finish()) {
            Ok(page) if leaf.media_type != "text/plain" => page.text,
            _ => return 0,
        }
    } else {
        decoded.text
    };
    let is_word = |word: &&str| word.contains(char::is_alphanumeric) && !word.contains("://");
    text.split_whitespace().filter(is_word).count()
}

/// Whether the content is nothing but a text encrypted with OpenPGP.
pub(super) fn is_pgp_message(content: &[u8]) -> bool {
    content.trim_ascii_start().starts_with(b"-----BEGIN PGP MESSAGE-----")
}

/// How the lines of a plain text are to be joined (RFC 3676).
#[derive(Clone, Copy)]
enum Flow {
    Fixed,
    /// A space at the end of a line joins it with the next; `delete` removes that space.
    Flowed {
        delete: bool,
    },
}

impl Flow {
    fn of(leaf: &Leaf<'_>) -> Self {
        let is =
            |name, value: &str| leaf.fields.parameter(name).is_some_and(|v| v.eq_ignore_ascii_case(value));
        if is("format", "flowed") { Self::Flowed { delete: is("delsp", "yes") } } else { Self::Fixed }
    }

    /// How many replies ago a line was written, and the line.
    fn unquote(self, line: &str) -> (usize, &str) {
        if let Self::Flowed { .. } = self {
            let rest = line.trim_start_matches('>');
            return (line.len() - rest.len(), rest.strip_prefix(' ').unwrap_or(rest));
        }
        let (mut depth, mut rest) = (0, line);
        while let Some(after) = rest.trim_start_matches(' ').strip_prefix('>') {
            // A line of the letter that mailboxes must not take for the beginning of the next one.
            if depth == 0 && after.starts_with("From ") {
                return (0, after);
            }
            (depth, rest) = (depth + 1, after);
        }
        (depth, if depth > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { line })
    }
}

/// Adds a plain text: paragraphs at blank lines and where the quoting changes, list items, soft line ends joined. A quoted
/// paragraph carries its marks once, so that its sentences are whole.
fn push_plain(builder: &mut TextBuilder, text: &str, flow: Flow) -> Result<(), ExtractError> {
    let mut group = Group { depth: 0, lines: Vec::new(), open: false };
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (depth, content) = flow.unquote(line);
        if content.trim().is_empty() || content == "-- " || depth != group.depth {
            group.push(builder)?;
            group.depth = depth;
        }
        if content.trim().is_empty() || content == "-- " {
            continue;
        }
        group.add(content, flow);
    }
    group.push(builder)
}

/// Lines of one paragraph.
struct Group {
    depth: usize,
    lines: Vec<String>,
    /// Whether the last line goes on.
    open: bool,
}

impl Group {
    fn add(&mut self, content: &str, flow: Flow) {
        let (soft, content) = match flow {
            Flow::Flowed { delete } if content.ends_with(' ') => {
                (true, if delete { content.strip_suffix(' ').unwrap_or(content) } else { content })
            }
            _ => (false, content),
        };
        match self.lines.last_mut().filter(|_| self.open) {
            Some(last) => last.push_str(content),
            None => self.lines.push(content.to_owned()),
        }
        self.open = soft;
    }

    fn push(&mut self, builder: &mut TextBuilder) -> Result<(), ExtractError> {
        let lines = std::mem::take(&mut self.lines);
        self.open = false;
        let mark = if self.depth > 0 { ">".repeat(self.depth.min(9)) + " " } else { String::new() };
        let items = lines.iter().filter(|line| is_item(line)).count();
        let is_list = items > 1 || lines.first().is_some_and(|line| is_item(line)) && !is_numbered(&lines);
        let mut block = String::new();
        let mut kind = BlockKind::Paragraph;
        for line in &lines {
            if is_list && is_item(line) && !block.is_empty() {
                builder.push(kind, &format!("{mark}{block}"))?;
                block.clear();
            }
            if is_list && is_item(line) {
                kind = BlockKind::ListItem;
            }
            if !block.is_empty() {
                block.push('\n');
            }
            block.push_str(line);
        }
        if block.trim().is_empty() { Ok(()) } else { builder.push(kind, &format!("{mark}{block}")) }
    }
}

fn is_numbered(lines: &[String]) -> bool {
    lines.first().is_some_and(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a line begins like an item of a list.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - number.len();
    ["- ", "* ", "• ", "· ", "+ "].iter().any(|bullet| line.starts_with(bullet))
        || (1..=2).contains(&digits) && (number.starts_with(". ") || number.starts_with(") "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str, flow: Flow) -> Vec<String> {
        let mut builder = TextBuilder::new("text/plain", 10_000);
        push_plain(&mut builder, text, flow).unwrap();
        let doc = builder.finish().unwrap();
        doc.validate().unwrap();
        doc.blocks.iter().map(|block| doc.text[block.span.clone()].to_owned()).collect()
    }

    #[test]
    fn soft_line_ends_are_joined() {
        let flow = Flow::Flowed { delete: false };
        let text = "A sentence that \r\ngoes on.\r\nNext.\r\n\r\n> quoted \r\n> and more\r\n>> older\r\n-- \r\nAna\r\n";
        assert_eq!(
            blocks(text, flow),
            ["A sentence that goes on.\nNext.", "> quoted and more", ">> older", "Ana"]
        );
        assert_eq!(blocks("Donau \ndampf\n", Flow::Flowed { delete: true }), ["Donaudampf"]);
    }

    #[test]
    fn quoted_sentences_stay_whole() {
        let text =
            "On Monday Ion wrote:\n> The meeting is\n> moved to ten.\n>\n> > Why?\nFine.\n>From here on.";
        assert_eq!(
            blocks(text, Flow::Fixed),
            ["On Monday Ion wrote:", "> The meeting is\nmoved to ten.", ">> Why?", "Fine.\nFrom here on."]
        );
    }

    #[test]
    fn lists_are_items() {
        let text = "Please bring:\n- pens\n- paper,\n  white\n\n2024. A year.\n";
        assert_eq!(
            blocks(text, Flow::Fixed),
            ["Please bring:", "- pens", "- paper,\nwhite", "2024. A year."]
        );
    }
}
