//! What keeping a client open takes: the currency of the pool's one budget.

use std::ops::{Add, AddAssign, Sub};

/// What is held for as long as something stays open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Memory of the process's own, in bytes; pages of mapped files are the system's to reclaim.
    pub(crate) bytes: u64,
    /// File descriptors.
    pub(crate) files: u64,
    /// Mapped files.
    pub(crate) maps: u64,
}

/// Something with a cost that may change while it is used.
pub(crate) trait Costly {
    /// What it takes now. Asked often and under a lock: answers at once and waits for nobody.
    fn cost(&self) -> Cost;
}

impl Cost {
    /// Whether no part of it is above that of `limit`.
    pub(crate) fn within(self, limit: Self) -> bool {
        self.bytes <= limit.bytes && self.files <= limit.files && self.maps <= limit.maps
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            files: self.files.saturating_add(other.files),
            maps: self.maps.saturating_add(other.maps),
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(other.bytes),
            files: self.files.saturating_sub(other.files),
            maps: self.maps.saturating_sub(other.maps),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_own_limit() {
        let limit = Cost { bytes: 10, files: 10, maps: 10 };
        assert!(limit.within(limit));
        for over in [Cost { bytes: 11, ..limit }, Cost { files: 11, ..limit }, Cost { maps: 11, ..limit }] {
            assert!(!over.within(limit), "{over:?}");
        }
    }
}
