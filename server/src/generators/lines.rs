//! Lines cut from bytes as they come, each of bounded length. Pure.

/// Longest line, in bytes; one JSON object of an endpoint is far shorter.
const LONGEST: usize = 256 * 1024;

/// Bytes that are no whole line yet.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pending: Vec<u8>,
}

/// A line is longer than any endpoint sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

impl Lines {
    /// Takes in bytes; returns the lines they finished, without their ends.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        let mut lines = Vec::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|b| *b == b'\n') {
            self.pending.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            lines.push(self.take());
        }
        self.pending.extend_from_slice(rest);
        if self.pending.len() > LONGEST || lines.iter().any(|line| line.len() > LONGEST) {
            return Err(TooLong);
        }
        Ok(lines)
    }

    /// What is left at the end, when it is anything.
    pub(super) fn finish(&mut self) -> Option<String> {
        (!self.pending.is_empty()).then(|| self.take())
    }

    fn take(&mut self) -> String {
        let bytes = std::mem::take(&mut self.pending);
        let line = bytes.strip_suffix(b"\r").unwrap_or(&bytes);
        String::from_utf8_lossy(line).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn however_the_bytes_come_the_lines_are_the_same(text in "(\\PC|\r\n|\n){0,60}", cuts in prop::collection::vec(0usize..200, 0..8)) {
            let bytes = text.as_bytes();
            let mut at: Vec<usize> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
            at.extend([0, bytes.len()]);
            at.sort_unstable();
            let mut lines = Lines::default();
            let mut found = Vec::new();
            for pair in at.windows(2) {
                found.extend(lines.push(&bytes[pair[0]..pair[1]]).expect("short"));
            }
            found.extend(lines.finish());
            let mut wanted: Vec<String> = text.split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l).to_owned()).collect();
            if text.is_empty() || text.ends_with('\n') {
                wanted.pop();
            }
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut lines = Lines::default();
        let piece = vec![b'x'; 100_000];
        assert_eq!(lines.push(&piece), Ok(vec![]));
        assert_eq!(lines.push(&piece), Ok(vec![]));
        assert_eq!(lines.push(&piece), Err(TooLong));
    }
}
