//! Files and folders of the command line to sources, one file at a time.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::IngestError;
use super::report::{Entry, Status};
use super::sources::Source;
use crate::records::{DEFAULT_MAX_LINE_BYTES, Records};

/// What of the given paths is taken.
#[derive(Debug, Clone, Default)]
pub struct PathOptions {
    /// Take only files that match one of these patterns (relative to the given folder).
    pub include: Vec<String>,
    /// Leave out files that match one of these.
    pub exclude: Vec<String>,
    /// Say what would be done, change nothing.
    pub dry_run: bool,
    /// Try also what failed before and is as it was.
    pub retry: bool,
}

/// One file found, or why it could not be.
pub type Found = Result<PathBuf, Entry>;

/// Name of the files that say, in the syntax of `.gitignore`, what of their folder is left out.
pub const IGNORE_FILE: &str = ".footnoteignore";

/// All files below `paths`, sorted, hidden files and folders left out, and what an [`IGNORE_FILE`] names; a path that cannot
/// be read is an entry of the report, the rest goes on.
pub fn find_files(paths: &[PathBuf], options: &PathOptions) -> Result<Vec<Found>, IngestError> {
    let include = globs(&options.include)?;
    let exclude = globs(&options.exclude)?;
    let mut found = Vec::new();
    for root in paths {
        if !root.is_dir() {
            found.push(Ok(root.clone()));
            continue;
        }
        let mut walk = ignore::WalkBuilder::new(root);
        walk.standard_filters(false).hidden(true).add_custom_ignore_filename(IGNORE_FILE);
        for entry in walk.sort_by_file_name(Ord::cmp).build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    let wanted = options.include.is_empty() || include.is_match(relative);
                    if wanted && !exclude.is_match(relative) {
                        found.push(Ok(entry.into_path()));
                    }
                }
                Ok(entry) if entry.path_is_symlink() => found.push(Err(symlink(entry.path()))),
                Ok(_) => {}
                Err(error) => {
                    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    found.push(Err(unreadable(path_of(&error).unwrap_or(root), &reason)));
                }
            }
        }
    }
    Ok(found)
}

/// The path that an error of the walk is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// Calls `each` with every source in the file: itself, or its records when it is JSONL; stops when
/// `each` returns false.
pub fn read_file(path: &Path, max_bytes: u64, mut each: impl FnMut(Result<Source, Entry>) -> bool) {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            each(Err(unreadable(path, &error.to_string())));
            return;
        }
    };
    let uri = file_uri(path);
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    if matches!(extension.as_deref(), Some("jsonl" | "ndjson")) {
        for record in Records::new(BufReader::new(file), DEFAULT_MAX_LINE_BYTES) {
            let source = match record {
                Ok(record) => Ok(Source::record(&uri, record)),
                Err(error) => {
                    Err(Entry::failed(format!("{uri}#line={}", error.line), "bad_record", error.to_string()))
                }
            };
            if !each(source) {
                return;
            }
        }
        return;
    }
    let mut bytes = Vec::new();
    let entry = match file.take(max_bytes + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > max_bytes => Err(Entry::failed(
            uri,
            "too_large",
            format!("larger than {} MiB; split it, or leave it out with --exclude", max_bytes >> 20),
        )),
        Ok(_) => Ok(Source {
            uri: uri.clone(),
            name: super::sources::name_of(&uri).to_owned(),
            bytes,
            ..Source::default()
        }),
        Err(error) => Err(unreadable(path, &error.to_string())),
    };
    each(entry);
}

/// `file://` uri of a path: absolute, so that two folders with equal names stay apart, and without
/// `..` and links, so that one file has one name however it was reached.
pub fn file_uri(path: &Path) -> String {
    let absolute = std::fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_path_buf());
    let mut uri = String::from("file://");
    for c in absolute.to_string_lossy().chars() {
        match c {
            ' ' | '%' | '?' | '#' | '"' | '<' | '>' => uri.push_str(&format!("%{:02X}", u32::from(c))),
            c if c.is_control() => uri.push_str(&format!("%{:02X}", u32::from(c))),
            c => uri.push(c),
        }
    }
    uri
}

/// Links are not followed: they can leave the folder, or lead around in circles.
fn symlink(path: &Path) -> Entry {
    let reason = "a symbolic link is not followed; give the path it points to";
    // Named by where the link is, not by where it leads.
    let folder = path.parent().map(file_uri).unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let uri = format!("{folder}/{name}");
    Entry { status: Status::Skipped, ..Entry::failed(uri, "symlink", reason) }
}

fn unreadable(path: &Path, reason: &str) -> Entry {
    Entry::failed(
        file_uri(path),
        "unreadable",
        format!("{reason}; check that the file exists and may be read"),
    )
}

fn globs(patterns: &[String]) -> Result<GlobSet, IngestError> {
    let bad = |pattern: &str| {
        let pattern = pattern.to_owned();
        move |e: globset::Error| IngestError::Pattern { pattern, reason: e.kind().to_string() }
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(bad(pattern))?);
    }
    set.build().map_err(bad("(all patterns)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("tempdir");
        for (name, text) in
            [("a.md", "# A"), ("sub/b.txt", "b"), (".hidden/c.txt", "c"), ("sub/d e.html", "<p>d")]
        {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("parent")).expect("mkdir");
            std::fs::write(path, text).expect("write");
        }
        dir
    }

    fn names(found: Vec<Found>, root: &Path) -> Vec<String> {
        found
            .into_iter()
            .map(|f| f.expect("readable").strip_prefix(root).expect("inside").display().to_string())
            .collect()
    }

    #[test]
    fn walks_sorted_without_hidden_files() {
        let dir = tree();
        let found = find_files(&[dir.path().to_path_buf()], &PathOptions::default()).expect("find");
        assert_eq!(names(found, dir.path()), ["a.md", "sub/b.txt", "sub/d e.html"]);
    }

    #[test]
    fn an_ignore_file_says_what_of_its_folder_is_left_out() {
        let dir = tree();
        std::fs::write(dir.path().join(IGNORE_FILE), "# drafts\n*.txt\n!sub/b.txt\n").expect("write");
        std::fs::write(dir.path().join("c.txt"), "c").expect("write");
        std::fs::write(dir.path().join("sub").join(IGNORE_FILE), "*.html\n").expect("write");
        // What other tools leave out is their business.
        std::fs::write(dir.path().join(".gitignore"), "a.md\n").expect("write");
        let found = find_files(&[dir.path().to_path_buf()], &PathOptions::default()).expect("find");
        assert_eq!(names(found, dir.path()), ["a.md", "sub/b.txt"]);
    }

    #[test]
    fn include_and_exclude_are_relative_to_the_folder() {
        let dir = tree();
        let options = PathOptions {
            include: vec!["sub/*".into()],
            exclude: vec!["**/*.html".into()],
            ..PathOptions::default()
        };
        assert_eq!(
            names(find_files(&[dir.path().to_path_buf()], &options).expect("find"), dir.path()),
            ["sub/b.txt"]
        );
        let bad = PathOptions { include: vec!["[".into()], ..PathOptions::default() };
        assert!(find_files(&[], &bad).expect_err("bad pattern").to_string().contains("\"[\""));
    }

    #[test]
    fn a_missing_file_is_an_entry_and_uris_are_escaped() {
        let mut got = Vec::new();
        read_file(Path::new("/nonexistent/x y.txt"), 10, |s| {
            got.push(s);
            true
        });
        let entry = got.pop().expect("one").expect_err("unreadable");
        assert_eq!(
            (entry.code.as_str(), entry.uri.as_str()),
            ("unreadable", "file:///nonexistent/x%20y.txt")
        );
    }

    #[test]
    fn one_file_has_one_name_however_it_is_reached() {
        let dir = tree();
        let straight = file_uri(&dir.path().join("a.md"));
        assert_eq!(file_uri(&dir.path().join("sub/../a.md")), straight);
        assert!(straight.starts_with("file:///") && straight.ends_with("/a.md"));
    }

    #[test]
    fn a_file_at_the_limit_is_read_and_one_over_it_is_not() {
        let dir = tempfile::tempdir().expect("tempdir");
        for (len, ok) in [(10, true), (11, false)] {
            let path = dir.path().join(format!("{len}.txt"));
            std::fs::write(&path, vec![b'a'; len]).expect("write");
            read_file(&path, 10, |s| {
                assert_eq!(s.is_ok(), ok);
                true
            });
        }
    }
}
