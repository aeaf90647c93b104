//! What survives: locks, damaged caches, newer files, a full disk.

use std::path::{Path, PathBuf};
use std::process::Command;

use footnote_index::{Engine, EngineOptions, Error, Mode};

use crate::support::{accept, all, client, client_dir, ingest, open, prepare, search, try_accept};

#[test]
fn a_data_directory_has_one_owner_at_a_time() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let Err(error) = Engine::open(dir.path(), EngineOptions::default()) else { panic!("opened twice") };
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    assert!(error.to_string().contains(&std::process::id().to_string()), "names its holder: {error}");
    drop(engine);
    open(dir.path());
}

#[test]
fn a_newer_store_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "doc", "text");
    drop(engine);
    let store = client_dir(dir.path()).join("store.db");
    let set = |version: u32| {
        let connection = rusqlite::Connection::open(&store).expect("open");
        let found: u32 =
            connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("version");
        connection.pragma_update(None, "user_version", version).expect("set");
        found
    };
    let own = set(999);
    let engine = open(dir.path());
    let error = engine.stats(&scope).expect_err("newer");
    assert!(matches!(error, Error::NewerSchema { found: 999, .. }), "{error}");
    drop(engine);
    set(own);
    assert_eq!(open(dir.path()).stats(&scope).expect("stats").documents, 1);
}

type Damage = fn(&Path);

/// Files of the text index, largest first.
fn text_files(dir: &Path) -> Vec<PathBuf> {
    let folder = client_dir(dir).join("gen/1/text");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("text index")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_none_or(|e| e != "lock"))
        .collect();
    files.sort_by_key(|path| std::cmp::Reverse(std::fs::metadata(path).expect("metadata").len()));
    assert!(files.len() > 3, "{files:?}");
    files
}

#[test]
fn a_damaged_text_index_is_rebuilt_with_the_same_results() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    for i in 0..6 {
        ingest(&engine, &scope, &format!("doc{i}"), &format!("common number{i} line\ncommon other{i}"));
    }
    let answer = |engine: &Engine| {
        [Mode::Bm25, Mode::Dense, Mode::Hybrid].map(|mode| {
            let hits = search(engine, &scope, mode, "common number3", 100);
            hits.into_iter().map(|h| (h.chunk_id, h.score.to_bits(), h.text)).collect::<Vec<_>>()
        })
    };
    let expected = answer(&engine);
    assert_eq!(expected[0].len(), 12);
    drop(engine);
    let damages: [(&str, Damage); 4] = [
        ("deleted", |path| std::fs::remove_file(path).expect("remove")),
        ("emptied", |path| std::fs::write(path, b"").expect("empty")),
        ("cut", |path| {
            let bytes = std::fs::read(path).expect("read");
            std::fs::write(path, &bytes[..bytes.len() / 2]).expect("cut");
        }),
        ("overwritten", |path| {
            let bytes = std::fs::read(path).expect("read");
            std::fs::write(path, vec![0xA5; bytes.len()]).expect("overwrite");
        }),
    ];
    for (what, damage) in damages {
        // Names change with every rebuild: kinds of files do not.
        let kinds = text_files(dir.path()).len().min(8);
        for at in 0..kinds {
            let files = text_files(dir.path());
            let Some(path) = files.get(at) else { break };
            damage(path);
            let engine = open(dir.path());
            assert_eq!(answer(&engine), expected, "{what} {}", path.display());
            drop(engine);
        }
    }
    std::fs::remove_dir_all(client_dir(dir.path()).join("gen")).expect("remove all");
    assert_eq!(answer(&open(dir.path())), expected, "without any text index");
}

#[test]
fn a_text_index_that_opens_and_does_not_catch_up_is_rebuilt() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    let texts = [("goes", "common goes"), ("stays", "common stays")];
    let prepared = texts.map(|(uri, text)| prepare(&accept(&engine, &scope, uri, text), text));
    engine.publish(&scope, &prepared).expect("publish");
    drop(engine);
    // The names tantivy would give to the deletions in its only segment, taken by files it does not know of.
    let segment = text_files(dir.path()).into_iter().find(|f| f.extension().is_some_and(|e| e == "store"));
    let segment = segment.expect("a segment");
    let known = segment.with_file_name(".managed.json");
    let before = std::fs::read(&known).expect("its list of files");
    for opstamp in 0..100 {
        std::fs::write(segment.with_extension(format!("{opstamp}.del")), b"").expect("write");
    }
    let engine = open(dir.path());
    engine.delete(&scope, &prepared[0].document_id).expect_err("deletions cannot be written");
    drop(engine);
    std::fs::write(&known, before).expect("forget the attempt");
    let engine = open(dir.path());
    for mode in [Mode::Bm25, Mode::Dense] {
        let uris: Vec<_> = all(&engine, &scope, mode, "common").into_iter().map(|h| h.0).collect();
        assert_eq!(uris, ["stays"]);
    }
    assert_eq!(engine.verify(&scope).expect("verify").findings, []);
}

#[test]
fn a_store_put_back_to_an_earlier_day_takes_its_text_index_along() {
    let dir = tempfile::tempdir().expect("tempdir");
    let engine = open(dir.path());
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "old", "common old");
    drop(engine);
    let store = client_dir(dir.path()).join("store.db");
    assert!(!client_dir(dir.path()).join("store.db-wal").exists(), "closing folds the log into the file");
    let backup = std::fs::read(&store).expect("read");
    let engine = open(dir.path());
    for i in 0..3 {
        ingest(&engine, &scope, "new", &format!("common new{i}"));
    }
    drop(engine);
    std::fs::write(&store, backup).expect("restore");
    let engine = open(dir.path());
    for mode in [Mode::Bm25, Mode::Dense] {
        let uris: Vec<_> = all(&engine, &scope, mode, "common").into_iter().map(|h| h.0).collect();
        assert_eq!(uris, ["old"]);
    }
    assert!(search(&engine, &scope, Mode::Bm25, "new2", 5).is_empty());
}

/// A small file system, unmounted when dropped; `None` where mounting is not allowed.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(mib: u32) -> Option<Self> {
        let dir = tempfile::tempdir().expect("tempdir");
        let size = format!("size={mib}m");
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(dir.path())
            .stderr(std::process::Stdio::null())
            .status();
        status.is_ok_and(|s| s.success()).then_some(Self(dir))
    }

    fn resize(&self, mib: u32) {
        let size = format!("remount,size={mib}m");
        let status = Command::new("mount").args(["-o", &size]).arg(self.0.path()).status();
        assert!(status.expect("mount").success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_refuses_the_write_and_keeps_what_was_acknowledged() {
    // 64 MiB are the reserve: about 30 are there to be used.
    let Some(disk) = SmallDisk::new(96) else {
        println!("skipped: mounting a tmpfs needs root, so no disk could be filled");
        return;
    };
    let data = disk.0.path().join("data");
    let engine = open(&data);
    let scope = client(&engine, "a");
    let mut random = crate::support::Random(7);
    let mut acknowledged = Vec::new();
    let refused = loop {
        let uri = format!("doc{}", acknowledged.len());
        // Two MiB that do not compress.
        let noise: String = (0..131_072).map(|_| format!("{:016x}", random.below(u64::MAX))).collect();
        let text = format!("common {uri}\n{}", &noise[..64]);
        let accepted = match try_accept(&engine, &scope, &uri, &format!("{text}\n{noise}")) {
            Ok(accepted) => accepted,
            Err(error) => break error,
        };
        match engine.publish(&scope, &[prepare(&accepted, &text)]) {
            Ok(_) => acknowledged.push(uri),
            Err(error) => break error,
        }
        assert!(acknowledged.len() < 100, "the disk never filled");
    };
    assert!(matches!(refused, Error::DiskFull { .. }), "{refused}");
    assert!(refused.to_string().contains("free some space"), "{refused}");
    assert!(acknowledged.len() > 3);

    let standing = |engine: &Engine| {
        for mode in [Mode::Bm25, Mode::Dense] {
            let uris: std::collections::BTreeSet<_> =
                all(engine, &scope, mode, "common").into_iter().map(|h| h.0).collect();
            assert!(acknowledged.iter().all(|uri| uris.contains(uri)), "{uris:?}");
        }
    };
    standing(&engine);
    // Opening again works on what the reserve holds.
    drop(engine);
    let engine = open(&data);
    standing(&engine);
    let error = try_accept(&engine, &scope, "more", &"x".repeat(4 << 20)).expect_err("still full");
    assert!(matches!(error, Error::DiskFull { .. }), "{error}");

    disk.resize(192);
    ingest(&engine, &scope, "after", "common after");
    standing(&engine);
    assert!(all(&engine, &scope, Mode::Bm25, "common").iter().any(|h| h.0 == "after"));
}

#[test]
fn a_disk_that_fills_behind_the_check_loses_nothing_acknowledged() {
    let Some(disk) = SmallDisk::new(96) else {
        println!("skipped: mounting a tmpfs needs root, so no disk could be filled");
        return;
    };
    let data = disk.0.path().join("data");
    let engine = open(&data);
    let scope = client(&engine, "a");
    ingest(&engine, &scope, "first", "common first");
    let goes = ingest(&engine, &scope, "goes", "common goes").document_id;
    let accepted = accept(&engine, &scope, "second", "common second");
    // Somebody else takes the rest of the disk: deletes have no check before them.
    let ballast = disk.0.path().join("ballast");
    fill(&ballast);
    let deleted = engine.delete(&scope, &goes);
    let refused = engine.publish(&scope, &[prepare(&accepted, "common second")]).expect_err("full");
    assert!(matches!(refused, Error::DiskFull { .. }), "{refused}");
    let hits = crate::support::try_search(&engine, &scope, Mode::Dense, "common", 10).expect("search").hits;
    assert!(hits.iter().any(|h| h.uri == "first"));
    assert!(deleted.is_err() || hits.iter().all(|h| h.uri != "goes"), "acknowledged and still found");

    std::fs::remove_file(ballast).expect("free");
    // A delete that was cut off after its commit shows without any further write.
    let gone = engine.document(&scope, &goes).is_err();
    let uris: Vec<_> = all(&engine, &scope, Mode::Bm25, "common").into_iter().map(|h| h.0).collect();
    assert_eq!(uris.contains(&"goes".to_owned()), !gone);
    engine.publish(&scope, &[prepare(&accepted, "common second")]).expect("room again");
    assert!(all(&engine, &scope, Mode::Bm25, "common").iter().any(|h| h.0 == "second"));
    drop(engine);
    let engine = open(&data);
    assert!(all(&engine, &scope, Mode::Dense, "common").iter().any(|h| h.0 == "second"));
}

/// Writes until not a byte is left.
fn fill(path: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path).expect("create");
    for block in [1 << 20, 4096, 1] {
        let bytes = vec![0u8; block];
        while file.write_all(&bytes).is_ok() {}
    }
}
