//! Rows of `history.db`.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Feedback, HistoryEntry, HistoryFilter, HistoryKind, Rating, Retention};
use crate::store::StoreError;

const COLUMNS: &str =
    "id, at_ms, kind, asked_by, question, resolved_question, request, status, answer, outcome, seq,
  withheld, rating, comment, rated_ms, rated_by,
  (SELECT group_concat(document_id) FROM entry_documents WHERE entry = number)";

/// Writes an entry; without its texts when a document it rests on is gone. One that is there already stays as it is.
pub(super) fn insert(tx: &Transaction<'_>, entry: &HistoryEntry, is_gone: bool) -> Result<(), StoreError> {
    let kept = |text: &Option<String>| text.clone().filter(|_| !is_gone);
    let added = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO entries
             (id, at_ms, kind, asked_by, question, resolved_question, request, status, answer, outcome, seq, withheld)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            entry.id,
            entry.at_ms,
            entry.kind.as_str(),
            entry.asked_by,
            entry.question,
            kept(&entry.resolved_question),
            entry.request,
            entry.status,
            kept(&entry.answer),
            entry.outcome,
            entry.seq,
            is_gone
        ])?;
    if added == 0 {
        return Ok(());
    }
    let number = tx.last_insert_rowid();
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO entry_documents VALUES (?1, ?2)")?;
    for document in &entry.documents {
        insert.execute(params![number, document])?;
    }
    Ok(())
}

/// Removes what is too old and what is beyond the number.
pub(super) fn prune(tx: &Transaction<'_>, keep: Retention) -> Result<(), StoreError> {
    tx.execute("DELETE FROM entries WHERE at_ms < ?1", [keep.since()])?;
    tx.execute(
        "DELETE FROM entries WHERE id <= (SELECT id FROM entries ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        [keep.max_entries],
    )?;
    Ok(())
}

/// Entries, newest first.
pub(super) fn page(
    tx: &Transaction<'_>,
    filter: &HistoryFilter<'_>,
    limit: usize,
    keep: Retention,
) -> Result<Vec<HistoryEntry>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entries WHERE at_ms >= ?1 AND (?2 IS NULL OR id < ?2) AND (?3 IS NULL OR asked_by = ?3)
         AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR status = ?5) AND (?6 IS NULL OR at_ms < ?6)
         AND (?7 IS NULL OR rating = ?7) ORDER BY id DESC LIMIT ?8"
    ))?;
    let from = filter.from_ms.unwrap_or(i64::MIN).max(keep.since());
    let rows = statement.query_map(
        params![
            from,
            filter.before,
            filter.asked_by,
            filter.kind.map(HistoryKind::as_str),
            filter.status,
            filter.to_ms,
            filter.rating.map(Rating::as_str),
            limit
        ],
        row,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One entry.
pub(super) fn entry(
    tx: &Transaction<'_>,
    id: &str,
    asked_by: Option<&str>,
    keep: Retention,
) -> Result<Option<HistoryEntry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entries WHERE id = ?1 AND (?2 IS NULL OR asked_by = ?2) AND at_ms >= ?3"
    );
    Ok(tx.prepare_cached(&sql)?.query_row(params![id, asked_by, keep.since()], row).optional()?)
}

/// Puts feedback in the place of what was there; false when there is no such entry.
pub(super) fn rate(
    tx: &Transaction<'_>,
    id: &str,
    asked_by: Option<&str>,
    feedback: &Feedback,
    keep: Retention,
) -> Result<bool, StoreError> {
    let rated = tx.execute(
        "UPDATE entries SET rating = ?1, comment = ?2, rated_ms = ?3, rated_by = ?4
         WHERE id = ?5 AND (?6 IS NULL OR asked_by = ?6) AND at_ms >= ?7",
        params![
            feedback.rating.as_str(),
            feedback.comment,
            feedback.at_ms,
            feedback.by,
            id,
            asked_by,
            keep.since()
        ],
    )?;
    Ok(rated > 0)
}

/// Removes an entry, or all of them; returns how many.
pub(super) fn forget(tx: &Transaction<'_>, id: Option<&str>) -> Result<u64, StoreError> {
    Ok(tx.execute("DELETE FROM entries WHERE ?1 IS NULL OR id = ?1", [id])? as u64)
}

/// Erases the texts of entries that rest on a document; returns how many.
pub(super) fn withhold(tx: &Transaction<'_>, document_id: &str) -> Result<u64, StoreError> {
    let erased = tx.execute(
        "UPDATE entries SET answer = NULL, resolved_question = NULL, withheld = 1
         WHERE withheld = 0 AND number IN (SELECT entry FROM entry_documents WHERE document_id = ?1)",
        [document_id],
    )?;
    Ok(erased as u64)
}

/// Documents that entries with texts name.
pub(super) fn documents(tx: &Transaction<'_>) -> Result<Vec<String>, StoreError> {
    let mut statement = tx.prepare(
        "SELECT DISTINCT document_id FROM entry_documents JOIN entries ON number = entry WHERE withheld = 0",
    )?;
    let rows = statement.query_map([], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn row(r: &Row<'_>) -> rusqlite::Result<HistoryEntry> {
    let kind = match r.get::<_, String>(2)?.as_str() {
        "search" => HistoryKind::Search,
        _ => HistoryKind::Answer,
    };
    let rating = r.get::<_, Option<String>>(12)?.map(|name| match name.as_str() {
        "up" => Rating::Up,
        _ => Rating::Down,
    });
    let feedback = match rating {
        Some(rating) => Some(Feedback {
            rating,
            comment: r.get(13)?,
            at_ms: r.get::<_, Option<i64>>(14)?.unwrap_or_default(),
            by: r.get::<_, Option<String>>(15)?.unwrap_or_default(),
        }),
        None => None,
    };
    let documents: Option<String> = r.get(16)?;
    Ok(HistoryEntry {
        id: r.get(0)?,
        at_ms: r.get(1)?,
        kind,
        asked_by: r.get(3)?,
        question: r.get(4)?,
        resolved_question: r.get(5)?,
        request: r.get(6)?,
        status: r.get(7)?,
        answer: r.get(8)?,
        outcome: r.get(9)?,
        seq: r.get(10)?,
        documents: documents.iter().flat_map(|ids| ids.split(',')).map(str::to_owned).collect(),
        is_withheld: r.get(11)?,
        feedback,
    })
}
