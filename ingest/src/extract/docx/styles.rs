//! Styles: which paragraphs are headings, titles, code and list items, and which runs are hidden.

use std::collections::HashMap;

use super::super::office::{Look, Node, xml};
use super::super::ooxml::is_on;

/// Most styles that are based on one another.
const MAX_CHAIN: usize = 20;

/// The styles of a document by their identifiers.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default_paragraph: Option<String>,
}

/// One style; what it does not say, the style it is based on does.
#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    list: ListReference,
    look: Look,
    shaded: bool,
    bold: Option<bool>,
    header_row: bool,
}

/// The list that a paragraph or a style puts its text into.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ListReference {
    /// Identifier of the list; `0` is no list.
    pub(super) number: Option<String>,
    /// Level from 0.
    pub(super) level: Option<usize>,
}

impl ListReference {
    /// Reads the `w:numPr` of a paragraph's or a style's properties.
    pub(super) fn read(properties: Node<'_>) -> Self {
        let value = |name| {
            xml::at(properties, &["numPr", name]).and_then(|node| xml::attribute(node, "val")).map(str::trim)
        };
        Self {
            number: value("numId").map(str::to_owned),
            level: value("ilvl").and_then(|level| level.parse().ok()),
        }
    }
}

/// Reads a `w:rPr`.
pub(super) fn read_look(properties: Node<'_>) -> Look {
    // In half points.
    const TINY: f64 = 3.0;
    let value = |name| xml::child(properties, name).map(|node| xml::attribute(node, "val"));
    let highlight = value("highlight").map(is_on);
    Look {
        vanish: value("vanish").map(is_on),
        white: value("color").map(|color| color.is_some_and(|color| color.eq_ignore_ascii_case("ffffff"))),
        tiny: value("sz").flatten().and_then(|size| size.parse::<f64>().ok()).map(|size| size < TINY),
        shaded: xml::child(properties, "shd").map(is_shade).or(highlight),
    }
}

/// Whether a `w:shd` colours the background with something else than white.
pub(super) fn is_shade(shading: Node<'_>) -> bool {
    let fill = xml::attribute(shading, "fill").unwrap_or("auto");
    let plain = fill.eq_ignore_ascii_case("auto") || fill.eq_ignore_ascii_case("ffffff");
    let pattern = xml::attribute(shading, "val").unwrap_or("clear");
    !plain || !matches!(pattern, "clear" | "nil") || xml::attribute(shading, "themeFill").is_some()
}

impl Styles {
    /// Reads `styles.xml`.
    pub(super) fn read(root: Node<'_>) -> Self {
        let mut styles = Self::default();
        for node in xml::children_named(root, "style") {
            let Some(id) = xml::attribute(node, "styleId") else { continue };
            let value = |name| xml::child(node, name).and_then(|inner| xml::attribute(inner, "val"));
            let mut style = Style {
                name: value("name").unwrap_or(id).trim().to_lowercase(),
                based_on: value("basedOn").map(str::to_owned),
                ..Style::default()
            };
            if let Some(properties) = xml::child(node, "pPr") {
                style.outline = outline(properties);
                style.list = ListReference::read(properties);
                style.shaded = xml::child(properties, "shd").is_some_and(is_shade);
            }
            if let Some(properties) = xml::child(node, "rPr") {
                style.look = read_look(properties);
                style.bold = xml::child(properties, "b").map(|bold| is_on(xml::attribute(bold, "val")));
            }
            style.header_row = xml::children_named(node, "tblStylePr").any(|part| {
                xml::attribute(part, "type") == Some("firstRow") && xml::children(part).next().is_some()
            });
            let is_default = xml::attribute(node, "default").is_some_and(|value| is_on(Some(value)));
            if is_default && xml::attribute(node, "type") == Some("paragraph") {
                styles.default_paragraph = Some(id.to_owned());
            }
            styles.by_id.insert(id.to_owned(), style);
        }
        styles
    }

    /// The style of a paragraph that names none.
    pub(super) fn default_paragraph(&self) -> Option<&str> {
        self.default_paragraph.as_deref()
    }

    /// Level of the heading, from 1, that paragraphs of the style are.
    pub(super) fn heading(&self, id: &str) -> Option<u8> {
        if !self.by_id.contains_key(id) {
            return heading_by_name(id);
        }
        // An outline level wins over a name: a style based on a heading can be taken out of the outline again.
        self.chain(id).find_map(|style| match style.outline {
            Some(level) => Some((level < 9).then_some(level + 1)),
            None => heading_by_name(&style.name).map(Some),
        })?
    }

    /// Whether paragraphs of the style are the title of the document.
    pub(super) fn is_title(&self, id: &str) -> bool {
        id == "Title" && !self.by_id.contains_key(id) || self.chain(id).any(|style| style.name == "title")
    }

    /// Whether paragraphs of the style are lines of code.
    pub(super) fn is_code(&self, id: &str) -> bool {
        const NAMES: [&str; 6] =
            ["html preformatted", "source code", "preformatted text", "code", "code block", "macro"];
        self.chain(id).any(|style| NAMES.contains(&style.name.as_str()))
    }

    /// Whether paragraphs of the style name the columns of a table.
    pub(super) fn is_table_heading(&self, id: &str) -> bool {
        self.chain(id).any(|style| matches!(style.name.as_str(), "table heading" | "table header"))
    }

    /// The list that paragraphs of the style are in, with the identifier of the style that says so.
    pub(super) fn list<'s>(&'s self, id: &'s str) -> Option<(ListReference, &'s str)> {
        let mut found = ListReference::default();
        for (owner, style) in self.chain_with_ids(id) {
            found.level = found.level.or(style.list.level);
            if style.list.number.is_some() {
                found.number.clone_from(&style.list.number);
                return Some((found, owner));
            }
        }
        None
    }

    /// How runs of a paragraph or character style look.
    pub(super) fn look(&self, id: &str) -> Look {
        self.chain(id).fold(Look::default(), |look, style| look.over(style.look))
    }

    /// Whether runs of the style are bold.
    pub(super) fn is_bold(&self, id: &str) -> bool {
        self.chain(id).find_map(|style| style.bold).unwrap_or(false)
    }

    /// Whether paragraphs of the style have a background.
    pub(super) fn is_shaded(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.shaded)
    }

    /// Whether the table style makes the first row look like a header.
    pub(super) fn has_header_row(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.header_row)
    }

    fn chain<'s>(&'s self, id: &'s str) -> impl Iterator<Item = &'s Style> {
        self.chain_with_ids(id).map(|(_, style)| style)
    }

    fn chain_with_ids<'s>(&'s self, id: &'s str) -> impl Iterator<Item = (&'s str, &'s Style)> {
        let first = self.by_id.get(id).map(|style| (id, style));
        std::iter::successors(first, |(_, style)| {
            let base = style.based_on.as_deref()?;
            Some((base, self.by_id.get(base)?))
        })
        .take(MAX_CHAIN)
    }
}

/// The outline level of a paragraph's or a style's properties; 9 is text.
pub(super) fn outline(properties: Node<'_>) -> Option<u8> {
    xml::attribute(xml::child(properties, "outlineLvl")?, "val")?.parse().ok()
}

/// The level in `heading 3`, the name that heading styles have in the files of every language.
fn heading_by_name(name: &str) -> Option<u8> {
    let level = name.to_lowercase().strip_prefix("heading")?.trim_start().parse().ok()?;
    (1..=9).contains(&level).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::super::super::office::Source;
    use super::*;

    fn styles(xml: &str) -> Styles {
        let source = Source::new(format!("<styles>{xml}</styles>").as_bytes());
        let tree = source.parse("a test").unwrap();
        Styles::read(tree.root_element())
    }

    #[test]
    fn headings_are_found_through_the_styles_they_are_based_on() {
        let styles = styles(
            "<style type='paragraph' styleId='Nagwek1'><name val='heading 1'/></style>\
             <style styleId='Own'><name val='Own'/><basedOn val='Nagwek1'/></style>\
             <style styleId='Contents'><name val='TOC Heading'/><basedOn val='Nagwek1'/><pPr><outlineLvl val='9'/></pPr></style>\
             <style styleId='Deep'><name val='Deep'/><pPr><outlineLvl val='3'/></pPr></style>\
             <style styleId='Loop'><name val='Loop'/><basedOn val='Loop'/></style>",
        );
        let levels = ["Nagwek1", "Own", "Contents", "Deep", "Loop", "Heading2", "Missing"]
            .map(|id| styles.heading(id));
        assert_eq!(levels, [Some(1), Some(1), None, Some(4), None, Some(2), None]);
    }

    #[test]
    fn a_list_is_told_by_the_style_that_has_it() {
        let styles = styles(
            "<style styleId='a'><name val='a'/><pPr><numPr><ilvl val='1'/><numId val='5'/></numPr></pPr></style>\
             <style styleId='b'><name val='b'/><basedOn val='a'/></style>",
        );
        let (list, owner) = styles.list("b").unwrap();
        assert_eq!((list.number.as_deref(), list.level, owner), (Some("5"), Some(1), "a"));
    }
}
