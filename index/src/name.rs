//! Names of tenants and clients.

use crate::{Error, Result};

/// A tenant's or client's name: `[a-z0-9][a-z0-9_-]{0,62}`.
///
/// The rule keeps names safe in headers, logs, metrics labels and command lines. Directories are
/// never named after them (they are opaque ids).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Longest name, in bytes (all of them ASCII).
    pub const MAX_LEN: usize = 63;

    /// Checks `name` against the rule.
    pub fn new(name: &str) -> Result<Self> {
        let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = name.as_bytes();
        let valid = !bytes.is_empty()
            && bytes.len() <= Self::MAX_LEN
            && ok(bytes[0])
            && bytes.iter().all(|&b| ok(b) || b == b'_' || b == b'-');
        if valid {
            Ok(Self(name.to_owned()))
        } else {
            Err(Error::InvalidName { name: name.chars().take(80).collect() })
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Name {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        Self::new(s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_documented_alphabet_up_to_its_limit() {
        for good in ["a", "0", "acme", "acme-2", "a_b-c", &"x".repeat(63)] {
            assert_eq!(Name::new(good).expect(good).as_str(), good);
        }
    }

    #[test]
    fn refuses_everything_else() {
        for bad in ["", "-a", "_a", "A", "ăb", "a b", "a/b", "..", "a\n", &"x".repeat(64)] {
            assert!(matches!(Name::new(bad), Err(Error::InvalidName { .. })), "{bad:?}");
        }
    }
}
