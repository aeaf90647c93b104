//! The words that pictures show.

use super::super::builder::TextBuilder;
use super::super::document::BlockKind;
use super::super::office::Package;
use super::emf;
use crate::error::ExtractError;

/// Whether a part is a picture whose words can be read: one that draws text as text.
pub(crate) fn has_words(part: &str) -> bool {
    part.to_ascii_lowercase().ends_with(".emf")
}

/// The words of the picture in `part`, the first time that the document shows them.
///
/// # Errors
/// As [`Package::source`].
pub(crate) fn words(
    package: &mut Package<'_>,
    part: &str,
    builder: &mut TextBuilder,
) -> Result<Option<String>, ExtractError> {
    let bytes = if has_words(part) { package.bytes(part)? } else { None };
    Ok(bytes.and_then(|bytes| emf::text(&bytes)).filter(|words| builder.first_said(words)))
}

/// Writes the words of the picture in `part` as a paragraph.
///
/// # Errors
/// As [`words`].
pub(crate) fn write(
    package: &mut Package<'_>,
    part: &str,
    builder: &mut TextBuilder,
) -> Result<(), ExtractError> {
    match words(package, part, builder)? {
        Some(words) => builder.push(BlockKind::Paragraph, &words),
        None => Ok(()),
    }
}
