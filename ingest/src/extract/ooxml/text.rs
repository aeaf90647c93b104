//! Paragraphs of drawings (`a:p`): text boxes, shapes, titles of charts.

use super::super::office::{Node, RichText, xml};
use super::math;

/// Below this size, in hundredths of a point, text is not meant to be read.
const MIN_SIZE: u32 = 200;

/// The text of one paragraph. Numbers of slides are left out: they are no part of what is said.
pub(crate) fn paragraph(node: Node<'_>) -> RichText {
    let mut out = RichText::default();
    inline(node, &mut out);
    out
}

/// The texts of the paragraphs of a body, one line each.
pub(crate) fn body(node: Node<'_>) -> RichText {
    let mut out = RichText::default();
    for (index, inner) in xml::children_named(node, "p").enumerate() {
        if index > 0 {
            out.push("\n", false);
        }
        out.append(&paragraph(inner));
    }
    out
}

fn inline(node: Node<'_>, out: &mut RichText) {
    for inner in xml::children(node) {
        match xml::name(inner) {
            "r" => run(inner, out),
            "fld" if xml::attribute(inner, "type") != Some("slidenum") => run(inner, out),
            "br" => out.push("\n", false),
            "AlternateContent" => {
                if let Some(chosen) = xml::alternative(inner) {
                    inline(chosen, out);
                }
            }
            "m" => inline(inner, out),
            "oMath" | "oMathPara" => out.push(&math::text(inner), false),
            _ => {}
        }
    }
}

fn run(node: Node<'_>, out: &mut RichText) {
    let size = xml::child(node, "rPr").and_then(|properties| xml::attribute(properties, "sz"));
    let hidden = size.and_then(|size| size.parse::<u32>().ok()).is_some_and(|size| size < MIN_SIZE);
    if let Some(text) = xml::child(node, "t") {
        out.push(&xml::text_of(text), hidden);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::office::Source;
    use super::*;

    #[test]
    fn runs_breaks_and_fields() {
        let xml = "<b><p><r><t>One</t></r><br/><r><rPr sz='100'/><t>tiny</t></r><fld type='slidenum'><t>7</t></fld>\
                   <fld type='datetime'><t> May</t></fld></p><p><r><t>Two</t></r></p></b>";
        let source = Source::new(xml.as_bytes());
        let tree = source.parse("a test").unwrap();
        let text = body(tree.root_element());
        assert_eq!(text.as_str(), "One\ntiny May\nTwo");
        assert!(text.has_hidden());
    }
}
