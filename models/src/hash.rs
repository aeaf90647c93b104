//! SHA-256 in hexadecimal, the form every pin and manifest uses.

use sha2::{Digest, Sha256};

use crate::error::ModelError;

/// The hash of some bytes.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Fails with both hashes unless `bytes` has the expected one; `fix` says what the user can do.
pub(crate) fn check(file: &str, bytes: &[u8], expected: &str, fix: &str) -> Result<(), ModelError> {
    let found = sha256_hex(bytes);
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(ModelError::WrongHash {
        file: file.to_owned(),
        expected: expected.to_owned(),
        found,
        fix: fix.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_hash_names_both_and_the_file() {
        let right = sha256_hex(b"abc");
        assert!(right.starts_with("ba7816bf"));
        assert!(check("weights", b"abc", &right, "fetch again").is_ok());
        let error = check("weights", b"abd", &right, "fetch again").expect_err("differs").to_string();
        for part in ["weights", &right, &sha256_hex(b"abd"), "fetch again"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
