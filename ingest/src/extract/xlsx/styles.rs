//! What the styles of cells say that matters to the text: number formats, bold, invisible characters.

use std::collections::HashMap;

use super::number_format::{NumberFormat, builtin};
use super::workbook::is_true;
use crate::error::ExtractError;
use crate::extract::office::{Node, Package, Relationships, xml};

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
/// As [`Package::source`] and [`Package::tree`].
pub(super) fn read(package: &mut Package<'_>, parts: &Relationships) -> Result<Vec<CellStyle>, ExtractError> {
    let part = parts.of_kind("styles").next().unwrap_or("xl/styles.xml");
    let source = package.source(part)?;
    let tree = package.tree(part, source.as_ref())?;
    Ok(tree.map(|tree| styles(tree.root_element())).unwrap_or_default())
}

fn styles(root: Node<'_>) -> Vec<CellStyle> {
    let list = |name| xml::child(root, name).into_iter().flat_map(xml::children);
    let codes: HashMap<u32, &str> = list("numFmts")
        .filter_map(|format| {
            let id = xml::attribute(format, "numFmtId")?.parse().ok()?;
            Some((id, xml::attribute(format, "formatCode")?))
        })
        .collect();
    let fonts: Vec<(bool, bool)> = list("fonts").map(|font| (is_bold(font), is_white(font))).collect();
    let filled: Vec<bool> = list("fills").map(is_filled).collect();
    let index =
        |style, name| xml::attribute(style, name).and_then(|id| id.parse::<usize>().ok()).unwrap_or(0);
    let read = |style| {
        let id = xml::attribute(style, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
        let format = NumberFormat::parse(codes.get(&id).copied().unwrap_or_else(|| builtin(id)));
        let (bold, white) = fonts.get(index(style, "fontId")).copied().unwrap_or_default();
        let filled = filled.get(index(style, "fillId")).copied().unwrap_or(false);
        CellStyle { bold, invisible: white && !filled || format.shows_nothing(), format }
    };
    list("cellXfs").map(read).collect()
}

fn is_bold(font: Node<'_>) -> bool {
    xml::child(font, "b").is_some_and(|bold| xml::attribute(bold, "val").is_none_or(is_true))
}

fn is_white(font: Node<'_>) -> bool {
    xml::child(font, "color").is_some_and(|color| {
        let white = xml::attribute(color, "rgb")
            .is_some_and(|rgb| rgb.len() >= 6 && rgb.to_ascii_uppercase().ends_with("FFFFFF"));
        // The first colour of a theme is that of its background.
        white || xml::attribute(color, "theme") == Some("0") && xml::attribute(color, "tint").is_none()
    })
}

/// Whether cells have a colour of their own behind the characters.
fn is_filled(fill: Node<'_>) -> bool {
    let Some(pattern) = xml::child(fill, "patternFill") else { return true };
    let kind = xml::attribute(pattern, "patternType").unwrap_or("none");
    let white =
        xml::child(pattern, "fgColor").and_then(|color| xml::attribute(color, "rgb")) == Some("FFFFFFFF");
    kind != "none" && !(kind == "solid" && white)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::office::Source;

    #[test]
    fn styles_are_put_together_from_their_parts() {
        let source = Source::new(
            "<styleSheet><numFmts><numFmt numFmtId='200' formatCode='0.0'/><numFmt numFmtId='201' formatCode=';;;'/></numFmts>\
             <fonts><font/><font><b/><color rgb='FFFFFFFF'/></font><font><b val='0'/></font></fonts>\
             <fills><fill><patternFill patternType='none'/></fill><fill><patternFill patternType='solid'><fgColor rgb='FF112233'/></patternFill></fill></fills>\
             <cellXfs><xf numFmtId='200' fontId='1' fillId='1'/><xf numFmtId='9' fontId='1'/><xf numFmtId='201' fontId='2'/><xf numFmtId='x'/></cellXfs></styleSheet>"
                .as_bytes(),
        );
        let tree = source.parse("a test").unwrap();
        let styles = styles(tree.root_element());
        let flags: Vec<_> = styles.iter().map(|style| (style.bold, style.invisible)).collect();
        assert_eq!(flags, [(true, false), (true, true), (false, true), (false, false)]);
        let shown: Vec<_> = styles.iter().map(|style| style.format.show(0.25, false).text).collect();
        assert_eq!(shown, ["0.3", "25%", "0.25", "0.25"]);
    }
}
