//! Workbooks (OOXML): the sheets as headings and tables, their cells as a person sees them.

mod comments;
mod drawings;
mod number;
mod number_format;
mod serial;
mod sheet;
mod strings;
mod styles;
mod workbook;

use self::sheet::{Context, Sheet};
use self::workbook::{SheetEntry, Workbook};
use super::ContentLimits;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::{BlockKind, Extracted};
use super::grid;
use super::office::Package;
use super::ooxml::properties;
use crate::error::ExtractError;

const MIME: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Reads a workbook.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let what = Kind::Xlsx.what();
    let mut package = Package::open(bytes, what)?;
    if package.parts().any(|name| name.ends_with("workbook.bin")) {
        return Err(ExtractError::UnsupportedFormat { what: "an XLSB workbook".to_owned() });
    }
    let mut builder = TextBuilder::new(MIME, limits.max_text_bytes);
    builder.headings_name_parts();
    if let Some(title) = properties::read(&mut package, &mut builder)? {
        builder.title(&title);
    }
    let main = package.main_part("xl/workbook.xml")?;
    let source = package.require(&main)?;
    let tree = source.parse(what)?;
    if source.is_mended() {
        package.warn("the list of sheets is damaged; some sheets may be missing".to_owned());
    }
    let workbook = Workbook::read(tree.root_element());
    let parts = package.relationships(&main)?;
    let mut context = Context {
        strings: strings::read(&mut package, &parts)?,
        styles: styles::read(&mut package, &parts)?,
        persons: comments::persons(&mut package, &parts)?,
        epoch_1904: workbook.epoch_1904,
        max_text_bytes: limits.max_text_bytes,
        cells: 0,
    };
    let mut damaged = None;
    for entry in &workbook.sheets {
        match parts.by_id(&entry.relationship) {
            Some(part) => {
                let outcome = write_sheet(&mut package, &mut context, entry, part, &mut builder);
                if let Err(ExtractError::Corrupt { reason, .. }) = outcome {
                    builder.warn(format!("the sheet {} is lost: {reason}", entry.name));
                    damaged = damaged.or(Some(reason));
                } else {
                    outcome?;
                }
            }
            None => builder.warn(format!("the sheet {} has no part in the file", entry.name)),
        }
    }
    package.tell(&mut builder);
    match (builder.finish(), damaged) {
        (Err(ExtractError::Empty), Some(reason)) => Err(ExtractError::corrupt(what, reason)),
        (outcome, _) => outcome,
    }
}

/// Adds a sheet; one without any text adds nothing.
fn write_sheet(
    package: &mut Package<'_>,
    context: &mut Context,
    entry: &SheetEntry,
    part: &str,
    builder: &mut TextBuilder,
) -> Result<(), ExtractError> {
    let source = package.require(part)?;
    let related = package.relationships(part)?;
    let tables = workbook::tables(package, &related)?;
    let mut sheet = Sheet::parse(source.text(), context, tables)?;
    drop(source);
    if let Some(damage) = sheet.damage.take() {
        builder.warn(format!("the sheet {} is damaged, its last rows may be missing: {damage}", entry.name));
    }
    let comments = comments::read(package, &related, &context.persons)?;
    let drawings = drawings::read(package, &related, builder)?;
    let objects = ["oleObject", "drawing", "image"].iter().any(|kind| related.of_kind(kind).next().is_some());
    let blank = sheet.grid.rows().is_empty() && comments.is_empty() && drawings.is_empty();
    if blank && objects {
        builder.warn(format!(
            "the sheet {} holds only pictures or embedded objects, which are not read",
            entry.name
        ));
    } else if blank {
        return Ok(());
    }
    let before = builder.len();
    builder.start_sheet(&entry.name);
    builder.push(BlockKind::Heading(2), &entry.name)?;
    grid::write(builder, &sheet.grid)?;
    for drawn in &drawings {
        builder.push_row(BlockKind::Paragraph, &[&drawn.text], drawn.at)?;
    }
    for comment in &comments {
        builder.push_row(BlockKind::ListItem, &[&comment.text], comment.at)?;
    }
    if entry.hidden {
        builder.hide_since(before);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
