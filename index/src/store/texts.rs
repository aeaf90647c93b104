//! Versions as they were stored: their texts and places, and what tells whether a source changed.

use rusqlite::{OptionalExtension as _, Row, params};

use super::documents::json_column;
use super::{Store, StoreError};
use crate::{Error, Layout, Result, SourceRow, StoredVersion, TextSlice, offsets};

/// A version's layout; rows of earlier releases have only their pages.
const LAYOUT: &str = "coalesce(v.layout, json_object('pages', json(coalesce(v.pages, '[]'))))";
impl Store {
    /// Extracted text of a version (the visible one unless named), cut to a range of characters.
    pub(crate) fn text(
        &self,
        id: &str,
        version: Option<u32>,
        chars: Option<std::ops::Range<usize>>,
    ) -> Result<TextSlice> {
        self.read(|tx| {
            let shown: Option<(Option<u32>, u32)> = tx
                .query_row("SELECT current_version, newest_version FROM documents WHERE id = ?1", [id], |r| {
                    Ok((r.get(0)?, r.get(1)?))
                })
                .optional()?;
            let (current, newest) = shown.ok_or_else(|| Error::NoSuchDocument { id: id.to_owned() })?;
            let version = version.or(current).unwrap_or(newest);
            let stored: Option<(Option<Vec<u8>>, Layout)> = tx
                .query_row(
                    &format!(
                        "SELECT v.text, {LAYOUT} FROM versions v WHERE v.document_id = ?1 AND v.version = ?2"
                    ),
                    params![id, version],
                    |r| Ok((r.get(0)?, json_column(r, 1)?)),
                )
                .optional()?;
            let (bytes, layout) = stored
                .and_then(|(text, layout)| Some((text?, layout)))
                .ok_or_else(|| Error::NoSuchVersion { id: id.to_owned(), version })?;
            let text = String::from_utf8(bytes)
                .map_err(|_| StoreError::Damaged(format!("text of document {id} is not UTF-8")))?;
            let total_chars = text.chars().count();
            let wanted = chars.unwrap_or(0..total_chars);
            let (start_char, end_char) = (wanted.start.min(total_chars), wanted.end.min(total_chars));
            let end_char = end_char.max(start_char);
            let span = offsets::to_bytes(&text, &(start_char..end_char));
            let (part, position) = (text[span.clone()].to_owned(), layout.position(&span));
            Ok(TextSlice { version, text: part, start_char, end_char, total_chars, position })
        })
    }

    /// All documents whose uri begins with `prefix`, by uri.
    pub(crate) fn sources(&self, prefix: &str) -> Result<Vec<SourceRow>> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT d.id, d.uri, v.content_hash, v.state = 'visible' FROM documents d
                 JOIN versions v ON v.document_id = d.id AND v.version = d.newest_version
                 WHERE d.uri >= ?1 AND substr(d.uri, 1, length(?1)) = ?1 ORDER BY d.uri",
            )?;
            let row = |r: &Row<'_>| {
                Ok(SourceRow { id: r.get(0)?, uri: r.get(1)?, content_hash: r.get(2)?, visible: r.get(3)? })
            };
            Ok(statement.query_map([prefix], row)?.collect::<Result<_, _>>()?)
        })
    }

    /// A version that can be cut again; `None` when it is not visible any more.
    pub(crate) fn stored_version(&self, id: &str, version: u32) -> Result<Option<StoredVersion>> {
        self.read(|tx| {
            let row = |r: &Row<'_>| {
                Ok((
                    StoredVersion {
                        document_id: id.to_owned(),
                        version,
                        uri: r.get(0)?,
                        title: r.get(1)?,
                        mime: r.get(2)?,
                        language: r.get(3)?,
                        layout: json_column(r, 4)?,
                        structure: r.get(5)?,
                        text: String::new(),
                    },
                    r.get::<_, Vec<u8>>(6)?,
                ))
            };
            let found = tx
                .query_row(
                    &format!(
                        "SELECT d.uri, coalesce(v.title, d.uri), coalesce(v.mime, 'text/plain'), v.language, {LAYOUT},
                           v.structure, v.text
                         FROM documents d JOIN versions v ON v.document_id = d.id
                         WHERE d.id = ?1 AND v.version = ?2 AND v.state = 'visible' AND v.text IS NOT NULL"
                    ),
                    params![id, version],
                    row,
                )
                .optional()?;
            let Some((mut stored, bytes)) = found else { return Ok(None) };
            stored.text = String::from_utf8(bytes)
                .map_err(|_| StoreError::Damaged(format!("text of document {id} is not UTF-8")))?;
            Ok(Some(stored))
        })
    }
}
