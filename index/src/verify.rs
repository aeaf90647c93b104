//! Cross-checks what a client has on disk and in memory: the store against itself, the text index and the vectors
//! against the store, the originals against their hashes. Nothing is changed.

use std::io::Read as _;
use std::path::Path;

use roaring::RoaringBitmap;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::client::Client;
use crate::{Engine, Error, Result, Scope};

/// Examples a finding names.
const EXAMPLES: usize = 5;

/// Of the vectors in a graph, one in so many is searched for.
const SAMPLED_ONE_IN: usize = 20;

/// What [`Engine::verify`] looked at and found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Verification {
    /// The commit that was checked.
    pub seq: u64,
    /// Document versions whose text was read.
    pub versions: u64,
    /// Served chunks, each looked for in both legs.
    pub chunks: u64,
    /// Originals decompressed and hashed.
    pub originals: u64,
    /// What is wrong; empty for a clean client.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Where.
    pub part: Part,
    /// What, in words, with a few examples.
    pub problem: String,
    /// How many rows or files it concerns.
    pub count: u64,
    /// What mends it.
    pub remedy: Remedy,
}

/// A part of a client's storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `store.db`, the one truth.
    Store,
    /// The text index.
    TextIndex,
    /// The vectors queries see.
    Vectors,
    /// The original bytes.
    Originals,
}

/// What mends a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The caches are built again from the store: `footnote reindex`.
    Reindex,
    /// The documents are handed in again: `footnote ingest`.
    Ingest,
    /// The same, after the files named were removed.
    RemoveAndIngest,
    /// The store itself is damaged: put a backup back, or remove the client and ingest again.
    Restore,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Store => "store",
            Self::TextIndex => "text index",
            Self::Vectors => "vectors",
            Self::Originals => "originals",
        })
    }
}

impl std::fmt::Display for Remedy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Reindex => "run `footnote reindex`",
            Self::Ingest => "ingest these documents again",
            Self::RemoveAndIngest => "remove these files, then ingest the documents again",
            Self::Restore => "put a backup back, or remove the client and ingest again",
        })
    }
}

impl Engine {
    /// Cross-checks a client. Commits wait until it is done, searches do not; it reads everything the client has.
    ///
    /// # Errors
    /// When the client does not open, which is a finding of its own; what is wrong inside is in the result.
    pub fn verify(&self, scope: &Scope) -> Result<Verification> {
        let client = self.client(scope)?;
        client.refresh_if_behind()?;
        let _still = client.hold_view();
        let mut report = Report(Verification::default());
        report.store(&client)?;
        report.caches(&client)?;
        report.originals(&client)?;
        Ok(report.0)
    }

    /// Throws the caches of a client away and builds them from the store. Searches of the client wait.
    pub fn reindex(&self, scope: &Scope) -> Result<()> {
        self.close_for(scope, |dir| {
            let path = dir.join("gen");
            match std::fs::remove_dir_all(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path)(e)),
                _ => Ok(()),
            }
        })?;
        self.client(scope).map(drop)
    }
}

struct Report(Verification);

impl Report {
    fn find(&mut self, part: Part, remedy: Remedy, what: &str, examples: &[String], count: u64) {
        if count == 0 {
            return;
        }
        let shown = examples.iter().take(EXAMPLES).cloned().collect::<Vec<_>>().join(", ");
        let problem = if shown.is_empty() { what.to_owned() } else { format!("{what}: {shown}") };
        self.0.findings.push(Finding { part, problem, count, remedy });
    }

    fn find_all(&mut self, part: Part, remedy: Remedy, what: &str, all: &[String]) {
        self.find(part, remedy, what, all, all.len() as u64);
    }

    fn find_ids(&mut self, part: Part, what: &str, ids: &RoaringBitmap) {
        let examples: Vec<String> = ids.iter().take(EXAMPLES).map(|id| id.to_string()).collect();
        self.find(part, Remedy::Reindex, what, &examples, ids.len());
    }

    /// SQLite's own check, then what it cannot know: texts, places, vectors.
    fn store(&mut self, client: &Client) -> Result<()> {
        let damage = client.store.damage()?;
        self.find_all(Part::Store, Remedy::Restore, "the database is damaged", &damage);
        if !damage.is_empty() {
            // Reading on would only repeat it.
            return Ok(());
        }
        let texts = client.store.check_texts()?;
        self.0.versions = texts.versions;
        self.find_all(
            Part::Store,
            Remedy::Ingest,
            "chunks that are not where they say in their text",
            &texts.misplaced,
        );
        let vectors = client.store.check_vectors()?;
        self.find_all(
            Part::Store,
            Remedy::Ingest,
            "vectors of a wrong length, not finite or not of unit length",
            &vectors,
        );
        let orphans = client.store.orphans()?;
        self.find(Part::Store, Remedy::Restore, "rows that nothing refers to", &[], orphans);
        Ok(())
    }

    /// Both legs against the live chunks of the store.
    fn caches(&mut self, client: &Client) -> Result<()> {
        let view = client.view();
        self.0.seq = view.seq;
        let Some(served) = &view.served else { return Ok(()) };
        let live = client.store.live_chunks(served.generation.id, view.seq)?;
        self.0.chunks = live.len();
        let damaged = served.text.damaged_files().map_err(|e| client.text_error(e))?;
        self.find_all(Part::TextIndex, Remedy::Reindex, "files with a wrong checksum", &damaged);
        if damaged.is_empty() {
            let (text, twice) = served.text.chunks().map_err(|e| client.text_error(e))?;
            self.find_ids(Part::TextIndex, "chunks it does not have", &(&live - &text));
            self.find_ids(Part::TextIndex, "chunks that ended", &(&text - &live));
            self.find_ids(Part::TextIndex, "chunks it has twice", &twice);
        }
        let vectors = served.vectors.ids() - &served.dead;
        self.find_ids(Part::Vectors, "chunks without a vector", &(&live - &vectors));
        self.find_ids(Part::Vectors, "vectors of chunks that ended", &(&vectors - &live));
        let lost = served.vectors.unreachable(SAMPLED_ONE_IN);
        self.find_ids(Part::Vectors, "vectors that the graph does not reach", &lost);
        Ok(())
    }

    /// Every original a version refers to is there and is what its name says.
    fn originals(&mut self, client: &Client) -> Result<()> {
        let _together = client.lock_originals();
        let (mut missing, mut wrong) = (Vec::new(), Vec::new());
        for (hash, uri) in client.store.originals()? {
            let path = client.original_path(&hash);
            match sha256_of(&path) {
                Ok(found) if found == hash => {}
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => missing.push(uri),
                _ => wrong.push(format!("{} of {uri}", path.display())),
            }
            self.0.originals += 1;
        }
        self.find_all(
            Part::Originals,
            Remedy::Ingest,
            "documents whose original bytes are missing",
            &missing,
        );
        self.find_all(Part::Originals, Remedy::RemoveAndIngest, "damaged files", &wrong);
        Ok(())
    }
}

/// The SHA-256 of a compressed file's content, in hexadecimal.
pub(crate) fn sha256_of(path: &Path) -> std::io::Result<String> {
    let mut decoder = zstd::Decoder::new(std::fs::File::open(path)?)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match decoder.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}
