//! Styles: which paragraphs are titles, code and names of columns, and what is hidden.

use std::collections::HashMap;

use super::super::office::{Look, Node, xml};

/// Most styles that are based on one another.
const MAX_CHAIN: usize = 20;

/// The styles of a document by family and name.
#[derive(Debug, Default)]
pub(super) struct Styles<'a>(HashMap<(&'a str, &'a str), Style<'a>>);

/// One style; what it does not say, its parent does.
#[derive(Debug, Default)]
struct Style<'a> {
    shown_name: String,
    parent: Option<&'a str>,
    look: Look,
    bold: Option<bool>,
    list: Option<&'a str>,
}

impl<'a> Styles<'a> {
    /// Reads groups of styles; a later one of the same name wins.
    pub(super) fn read(groups: impl Iterator<Item = Node<'a>>) -> Self {
        let nodes = groups.flat_map(|group| xml::children_named(group, "style"));
        let style = |node| {
            let name = xml::attribute(node, "name")?;
            let shown =
                xml::attribute(node, "display-name").map_or_else(|| name.replace("_20_", " "), str::to_owned);
            let text = xml::child(node, "text-properties");
            let property = |name| text.and_then(|text| xml::attribute(text, name));
            let shade = |name| {
                let color =
                    xml::child(node, name).and_then(|inner| xml::attribute(inner, "background-color"));
                color.map(|color| !matches!(color, "transparent" | "#ffffff"))
            };
            let style = Style {
                shown_name: shown.to_lowercase(),
                parent: xml::attribute(node, "parent-style-name"),
                look: Look {
                    vanish: property("display").map(|display| display == "none"),
                    white: property("color").map(|color| color.eq_ignore_ascii_case("#ffffff")),
                    tiny: property("font-size").map(is_tiny),
                    shaded: shade("text-properties")
                        .or_else(|| shade("paragraph-properties"))
                        .or_else(|| shade("table-cell-properties")),
                },
                bold: property("font-weight")
                    .map(|weight| matches!(weight, "bold" | "600" | "700" | "800" | "900")),
                list: xml::attribute(node, "list-style-name"),
            };
            Some(((xml::attribute(node, "family").unwrap_or("paragraph"), name), style))
        };
        Self(nodes.filter_map(style).collect())
    }

    /// How text of the style looks.
    pub(super) fn look(&self, family: &str, name: &str) -> Look {
        self.chain(family, name).fold(Look::default(), |look, style| look.over(style.look))
    }

    /// Whether text of the style is bold.
    pub(super) fn is_bold(&self, family: &str, name: &str) -> bool {
        self.chain(family, name).find_map(|style| style.bold).unwrap_or(false)
    }

    /// Whether the paragraph style is one of those names or based on it.
    pub(super) fn is_named(&self, name: &str, wanted: &[&str]) -> bool {
        self.chain("paragraph", name).any(|style| wanted.contains(&style.shown_name.as_str()))
            || wanted.contains(&name.replace("_20_", " ").to_lowercase().as_str())
    }

    /// Whether the style takes its paragraphs out of every list.
    pub(super) fn is_without_list(&self, name: &str) -> bool {
        self.chain("paragraph", name).find_map(|style| style.list) == Some("")
    }

    fn chain<'s>(&'s self, family: &'s str, name: &'s str) -> impl Iterator<Item = &'s Style<'a>> {
        let first = self.0.get(&(family, name));
        std::iter::successors(first, move |style| self.0.get(&(family, style.parent?))).take(MAX_CHAIN)
    }
}

/// Whether a font size is too small to read.
fn is_tiny(size: &str) -> bool {
    const TINY_POINTS: f64 = 1.5;
    size.strip_suffix("pt")
        .and_then(|points| points.parse::<f64>().ok())
        .is_some_and(|points| points < TINY_POINTS)
}
