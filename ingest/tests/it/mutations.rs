//! Damaged and hostile copies of real documents through the worker: the parent goes on, nothing hangs, memory stays bounded.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use footnote_ingest::ExtractError;
use footnote_ingest::worker::{ExtractLimits, Extractor};

/// Longest an extraction may take before the worker is killed.
const WALL: Duration = Duration::from_secs(10);

/// What the machine may add to it: starting, killing and reaping on busy cores.
const GRACE: Duration = Duration::from_secs(20);

/// Copies in the short form; 2,000 in the long one (`FOOTNOTE_FULL`).
fn copies() -> usize {
    if std::env::var_os("FOOTNOTE_FULL").is_some() { 2000 } else { 200 }
}

/// A small generator (splitmix64), so that a copy follows from its number.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// Copy `number`: one to a thousand bits flipped, cut off, a piece repeated or zeroed, or under another name.
fn mutated(number: usize, originals: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    let mut random = Random(number as u64);
    let (name, original) = &originals[random.below(originals.len())];
    let (mut name, mut bytes) = (name.clone(), original.clone());
    let at = random.below(bytes.len());
    match number % 5 {
        0 => {
            for _ in 0..1 << random.below(11) {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
        }
        1 => bytes.truncate(at.max(1)),
        2 => {
            let piece = bytes[at..(at + 1 + random.below(4096)).min(bytes.len())].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, piece);
        }
        3 => {
            let end = (at + 1 + random.below(4096)).min(bytes.len());
            bytes[at..end].fill(0);
        }
        _ => {
            let other = &originals[random.below(originals.len())].0;
            let extension = other.rsplit('.').next().unwrap_or_default();
            name = format!("{}.{extension}", name.split('.').next().unwrap_or_default());
        }
    }
    (name, bytes)
}

#[test]
fn damaged_copies_end_in_text_or_in_a_reason() {
    let Some(root) = std::env::var_os("FOOTNOTE_TESTDATA") else {
        eprintln!("skipped: {} damaged copies of real documents (FOOTNOTE_TESTDATA is not set)", copies());
        return;
    };
    let mut originals: Vec<(String, Vec<u8>)> = std::fs::read_dir(PathBuf::from(root).join("documents"))
        .expect("documents")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("read"))
        })
        .collect();
    originals.sort();
    assert!(originals.len() >= 80);
    let limits = ExtractLimits { max_wall: WALL, ..crate::worker::limits() };
    assert_eq!(limits.worker.max_memory_bytes, 1 << 30, "the worker stays under 1 GiB");
    let extractor = Extractor::new(limits);
    let next = AtomicUsize::new(0);
    let ends: Mutex<BTreeMap<&'static str, usize>> = Mutex::default();
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= copies() {
                        return;
                    }
                    let (name, bytes) = mutated(number, &originals);
                    let started = Instant::now();
                    let end = match extractor.extract(&bytes, &name, None) {
                        Ok(doc) => {
                            doc.validate().unwrap_or_else(|e| panic!("copy {number} of {name}: {e}"));
                            "text"
                        }
                        Err(error @ ExtractError::WorkerUnavailable { .. }) => {
                            panic!("copy {number} of {name}: {error}")
                        }
                        Err(error) => error.code(),
                    };
                    assert!(started.elapsed() < (WALL + GRACE) * 2, "copy {number} of {name} hung");
                    *ends.lock().expect("counts").entry(end).or_default() += 1;
                }
            });
        }
    });
    let ends = ends.into_inner().expect("counts");
    eprintln!("{ends:?}");
    assert_eq!(ends.values().sum::<usize>(), copies());
    assert!(ends["text"] * 3 > copies(), "most damage leaves something to read: {ends:?}");
}
