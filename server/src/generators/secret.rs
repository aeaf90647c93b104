//! A key that cannot be printed by mistake.

use std::fmt;
use std::path::Path;

/// An endpoint's key.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    /// Longest key, in bytes.
    const LONGEST: usize = 4096;

    /// Takes a key; the error never holds it.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        if text.len() > Self::LONGEST || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("it is not one line of printable ASCII".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads a file that holds nothing but the key.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::new(&text).map_err(|reason| format!("{}: {reason}", path.display()))
    }

    /// The value of an `Authorization` header.
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_trimmed_checked_and_never_shown() {
        let key = Secret::new(" sk-abc\n").expect("a key");
        assert_eq!(key.bearer(), "Bearer sk-abc");
        assert_eq!(format!("{key:?}"), "Secret(..)");
        for bad in ["", "  \n", "sk abc", "sk\nabc", "cheie\u{103}", &"x".repeat(5000)] {
            let error = Secret::new(bad).expect_err("refused");
            assert!(!error.contains("sk") && !error.contains("cheie"), "{error}");
        }
    }
}
