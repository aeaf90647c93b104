//! What ought to be there: the model of one client, and its comparison with a data directory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use footnote_index::{Engine, EngineOptions, Mode, Name, PendingDocument, Scope};
use sha2::{Digest as _, Sha256};

use crate::support::{all, client, client_dir, search, vector};

/// Below a root: the data directory.
pub(crate) const DATA: &str = "data";
/// Below a root: what the writer began and what was acknowledged, a line each.
pub(crate) const NOTES: &str = "notes";

/// Text of turn `n` of a document: one to five chunks, unlike any other.
pub(crate) fn text(uri: &str, n: u64) -> String {
    // Now and then a long one, so that SQLite's log fills and is folded into the file.
    let padding = " padding".repeat(if n.is_multiple_of(5) { 2000 } else { 0 });
    (0..1 + n % 5).map(|i| format!("common {uri} turn{n} part{i}{padding}\n")).collect()
}

fn turn_of(text: &str) -> u64 {
    let word = text.split_whitespace().nth(2).expect("turn");
    word.strip_prefix("turn").expect("turn").parse().expect("number")
}

fn hash(uri: &str, n: u64) -> String {
    hex::encode(Sha256::digest(text(uri, n).as_bytes()))
}

/// One call of the writer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Op {
    /// The data directory is opened, with its client and generation. Also after closing it.
    Open,
    Accept {
        uri: String,
        n: u64,
    },
    /// Every waiting version at once.
    Publish,
    Delete {
        uri: String,
    },
    /// The text writer is closed, after its merges.
    CloseWriters,
    Reindex,
    /// A new API key; its acknowledgement says it.
    Key,
    /// Every visible version into a generation of other settings, which then serves.
    Swap,
}

impl Op {
    pub(crate) fn print(&self) -> String {
        match self {
            Self::Open => "try open".into(),
            Self::Accept { uri, n } => format!("try accept {uri} {n}"),
            Self::Publish => "try publish".into(),
            Self::Delete { uri } => format!("try delete {uri}"),
            Self::CloseWriters => "try close-writers".into(),
            Self::Reindex => "try reindex".into(),
            Self::Key => "try key".into(),
            Self::Swap => "try swap".into(),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("try ")?.split(' ');
        Some(match words.next()? {
            "open" => Self::Open,
            "accept" => Self::Accept { uri: words.next()?.into(), n: words.next()?.parse().ok()? },
            "publish" => Self::Publish,
            "delete" => Self::Delete { uri: words.next()?.into() },
            "close-writers" => Self::CloseWriters,
            "reindex" => Self::Reindex,
            "key" => Self::Key,
            "swap" => Self::Swap,
            _ => return None,
        })
    }
}

/// Where each document stands: the turn that is visible, the turn that waits.
type Documents = BTreeMap<String, (Option<u64>, Option<u64>)>;

/// All that was acknowledged, and what was under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    documents: Documents,
    keys: BTreeSet<String>,
    /// There is a client.
    opened: bool,
    /// Every version that was ever handed in.
    tried: BTreeSet<(String, u64)>,
    under_way: Option<Op>,
    /// Calls acknowledged.
    pub(crate) acknowledged: u64,
}

impl World {
    /// Takes the writer's notes in. A line without its end was cut off: nobody was told. `none`: the call before the
    /// writer's end did not happen.
    pub(crate) fn follow(&mut self, notes: &str) {
        for line in notes.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            if let Some(answer) = line.strip_prefix("ack") {
                let op = self.under_way.take().expect("an operation before its end");
                if op == Op::Key {
                    self.keys.insert(answer.trim_start().to_owned());
                }
                self.apply(&op);
                self.acknowledged += 1;
            } else if line == "none" {
                self.under_way = None;
            } else {
                let op = Op::parse(line).unwrap_or_else(|| panic!("a note: {line:?}"));
                if let Op::Accept { uri, n } = &op {
                    self.tried.insert((uri.clone(), *n));
                }
                self.under_way = Some(op);
            }
        }
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Open => self.opened = true,
            Op::Accept { uri, n } => self.documents.entry(uri.clone()).or_default().1 = Some(*n),
            Op::Publish => {
                for (visible, waiting) in self.documents.values_mut() {
                    *visible = waiting.take().or(*visible);
                }
            }
            Op::Delete { uri } => {
                self.documents.remove(uri);
            }
            Op::CloseWriters | Op::Reindex | Op::Key | Op::Swap => {}
        }
    }

    /// Opens the data directory below `root` and compares everything: what is acknowledged is there,
    /// the call under way happened whole or not at all, and it now counts as one or the other: that is
    /// returned as a note, when there was one.
    pub(crate) fn check(&mut self, root: &Path) -> Option<&'static str> {
        let data = root.join(DATA);
        let engine = open(&data);
        let name = Name::new("default").expect("name");
        if self.opened {
            let clients = engine.control().clients(&name).expect("clients");
            assert_eq!(clients.len(), 1, "the client is gone");
        }
        for key in &self.keys {
            assert!(engine.control().verify_key(key).expect("verify").is_some(), "a key is gone");
        }
        let scope = client(&engine, "a");
        self.opened = true;
        let found = actual(&engine, &scope);
        let under_way = self.under_way.take();
        let note = under_way.as_ref().map(|op| {
            if found == self.documents {
                return "none";
            }
            self.apply(op);
            "ack"
        });
        assert_eq!(found, self.documents, "under way was {under_way:?}");
        self.check_legs(&data, &engine, &scope);
        self.check_originals(&data);
        let verified = engine.verify(&scope).expect("verify");
        assert_eq!(verified.findings, [], "verify");
        note
    }

    /// (uri, text) of every chunk that ought to be found.
    fn chunks(&self) -> BTreeSet<(String, String)> {
        let mut chunks = BTreeSet::new();
        for (uri, (visible, _)) in &self.documents {
            if let Some(n) = visible {
                chunks.extend(text(uri, *n).lines().map(|line| (uri.clone(), line.to_owned())));
            }
        }
        chunks
    }

    fn check_legs(&self, data: &Path, engine: &Engine, scope: &Scope) {
        let expected = self.chunks();
        for mode in [Mode::Bm25, Mode::Dense, Mode::Hybrid] {
            let found: BTreeSet<_> =
                all(engine, scope, mode, "common").into_iter().map(|(uri, _, _, text)| (uri, text)).collect();
            assert_eq!(found, expected, "{mode:?}");
        }
        // By a token only its document has; those of other turns find nothing.
        for (uri, n) in &self.tried {
            let found = all(engine, scope, Mode::Bm25, &format!("turn{n}")).len();
            let visible = self.documents.get(uri).and_then(|(visible, _)| *visible) == Some(*n);
            let wanted = if visible { text(uri, *n).lines().count() } else { 0 };
            assert_eq!(found, wanted, "turn {n} of {uri}, visible {visible}, by its token");
        }
        // By its own vector, on the served path and over the stored rows.
        let stored = stored_vectors(data);
        for (uri, text) in &expected {
            let hits = search(engine, scope, Mode::Dense, text, 1);
            assert_eq!((&hits[0].uri, &hits[0].text), (uri, text), "by its own vector");
            let own = vector(text);
            let best = stored.iter().max_by(|a, b| dot(&a.1, &own).total_cmp(&dot(&b.1, &own)));
            assert_eq!(best.map(|(id, _)| id), Some(&hits[0].chunk_id), "by exact scan");
        }
        let stats = engine.stats(scope).expect("stats");
        assert_eq!((stats.chunks, stats.vectors), (expected.len() as u64, expected.len() as u64));
        assert_eq!(stored.len(), expected.len(), "tombstones outlive an opening");
    }

    /// Originals: those of the documents that stand, of no deleted one.
    fn check_originals(&self, data: &Path) {
        let folder = client_dir(data).join("originals");
        let files: BTreeSet<String> = match std::fs::read_dir(folder) {
            Ok(entries) => {
                entries.map(|e| e.expect("entry").file_name().to_string_lossy().into_owned()).collect()
            }
            Err(_) => BTreeSet::new(),
        };
        for (uri, (visible, waiting)) in &self.documents {
            for n in visible.iter().chain(waiting) {
                assert!(files.contains(&hash(uri, *n)), "original of {uri} turn {n}");
            }
        }
        for (uri, n) in &self.tried {
            if !self.documents.contains_key(uri) {
                assert!(!files.contains(&hash(uri, *n)), "original of deleted {uri} turn {n}");
            }
        }
    }
}

/// The engine, with graphs from so few vectors on that there is nearly always one being made or written.
pub(crate) fn open(data: &Path) -> Engine {
    let options = EngineOptions { graph_rows: 8, ..EngineOptions::default() };
    Engine::open(data, options).expect("open the data directory")
}

/// The original of a waiting version.
pub(crate) fn original(engine: &Engine, scope: &Scope, waiting: &PendingDocument) -> String {
    let bytes = engine.original_by_hash(scope, &waiting.content_hash).expect("original of a waiting version");
    String::from_utf8(bytes).expect("text")
}

fn actual(engine: &Engine, scope: &Scope) -> Documents {
    let mut documents = Documents::new();
    for document in engine.documents(scope, None, 1000).expect("documents").data {
        let visible = engine.text(scope, &document.id, None, None).ok().map(|slice| turn_of(&slice.text));
        documents.insert(document.uri, (visible, None));
    }
    for waiting in engine.pending(scope).expect("pending") {
        let turn = turn_of(&original(engine, scope, &waiting));
        documents.get_mut(&waiting.uri).expect("its document").1 = Some(turn);
    }
    documents
}

/// Chunk ids and vectors as the store has them.
fn stored_vectors(data: &Path) -> Vec<(u32, Vec<f32>)> {
    let store = rusqlite::Connection::open(client_dir(data).join("store.db")).expect("store");
    let mut statement = store
        .prepare(
            "SELECT c.id, x.vector FROM chunks c JOIN vectors x ON x.id = c.vector_id
             WHERE c.generation = (SELECT serving FROM client)",
        )
        .expect("vectors");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))).expect("rows");
    let floats = |bytes: Vec<u8>| {
        bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().expect("four bytes"))).collect()
    };
    rows.map(|row| row.map(|(id, bytes)| (id, floats(bytes))).expect("row")).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
