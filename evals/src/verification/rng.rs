//! Choices that are the same on every run: a generator seeded with a text.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// SplitMix64 (Steele, Lea and Flood 2014), seeded with the hash of a text by the standard library's hasher with its fixed keys: another
/// release of the library may choose other pairs.
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn of(seed: &str) -> Self {
        Self(BuildHasherDefault::<DefaultHasher>::default().hash_one(seed))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}
