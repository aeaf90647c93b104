//! XHTML for an HTML parser.

use std::borrow::Cow;

/// Elements that have no content and no end tag in HTML.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Writes empty elements with their end tags and character data as text: an HTML parser takes `<title/>` for the beginning of a
/// title that never ends.
pub(super) fn as_html(page: &str) -> Cow<'_, str> {
    if !page.contains("/>") && !page.contains("<![CDATA[") {
        return Cow::Borrowed(page);
    }
    let mut out = String::with_capacity(page.len() + page.len() / 16);
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        rest = tag;
        let end = if tag.starts_with("<!--") {
            tag.find("-->").map(|end| end + 3)
        } else if let Some(data) = tag.strip_prefix("<![CDATA[") {
            let Some((data, after)) = data.split_once("]]>") else { break };
            out.push_str(&data.replace('&', "&amp;").replace('<', "&lt;"));
            rest = after;
            continue;
        } else {
            tag_len(tag)
        };
        let Some((tag, after)) = end.and_then(|end| tag.split_at_checked(end)) else { break };
        match tag.strip_suffix("/>").filter(|_| !tag.starts_with("<!")) {
            Some(start) if !is_void(start) => {
                out.push_str(start);
                out.push_str("></");
                out.push_str(name(start));
                out.push('>');
            }
            _ => out.push_str(tag),
        }
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Bytes of the tag that `text` begins with; `>` inside quotes does not end it.
fn tag_len(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn name(start: &str) -> &str {
    let name = start.trim_start_matches('<');
    name.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or(name)
}

fn is_void(start: &str) -> bool {
    let name = name(start);
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_elements_get_their_end_tags() {
        assert_eq!(
            as_html("<title/><p id='a>b'/><br/>x<!-- <i/> --><![CDATA[a<b]]><a href=\"/\"/>y<"),
            "<title></title><p id='a>b'></p><br/>x<!-- <i/> -->a&lt;b<a href=\"/\"></a>y<"
        );
        assert!(matches!(as_html("<p>x</p>"), Cow::Borrowed(_)));
    }
}
