//! What can be wrong with a dataset or run file.

use std::path::PathBuf;

/// A dataset or run file that cannot be used. Every variant names the file; the fault lies with
/// the file, not with the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// None of the names under which a needed file is looked for exists.
    #[error("{} has none of {}: a dataset directory needs one of them", dir.display(), names.join(", "))]
    Missing {
        /// The dataset directory.
        dir: PathBuf,
        /// The file names looked for, best first.
        names: Vec<String>,
    },
    /// The file exists but cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's reason; invalid UTF-8 comes as `InvalidData`.
        source: std::io::Error,
    },
    /// One line of the file is not what the layout asks for.
    #[error("{}:{line}: {what}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// An id that must be unique in its file comes a second time.
    #[error("{}:{line}: duplicate id {id:?}, first seen in line {first_line}", path.display())]
    Duplicate {
        /// The file.
        path: PathBuf,
        /// The line of the repetition, counted from 1.
        line: usize,
        /// The repeated id; for judgements and runs, query id and document id with a tab between.
        id: String,
        /// The line in which the id came first.
        first_line: usize,
    },
    /// A split or file name that could lead out of the dataset directory.
    #[error(
        "{0:?} cannot name a split or file: use letters, digits, '-', '_' and '.' only, and no '.' in front"
    )]
    FileName(String),
}
