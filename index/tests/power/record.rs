//! One line of the log: a call that changed a file, as bytes.

use std::path::{Path, PathBuf};

/// What a call did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// A file came to be.
    Create,
    /// A folder came to be.
    Mkdir,
    /// `data` was written at `at`.
    Write,
    /// The size became `at`.
    Resize,
    /// The file or folder is durable.
    Sync,
    /// `path` is now called what `data` says.
    Rename,
    /// A file got a second name, `data`.
    Link,
    /// A file or an empty folder went.
    Remove,
    /// Something this recorder does not follow, named in `data`.
    Other,
}

const OPS: [Op; 9] =
    [Op::Create, Op::Mkdir, Op::Write, Op::Resize, Op::Sync, Op::Rename, Op::Link, Op::Remove, Op::Other];

impl Op {
    /// Its name in an abort point.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Mkdir => "mkdir",
            Self::Write => "write",
            Self::Resize => "resize",
            Self::Sync => "sync",
            Self::Rename => "rename",
            Self::Link => "link",
            Self::Remove => "remove",
            Self::Other => "other",
        }
    }
}

/// A call that changed a file below the recorded folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) op: Op,
    /// Relative to the recorded folder; empty for the folder itself.
    pub(crate) path: String,
    /// An offset or a size, in bytes; 0 where the operation has none.
    pub(crate) at: u64,
    pub(crate) data: Vec<u8>,
}

impl Record {
    pub(crate) fn new(op: Op, path: &str, at: u64, data: &[u8]) -> Self {
        Self { op, path: path.to_owned(), at, data: data.to_vec() }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.op as u8];
        out.extend((self.path.len() as u32).to_le_bytes());
        out.extend(self.path.as_bytes());
        out.extend(self.at.to_le_bytes());
        out.extend((self.data.len() as u32).to_le_bytes());
        out.extend(&self.data);
        out
    }

    /// The first record of `bytes`; `None` when it is cut off.
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        let mut rest = *bytes;
        let op = OPS[usize::from(take(&mut rest, 1)?[0])];
        let length = number(take(&mut rest, 4)?);
        let path = String::from_utf8(take(&mut rest, length as usize)?.to_vec()).expect("a path in UTF-8");
        let at = number(take(&mut rest, 8)?);
        let length = number(take(&mut rest, 4)?);
        let data = take(&mut rest, length as usize)?.to_vec();
        *bytes = rest;
        Some(Self { op, path, at, data })
    }

    /// The second path of a renaming or a link.
    pub(crate) fn other_path(&self) -> PathBuf {
        Path::new(std::str::from_utf8(&self.data).expect("a path in UTF-8")).to_path_buf()
    }
}

fn take<'a>(bytes: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = bytes.split_at_checked(n)?;
    *bytes = tail;
    Some(head)
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// All whole records of a log.
pub(crate) fn read_log(path: &Path) -> Vec<Record> {
    let bytes = std::fs::read(path).expect("read the log");
    let mut rest = &bytes[..];
    std::iter::from_fn(|| Record::decode(&mut rest)).collect()
}

#[test]
fn what_is_encoded_comes_back_and_a_cut_off_end_is_left_out() {
    let all: Vec<_> = OPS.iter().map(|op| Record::new(*op, "a/b", 1 << 40, op.name().as_bytes())).collect();
    let bytes: Vec<u8> = all.iter().flat_map(Record::encode).collect();
    let dir = tempfile::tempdir().expect("tempdir");
    let path = dir.path().join("log");
    std::fs::write(&path, &bytes).expect("write");
    assert_eq!(read_log(&path), all);
    std::fs::write(&path, &bytes[..bytes.len() - 1]).expect("write");
    assert_eq!(read_log(&path), all[..all.len() - 1]);
}
