use std::fs;
use std::path::{Path, PathBuf};

use super::{Entry, HistoryError};

/// The results below a folder.
#[derive(Debug, Default)]
pub struct Past {
    /// What could be read, oldest first; results of the same time by file name, and those without a time first.
    pub entries: Vec<Entry>,
    /// What could not. One broken file must not hide all others, so a report shows these beside its figures.
    pub problems: Vec<HistoryError>,
}

/// How deep below the given folder results are looked for: `benches/runs/<day>-<machine>/<name>/<name>.json`.
const DEPTH: usize = 3;

impl Past {
    /// Reads every `.json` file in a folder and the folders in it.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let mut past = Self::default();
        past.visit(folder, DEPTH);
        past.entries.sort_by(|a, b| (a.started_at, &a.file).cmp(&(b.started_at, &b.file)));
        past
    }

    fn visit(&mut self, folder: &Path, depth: usize) {
        let paths = match sorted_paths(folder) {
            Ok(paths) => paths,
            Err(source) => {
                return self.problems.push(HistoryError::Read { file: folder.to_owned(), source });
            }
        };
        for path in paths {
            // A link could lead around in a circle or out of the folder.
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                if depth > 1 {
                    self.visit(&path, depth - 1);
                }
            } else if path.extension().is_some_and(|extension| extension == "json") {
                self.file(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let text =
            fs::read_to_string(path).map_err(|source| HistoryError::Read { file: path.to_owned(), source });
        match text.and_then(|text| Entry::parse_all(&text, path)) {
            Ok(entries) => self.entries.extend(entries),
            Err(problem) => self.problems.push(problem),
        }
    }
}

fn sorted_paths(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(time: &str) -> String {
        format!(
            r#"{{"systems": {{"bm25": {{"map": 0.5}}}}, "manifest": {{"started_at": "{time}", "dataset": {{"name": "s"}}}}}}"#
        )
    }

    #[test]
    fn the_past_is_in_order_and_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        };
        write("2026-11-22-host/b.json", &result("2026-11-22T10:00:00Z"));
        // Later by a fraction of a second, although its text sorts before.
        write("2026-11-21-host/late.json", &result("2026-11-22T10:00:00.5Z"));
        write("2026-11-21-host/deeper/a.json", &result("2026-11-21T10:00:00Z"));
        write("2026-11-21-host/encoder.json", "{\"speed\": 3}");
        write("2026-11-21-host/README.md", "no result");
        write("2026-11-21-host/broken.json", "{\"systems\": ");
        write("too/deep/to/be.json", "{\"systems\": ");
        let past = Past::read(folder.path());
        let names: Vec<_> =
            past.entries.iter().filter_map(|entry| entry.file.file_name()?.to_str()).collect();
        assert_eq!(names, ["a.json", "b.json", "late.json"]);
        let [problem] = &past.problems[..] else { panic!("one problem: {:?}", past.problems) };
        assert!(problem.to_string().contains("broken.json: not a result"), "{problem}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_problem() {
        let past = Past::read(Path::new("no/such/folder"));
        assert!(past.entries.is_empty() && past.problems.len() == 1);
        assert!(past.problems[0].to_string().starts_with("no/such/folder: "));
    }
}
