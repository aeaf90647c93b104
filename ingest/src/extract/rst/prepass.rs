//! What must be known before the text is read: substitutions and the numbers of footnotes.

use std::collections::HashSet;

use super::inline::Names;
use super::lines::{dedented, indented};

/// Reads the definitions of the whole document.
pub(super) fn names(lines: &[&str]) -> Names {
    let mut names = Names::default();
    let mut labels = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(markup) = line.trim_start().strip_prefix(".. ") else { continue };
        let markup = markup.trim_start();
        if let Some((label, _)) = markup.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            labels.push(label);
        } else if let Some((name, rest)) = markup.strip_prefix('|').and_then(|rest| rest.split_once('|')) {
            let following = lines.get(at + 1..).unwrap_or_default();
            let block = following
                .get(..indented(following, super::lines::indent(line) + 1).min(50))
                .unwrap_or_default();
            if let Some((directive, argument)) = rest.trim().split_once("::") {
                let text = substitution(directive.trim(), argument.trim(), &dedented(block));
                names.substitutions.insert(name.trim().to_lowercase(), text);
            }
        }
    }
    number_notes(&labels, &mut names);
    names
}

/// What a reader sees for a substitution.
fn substitution(directive: &str, argument: &str, block: &[&str]) -> String {
    match directive {
        "replace" => {
            let mut text = argument.to_owned();
            for line in block.iter().take_while(|line| !line.is_empty()) {
                text.push(' ');
                text.push_str(line);
            }
            super::inline::plain(text.trim(), &mut Names::default())
        }
        "image" => {
            let alt = block.iter().find_map(|line| line.strip_prefix(":alt:"));
            alt.map(|alt| alt.trim().to_owned()).unwrap_or_default()
        }
        "unicode" => {
            let codes = argument.split_whitespace().take_while(|word| *word != "..");
            codes.map(|word| character(word).map_or_else(|| word.to_owned(), String::from)).collect()
        }
        _ => String::new(),
    }
}

/// `0xA9`, `U+00A9`, `\u00A9` and `&#xA9;` are all the same character.
fn character(word: &str) -> Option<char> {
    let lower = word.to_ascii_lowercase();
    let hex =
        ["0x", "x", "\\x", "u+", "u", "\\u", "&#x"].iter().find_map(|prefix| lower.strip_prefix(prefix));
    let code = match hex {
        Some(digits) => u32::from_str_radix(digits.trim_end_matches(';'), 16).ok()?,
        None => lower.parse().ok()?,
    };
    char::from_u32(code)
}

/// Footnotes that number themselves take the numbers that no other has.
fn number_notes(labels: &[&str], names: &mut Names) {
    let taken: HashSet<usize> = labels.iter().filter_map(|label| label.parse().ok()).collect();
    let mut free = (1..).filter(|number| !taken.contains(number));
    for label in labels.iter().filter_map(|label| label.strip_prefix('#')) {
        let Some(number) = free.next() else { return };
        if label.is_empty() {
            names.automatic.push(number);
        } else {
            names.labelled.insert(label.to_owned(), number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions() {
        let lines = [
            ".. |a| replace:: *one*",
            "   two",
            ".. |B| image:: x.png",
            "   :alt: a film",
            ".. |c| unicode:: 0xA9 U+103",
            ".. [1] x",
            ".. [#] y",
            ".. [#n] z",
            ".. [CIT] w",
        ];
        let names = names(&lines);
        let text = |name: &str| names.substitutions[name].as_str();
        assert_eq!((text("a"), text("b"), text("c")), ("one two", "a film", "©ă"));
        assert_eq!((names.automatic.as_slice(), names.labelled["n"]), (&[2][..], 3));
    }
}
