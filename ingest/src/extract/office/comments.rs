//! Comments: who wrote them, when, and about what.

use std::collections::HashMap;

use crate::error::truncate_chars;

/// Characters of the commented passage that stand before a comment.
const MAX_QUOTE: usize = 120;
/// Most passages inside one another.
const MAX_OPEN: usize = 50;

/// The passages that comments are about, by the identifiers of the comments.
#[derive(Debug, Default)]
pub(crate) struct Quotes<'a> {
    open: Vec<(&'a str, String)>,
    done: HashMap<&'a str, String>,
}

impl<'a> Quotes<'a> {
    /// A commented passage starts.
    pub(crate) fn open(&mut self, id: &'a str) {
        if self.open.len() < MAX_OPEN {
            self.open.push((id, String::new()));
        }
    }

    /// A commented passage ends.
    pub(crate) fn close(&mut self, id: &str) {
        if let Some(at) = self.open.iter().position(|(open, _)| *open == id) {
            self.done.extend(Some(self.open.swap_remove(at)));
        }
    }

    /// Adds text to the open passages.
    pub(crate) fn push(&mut self, text: &str) {
        for (_, quote) in &mut self.open {
            // A little more than is shown: letters of other scripts take several bytes.
            if quote.len() <= 4 * MAX_QUOTE {
                quote.push_str(text);
            }
        }
    }

    /// What a comment is about, shortened to one line.
    pub(crate) fn of(&self, id: &str) -> Option<String> {
        let mut quote = self.done.get(id)?.split_whitespace().collect::<Vec<_>>().join(" ");
        if quote.chars().count() > MAX_QUOTE {
            truncate_chars(&mut quote, MAX_QUOTE);
            quote.push('…');
        }
        (!quote.is_empty()).then_some(quote)
    }
}

/// What stands before the text of a comment: `Ana (2024-05-06) on "two words": `; nothing when nothing is known.
pub(crate) fn prefix(author: &str, date: Option<&str>, quote: Option<&str>) -> String {
    let mut prefix = author.to_owned();
    if let Some((day, _)) = date.and_then(|date| date.split_once('T')) {
        prefix.push_str(&format!(" ({day})"));
    }
    if let Some(quote) = quote {
        prefix.push_str(&format!(" on \"{quote}\""));
    }
    if prefix.trim().is_empty() { String::new() } else { format!("{}: ", prefix.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_who_when_and_about_what() {
        let mut quotes = Quotes::default();
        quotes.open("1");
        quotes.open("2");
        quotes.push("two  ");
        quotes.close("2");
        quotes.push(&"word ".repeat(200));
        quotes.close("1");
        assert_eq!(quotes.of("2").as_deref(), Some("two"));
        assert!(
            quotes
                .of("1")
                .is_some_and(|quote| quote.ends_with('…') && quote.chars().count() == MAX_QUOTE + 1)
        );
        assert_eq!(quotes.of("3"), None);
        assert_eq!(prefix("Ana", Some("2024-05-06T07:08:09"), Some("two")), "Ana (2024-05-06) on \"two\": ");
        assert_eq!(prefix(" ", None, None), "");
    }
}
