//! Text of one block with the passages that a reader does not see.

use std::ops::Range;

use super::super::clean::{clean, squeeze, squeeze_lines};

/// Raw text of a block; hidden passages are byte ranges of it, in order, not overlapping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RichText {
    text: String,
    hidden: Vec<Range<usize>>,
}

impl From<&str> for RichText {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), hidden: Vec::new() }
    }
}

impl RichText {
    /// Adds text, `hidden` when a reader does not see it.
    pub(crate) fn push(&mut self, text: &str, hidden: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        if hidden && !text.is_empty() {
            match self.hidden.last_mut() {
                Some(last) if last.end == start => last.end = self.text.len(),
                _ => self.hidden.push(start..self.text.len()),
            }
        }
    }

    /// Adds `other` with its hidden passages.
    pub(crate) fn append(&mut self, other: &Self) {
        for (text, hidden) in other.parts() {
            self.push(text, hidden);
        }
    }

    /// This text behind `prefix`, which is hidden when all of the text is.
    pub(crate) fn prefixed(&self, prefix: &str) -> Self {
        let mut out = Self::default();
        out.push(prefix, self.is_hidden());
        out.append(self);
        out
    }

    /// The raw text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing to read in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether some of it is hidden.
    pub(crate) fn has_hidden(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Whether all of it is hidden.
    pub(crate) fn is_hidden(&self) -> bool {
        self.has_hidden() && self.parts().iter().all(|(text, hidden)| *hidden || text.trim().is_empty())
    }

    /// The text as it goes into a document, cleaned and squeezed (to one line when `one_line`), and its hidden passages.
    pub(crate) fn squeezed(&self, one_line: bool) -> (String, Vec<Range<usize>>) {
        let mut out = String::with_capacity(self.text.len());
        let mut hidden = Vec::new();
        let mut gap = None;
        for (raw, is_hidden) in self.parts() {
            let text = clean(raw);
            let body = if one_line { squeeze(&text) } else { squeeze_lines(&text) };
            let (lead, trail) = if body.is_empty() {
                (white(&text, one_line), None)
            } else {
                let start = text.len() - text.trim_start().len();
                let end = text.trim_end().len();
                (white(&text[..start], one_line), white(&text[end..], one_line))
            };
            gap = widest(gap, lead);
            if body.is_empty() {
                continue;
            }
            if let Some(gap) = gap.filter(|_| !out.is_empty()) {
                out.push(gap);
            }
            let start = out.len();
            out.push_str(&body);
            if is_hidden {
                hidden.push(start..out.len());
            }
            gap = trail;
        }
        (out, hidden)
    }

    /// The passages in order, each with whether it is hidden.
    fn parts(&self) -> Vec<(&str, bool)> {
        let mut parts = Vec::with_capacity(2 * self.hidden.len() + 1);
        let mut end = 0;
        for span in &self.hidden {
            parts.push((&self.text[end..span.start], false));
            parts.push((&self.text[span.clone()], true));
            end = span.end;
        }
        parts.push((&self.text[end..], false));
        parts
    }
}

/// What a run of white space becomes.
fn white(text: &str, one_line: bool) -> Option<char> {
    match text {
        "" => None,
        text if !one_line && text.contains('\n') => Some('\n'),
        _ => Some(' '),
    }
}

fn widest(a: Option<char>, b: Option<char>) -> Option<char> {
    if a == Some('\n') { a } else { b.or(a) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rich(parts: &[(&str, bool)]) -> RichText {
        let mut text = RichText::default();
        for (part, hidden) in parts {
            text.push(part, *hidden);
        }
        text
    }

    #[test]
    fn hidden_passages_keep_their_place_when_white_space_goes() {
        let text = rich(&[("  See ", false), (" the\u{200b} secret ", true), ("\n part", false)]);
        let (squeezed, hidden) = text.squeezed(false);
        assert_eq!(squeezed, "See the secret\npart");
        assert_eq!(&squeezed[hidden[0].clone()], "the secret");
        assert_eq!(text.squeezed(true).0, "See the secret part");
    }

    #[test]
    fn a_prefix_is_hidden_with_the_text() {
        let text = rich(&[("all", true), (" ", false)]).prefixed("- ");
        assert!(text.is_hidden());
        assert_eq!(text.squeezed(false), ("- all".to_owned(), vec![std::ops::Range { start: 0, end: 5 }]));
        assert!(!rich(&[("a", true), ("b", false)]).is_hidden());
        assert!(!RichText::default().is_hidden());
    }

    #[test]
    fn text_without_white_space_between_passages_stays_together() {
        let (text, hidden) = rich(&[("ab", false), ("cd", true), ("ef", false)]).squeezed(false);
        assert_eq!((text.as_str(), hidden), ("abcdef", vec![std::ops::Range { start: 2, end: 4 }]));
    }
}
