//! A disk that loses power.
//!
//! It follows a log and knows of every file and folder what is there now and what is durable. Its
//! model is harsher than ext4 (data=ordered) and xfs; what POSIX promises and nothing more:
//!
//! - `fsync` and `fdatasync` of a file make its bytes and size durable, not its name.
//! - `fsync` of a folder makes the names in it durable, in the order in which they changed. Of later
//!   changes in one folder the first ones, any number of them, may have happened. Folders are
//!   independent of each other and of the bytes of files; a renaming from one folder to another
//!   happens in both or in neither. A new folder needs an `fsync` of the folder it is in.
//! - Writes and changes of size after the last `fsync` of a file may be there or not, in sectors of
//!   512 bytes, in any order: none, all, the first ones with a torn last one, or any of them. A byte
//!   that was not written does not change (SQLite's "power-safe overwrite"). What lies between them
//!   reads as zeros.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::record::{Op, Record};
use crate::support::Random;

const SECTOR: u64 = 512;

type Id = usize;
type Names = BTreeMap<String, Id>;

enum Node {
    File { now: Vec<u8>, durable: Vec<u8>, pending: Vec<Change> },
    Folder { now: Names, durable: Names },
}

/// A change of a file's content.
#[derive(Clone)]
enum Change {
    Write { at: u64, data: Vec<u8> },
    Resize(u64),
}

/// A change of names that happens in all its folders or in none: folder, name, what it names then.
type Renaming = Vec<(Id, String, Option<Id>)>;

/// What the disk keeps of that which no `fsync` covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Nothing,
    Everything,
    /// Chosen by the seed for each file, each folder and each sector.
    Chance(u64),
}

pub(crate) struct Disk {
    nodes: Vec<Node>,
    /// Changes of names that are not durable, in order.
    pending: Vec<Renaming>,
}

const ROOT: Id = 0;

impl Disk {
    /// A disk that holds the folder `base`, all of it durable.
    pub(crate) fn holding(base: &Path) -> Self {
        let mut disk = Self { nodes: Vec::new(), pending: Vec::new() };
        disk.load(base);
        disk
    }

    fn load(&mut self, path: &Path) -> Id {
        let id = self.nodes.len();
        if path.is_file() {
            let bytes = std::fs::read(path).expect("read");
            self.nodes.push(Node::File { now: bytes.clone(), durable: bytes, pending: Vec::new() });
            return id;
        }
        self.nodes.push(Node::Folder { now: Names::new(), durable: Names::new() });
        let mut names = Names::new();
        for entry in std::fs::read_dir(path).expect("list") {
            let entry = entry.expect("entry");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            names.insert(name, self.load(&entry.path()));
        }
        self.nodes[id] = Node::Folder { now: names.clone(), durable: names };
        id
    }

    /// Follows one record.
    pub(crate) fn apply(&mut self, record: &Record) {
        let path = Path::new(&record.path);
        match record.op {
            Op::Create => {
                let file = Node::File { now: Vec::new(), durable: Vec::new(), pending: Vec::new() };
                self.add(path, file);
            }
            Op::Mkdir => self.add(path, Node::Folder { now: Names::new(), durable: Names::new() }),
            Op::Write => {
                self.change(path, Change::Write { at: record.at, data: record.data.clone() });
            }
            Op::Resize => self.change(path, Change::Resize(record.at)),
            Op::Sync => self.sync(path),
            Op::Rename => {
                let id = self.find(path);
                self.rename(vec![(path, None), (&record.other_path(), Some(id))]);
            }
            Op::Link => {
                let id = self.find(path);
                self.rename(vec![(&record.other_path(), Some(id))]);
            }
            Op::Remove => self.rename(vec![(path, None)]),
            // Files changed through shared memory: what they hold is not known.
            Op::Other => {}
        }
    }

    fn add(&mut self, path: &Path, node: Node) {
        self.nodes.push(node);
        self.rename(vec![(path, Some(self.nodes.len() - 1))]);
    }

    fn change(&mut self, path: &Path, change: Change) {
        let id = self.find(path);
        let Node::File { now, pending, .. } = &mut self.nodes[id] else { panic!("{path:?} is a folder") };
        change.apply(now);
        pending.push(change);
    }

    fn rename(&mut self, changes: Vec<(&Path, Option<Id>)>) {
        let mut renaming = Renaming::new();
        for (path, id) in changes {
            let folder = self.find(path.parent().expect("a name in a folder"));
            let name = path.file_name().and_then(|n| n.to_str()).expect("a name").to_owned();
            let Node::Folder { now, .. } = &mut self.nodes[folder] else { panic!("{path:?} is in a file") };
            set(now, &name, id);
            renaming.push((folder, name, id));
        }
        self.pending.push(renaming);
    }

    fn sync(&mut self, path: &Path) {
        let id = self.find(path);
        if let Node::File { now, durable, pending } = &mut self.nodes[id] {
            durable.clone_from(now);
            pending.clear();
            return;
        }
        // Backwards: what a renaming needs in its other folder came before it.
        let mut folders = BTreeSet::from([id]);
        let mut stays = Vec::new();
        let mut goes = Vec::new();
        for renaming in std::mem::take(&mut self.pending).into_iter().rev() {
            if renaming.iter().any(|(folder, ..)| folders.contains(folder)) {
                folders.extend(renaming.iter().map(|(folder, ..)| *folder));
                goes.push(renaming);
            } else {
                stays.push(renaming);
            }
        }
        stays.reverse();
        self.pending = stays;
        for renaming in goes.iter().rev() {
            for (folder, name, id) in renaming {
                let Node::Folder { durable, .. } = &mut self.nodes[*folder] else { unreachable!() };
                set(durable, name, *id);
            }
        }
    }

    fn find(&self, path: &Path) -> Id {
        path.components().fold(ROOT, |id, part| {
            let Component::Normal(part) = part else { panic!("not followed: {}", path.display()) };
            let Node::Folder { now, .. } = &self.nodes[id] else { panic!("{} is in a file", path.display()) };
            let name = part.to_str().expect("a name");
            *now.get(name).unwrap_or_else(|| panic!("the log does not say where {} is from", path.display()))
        })
    }

    /// All files as a reader sees them now, by path; folders as `None`.
    pub(crate) fn now(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let folders: Vec<&Names> = self.folders(|now, _| now);
        self.tree(&folders, |node| match node {
            Node::File { now, .. } => Some(now.clone()),
            Node::Folder { .. } => None,
        })
    }

    /// All files as they are found after the power went now.
    pub(crate) fn after_power_loss(&self, kept: Kept) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut random = Random(match kept {
            Kept::Chance(seed) => seed,
            _ => 0,
        });
        let mut names: Vec<Names> = self.folders(|_, durable| durable).into_iter().cloned().collect();
        let mut stopped = BTreeSet::new();
        for renaming in &self.pending {
            let happened = match kept {
                Kept::Nothing => false,
                Kept::Everything => true,
                Kept::Chance(_) => random.below(4) > 0,
            };
            if happened && renaming.iter().all(|(folder, ..)| !stopped.contains(folder)) {
                for (folder, name, id) in renaming {
                    set(&mut names[*folder], name, *id);
                }
            } else {
                stopped.extend(renaming.iter().map(|(folder, ..)| *folder));
            }
        }
        let contents: Vec<Option<Vec<u8>>> = self
            .nodes
            .iter()
            .map(|node| match node {
                Node::File { now, .. } if kept == Kept::Everything => Some(now.clone()),
                Node::File { durable, .. } if kept == Kept::Nothing => Some(durable.clone()),
                Node::File { durable, pending, .. } => Some(torn(durable, pending, &mut random)),
                Node::Folder { .. } => None,
            })
            .collect();
        let names: Vec<&Names> = names.iter().collect();
        let mut tree = BTreeMap::new();
        self.walk(ROOT, Path::new(""), &names, &mut |path, id| {
            tree.insert(path, contents[id].clone());
        });
        tree
    }

    /// The names in each node; none in a file.
    fn folders<'a>(&'a self, choose: impl Fn(&'a Names, &'a Names) -> &'a Names) -> Vec<&'a Names> {
        static NONE: Names = Names::new();
        let names = |node: &'a Node| match node {
            Node::Folder { now, durable } => choose(now, durable),
            Node::File { .. } => &NONE,
        };
        self.nodes.iter().map(names).collect()
    }

    fn tree<T>(&self, names: &[&Names], content: impl Fn(&Node) -> T) -> BTreeMap<PathBuf, T> {
        let mut tree = BTreeMap::new();
        self.walk(ROOT, Path::new(""), names, &mut |path, id| {
            tree.insert(path, content(&self.nodes[id]));
        });
        tree
    }

    fn walk(&self, id: Id, path: &Path, names: &[&Names], visit: &mut impl FnMut(PathBuf, Id)) {
        for (name, child) in names[id] {
            let path = path.join(name);
            visit(path.clone(), *child);
            self.walk(*child, &path, names, visit);
        }
    }
}

fn set(names: &mut Names, name: &str, id: Option<Id>) {
    match id {
        Some(id) => names.insert(name.to_owned(), id),
        None => names.remove(name),
    };
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Resize(size) => bytes.resize(*size as usize, 0),
            Self::Write { at, data } => {
                let end = *at as usize + data.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*at as usize..end].copy_from_slice(data);
            }
        }
    }

    /// The change in pieces that happen whole or not at all.
    fn sectors(&self) -> Vec<Self> {
        let Self::Write { at, data } = self else { return vec![self.clone()] };
        let mut pieces = Vec::new();
        let (mut at, mut rest) = (*at, &data[..]);
        while !rest.is_empty() {
            let n = rest.len().min((SECTOR - at % SECTOR) as usize);
            pieces.push(Self::Write { at, data: rest[..n].to_vec() });
            (at, rest) = (at + n as u64, &rest[n..]);
        }
        pieces
    }
}

/// A file of which any part of the changes since its last `fsync` arrived.
fn torn(durable: &[u8], pending: &[Change], random: &mut Random) -> Vec<u8> {
    let mut bytes = durable.to_vec();
    let pieces: Vec<Change> = pending.iter().flat_map(Change::sectors).collect();
    match random.below(5) {
        0 | 1 => {}
        2 => pieces.iter().for_each(|piece| piece.apply(&mut bytes)),
        3 => {
            let arrived = random.below(pieces.len() as u64 + 1) as usize;
            pieces[..arrived].iter().for_each(|piece| piece.apply(&mut bytes));
        }
        _ => {
            let share = 1 + random.below(9);
            pieces.iter().filter(|_| random.below(10) < share).for_each(|piece| piece.apply(&mut bytes));
        }
    }
    bytes
}

/// Writes such a tree into the folder `into`.
pub(crate) fn write_tree(tree: &BTreeMap<PathBuf, Option<Vec<u8>>>, into: &Path) {
    std::fs::create_dir_all(into).expect("make");
    for (path, content) in tree {
        match content {
            None => std::fs::create_dir(into.join(path)).expect("make"),
            Some(bytes) => std::fs::write(into.join(path), bytes).expect("write"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(records: &[(Op, &str, u64, &[u8])]) -> Disk {
        let base = tempfile::tempdir().expect("tempdir");
        let mut disk = Disk::holding(base.path());
        for (op, path, at, data) in records {
            disk.apply(&Record::new(*op, path, *at, data));
        }
        disk
    }

    fn files(tree: &BTreeMap<PathBuf, Option<Vec<u8>>>) -> Vec<(String, String)> {
        let text = |bytes: &Option<Vec<u8>>| match bytes {
            Some(bytes) => String::from_utf8(bytes.clone()).expect("text"),
            None => "/".into(),
        };
        tree.iter().map(|(path, bytes)| (path.display().to_string(), text(bytes))).collect()
    }

    fn after(kept: Kept, records: &[(Op, &str, u64, &[u8])]) -> Vec<(String, String)> {
        files(&disk(records).after_power_loss(kept))
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn a_file_needs_its_own_fsync_and_that_of_its_folder() {
        let made: [(Op, &str, u64, &[u8]); 2] = [(Op::Create, "a", 0, b""), (Op::Write, "a", 0, b"one")];
        let file = (Op::Sync, "a", 0, &b""[..]);
        let folder = (Op::Sync, "", 0, &b""[..]);
        assert_eq!(after(Kept::Nothing, &[&made[..], &[file]].concat()), []);
        assert_eq!(after(Kept::Nothing, &[&made[..], &[folder]].concat()), pairs(&[("a", "")]));
        assert_eq!(after(Kept::Nothing, &[&made[..], &[file, folder]].concat()), pairs(&[("a", "one")]));
        assert_eq!(after(Kept::Everything, &made), pairs(&[("a", "one")]));
        // What came after the last fsync is gone, what it replaced is back.
        let later: [(Op, &str, u64, &[u8]); 3] =
            [(Op::Write, "a", 0, b"two"), (Op::Resize, "a", 1, b""), (Op::Remove, "a", 0, b"")];
        let all = [&made[..], &[file, folder], &later[..]].concat();
        assert_eq!(after(Kept::Nothing, &all), pairs(&[("a", "one")]));
        assert_eq!(after(Kept::Everything, &all), []);
    }

    #[test]
    fn a_folder_that_is_not_in_its_parent_takes_along_what_it_holds() {
        let inside: [(Op, &str, u64, &[u8]); 4] = [
            (Op::Mkdir, "d", 0, b""),
            (Op::Create, "d/a", 0, b""),
            (Op::Sync, "d/a", 0, b""),
            (Op::Sync, "d", 0, b""),
        ];
        assert_eq!(after(Kept::Nothing, &inside), []);
        let all = [&inside[..], &[(Op::Sync, "", 0, b"")]].concat();
        assert_eq!(after(Kept::Nothing, &all), pairs(&[("d", "/"), ("d/a", "")]));
    }

    #[test]
    fn names_of_one_folder_change_in_order_and_a_move_happens_in_both() {
        let records: [(Op, &str, u64, &[u8]); 8] = [
            (Op::Mkdir, "x", 0, b""),
            (Op::Mkdir, "y", 0, b""),
            (Op::Sync, "", 0, b""),
            (Op::Create, "x/1", 0, b""),
            (Op::Create, "x/2", 0, b""),
            (Op::Rename, "x/1", 0, b"y/1"),
            (Op::Create, "x/3", 0, b""),
            (Op::Create, "y/4", 0, b""),
        ];
        let mut seen = BTreeSet::new();
        for seed in 0..400 {
            let tree = files(&disk(&records).after_power_loss(Kept::Chance(seed)));
            let has = |path: &str| tree.iter().any(|(p, _)| p == path);
            assert!(!(has("x/1") && has("y/1")), "in both");
            assert!(!has("x/3") || has("y/1") && has("x/2"), "out of order: {tree:?}");
            assert!(!has("y/4") || has("y/1"), "out of order: {tree:?}");
            assert!(!has("y/1") || has("x/2"), "out of order: {tree:?}");
            seen.insert(tree);
        }
        // Nothing; 1; 1 and 2; moved, with 3 or not, with 4 or not.
        assert_eq!(seen.len(), 7);
        // The target's fsync takes along what the move needs.
        let all = [&records[..], &[(Op::Sync, "y", 0, b"")]].concat();
        let expected = pairs(&[("x", "/"), ("x/2", ""), ("y", "/"), ("y/1", ""), ("y/4", "")]);
        assert_eq!(after(Kept::Nothing, &all), expected);
    }

    #[test]
    fn torn_writes_keep_whole_sectors_and_touch_no_other_byte() {
        let old = vec![b'a'; 3000];
        let new = vec![b'b'; 1500];
        let disk = disk(&[
            (Op::Create, "f", 0, b""),
            (Op::Write, "f", 0, &old),
            (Op::Sync, "f", 0, b""),
            (Op::Sync, "", 0, b""),
            (Op::Write, "f", 700, &new),
        ]);
        let mut seen = BTreeSet::new();
        for seed in 0..2000 {
            let tree = disk.after_power_loss(Kept::Chance(seed));
            let bytes = tree[Path::new("f")].clone().expect("a file");
            assert_eq!(bytes.len(), 3000);
            for range in [0..700, 2200..3000] {
                assert!(bytes[range].iter().all(|b| *b == b'a'));
            }
            for range in [700..1024, 1024..1536, 1536..2048, 2048..2200] {
                assert!(bytes[range.clone()].iter().all(|b| *b == bytes[range.start]), "half a sector");
            }
            seen.insert(bytes);
        }
        assert_eq!(seen.len(), 16, "every combination of four sectors");
    }
}
