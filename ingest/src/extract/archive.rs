//! Zip containers of the office formats and of EPUB: parts by name, never more than the limits say, whatever the archive
//! claims of itself.

use std::borrow::Cow;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{ExtractError, SizeLimit};

/// Most parts of an archive.
const MAX_PARTS: usize = 10_000;
/// Most bytes of one part, inflated.
const MAX_PART_BYTES: u64 = 64 << 20;
/// Most bytes of all parts that are read, inflated.
const MAX_TOTAL_BYTES: u64 = 256 << 20;
/// Above this size a part that is more than [`MAX_RATIO`] times its compressed form is a bomb.
const RATIO_FROM_BYTES: u64 = 8 << 20;
/// See [`RATIO_FROM_BYTES`].
const MAX_RATIO: u64 = 200;

/// An archive held in memory.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be inflated.
    left: u64,
    /// The format with its article, for messages.
    what: &'static str,
}

impl<'a> Archive<'a> {
    /// Reads the directory of the archive; `what` is the format with its article.
    ///
    /// # Errors
    /// [`ExtractError::Corrupt`] and [`ExtractError::TooLarge`].
    pub(crate) fn open(bytes: &'a [u8], what: &'static str) -> Result<Self, ExtractError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| ExtractError::corrupt(what, e))?;
        if zip.len() > MAX_PARTS {
            let (actual, limit) = (zip.len() as u64, MAX_PARTS as u64);
            return Err(ExtractError::TooLarge { what: SizeLimit::Parts, actual, limit });
        }
        Ok(Self { zip, left: MAX_TOTAL_BYTES, what })
    }

    /// Names of the parts, in the order of the archive; those that are no text are left out.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.zip.file_names().filter_map(Result::ok)
    }

    /// The bytes of a part, `None` when there is no part of that name.
    ///
    /// # Errors
    /// [`ExtractError::Encrypted`], [`ExtractError::TooLarge`], and [`ExtractError::Corrupt`] for a part that does not inflate.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        let part = match self.zip.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(ExtractError::Encrypted { what: self.what.to_owned() });
            }
            Err(error) => return Err(ExtractError::corrupt(self.what, format!("{name}: {error}"))),
        };
        let packed = part.compressed_size();
        let limit = MAX_PART_BYTES.min(self.left);
        let mut bytes = Vec::new();
        // What the archive says of the size is not believed: reading stops one byte behind the limit.
        part.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| ExtractError::corrupt(self.what, format!("{name}: {e}")))?;
        let size = bytes.len() as u64;
        let bomb = size > RATIO_FROM_BYTES && size / packed.max(1) > MAX_RATIO;
        if size > limit || bomb {
            let limit = if bomb { packed.saturating_mul(MAX_RATIO).min(limit) } else { limit };
            return Err(ExtractError::TooLarge { what: SizeLimit::InflatedBytes, actual: size, limit });
        }
        self.left -= size;
        Ok(Some(bytes))
    }

    /// The bytes of a part that must be there.
    ///
    /// # Errors
    /// As [`Archive::read`], and [`ExtractError::Corrupt`] when it is missing.
    pub(crate) fn require(&mut self, name: &str) -> Result<Vec<u8>, ExtractError> {
        self.read(name)?
            .ok_or_else(|| ExtractError::corrupt(self.what, format!("the part {name} is missing")))
    }
}

/// The path of `target` as a part of the archive, told from the part `base` it is named in: `../media/a.png` from
/// `ppt/slides/slide1.xml` is `ppt/media/a.png`; one that starts with `/` is told from the root.
pub(crate) fn resolve(base: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => base.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write as _;

    use super::*;

    /// An archive of the given parts.
    pub(crate) fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            let options =
                zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            writer.start_file(*name, options).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn parts_are_read_by_name() {
        let bytes = zipped(&[("a/b.xml", "<b/>"), ("c", "")]);
        let mut archive = Archive::open(&bytes, "a test").unwrap();
        assert_eq!(archive.names().collect::<Vec<_>>(), ["a/b.xml", "c"]);
        assert_eq!(archive.read("a/b.xml").unwrap().as_deref(), Some(&b"<b/>"[..]));
        assert_eq!(archive.read("missing").unwrap(), None);
        let error = archive.require("missing").unwrap_err();
        assert_eq!(error.to_string(), "a test is damaged: the part missing is missing");
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_read_whole() {
        let bytes = zipped(&[("bomb", &" ".repeat(70 << 20)), ("small", &" ".repeat(7 << 20))]);
        let mut archive = Archive::open(&bytes, "a test").unwrap();
        assert_eq!(archive.read("bomb").unwrap_err().code(), "too_large");
        assert_eq!(archive.read("small").unwrap().map(|b| b.len()), Some(7 << 20), "small parts may be dull");
    }

    #[test]
    fn damage_is_named() {
        let whole = zipped(&[("a", &"words and words ".repeat(1000))]);
        assert_eq!(
            Archive::open(&whole[..whole.len() / 2], "a test").err().map(|e| e.code()),
            Some("corrupt")
        );
        let mut flipped = whole;
        flipped[40] ^= 0xff;
        let read = Archive::open(&flipped, "a test").and_then(|mut archive| archive.read("a"));
        assert_eq!(read.unwrap_err().code(), "corrupt");
    }

    #[test]
    fn targets_are_told_from_their_part() {
        assert_eq!(resolve("ppt/slides/slide1.xml", "../media/a.png"), "ppt/media/a.png");
        assert_eq!(resolve("ppt/slides/slide1.xml", "/ppt/b.xml"), "ppt/b.xml");
        assert_eq!(resolve("content.opf", "./text/./c.xhtml"), "text/c.xhtml");
        assert_eq!(resolve("a/b", "../../../c"), "c");
    }
}
