//! Jobs: rows that name the versions one request handed in.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Store, StoreError};
use crate::clock::now_ms;
use crate::jobs::{Idempotency, Job, JobCounts, JobDocument, JobState, NewJobDocument};
use crate::{Error, Result};

impl Store {
    /// Records a job, and forgets the oldest beyond `keep`.
    pub(crate) fn record_job(
        &self,
        id: &str,
        idempotency: Option<&Idempotency>,
        documents: &[NewJobDocument<'_>],
        keep: usize,
    ) -> Result<()> {
        self.write(|tx| {
            if let Some(Idempotency { key, .. }) = idempotency
                && find_key(tx, key)?.is_some()
            {
                return Err(Error::IdempotencyKeyUsed.into());
            }
            tx.execute(
                "INSERT INTO jobs (id, created_ms, idempotency_key, request_hash) VALUES (?1, ?2, ?3, ?4)",
                params![
                    id,
                    now_ms(),
                    idempotency.map(|it| &it.key),
                    idempotency.map(|it| &it.request_hash)
                ],
            )?;
            let number = tx.last_insert_rowid();
            let mut insert = tx.prepare_cached(
                "INSERT INTO job_documents (job, ordinal, uri, document_id, version, code, reason)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
                 WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM documents WHERE id = ?4)",
            )?;
            // One deleted since it was accepted is left out, as it would be when it is deleted later.
            for (ordinal, document) in documents.iter().enumerate() {
                let (document_id, version) = document.accepted.unzip();
                insert.execute(params![
                    number,
                    ordinal,
                    document.uri,
                    document_id,
                    version,
                    document.code,
                    document.reason
                ])?;
            }
            tx.execute(
                "DELETE FROM jobs WHERE number <= (SELECT number FROM jobs ORDER BY number DESC LIMIT 1 OFFSET ?1)",
                [keep],
            )?;
            Ok(())
        })
    }

    /// The job recorded under a key and the hash of its request.
    pub(crate) fn job_of_key(&self, key: &str) -> Result<Option<(String, String)>> {
        self.read(|tx| find_key(tx, key))
    }

    /// A job; `shown` is the commit a search sees.
    pub(crate) fn job(&self, id: &str, shown: u64) -> Result<Job> {
        self.read(|tx| {
            let sql = select_jobs("WHERE jobs.id = ?2 GROUP BY jobs.number");
            tx.query_row(&sql, params![shown, id], job_row)
                .optional()?
                .ok_or_else(|| Error::NoSuchJob { id: id.to_owned() }.into())
        })
    }

    /// Jobs before `before`, newest first.
    pub(crate) fn jobs(&self, before: Option<&str>, limit: usize, shown: u64) -> Result<Vec<Job>> {
        self.read(|tx| {
            let before = before.map(|id| number_of(tx, id)).transpose()?.unwrap_or(i64::MAX);
            let sql =
                select_jobs("WHERE jobs.number < ?2 GROUP BY jobs.number ORDER BY jobs.number DESC LIMIT ?3");
            let mut statement = tx.prepare_cached(&sql)?;
            let rows = statement.query_map(params![shown, before, limit], job_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// A job's documents by their place in it.
    pub(crate) fn job_documents(
        &self,
        id: &str,
        from: u32,
        limit: usize,
        shown: u64,
    ) -> Result<Vec<JobDocument>> {
        self.read(|tx| {
            let number = number_of(tx, id)?;
            let sql = format!(
                "SELECT ordinal, uri, j.document_id, j.version, {STATE}, j.code, j.reason, v.code, v.reason,
                   coalesce(v.attempts, 0),
                   (SELECT count(*) FROM chunks c WHERE c.document_id = j.document_id AND c.version = j.version
                      AND c.dead_seq IS NULL AND c.generation = (SELECT serving FROM client))
                 FROM {JOINED} WHERE j.job = ?2 AND ordinal >= ?3 ORDER BY ordinal LIMIT ?4"
            );
            let mut statement = tx.prepare_cached(&sql)?;
            let rows = statement.query_map(params![shown, number, from, limit], document_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Failed versions of a job wait again; returns how many.
    pub(crate) fn retry_job(&self, id: &str) -> Result<usize> {
        self.write(|tx| {
            let number = number_of(tx, id)?;
            Ok(tx.execute(
                "UPDATE versions SET state = 'accepted', code = NULL, reason = NULL, tried_by = NULL
                 WHERE state = 'failed' AND (document_id, version) IN
                   (SELECT document_id, version FROM job_documents WHERE job = ?1 AND document_id IS NOT NULL)",
                [number],
            )?)
        })
    }
}

/// Documents of jobs beside their versions.
const JOINED: &str =
    "(job_documents j LEFT JOIN versions v ON v.document_id = j.document_id AND v.version = j.version)";

/// How far a document is: its version's state; one visible in a commit that no search sees yet (beyond ?1) is on its way.
const STATE: &str = "CASE
  WHEN j.document_id IS NULL THEN 'failed'
  WHEN j.code = 'unchanged' THEN 'skipped'
  WHEN v.state = 'visible' AND v.seq <= ?1 THEN 'ingested'
  WHEN v.state IN ('visible', 'accepted') THEN 'accepted'
  WHEN v.state = 'failed' THEN 'failed'
  ELSE 'skipped' END";

/// Jobs with the number of their documents by state; `rest` says which and in what order.
fn select_jobs(rest: &str) -> String {
    let of = |state: &str| format!("sum(j.ordinal IS NOT NULL AND ({STATE}) = '{state}')");
    format!(
        "SELECT jobs.id, jobs.created_ms, count(j.ordinal), {}, {}, {}, {}
         FROM jobs LEFT JOIN {JOINED} ON j.job = jobs.number {rest}",
        of("accepted"),
        of("ingested"),
        of("skipped"),
        of("failed")
    )
}

fn job_row(r: &Row<'_>) -> rusqlite::Result<Job> {
    let count = |column| Ok::<u64, rusqlite::Error>(r.get::<_, Option<u64>>(column)?.unwrap_or(0));
    Ok(Job {
        id: r.get(0)?,
        created_ms: r.get(1)?,
        counts: JobCounts {
            total: count(2)?,
            accepted: count(3)?,
            ingested: count(4)?,
            skipped: count(5)?,
            failed: count(6)?,
        },
    })
}

fn document_row(r: &Row<'_>) -> rusqlite::Result<JobDocument> {
    let state = match r.get::<_, String>(4)?.as_str() {
        "accepted" => JobState::Accepted,
        "ingested" => JobState::Ingested,
        "failed" => JobState::Failed,
        _ => JobState::Skipped,
    };
    let (given, reason): (String, Option<String>) = (r.get(5)?, r.get(6)?);
    let (code, why): (Option<String>, Option<String>) = (r.get(7)?, r.get(8)?);
    let (code, reason) = match state {
        JobState::Failed => (code.unwrap_or(given), why.or(reason)),
        JobState::Skipped if given != "unchanged" => ("superseded".to_owned(), None),
        _ => (given, None),
    };
    Ok(JobDocument {
        ordinal: r.get(0)?,
        uri: r.get(1)?,
        document_id: r.get(2)?,
        version: r.get(3)?,
        state,
        code,
        reason,
        attempts: r.get(9)?,
        chunks: r.get(10)?,
    })
}

fn number_of(tx: &Transaction<'_>, id: &str) -> Result<i64, StoreError> {
    tx.query_row("SELECT number FROM jobs WHERE id = ?1", [id], |r| r.get(0))
        .optional()?
        .ok_or_else(|| Error::NoSuchJob { id: id.to_owned() }.into())
}

fn find_key(tx: &Transaction<'_>, key: &str) -> Result<Option<(String, String)>, StoreError> {
    Ok(tx
        .query_row("SELECT id, request_hash FROM jobs WHERE idempotency_key = ?1", [key], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(uri: &str) -> NewJobDocument<'_> {
        NewJobDocument { uri, accepted: None, code: "bad_record", reason: Some("no text") }
    }

    #[test]
    fn the_oldest_are_forgotten_with_their_keys() {
        let dir = tempfile::tempdir().expect("tempdir");
        let store = Store::open(&dir.path().join("store.db")).expect("store");
        let key = |n: usize| Idempotency { key: format!("k{n}"), request_hash: format!("h{n}") };
        for n in 0..4 {
            let id = format!("job_{n}");
            store.record_job(&id, Some(&key(n)), &[refused("a"), refused("b")], 3).expect("record");
        }
        let ids = |before| {
            let jobs = store.jobs(before, 10, 0).expect("jobs");
            jobs.into_iter().map(|job| job.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(None), ["job_3", "job_2", "job_1"]);
        assert_eq!(ids(Some("job_2")), ["job_1"]);
        assert_eq!(store.job_of_key("k0").expect("key"), None);
        assert_eq!(store.job_of_key("k1").expect("key"), Some(("job_1".to_owned(), "h1".to_owned())));
        let again = store.record_job("job_9", Some(&key(3)), &[], 3);
        assert!(matches!(again, Err(Error::IdempotencyKeyUsed)), "{again:?}");
        assert!(matches!(store.job("job_0", 0), Err(Error::NoSuchJob { .. })));
        assert_eq!(store.job("job_1", 0).expect("job").counts.failed, 2);
    }

    #[test]
    fn a_job_of_nothing_counts_nothing() {
        let dir = tempfile::tempdir().expect("tempdir");
        let store = Store::open(&dir.path().join("store.db")).expect("store");
        store.record_job("job_1", None, &[], 3).expect("record");
        assert_eq!(store.job("job_1", 0).expect("job").counts, JobCounts::default());
        assert!(store.job_documents("job_1", 0, 10, 0).expect("documents").is_empty());
    }
}
