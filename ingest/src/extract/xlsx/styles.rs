//! What the styles of cells say that matters to the text: number formats, bold, invisible characters.

use std::collections::HashMap;

use roxmltree::Node;

use super::number_format::{NumberFormat, builtin};
use super::package::{LocalNames as _, Relationship, characters, read_optional, tree};
use super::workbook::is_true;
use crate::error::ExtractError;
use crate::extract::archive::Archive;
use crate::extract::builder::TextBuilder;

/// A style of cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CellStyle {
    /// How numbers are shown.
    pub(super) format: NumberFormat,
    /// Whether characters are bold.
    pub(super) bold: bool,
    /// Whether characters are white on white, or numbers formatted away.
    pub(super) invisible: bool,
}

/// Reads the styles of a workbook, in the order of their numbers.
///
/// # Errors
/// [`ExtractError::TooLarge`].
pub(super) fn read(
    archive: &mut Archive<'_>,
    parts: &[Relationship],
    builder: &mut TextBuilder,
) -> Result<Vec<CellStyle>, ExtractError> {
    let path =
        parts.iter().find(|part| part.kind == "styles").map_or("xl/styles.xml", |part| part.path.as_str());
    let Some(bytes) = read_optional(archive, path, builder)? else { return Ok(Vec::new()) };
    parse(&characters(&bytes)).or_else(|error| {
        builder.warn(format!("the styles are damaged, dates may be shown as numbers: {error}"));
        Ok(Vec::new())
    })
}

fn parse(text: &str) -> Result<Vec<CellStyle>, String> {
    let document = tree(text)?;
    let list = |name: &str| {
        let list = document.root_element().children().find(|node| node.has_tag_name_local(name));
        list.into_iter().flat_map(|list| list.children().filter(Node::is_element))
    };
    let codes: HashMap<u32, &str> = list("numFmts")
        .filter_map(|format| {
            Some((format.attribute("numFmtId")?.parse().ok()?, format.attribute("formatCode")?))
        })
        .collect();
    let fonts: Vec<(bool, bool)> = list("fonts").map(|font| (is_bold(font), is_white(font))).collect();
    let filled: Vec<bool> = list("fills").map(is_filled).collect();
    let index = |style: Node<'_, '_>, name| {
        style.attribute(name).and_then(|id| id.parse::<usize>().ok()).unwrap_or(0)
    };
    Ok(list("cellXfs")
        .map(|style| {
            let id: u32 = style.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
            let format = NumberFormat::parse(codes.get(&id).copied().unwrap_or_else(|| builtin(id)));
            let (bold, white) = fonts.get(index(style, "fontId")).copied().unwrap_or_default();
            let filled = filled.get(index(style, "fillId")).copied().unwrap_or(false);
            CellStyle { bold, invisible: white && !filled || format.shows_nothing(), format }
        })
        .collect())
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name_local(name))
}

fn is_bold(font: Node<'_, '_>) -> bool {
    child(font, "b").is_some_and(|bold| bold.attribute("val").is_none_or(is_true))
}

fn is_white(font: Node<'_, '_>) -> bool {
    child(font, "color").is_some_and(|color| {
        let white = color
            .attribute("rgb")
            .is_some_and(|rgb| rgb.len() >= 6 && rgb.to_ascii_uppercase().ends_with("FFFFFF"));
        // The first colour of a theme is that of its background.
        white || color.attribute("theme") == Some("0") && color.attribute("tint").is_none()
    })
}

/// Whether cells have a colour of their own behind the characters.
fn is_filled(fill: Node<'_, '_>) -> bool {
    let Some(pattern) = child(fill, "patternFill") else { return true };
    let kind = pattern.attribute("patternType").unwrap_or("none");
    let white = child(pattern, "fgColor").and_then(|color| color.attribute("rgb")) == Some("FFFFFFFF");
    kind != "none" && !(kind == "solid" && white)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_put_together_from_their_parts() {
        let styles = parse(
            "<styleSheet><numFmts><numFmt numFmtId='200' formatCode='0.0'/><numFmt numFmtId='201' formatCode=';;;'/></numFmts>\
             <fonts><font/><font><b/><color rgb='FFFFFFFF'/></font><font><b val='0'/></font></fonts>\
             <fills><fill><patternFill patternType='none'/></fill><fill><patternFill patternType='solid'><fgColor rgb='FF112233'/></patternFill></fill></fills>\
             <cellXfs><xf numFmtId='200' fontId='1' fillId='1'/><xf numFmtId='9' fontId='1'/><xf numFmtId='201' fontId='2'/><xf numFmtId='x'/></cellXfs></styleSheet>",
        )
        .unwrap();
        let flags: Vec<_> = styles.iter().map(|style| (style.bold, style.invisible)).collect();
        assert_eq!(flags, [(true, false), (true, true), (false, true), (false, false)]);
        let shown: Vec<_> = styles.iter().map(|style| style.format.show(0.25, false).text).collect();
        assert_eq!(shown, ["0.3", "25%", "0.25", "0.25"]);
        assert!(parse("<styleSheet>").is_err());
    }
}
