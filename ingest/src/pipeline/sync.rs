//! Making a client equal to folders: what is new, changed, moved or gone is told by content hash before anything is done.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use footnote_index::{Scope, SourceRow};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::paths::{PathOptions, file_uri, find_files, read_file};
use super::report::{Entry, Event, Report, Status};
use super::{IngestError, Pipeline};

/// Deletions that never ask for `force`, however small the client is.
const FREE_DELETIONS: usize = 10;

/// Share of the documents under the folders beyond which deletions ask for `force`.
const FREE_SHARE: f64 = 0.2;

/// One source there should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// Identity of the document.
    pub uri: String,
    /// SHA-256 of its bytes, hex.
    pub content_hash: String,
}

/// All sources there should be, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Beginnings of uris that the manifest is complete for: documents elsewhere are left alone. A uri given whole stands
    /// for itself.
    pub roots: Vec<String>,
    /// Beginnings of uris inside them that could not be looked at: documents there are left alone as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// What there is.
    pub entries: Vec<ManifestEntry>,
}

/// A document whose bytes are found under another uri now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// Where it was.
    pub from: String,
    /// Where it is.
    pub to: String,
}

/// What has to be done, by uri, each list in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncPlan {
    /// To be taken.
    pub new: Vec<String>,
    /// To be taken again.
    pub changed: Vec<String>,
    /// Nothing to do.
    pub unchanged: Vec<String>,
    /// To be taken under the new uri, then removed under the old one.
    pub renamed: Vec<Renamed>,
    /// To be removed.
    pub deleted: Vec<String>,
    /// Of those to be removed, how many have contents that are nowhere in the manifest.
    pub lost: usize,
}

impl SyncPlan {
    /// Whether everything of the manifest is there; what is left is to remove documents.
    pub fn is_taken(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty()
    }

    /// Refuses a plan that removes more than a few documents and more than a fifth of them: an unmounted disk looks like an
    /// empty folder.
    ///
    /// # Errors
    /// [`IngestError::ManyDeletions`].
    pub fn check_deletions(&self, force: bool) -> Result<(), IngestError> {
        let of = self.deleted.len() + self.unchanged.len() + self.changed.len() + self.renamed.len();
        if !force && self.lost > FREE_DELETIONS && self.lost as f64 > of as f64 * FREE_SHARE {
            return Err(IngestError::ManyDeletions { deleted: self.lost, of });
        }
        Ok(())
    }
}

/// Whether `uri` is below one of `roots`: equal to it, or begun by it when it ends in `/`. Records of a file are below it.
fn is_below(uri: &str, roots: &[String]) -> bool {
    roots.iter().any(|root| match uri.strip_prefix(root.as_str()) {
        Some(rest) => {
            rest.is_empty() || root.ends_with('/') || rest.starts_with('#') || rest.starts_with('/')
        }
        None => false,
    })
}

/// Compares what there is with what there should be. Documents that failed count as there, their bytes are known; what
/// moved is told only while it is not searchable where it is now.
pub fn plan(manifest: &Manifest, there: &[SourceRow]) -> SyncPlan {
    let there: BTreeMap<&str, &SourceRow> = there
        .iter()
        .filter(|row| is_below(&row.uri, &manifest.roots) && !is_below(&row.uri, &manifest.unknown))
        .map(|row| (row.uri.as_str(), row))
        .collect();
    let wanted: BTreeMap<&str, &str> =
        manifest.entries.iter().map(|entry| (entry.uri.as_str(), entry.content_hash.as_str())).collect();
    let gone = || there.values().filter(|row| !wanted.contains_key(row.uri.as_str()));
    // Equal files may be many: each that is gone explains one that came.
    let mut moved: HashMap<&str, Vec<&str>> = HashMap::new();
    for row in gone() {
        moved.entry(&row.content_hash).or_default().push(&row.uri);
    }
    let mut plan = SyncPlan::default();
    let mut explained = HashSet::new();
    for (&uri, &hash) in &wanted {
        let searchable = match there.get(uri) {
            Some(row) if row.content_hash == hash => {
                plan.unchanged.push(uri.to_owned());
                row.visible
            }
            Some(_) => {
                plan.changed.push(uri.to_owned());
                false
            }
            None => {
                plan.new.push(uri.to_owned());
                false
            }
        };
        if !searchable && let Some(from) = moved.get_mut(hash).and_then(Vec::pop) {
            explained.insert(from);
            plan.renamed.push(Renamed { from: from.to_owned(), to: uri.to_owned() });
        }
    }
    let contents: HashSet<&str> = wanted.values().copied().collect();
    for row in gone().filter(|row| !explained.contains(row.uri.as_str())) {
        plan.lost += usize::from(!contents.contains(row.content_hash.as_str()));
        plan.deleted.push(row.uri.clone());
    }
    plan
}

impl Manifest {
    /// Reads every file below `paths` for its hash. A path that does not exist is an error, not an empty folder.
    ///
    /// # Errors
    /// [`IngestError::Pattern`], and [`IngestError::MissingRoot`].
    pub fn of_paths(paths: &[PathBuf], options: &PathOptions, max_bytes: u64) -> Result<Self, IngestError> {
        let mut manifest = Self::default();
        for path in paths {
            if !path.exists() {
                return Err(IngestError::MissingRoot { path: path.clone() });
            }
            manifest.roots.push(root_uri(path));
        }
        for found in find_files(paths, options)? {
            match found {
                Ok(path) => manifest.add_file(&path, max_bytes),
                Err(entry) => manifest.unknown.push(entry.uri),
            }
        }
        Ok(manifest)
    }

    /// A file, or the records in it; what of it cannot be read stays as it is.
    fn add_file(&mut self, path: &Path, max_bytes: u64) {
        read_file(path, max_bytes, |source| {
            match source {
                Ok(source) => self.entries.push(ManifestEntry {
                    content_hash: hex::encode(Sha256::digest(&source.bytes)),
                    uri: source.uri,
                }),
                // A broken record keeps all records of its file: which of them it was cannot be told.
                Err(entry) => self.unknown.push(entry.uri.split('#').next().unwrap_or_default().to_owned()),
            }
            true
        });
    }
}

/// The uri of a folder ends in `/`.
fn root_uri(path: &Path) -> String {
    let uri = file_uri(path);
    if path.is_dir() && !uri.ends_with('/') { uri + "/" } else { uri }
}

impl Pipeline {
    /// Makes the client's documents below `paths` equal to the files there: takes what is new or changed, then removes what
    /// is gone. Documents from elsewhere are left alone.
    ///
    /// # Errors
    /// As [`Pipeline::ingest_paths`], and those of [`Manifest::of_paths`] and [`SyncPlan::check_deletions`], before
    /// anything is changed.
    pub fn sync_paths(
        &self,
        scope: &Scope,
        paths: &[PathBuf],
        options: &PathOptions,
        force: bool,
        on: &mut dyn FnMut(Event<'_>),
    ) -> Result<Report, IngestError> {
        let max_bytes = self.extractor.limits().max_input_bytes as u64;
        let manifest = Manifest::of_paths(paths, options, max_bytes)?;
        let plan = plan(&manifest, &self.sources_below(scope, &manifest)?);
        plan.check_deletions(force || options.dry_run)?;
        let mut report = self.ingest_paths(scope, paths, options, on)?;
        name_renamed(&mut report, &plan);
        let ids: HashMap<String, String> =
            self.sources_below(scope, &manifest)?.into_iter().map(|row| (row.uri, row.id)).collect();
        for (uri, reason) in removals(&plan, &report) {
            if let (Some(id), false) = (ids.get(&uri), options.dry_run) {
                self.engine.delete(scope, id)?;
            }
            let entry = Entry { reason, ..Entry::new(uri, Status::Deleted, "deleted") };
            on(Event::Done(&entry));
            report.push(entry);
        }
        Ok(report)
    }

    /// Says what has to be done to make the client equal to a manifest; unless it is a `dry_run`, removes what is gone once
    /// everything else is here. Returns the plan and how many documents were removed.
    ///
    /// # Errors
    /// [`IngestError::NoRoot`], [`IngestError::SyncIncomplete`] and [`IngestError::ManyDeletions`], before anything is
    /// changed.
    pub fn apply_manifest(
        &self,
        scope: &Scope,
        manifest: &Manifest,
        dry_run: bool,
        force: bool,
    ) -> Result<(SyncPlan, usize), IngestError> {
        if manifest.roots.is_empty() || manifest.roots.iter().any(String::is_empty) {
            return Err(IngestError::NoRoot);
        }
        let rows = self.sources_below(scope, manifest)?;
        let plan = plan(manifest, &rows);
        if dry_run {
            return Ok((plan, 0));
        }
        if !plan.is_taken() {
            return Err(IngestError::SyncIncomplete { missing: plan.new.len() + plan.changed.len() });
        }
        plan.check_deletions(force)?;
        let ids: HashMap<&str, &str> = rows.iter().map(|row| (row.uri.as_str(), row.id.as_str())).collect();
        for uri in &plan.deleted {
            if let Some(id) = ids.get(uri.as_str()) {
                self.engine.delete(scope, id)?;
            }
        }
        let removed = plan.deleted.len();
        Ok((plan, removed))
    }

    /// The client's documents below the roots of a manifest.
    fn sources_below(&self, scope: &Scope, manifest: &Manifest) -> Result<Vec<SourceRow>, IngestError> {
        let mut rows = Vec::new();
        for root in &manifest.roots {
            rows.extend(self.engine.sources(scope, root)?);
        }
        Ok(rows)
    }
}

/// Says of what came under another uri where it was.
pub fn name_renamed(report: &mut Report, plan: &SyncPlan) {
    let from: HashMap<&str, &str> =
        plan.renamed.iter().map(|it| (it.to.as_str(), it.from.as_str())).collect();
    for entry in &mut report.documents {
        if let (Status::Ingested, Some(from)) = (entry.status, from.get(entry.uri.as_str())) {
            entry.code = "renamed".to_owned();
            // The other one is its old self.
            if entry.same_content_as.as_deref() == Some(*from) && entry.same_content_as.take().is_some() {
                report.totals.duplicates -= 1;
            }
            entry.reason = Some(format!("was {from}"));
        }
    }
}

/// The uris to remove now, with why: a document that moved goes only when it is searchable where it is now.
pub fn removals(plan: &SyncPlan, report: &Report) -> Vec<(String, Option<String>)> {
    let taken: HashSet<&str> = report
        .documents
        .iter()
        .filter(|entry| matches!(entry.status, Status::Ingested) || entry.code == "unchanged")
        .map(|entry| entry.uri.as_str())
        .collect();
    let moved = plan.renamed.iter().filter(|it| taken.contains(it.to.as_str()));
    let moved = moved.map(|it| (it.from.clone(), Some(format!("now {}", it.to))));
    plan.deleted.iter().map(|uri| (uri.clone(), None)).chain(moved).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(uri: &str, hash: &str) -> SourceRow {
        SourceRow { id: format!("id of {uri}"), uri: uri.into(), content_hash: hash.into(), visible: true }
    }

    fn manifest(roots: &[&str], entries: &[(&str, &str)]) -> Manifest {
        let entry =
            |(uri, hash): &(&str, &str)| ManifestEntry { uri: (*uri).into(), content_hash: (*hash).into() };
        Manifest {
            roots: roots.iter().map(|root| (*root).to_owned()).collect(),
            unknown: Vec::new(),
            entries: entries.iter().map(entry).collect(),
        }
    }

    #[test]
    fn new_changed_moved_and_gone_are_told_apart() {
        let there =
            [row("d/same", "1"), row("d/old", "2"), row("d/moved", "3"), row("d/gone", "4"), row("e/x", "9")];
        let wanted =
            manifest(&["d/"], &[("d/same", "1"), ("d/old", "2b"), ("d/sub/moved", "3"), ("d/new", "5")]);
        let plan = plan(&wanted, &there);
        assert_eq!(plan.new, ["d/new", "d/sub/moved"]);
        assert_eq!(plan.changed, ["d/old"]);
        assert_eq!(plan.unchanged, ["d/same"]);
        assert_eq!(plan.renamed, [Renamed { from: "d/moved".into(), to: "d/sub/moved".into() }]);
        assert_eq!(plan.deleted, ["d/gone"]);
    }

    #[test]
    fn what_is_elsewhere_or_could_not_be_looked_at_is_left_alone() {
        let there =
            [row("d", "1"), row("d/a", "1"), row("d/locked/b", "2"), row("dd/c", "3"), row("d/f#1", "4")];
        let mut wanted = manifest(&["d/"], &[]);
        wanted.unknown = vec!["d/locked".into(), "d/f".into()];
        assert_eq!(plan(&wanted, &there).deleted, ["d/a"]);
    }

    #[test]
    fn many_deletions_ask_first() {
        let there: Vec<SourceRow> = (0..60).map(|i| row(&format!("d/{i}"), &i.to_string())).collect();
        let keep = |n: usize| {
            let entries: Vec<(String, String)> = (0..n).map(|i| (format!("d/{i}"), i.to_string())).collect();
            let entries: Vec<(&str, &str)> = entries.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            plan(&manifest(&["d/"], &entries), &there).check_deletions(false)
        };
        assert!(keep(48).is_ok(), "12 of 60 are a fifth");
        let error = keep(47).expect_err("13 of 60").to_string();
        assert!(error.contains("13 of 60") && error.contains("--force"), "{error}");
        assert!(plan(&manifest(&["d/"], &[]), &there).check_deletions(true).is_ok());
        assert!(plan(&manifest(&["d/"], &[]), &there[..10]).check_deletions(false).is_ok(), "ten are few");
    }

    #[test]
    fn a_moved_document_stays_until_it_is_searchable_where_it_is_now() {
        let wanted = manifest(&["d/"], &[("d/new", "1")]);
        let mut there = [row("d/old", "1"), row("d/new", "1")];
        assert_eq!(plan(&wanted, &there).deleted, ["d/old"]);
        assert_eq!(plan(&wanted, &there).lost, 0, "its contents are there");
        there[1].visible = false;
        let waiting = plan(&wanted, &there);
        assert!(waiting.is_taken() && waiting.deleted.is_empty());
        assert_eq!(waiting.renamed, [Renamed { from: "d/old".into(), to: "d/new".into() }]);
    }

    proptest! {
        /// Whatever the two sides are, doing what the plan says makes them equal.
        #[test]
        fn doing_the_plan_makes_both_sides_equal(
            there in proptest::collection::btree_map("[a-f]{1,2}", "[1-4]", 0..12),
            wanted in proptest::collection::btree_map("[a-f]{1,2}", "[1-4]", 0..12),
        ) {
            let rows: Vec<SourceRow> = there.iter().map(|(uri, hash)| row(&format!("d/{uri}"), hash)).collect();
            let entries: Vec<(String, &str)> = wanted.iter().map(|(uri, hash)| (format!("d/{uri}"), hash.as_str())).collect();
            let entries: Vec<(&str, &str)> = entries.iter().map(|(uri, hash)| (uri.as_str(), *hash)).collect();
            let manifest = manifest(&["d/"], &entries);
            let plan = plan(&manifest, &rows);
            let mut now: BTreeMap<&str, &str> =
                rows.iter().map(|row| (row.uri.as_str(), row.content_hash.as_str())).collect();
            let hashes: BTreeMap<&str, &str> = entries.iter().copied().collect();
            for uri in plan.new.iter().chain(&plan.changed) {
                now.insert(uri, hashes[uri.as_str()]);
            }
            for uri in plan.deleted.iter().chain(plan.renamed.iter().map(|it| &it.from)) {
                prop_assert!(now.remove(uri.as_str()).is_some());
            }
            prop_assert_eq!(now, hashes);
            prop_assert!(plan.renamed.iter().all(|it| there[&it.from[2..]] == wanted[&it.to[2..]]));
        }
    }
}
