//! Inline mark-up to the text that a reader sees.

use std::collections::HashMap;

/// Characters that may stand before the start of inline mark-up, besides white space.
const BEFORE: &str = "'\"([{<-/:‘“’«¡¿–—";
/// Characters that may stand behind its end, besides white space.
const AFTER: &str = "'\")]}>-/\\:.,;!?’”»–—";

/// Longest label of a footnote and longest role.
const MAX_NAME: usize = 100;

/// What the rest of the document says about the names in a text.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Texts of substitutions, by name.
    pub(super) substitutions: HashMap<String, String>,
    /// Numbers of footnotes that are numbered by themselves, in the order of their definitions.
    pub(super) automatic: Vec<usize>,
    /// Numbers of those that have a name as well.
    pub(super) labelled: HashMap<String, usize>,
    references: usize,
    definitions: usize,
}

impl Names {
    /// The label of a footnote or citation as a reader sees it, at its definition.
    pub(super) fn defined(&mut self, label: &str) -> String {
        let count = self.definitions;
        self.definitions += usize::from(label == "#");
        self.label(label, count)
    }

    fn referred(&mut self, label: &str) -> String {
        let count = self.references;
        self.references += usize::from(label == "#");
        self.label(label, count)
    }

    fn label(&self, label: &str, count: usize) -> String {
        let number = match label.strip_prefix('#') {
            Some("") => self.automatic.get(count),
            Some(name) => self.labelled.get(name),
            None => None,
        };
        number.map_or_else(|| label.trim_start_matches('#').to_owned(), usize::to_string)
    }
}

/// The text without its mark-up. Mark-up that is not closed is text.
pub(super) fn plain(raw: &str, names: &mut Names) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut before = ' ';
    let mut ends = Ends::default();
    while let Some(c) = rest.chars().next() {
        let used = if starts(before, rest, c) { markup(rest, names, &mut ends, &mut out) } else { None };
        if let Some(after) = used.and_then(|used| rest.get(used..)) {
            before = '\u{2}';
            rest = after;
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => {
                if let Some(escaped) = rest.chars().next() {
                    if !escaped.is_whitespace() {
                        out.push(escaped);
                    }
                    rest = rest.get(escaped.len_utf8()..).unwrap_or_default();
                    before = if escaped.is_whitespace() { ' ' } else { escaped };
                }
            }
            '_' if before.is_alphanumeric() && ends_reference(rest) => {
                rest = rest.strip_prefix('_').unwrap_or(rest);
                before = c;
            }
            c => {
                out.push(c);
                before = c;
            }
        }
    }
    out
}

/// Whether mark-up may start at `c`, the first character of `rest`.
fn starts(before: char, rest: &str, c: char) -> bool {
    matches!(c, '*' | '`' | '|' | '[' | ':' | '_')
        && (before.is_whitespace() || BEFORE.contains(before))
        && rest.chars().nth(1).is_some_and(|next| !next.is_whitespace())
}

/// Whether the underscore before `rest` ends the name of a link: `name_` and `name__`.
fn ends_reference(rest: &str) -> bool {
    let rest = rest.strip_prefix('_').unwrap_or(rest);
    rest.chars().next().is_none_or(|c| c.is_whitespace() || (AFTER.contains(c) && !matches!(c, '/' | '\\')))
}

/// Writes what the mark-up at the start of `rest` shows; the bytes used, `None` when it is text.
fn markup(rest: &str, names: &mut Names, ends: &mut Ends, out: &mut String) -> Option<usize> {
    if let Some(content) = rest.strip_prefix("``") {
        let end = ends.find(content, "``", false)?;
        out.push_str(content.get(..end)?);
        return Some(end + 4);
    }
    if let Some(content) = rest.strip_prefix("**") {
        let end = ends.find(content, "**", true)?;
        out.push_str(&unescaped(content.get(..end)?));
        return Some(end + 4);
    }
    if let Some(content) = rest.strip_prefix('*') {
        let end = ends.find(content, "*", true)?;
        out.push_str(&unescaped(content.get(..end)?));
        return Some(end + 2);
    }
    if let Some(content) = rest.strip_prefix('`') {
        let end = ends.find(content, "`", true)?;
        let (text, after) = (content.get(..end)?, content.get(end + 1..)?);
        let suffix = suffix_len(after);
        let role = after.get(..suffix)?.strip_prefix(':').and_then(|role| role.strip_suffix(':'));
        out.push_str(&interpreted(text, role.unwrap_or_default()));
        return Some(end + 2 + suffix);
    }
    if let Some(content) = rest.strip_prefix("_`") {
        let end = ends.find(content, "`", true)?;
        out.push_str(&unescaped(content.get(..end)?));
        return Some(end + 3);
    }
    if let Some(content) = rest.strip_prefix('|') {
        let end = ends.find(content, "|", true)?;
        let name = content.get(..end)?;
        let text = names.substitutions.get(&name.to_lowercase());
        out.push_str(text.map_or(name, String::as_str));
        let after = content.get(end + 1..)?;
        let underscores = after.len() - after.trim_start_matches('_').len();
        return Some(end + 2 + underscores.min(2));
    }
    if let Some(content) = rest.strip_prefix('[') {
        let end = content.bytes().take(MAX_NAME).position(|byte| byte == b']')?;
        let label = content.get(..end)?;
        content.get(end + 1..)?.strip_prefix('_')?;
        let is_label = |c: char| c.is_alphanumeric() || matches!(c, '#' | '*' | '-' | '_' | '.' | ':' | '+');
        if label.is_empty() || !label.chars().all(is_label) {
            return None;
        }
        out.push_str(&format!("[{}]", names.referred(label)));
        return Some(end + 3);
    }
    let (role, after) = role(rest)?;
    let content = after.strip_prefix('`')?;
    let end = ends.find(content, "`", true)?;
    out.push_str(&interpreted(content.get(..end)?, role));
    Some(rest.len() - content.len() + end + 1)
}

/// The role in `:role:` and what follows it.
fn role(rest: &str) -> Option<(&str, &str)> {
    let content = rest.strip_prefix(':')?;
    let is_role = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | ':');
    let end = content.char_indices().take(MAX_NAME).find(|(_, c)| !is_role(*c))?.0;
    let role = content.get(..end)?.strip_suffix(':').filter(|role| !role.is_empty())?;
    Some((role, content.get(end..)?))
}

/// Bytes of what follows the closing backquote: `_`, `__`, or `:role:`.
fn suffix_len(after: &str) -> usize {
    let underscores = after.len() - after.trim_start_matches('_').len();
    if underscores > 0 {
        return underscores.min(2);
    }
    let Some(content) = after.strip_prefix(':') else { return 0 };
    match content.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.'))) {
        Some(end) if end > 0 && content.get(end..).is_some_and(|rest| rest.starts_with(':')) => end + 2,
        _ => 0,
    }
}

/// Finds where mark-up ends; remembers which marks do not end in the rest of the text, so that it is searched once for each.
#[derive(Debug, Default)]
struct Ends {
    missing: Vec<&'static str>,
}

impl Ends {
    /// Where `mark` ends the mark-up that `content` begins with: behind no space and before no letter.
    fn find(&mut self, content: &str, mark: &'static str, escapes: bool) -> Option<usize> {
        if self.missing.contains(&mark) {
            return None;
        }
        let mut escaped = false;
        let mut before = ' ';
        for (at, c) in content.char_indices() {
            let may_end = !escaped && at > 0 && !before.is_whitespace();
            let after = content.get(at..).filter(|_| may_end).and_then(|rest| rest.strip_prefix(mark));
            if after.is_some_and(|after| closes(mark, after)) {
                return Some(at);
            }
            escaped = escapes && c == '\\' && !escaped;
            before = c;
        }
        self.missing.push(mark);
        None
    }
}

/// Whether what follows a mark lets it end mark-up.
fn closes(mark: &str, after: &str) -> bool {
    after.chars().next().is_none_or(|next| {
        next.is_whitespace()
            || AFTER.contains(next)
            || mark == "`" && matches!(next, '_' | ':')
            || mark == "|" && next == '_'
    })
}

/// The visible part of a link or of text with a role.
fn interpreted(text: &str, role: &str) -> String {
    let shown = match text.rfind('<').filter(|_| text.ends_with('>')) {
        Some(0) => text.get(1..text.len() - 1).unwrap_or(text),
        Some(at) if text.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace)) => {
            text.get(..at).unwrap_or(text)
        }
        _ => text,
    };
    let mut shown = unescaped(shown.trim());
    if role != "math" && role != "code" {
        // Sphinx: `~package.module.Name` shows the last name, `!name` makes no link.
        if let Some(path) = shown.strip_prefix('~') {
            shown = path.rsplit('.').next().unwrap_or(path).to_owned();
        } else if let Some(name) = shown.strip_prefix('!') {
            shown = name.to_owned();
        }
    }
    shown
}

/// Backslashes removed with the white space behind them.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
        } else if let Some(next) = chars.next().filter(|next| !next.is_whitespace()) {
            out.push(next);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_sees() {
        let mut names = Names::default();
        names.substitutions.insert("movie".into(), "a film".into());
        names.automatic = vec![2, 3];
        names.labelled.insert("note".into(), 4);
        for (raw, shown) in [
            ("This is *emphasized*, **strong** and ``co*de``.", "This is emphasized, strong and co*de."),
            ("2*2 = 4*1 and a * b * c", "2*2 = 4*1 and a * b * c"),
            (
                "a `URL </url/>`_, `<foo>`_, `the first`__ and link1_ again.",
                "a URL, foo, the first and link1 again.",
            ),
            ("snake_case_name stays, _private too", "snake_case_name stays, _private too"),
            (":sup:`super`, `sub`:sub:, :py:class:`~a.b.C`, :ref:`Title <x>`", "super, sub, C, Title"),
            ("E\\ :sub:`2`\\ x, \\*not\\*, C:\\\\dir", "E2x, *not*, C:\\dir"),
            ("|movie|_ and |unknown| or a|b|c", "a film and unknown or a|b|c"),
            ("[1]_ [#]_ [#]_ [#note]_ [*]_ [CIT-2]_ [no]", "[1] [2] [3] [4] [*] [CIT-2] [no]"),
            ("an _`inline target`. *open `too", "an inline target. *open `too"),
            ("(``>``, ``$``, ``\\``)", "(>, $, \\)"),
            ("see :ref: nothing: `x`", "see :ref: nothing: x"),
        ] {
            assert_eq!(plain(raw, &mut names), shown, "{raw}");
        }
    }
}
