//! Vectors remembered in a file, so that an evaluation embeds a text once.
//!
//! The file is a header and records, only ever appended: key (32 bytes), u32 number of values, the values as f32,
//! and the first 8 bytes of the SHA-256 of all of these; little-endian. What a crash left at the end, a torn or
//! damaged record and all after it, is cut off on open. The file is locked: one process uses it at a time.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::error::ModelError;
use crate::registry::InputKind;

/// The header: name and version of the format.
const MAGIC: &[u8; 8] = b"FNVEC1\r\n";

/// Bytes of a key.
const KEY: usize = 32;

/// Bytes of a record's checksum.
const CHECK: usize = 8;

/// More values than this in a record mean damage.
const MAX_DIMS: usize = 1 << 16;

/// The SHA-256 of a text with what its vector depends on.
pub(crate) type Key = [u8; KEY];

/// A file-backed map from (fingerprint, kind, text) to vector. Shareable among threads.
#[derive(Debug)]
pub struct VectorCache {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    vectors: HashMap<Key, Arc<[f32]>>,
    file: BufWriter<File>,
}

impl VectorCache {
    /// Opens or creates the file and reads what is in it.
    ///
    /// # Errors
    /// [`ModelError::Cache`] if another process has it open or it is no such file; [`ModelError::Io`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, ModelError> {
        let path = path.into();
        let file = File::options().read(true).append(true).create(true).open(&path);
        let mut file = file.map_err(ModelError::io("open", &path))?;
        let unusable = |reason: String| ModelError::Cache { path: path.clone(), reason };
        file.try_lock().map_err(|e| unusable(format!("another process uses it ({e})")))?;
        let length = file.metadata().map_err(ModelError::io("read", &path))?.len();
        let (vectors, sound) = read_records(&mut file, length).map_err(ModelError::io("read", &path))?;
        match sound {
            None => return Err(unusable("it is not a vector cache of this version".to_owned())),
            Some(sound) if sound < length => file.set_len(sound).map_err(ModelError::io("repair", &path))?,
            Some(_) => {}
        }
        if sound == Some(0) {
            file.write_all(MAGIC).map_err(ModelError::io("write", &path))?;
        }
        file.seek(SeekFrom::End(0)).map_err(ModelError::io("read", &path))?;
        Ok(Self { path, state: Mutex::new(State { vectors, file: BufWriter::new(file) }) })
    }

    /// The vector of a text, if it was put before. `fingerprint` is [`crate::EncoderInfo::fingerprint`].
    #[must_use]
    pub fn get(&self, fingerprint: &str, kind: InputKind, text: &str) -> Option<Arc<[f32]>> {
        self.lock().vectors.get(&key(fingerprint, kind, text)).cloned()
    }

    /// Remembers a vector; durable after [`Self::flush`]. A text that is there already is left as it is.
    ///
    /// # Errors
    /// [`ModelError::Io`] if the file cannot be written, [`ModelError::Cache`] for an impossible vector.
    pub fn put(
        &self,
        fingerprint: &str,
        kind: InputKind,
        text: &str,
        vector: &[f32],
    ) -> Result<(), ModelError> {
        if vector.len() > MAX_DIMS {
            let reason = format!("a vector of {} values", vector.len());
            return Err(ModelError::Cache { path: self.path.clone(), reason });
        }
        let key = key(fingerprint, kind, text);
        let mut state = self.lock();
        if state.vectors.contains_key(&key) {
            return Ok(());
        }
        state.file.write_all(&record(&key, vector)).map_err(ModelError::io("write", &self.path))?;
        state.vectors.insert(key, Arc::from(vector));
        Ok(())
    }

    /// Waits until the disk has every vector put so far.
    ///
    /// # Errors
    /// [`ModelError::Io`].
    pub fn flush(&self) -> Result<(), ModelError> {
        let mut state = self.lock();
        state.file.flush().map_err(ModelError::io("write", &self.path))?;
        state.file.get_ref().sync_data().map_err(ModelError::io("sync", &self.path))
    }

    /// Vectors remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().vectors.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The map is changed in one step, after the write, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of a text: a hash over its parts, lengths included so that parts cannot run into each other.
pub(crate) fn key(space: &str, kind: InputKind, text: &str) -> Key {
    let mut hash = Sha256::new();
    for part in [space, kind.as_str(), text] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// A record's bytes.
fn record(key: &Key, vector: &[f32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(KEY + 4 + vector.len() * 4 + CHECK);
    bytes.extend_from_slice(key);
    bytes.extend((vector.len() as u32).to_le_bytes());
    bytes.extend(vector.iter().flat_map(|value| value.to_le_bytes()));
    let check = Sha256::digest(&bytes);
    bytes.extend_from_slice(&check[..CHECK]);
    bytes
}

/// Vectors by key.
type Vectors = HashMap<Key, Arc<[f32]>>;

/// The sound records from the file's start, and the length up to which it is sound (`None`: another kind of file).
fn read_records(file: &mut File, length: u64) -> std::io::Result<(Vectors, Option<u64>)> {
    let mut reader = BufReader::new(file);
    let mut vectors = HashMap::new();
    let mut magic = Vec::new();
    reader.by_ref().take(MAGIC.len() as u64).read_to_end(&mut magic)?;
    if magic != MAGIC {
        // A crash can tear the header too, before there is anything to lose.
        return Ok((vectors, MAGIC.starts_with(&magic).then_some(0)));
    }
    let mut sound = MAGIC.len() as u64;
    while sound < length {
        match read_record(&mut reader) {
            Ok(Some((key, vector))) => {
                sound += (KEY + 4 + vector.len() * 4 + CHECK) as u64;
                vectors.insert(key, vector);
            }
            Ok(None) => break,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    Ok((vectors, Some(sound)))
}

/// The next record, or `None` if it is damaged.
fn read_record(reader: &mut impl Read) -> std::io::Result<Option<(Key, Arc<[f32]>)>> {
    let mut key = [0; KEY];
    reader.read_exact(&mut key)?;
    let mut count = [0; 4];
    reader.read_exact(&mut count)?;
    let count = u32::from_le_bytes(count) as usize;
    if count > MAX_DIMS {
        return Ok(None);
    }
    let mut rest = vec![0; count * 4 + CHECK];
    reader.read_exact(&mut rest)?;
    let values = rest[..count * 4].as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    let vector: Arc<[f32]> = values.collect();
    let sound = record(&key, &vector).ends_with(&rest[count * 4..]);
    Ok(sound.then_some((key, vector)))
}

/// The path of the cache, for messages.
impl AsRef<Path> for VectorCache {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn vectors_survive_reopening_and_keys_keep_their_parts_apart() -> TestResult {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("vectors");
        let cache = VectorCache::open(&path)?;
        cache.put("f", InputKind::Query, "text", &[1.0, -2.5])?;
        cache.put("f", InputKind::Passage, "text", &[3.0])?;
        cache.flush()?;
        drop(cache);
        let cache = VectorCache::open(&path)?;
        assert_eq!(cache.len(), 2);
        assert_eq!(cache.get("f", InputKind::Query, "text").as_deref(), Some(&[1.0, -2.5][..]));
        assert_eq!(cache.get("f", InputKind::Passage, "text").as_deref(), Some(&[3.0][..]));
        assert_eq!(cache.get("g", InputKind::Query, "text"), None);
        assert_eq!(cache.get("f", InputKind::Query, "text "), None);
        Ok(())
    }

    #[test]
    fn every_torn_or_damaged_tail_costs_only_itself() -> TestResult {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("vectors");
        let cache = VectorCache::open(&path)?;
        cache.put("f", InputKind::Query, "first", &[1.0, 2.0])?;
        cache.flush()?;
        let first = std::fs::metadata(&path)?.len() as usize;
        cache.put("f", InputKind::Query, "second", &[3.0, 4.0])?;
        cache.flush()?;
        drop(cache);
        let whole = std::fs::read(&path)?;
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut])?;
            let cache = VectorCache::open(&path)?;
            assert_eq!(cache.len(), usize::from(cut >= first), "cut at {cut}");
            cache.put("f", InputKind::Query, "third", &[5.0])?;
            cache.flush()?;
            drop(cache);
            let cache = VectorCache::open(&path)?;
            assert_eq!(
                cache.get("f", InputKind::Query, "third").as_deref(),
                Some(&[5.0][..]),
                "cut at {cut}"
            );
        }
        for at in first..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x40;
            std::fs::write(&path, &damaged)?;
            assert_eq!(VectorCache::open(&path)?.len(), 1, "damage at {at}");
        }
        Ok(())
    }

    #[test]
    fn a_file_of_another_kind_and_a_second_user_are_refused() -> TestResult {
        let folder = tempfile::tempdir()?;
        let other = folder.path().join("other");
        std::fs::write(&other, "something else entirely")?;
        assert!(VectorCache::open(&other).is_err());
        assert_eq!(std::fs::read_to_string(&other)?, "something else entirely");
        let path = folder.path().join("vectors");
        let _first = VectorCache::open(&path)?;
        assert!(matches!(VectorCache::open(&path), Err(ModelError::Cache { .. })));
        Ok(())
    }
}
