//! Workbooks (OOXML): the sheets as headings and tables, their cells as a person sees them.

mod comments;
mod drawings;
mod number;
mod number_format;
mod package;
mod properties;
mod serial;
mod sheet;
mod strings;
mod styles;
mod workbook;

use self::package::{Relationship, characters, read, relationships};
use self::sheet::{Context, Sheet};
use self::workbook::{SheetEntry, Workbook};
use super::ContentLimits;
use super::archive::Archive;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::{BlockKind, Extracted};
use super::grid;
use crate::error::ExtractError;

/// Reads a workbook.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let what = Kind::Xlsx.what();
    let mut archive = Archive::open(bytes, what)?;
    if archive.names().any(|name| name.ends_with("workbook.bin")) {
        return Err(ExtractError::UnsupportedFormat { what: "an XLSB workbook".to_owned() });
    }
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let mut builder = TextBuilder::new(mime, limits.max_text_bytes);
    builder.headings_name_parts();
    let package = relationships(&mut archive, "", &mut builder)?;
    properties::read(&mut archive, &package, &mut builder)?;
    let main =
        package.iter().find(|r| r.kind == "officeDocument").map_or("xl/workbook.xml", |r| r.path.as_str());
    let Some(part) = read(&mut archive, main)? else {
        return Err(ExtractError::corrupt(what, format!("the part {main} is missing")));
    };
    let workbook = Workbook::parse(&characters(&part))
        .map_err(|e| ExtractError::corrupt(what, format!("{main}: {e}")))?;
    let parts = relationships(&mut archive, main, &mut builder)?;
    let mut context = Context {
        strings: strings::read(&mut archive, &parts, &mut builder)?,
        styles: styles::read(&mut archive, &parts, &mut builder)?,
        epoch_1904: workbook.epoch_1904,
        max_text_bytes: limits.max_text_bytes,
        cells: 0,
    };
    let mut damaged = None;
    for entry in &workbook.sheets {
        match parts.iter().find(|part| part.id == entry.relationship) {
            Some(part) => {
                let outcome = write_sheet(&mut archive, &mut context, entry, part, &mut builder);
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
    match (builder.finish(), damaged) {
        (Err(ExtractError::Empty), Some(reason)) => Err(ExtractError::corrupt(what, reason)),
        (outcome, _) => outcome,
    }
}

/// Adds a sheet; one without any text adds nothing.
fn write_sheet(
    archive: &mut Archive<'_>,
    context: &mut Context,
    entry: &SheetEntry,
    part: &Relationship,
    builder: &mut TextBuilder,
) -> Result<(), ExtractError> {
    let Some(bytes) = read(archive, &part.path)? else {
        return Err(ExtractError::corrupt(Kind::Xlsx.what(), format!("the part {} is missing", part.path)));
    };
    let related = relationships(archive, &part.path, builder)?;
    let tables = workbook::tables(archive, &related, builder)?;
    let mut sheet = Sheet::parse(&characters(&bytes), context, tables)?;
    drop(bytes);
    if let Some(damage) = sheet.damage.take() {
        builder.warn(format!("the sheet {} is damaged, its last rows may be missing: {damage}", entry.name));
    }
    let comments = comments::read(archive, &related, builder)?;
    let drawings = drawings::read(archive, &related, builder)?;
    let objects = related.iter().any(|part| matches!(part.kind.as_str(), "oleObject" | "drawing" | "image"));
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
        for paragraph in drawn.text.split('\n') {
            builder.push_row(BlockKind::Paragraph, &[paragraph], drawn.at)?;
        }
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
