//! Makes damaged XML well-formed again: what is cut off is closed, what is no character is dropped.

use roxmltree::Document;

use super::MAX_DEPTH;

/// A well-formed text from a damaged one, `None` when nothing can be saved. Document types are never mended, so that no
/// damaged one brings in entities.
pub(super) fn mend(text: &str) -> Option<String> {
    if text.contains("<!DOCTYPE") || text.contains("<!doctype") {
        return None;
    }
    let balanced = balance(text)?;
    let Err(error) = Document::parse(&balanced) else { return Some(balanced) };
    let kept = balanced.get(..offset(&balanced, error.pos())?)?;
    let kept = kept.get(..kept.rfind('<')?)?;
    let balanced = balance(kept)?;
    Document::parse(&balanced).is_ok().then_some(balanced)
}

/// The byte offset of a position that the parser reports in lines and characters from 1.
fn offset(text: &str, at: roxmltree::TextPos) -> Option<usize> {
    let line = text.split_inclusive('\n').nth(usize::try_from(at.row).ok()?.checked_sub(1)?)?;
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    let column = usize::try_from(at.col).ok()?.saturating_sub(1);
    Some(start + line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte))
}

/// Drops tags that end nothing, closes what is left open, and drops what XML does not allow in text.
fn balance(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 256);
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text.get(text.find('<')?..)?;
    while !rest.is_empty() {
        let Some(after) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            let (plain, next) = rest.split_at(end);
            if !open.is_empty() {
                push_text(&mut out, plain);
            }
            rest = next;
            continue;
        };
        if let Some(skipped) = skip_special(after) {
            rest = skipped;
            continue;
        }
        let Some(end) = tag_end(after) else { break };
        let (tag, next) = after.split_at(end);
        rest = next.strip_prefix('>').unwrap_or(next);
        if let Some(name) = tag.strip_prefix('/') {
            if let Some(at) = open.iter().rposition(|inner| *inner == name.trim()) {
                while open.len() > at {
                    close(&mut out, open.pop()?);
                }
                if open.is_empty() {
                    return Some(out);
                }
            }
            continue;
        }
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        if name.is_empty() {
            continue;
        }
        out.push('<');
        out.extend(tag.chars().filter(|c| is_xml_char(*c)));
        out.push('>');
        if !tag.ends_with('/') {
            open.push(name);
            if open.len() > MAX_DEPTH {
                return None;
            }
        } else if open.is_empty() {
            return Some(out);
        }
    }
    if open.is_empty() {
        return None;
    }
    while let Some(name) = open.pop() {
        close(&mut out, name);
    }
    Some(out)
}

/// What follows a comment, a declaration or an instruction that starts behind `<`; nothing follows an unfinished one.
fn skip_special(after: &str) -> Option<&str> {
    let end = match after {
        after if after.starts_with("!--") => "-->",
        after if after.starts_with('?') => "?>",
        after if after.starts_with('!') => ">",
        _ => return None,
    };
    Some(after.split_once(end).map_or("", |(_, rest)| rest))
}

/// Where the `>` of a tag is, quoted ones aside.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '<') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (plain, reference) = rest.split_at(at);
        out.extend(plain.chars().filter(|c| is_xml_char(*c)));
        out.push_str(if is_reference(reference) { "&" } else { "&amp;" });
        rest = reference.get(1..).unwrap_or_default();
    }
    out.extend(rest.chars().filter(|c| is_xml_char(*c)));
}

/// Whether the text begins with a reference that every parser knows.
fn is_reference(text: &str) -> bool {
    let Some((name, _)) = text.get(1..).and_then(|rest| rest.split_once(';')) else { return false };
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        },
        None => return matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
    };
    code.and_then(char::from_u32).is_some_and(is_xml_char)
}

fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_elements_are_closed_and_stray_ends_dropped() {
        assert_eq!(mend("<?xml version='1.0'?><a><b>x</d></b><c y='").as_deref(), Some("<a><b>x</b></a>"));
        assert_eq!(
            mend("<a>1 & 2 &#7; &#65;&lt;</a> tail").as_deref(),
            Some("<a>1 &amp; 2 &amp;#7; &#65;&lt;</a>")
        );
        assert_eq!(mend("no tags"), None);
        assert_eq!(mend("<!DOCTYPE x><a>"), None);
    }

    #[test]
    fn a_tag_that_is_no_tag_ends_the_text() {
        assert_eq!(mend("<a><b>x</b><c d=1>y</c></a>").as_deref(), Some("<a><b>x</b></a>"));
    }

    #[test]
    fn endless_nesting_is_given_up() {
        assert_eq!(mend(&("<a>".repeat(100_000) + &"</b>".repeat(100_000))), None);
    }
}
