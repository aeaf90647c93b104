//! Frames, shapes and embedded objects: text boxes, formulas, charts.

use super::super::office::grid::check_cells;
use super::super::office::{Attached, Grid, Node, RichText, xml};
use super::reader::{Chart, Reader};
use super::tables::repeated;
use crate::error::ExtractError;

impl<'a> Reader<'a, '_> {
    /// Notes the text of a frame or shape for the end of the paragraph; a formula goes into the text.
    pub(super) fn drawing(&mut self, node: Node<'a>, out: &mut RichText) -> Result<(), ExtractError> {
        if xml::children(node).any(|inner| matches!(xml::name(inner), "p" | "list")) {
            self.flow.attached.push(Attached::Box(node));
        }
        self.describe(node);
        for inner in xml::children(node) {
            match xml::name(inner) {
                "text-box" => self.flow.attached.push(Attached::Box(inner)),
                "object" => {
                    self.object(inner, out)?;
                    // What follows is the picture of the object.
                    break;
                }
                "object-ole" => self.objects += 1,
                "p" | "list" => {}
                _ => self.drawing(inner, out)?,
            }
        }
        Ok(())
    }

    /// Notes what a picture shows, in the words of its description or its title.
    fn describe(&mut self, frame: Node<'a>) {
        let has = |name| xml::child(frame, name).is_some();
        if !has("image") || has("object") || has("object-ole") {
            return;
        }
        let texts = ["desc", "title"].map(|name| xml::child(frame, name).map(xml::text_of));
        let builder = &mut self.flow.builder;
        if let Some(text) = texts.into_iter().flatten().find_map(|text| builder.description(&text)) {
            self.flow.attached.push(Attached::Text(RichText::from(text.as_str())));
        }
    }

    fn object(&mut self, node: Node<'a>, out: &mut RichText) -> Result<(), ExtractError> {
        let folder = xml::attribute(node, "href").unwrap_or_default();
        let part = format!("{}/content.xml", folder.trim_start_matches("./"));
        let source = self.package.source(&part)?;
        let Some(tree) = self.package.tree(&part, source.as_ref())? else {
            self.objects += 1;
            return Ok(());
        };
        let root = tree.root_element();
        if xml::name(root) == "math" {
            let source = xml::descendant(root, "annotation").unwrap_or(root);
            out.push(&format!(" {} ", xml::text_of(source).trim()), false);
        } else if let Some(chart) = xml::descendant(root, "chart").and_then(|chart| {
            // The body of the object has the name of the chart inside it.
            xml::child(chart, "chart").or(Some(chart))
        }) {
            let title = xml::child(chart, "title").map(xml::text_of).unwrap_or_default();
            let values = xml::descendant(chart, "table").map_or_else(|| Ok(Grid::default()), chart_grid)?;
            self.flow.attached.push(Attached::Object(Chart { title, values }));
        } else {
            self.objects += 1;
        }
        Ok(())
    }
}

/// The values of a chart; the first row names the series.
fn chart_grid(table: Node<'_>) -> Result<Grid, ExtractError> {
    let mut grid = Grid::default();
    for row in table.descendants().filter(|node| node.is_element() && xml::name(*node) == "table-row") {
        let mut cells = Vec::new();
        for cell in xml::children_named(row, "table-cell") {
            let texts: Vec<String> = xml::children_named(cell, "p").map(xml::text_of).collect();
            let text = RichText::from(texts.join(" ").as_str());
            let times = repeated(cell, "number-columns-repeated", text.as_str().len());
            cells.extend(std::iter::repeat_n(text, times));
            check_cells(cells.len())?;
        }
        grid.push_row(cells)?;
    }
    grid.set_header_rows(1);
    Ok(grid)
}
