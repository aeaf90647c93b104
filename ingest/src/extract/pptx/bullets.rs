//! Bullets and numbers before the paragraphs of a shape.

use super::super::office::numbers::{NumberFormat, format_number};
use super::super::office::{Node, RichText, xml};
use super::super::ooxml::text;

/// Levels of a list.
const LEVELS: usize = 9;

/// What stands before a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bullet {
    None,
    Sign,
    Number { format: NumberFormat, open: &'static str, close: &'static str, start: u32 },
}

impl Bullet {
    /// Reads the properties of a paragraph or of a level, which need not say.
    fn read(properties: Node<'_>) -> Option<Self> {
        xml::children(properties).find_map(|node| match xml::name(node) {
            "buNone" => Some(Self::None),
            "buChar" | "buBlip" => Some(Self::Sign),
            "buAutoNum" => {
                let kind = xml::attribute(node, "type").unwrap_or("arabicPeriod");
                let format = match kind {
                    kind if kind.starts_with("alphaLc") => NumberFormat::LowerLetter,
                    kind if kind.starts_with("alphaUc") => NumberFormat::UpperLetter,
                    kind if kind.starts_with("romanLc") => NumberFormat::LowerRoman,
                    kind if kind.starts_with("romanUc") => NumberFormat::UpperRoman,
                    _ => NumberFormat::Decimal,
                };
                let (open, close) = match kind {
                    kind if kind.ends_with("ParenBoth") => ("(", ") "),
                    kind if kind.ends_with("ParenR") => ("", ") "),
                    _ => ("", ". "),
                };
                let start = xml::attribute(node, "startAt").and_then(|start| start.parse().ok()).unwrap_or(1);
                Some(Self::Number { format, open, close, start })
            }
            _ => None,
        })
    }
}

/// The bullets of the levels of a list, as far as they are said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ListStyle([Option<Bullet>; LEVELS]);

impl ListStyle {
    /// Reads an `a:lstStyle` or one of the styles of a master.
    pub(super) fn read(node: Node<'_>) -> Self {
        let mut style = Self::default();
        for level in xml::children(node) {
            let index = xml::name(level).strip_prefix("lvl").and_then(|name| name.strip_suffix("pPr"));
            let index =
                index.and_then(|index| index.parse::<usize>().ok()).and_then(|index| index.checked_sub(1));
            if let Some(slot) = index.and_then(|index| style.0.get_mut(index)) {
                *slot = Bullet::read(level);
            }
        }
        style
    }

    /// This style, with what it does not say from `base`.
    pub(super) fn over(self, base: Self) -> Self {
        let mut out = self;
        for (slot, base) in out.0.iter_mut().zip(base.0) {
            *slot = slot.or(base);
        }
        out
    }
}

/// The paragraphs of a body of text with what stands before them, and whether that makes them list items.
pub(super) fn paragraphs(body: Node<'_>, base: ListStyle) -> Vec<(bool, RichText)> {
    let own = xml::child(body, "lstStyle").map(ListStyle::read).unwrap_or_default();
    let style = own.over(base);
    let mut counters = [0u32; LEVELS];
    let mut out = Vec::new();
    for node in xml::children_named(body, "p") {
        let text = text::paragraph(node);
        if text.is_blank() {
            continue;
        }
        let properties = xml::child(node, "pPr");
        let level =
            properties.and_then(|inner| xml::attribute(inner, "lvl")).and_then(|level| level.parse().ok());
        let level: usize = level.unwrap_or(0).min(LEVELS - 1);
        let bullet = properties.and_then(Bullet::read).or(style.0[level]).unwrap_or(Bullet::None);
        counters.iter_mut().skip(level + 1).for_each(|counter| *counter = 0);
        let marker = match bullet {
            Bullet::None => None,
            Bullet::Sign => Some("- ".to_owned()),
            Bullet::Number { format, open, close, start } => {
                let number = start.saturating_add(counters[level]);
                Some(format!("{open}{}{close}", format_number(number, format)))
            }
        };
        counters[level] =
            if matches!(bullet, Bullet::Number { .. }) { counters[level].saturating_add(1) } else { 0 };
        out.push(match marker {
            Some(marker) => (true, text.prefixed(&marker)),
            None => (false, text),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::office::Source;
    use super::*;

    #[test]
    fn bullets_come_from_paragraph_shape_and_layout() {
        let p = |properties: &str, text: &str| format!("<p>{properties}<r><t>{text}</t></r></p>");
        let number = "<buAutoNum type='alphaLcParenR' startAt='2'/>";
        let xml = format!(
            "<b><l><lvl1pPr><buChar char='•'/></lvl1pPr><lvl2pPr><buChar char='•'/></lvl2pPr></l>\
             <body><lstStyle><lvl2pPr>{number}</lvl2pPr></lstStyle>{}{}{}{}{}{}</body></b>",
            p("", "one"),
            p("<pPr lvl='1'/>", "two"),
            p("<pPr lvl='1'/>", "three"),
            p("<pPr><buNone/></pPr>", "plain"),
            p("<pPr lvl='1'/>", "four"),
            p("<pPr lvl='7'/>", "deep"),
        );
        let source = Source::new(xml.as_bytes());
        let tree = source.parse("a test").unwrap();
        let root = tree.root_element();
        let base = ListStyle::read(xml::child(root, "l").unwrap());
        let texts: Vec<_> = paragraphs(xml::child(root, "body").unwrap(), base)
            .iter()
            .map(|(_, text)| text.as_str().to_owned())
            .collect();
        assert_eq!(texts, ["- one", "b) two", "c) three", "plain", "b) four", "deep"]);
    }
}
