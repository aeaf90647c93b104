//! Ids that `search` gives and `fetch` takes: a document, or a place in a version of it. Pure.

use std::fmt;
use std::ops::Range;

/// What to fetch: `doc_1`, or `doc_1@3:120-260` for characters 120 to 260 of its version 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PassageId<'a> {
    pub(super) document: &'a str,
    pub(super) place: Option<(u32, Range<usize>)>,
}

impl<'a> PassageId<'a> {
    /// Reads an id; what is no place belongs to the document's name, which then nobody has.
    pub(super) fn read(id: &'a str) -> Self {
        let place = || {
            let (document, rest) = id.rsplit_once('@')?;
            let (version, chars) = rest.split_once(':')?;
            let (start, end) = chars.split_once('-')?;
            let chars = start.parse().ok()?..end.parse().ok()?;
            (chars.start <= chars.end).then_some((document, version.parse().ok()?, chars))
        };
        match place() {
            Some((document, version, chars)) => Self { document, place: Some((version, chars)) },
            None => Self { document: id, place: None },
        }
    }
}

impl fmt::Display for PassageId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((version, chars)) => write!(f, "{}@{version}:{}-{}", self.document, chars.start, chars.end),
            None => f.write_str(self.document),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written_and_nothing_else_is_a_place() {
        let id = PassageId { document: "doc_1", place: Some((3, 120..260)) };
        assert_eq!(id.to_string(), "doc_1@3:120-260");
        assert_eq!(PassageId::read("doc_1@3:120-260"), id);
        for plain in [
            "doc_1",
            "",
            "doc_1@3",
            "doc_1@x:1-2",
            "doc_1@3:9-2",
            "doc_1@3:-1-2",
            "doc@3:1-99999999999999999999",
        ] {
            assert_eq!(PassageId::read(plain), PassageId { document: plain, place: None });
            assert_eq!(PassageId::read(plain).to_string(), plain);
        }
    }
}
