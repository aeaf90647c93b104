//! Document types and the entities that they declare. Nothing outside the document is ever read.

use std::collections::HashMap;

use quick_xml::escape::{resolve_html5_entity, resolve_xml_entity};

/// Longest value of an entity.
const MAX_VALUE_BYTES: usize = 10_000;
/// What entities may add to a document.
const MAX_ADDED_BYTES: usize = 4 << 20;

/// Whether a document that could not be parsed has a document type or entities.
pub(super) fn may_help(text: &str) -> bool {
    text.contains("<!DOCTYPE") || text.contains('&')
}

/// The document without its document type, its entities replaced: those that it declares, those of HTML, and any other by
/// its name.
pub(super) fn without_document_type(text: &str) -> String {
    let (before, subset, after) = split(text);
    let declared = declarations(subset);
    let mut out = String::with_capacity(text.len());
    out.push_str(before);
    let mut rest = after;
    let mut added = 0;
    while let Some(at) = rest.find(['&', '<']) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let literal =
            [("<![CDATA[", "]]>"), ("<!--", "-->")].iter().find(|(open, _)| special.starts_with(open));
        if let Some((_, close)) = literal {
            let end = special.find(close).map_or(special.len(), |at| at + close.len());
            let (whole, after) = special.split_at(end);
            out.push_str(whole);
            rest = after;
        } else if let Some(name) = reference(special) {
            let text = replacement(name, &declared, added);
            added += text.len();
            out.push_str(&text);
            rest = special.get(name.len() + 2..).unwrap_or_default();
        } else {
            let (one, after) = special.split_at(1);
            out.push_str(if one == "&" && !special.starts_with("&#") { "&amp;" } else { one });
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What comes before the document type, its declarations, and what comes after.
fn split(text: &str) -> (&str, &str, &str) {
    let Some(start) = text.find("<!DOCTYPE") else { return ("", "", text) };
    let (before, document_type) = text.split_at(start);
    let (mut quote, mut depth) = (None, 0usize);
    for (at, c) in document_type.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '<') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, '>') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let (subset, after) = document_type.split_at(at + 1);
                    return (before, subset, after);
                }
            }
            _ => {}
        }
    }
    (before, document_type, "")
}

/// `<!ENTITY name "value">` of a document type.
fn declarations(subset: &str) -> HashMap<&str, &str> {
    let declared = subset.split("<!ENTITY").skip(1).filter_map(|declaration| {
        let (name, rest) = declaration.trim_start().split_once(|c: char| c.is_whitespace())?;
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = rest.get(1..)?.split(quote).next()?;
        (value.len() <= MAX_VALUE_BYTES).then_some((name, value))
    });
    declared.collect()
}

/// The name of the entity at the start of a text.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix('&')?.split_once(';')?.0;
    let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
    (!name.is_empty() && name.len() < 64 && is_name).then_some(name)
}

fn replacement(name: &str, declared: &HashMap<&str, &str>, added: usize) -> String {
    if resolve_xml_entity(name).is_some() {
        return format!("&{name};");
    }
    match declared.get(name) {
        // Entities inside entities are not followed, so that no document grows beyond measure.
        Some(value) if added < MAX_ADDED_BYTES && !value.contains('&') => (*value).to_owned(),
        _ => match resolve_html5_entity(name) {
            Some(text) => text.replace('&', "&amp;").replace('<', "&lt;"),
            None => format!("&amp;{name};"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_of_all_origins_are_replaced() {
        let text = "<?xml version='1.0'?><!DOCTYPE a PUBLIC \"x>y\" 'z' [<!ENTITY own \"my <b>text</b>\"><!ENTITY % p 'q'><!ENTITY far SYSTEM 'file:///etc/passwd'>]>\
                    <a>&own; &eacute; &amp; &far; &#65; AT&T <![CDATA[&own;]]><!-- &own; --></a>";
        assert_eq!(
            without_document_type(text),
            "<?xml version='1.0'?><a>my <b>text</b> é &amp; &amp;far; &#65; AT&amp;T <![CDATA[&own;]]><!-- &own; --></a>"
        );
    }

    #[test]
    fn a_laughing_document_does_not_grow() {
        let text = format!(
            "<!DOCTYPE a [<!ENTITY x \"{}\"><!ENTITY y \"&x;&x;\">]><a>{}</a>",
            "h".repeat(9000),
            "&x;&y;".repeat(10_000)
        );
        assert!(without_document_type(&text).len() < 5 << 20);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken(text in "[<>!&;\\[\\]'\"a-c DOCTYPENI-]{0,60}") {
            without_document_type(&format!("<!DOCTYPE {text}"));
        }
    }
}
