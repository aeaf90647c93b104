//! Which extractor a document needs: by content first, then by name and media type.

use crate::error::ExtractError;

/// How to read a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Prose, paragraphs at blank lines.
    Text,
    /// One row a line: CSV, TSV, JSON lines.
    Rows,
    /// Line ends and indentation matter: source code, JSON, XML, configuration.
    Code,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// PDF.
    Pdf,
}

const MARKDOWN: &[&str] = &["md", "markdown", "mdown", "mkd", "mdx"];
const HTML: &[&str] = &["html", "htm", "xhtml"];
const ROWS: &[&str] = &["csv", "tsv", "tab", "jsonl", "ndjson"];
const CODE: &[&str] = &[
    "json", "geojson", "xml", "yaml", "yml", "toml", "ini", "cfg", "conf", "rs", "py", "js", "mjs", "ts",
    "tsx", "jsx", "java", "kt", "c", "h", "cc", "cpp", "hpp", "cs", "go", "rb", "php", "sh", "bash", "sql",
    "swift", "scala", "lua", "pl", "r", "css", "scss",
];
/// Formats whose content is not telling or whose promise must be checked: extension, name, whether it must be a zip archive.
const UNSUPPORTED: &[(&str, &str, bool)] = &[
    ("docx", "a DOCX document", true),
    ("xlsx", "an XLSX workbook", true),
    ("pptx", "a PPTX presentation", true),
    ("odt", "an ODT document", true),
    ("ods", "an ODS spreadsheet", true),
    ("odp", "an ODP presentation", true),
    ("epub", "an EPUB book", true),
    ("eml", "an e-mail message", false),
    ("msg", "an Outlook message", false),
    ("mbox", "a mailbox", false),
    ("rtf", "an RTF document", false),
    ("svg", "an SVG image", false),
];
/// First bytes of formats that are never text.
const MAGIC: &[(&[u8], &str)] = &[
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\0", "an XZ archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "an executable file"),
    (b"OggS", "an Ogg recording"),
    (b"ID3", "an MP3 recording"),
    (b"%!PS", "a PostScript document"),
];

/// Decides by content, then by the extension of `name`, then by the media type `mime` (parameters ignored).
///
/// # Errors
/// [`ExtractError::Empty`], [`ExtractError::UnsupportedFormat`], [`ExtractError::Encrypted`] for encrypted office files,
/// [`ExtractError::Corrupt`] when the extension promises a format that the content is not. Binary content of no known format is left
/// to the charset decoder.
pub fn detect(bytes: &[u8], name: &str, mime: Option<&str>) -> Result<Kind, ExtractError> {
    if bytes.trim_ascii().is_empty() {
        return Err(ExtractError::Empty);
    }
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let head = &bytes[..bytes.len().min(1024)];
    if find(head, b"%PDF-").is_some_and(|at| at == 0 || !looks_like_text(&head[..at]))
        || (extension == "pdf" && find(head, b"%PDF-").is_some())
    {
        return Ok(Kind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Err(unsupported(zip_content(bytes, &extension)));
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let encrypted: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
        return Err(if find(bytes, &encrypted).is_some() {
            ExtractError::Encrypted {
                what: by_extension(&extension).map_or("an Office document", |(_, what, _)| what).to_owned(),
            }
        } else {
            unsupported("an Office document of the binary formats before 2007 (or an Outlook message)")
        });
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(unsupported(what));
    }
    if bytes.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Err(unsupported("a WebP image"));
    }
    if let Some((_, what, zipped)) = by_extension(&extension) {
        return Err(if *zipped {
            ExtractError::corrupt(what, "the content is not a zip archive")
        } else {
            unsupported(what)
        });
    }
    if extension == "pdf" {
        return Err(ExtractError::corrupt("a PDF document", "no PDF header in the first 1024 bytes"));
    }
    if starts_like_html(head) {
        return Ok(Kind::Html);
    }
    let mime = mime.map(|m| m.split(';').next().unwrap_or(m).trim().to_ascii_lowercase());
    Ok(by_name(&extension).or_else(|| mime.as_deref().and_then(by_mime)).unwrap_or(Kind::Text))
}

fn by_name(extension: &str) -> Option<Kind> {
    [
        (MARKDOWN, Kind::Markdown),
        (HTML, Kind::Html),
        (ROWS, Kind::Rows),
        (CODE, Kind::Code),
        (&["txt", "text", "rst", "log"], Kind::Text),
    ]
    .into_iter()
    .find_map(|(extensions, kind)| extensions.contains(&extension).then_some(kind))
}

fn by_mime(mime: &str) -> Option<Kind> {
    Some(match mime {
        "text/markdown" | "text/x-markdown" => Kind::Markdown,
        "text/html" | "application/xhtml+xml" => Kind::Html,
        "text/csv" | "text/tab-separated-values" | "application/x-ndjson" | "application/jsonl" => Kind::Rows,
        "application/json" | "application/xml" | "text/xml" | "application/yaml" => Kind::Code,
        _ => return None,
    })
}

fn by_extension(extension: &str) -> Option<&'static (&'static str, &'static str, bool)> {
    UNSUPPORTED.iter().find(|(e, _, _)| *e == extension)
}

fn unsupported(what: &str) -> ExtractError {
    ExtractError::UnsupportedFormat { what: what.to_owned() }
}

/// What a zip archive holds, by the names in it.
fn zip_content(bytes: &[u8], extension: &str) -> &'static str {
    let tail = &bytes[bytes.len().saturating_sub(64 * 1024)..];
    let head = &bytes[..bytes.len().min(8 * 1024)];
    let has = |needle: &[u8]| find(head, needle).is_some() || find(tail, needle).is_some();
    let known: [(&[u8], &str); 7] = [
        (b"word/document.xml", "docx"),
        (b"xl/workbook", "xlsx"),
        (b"ppt/presentation.xml", "pptx"),
        (b"application/epub+zip", "epub"),
        (b"opendocument.text", "odt"),
        (b"opendocument.spreadsheet", "ods"),
        (b"opendocument.presentation", "odp"),
    ];
    let by_content = known.iter().find(|(name, _)| has(name)).map(|(_, e)| *e);
    by_extension(by_content.unwrap_or(extension))
        .filter(|(_, _, zipped)| *zipped)
        .map_or("a ZIP archive", |(_, what, _)| what)
}

/// Only signs that no other format starts with; a Markdown file may well start with `<div>`.
fn starts_like_html(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let starts = |prefix: &[u8]| head.get(..prefix.len()).is_some_and(|h| h.eq_ignore_ascii_case(prefix));
    starts(b"<!doctype html") || starts(b"<html")
}

fn looks_like_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|t| t.chars().filter(|c| c.is_alphabetic()).count() > 20)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_beats_the_name() {
        assert_eq!(detect(b"%PDF-1.7\n", "x.txt", None), Ok(Kind::Pdf));
        assert_eq!(detect(b"<!DOCTYPE html><p>x", "x.txt", None), Ok(Kind::Html));
        assert_eq!(
            detect(b"PK\x03\x04....word/document.xml", "x.bin", None)
                .unwrap_err()
                .to_string()
                .split(" is")
                .next(),
            Some("a DOCX document")
        );
    }

    #[test]
    fn name_beats_the_media_type() {
        assert_eq!(detect(b"# x", "a/b.md", Some("text/html")), Ok(Kind::Markdown));
        assert_eq!(detect(b"<p>x", "page", Some("text/html; charset=utf-8")), Ok(Kind::Html));
        assert_eq!(detect(b"a,b", "x.CSV", None), Ok(Kind::Rows));
        assert_eq!(detect(b"words", "README", None), Ok(Kind::Text));
    }

    #[test]
    fn a_broken_promise_is_named() {
        assert_eq!(detect(b"not a zip", "x.docx", None).unwrap_err().code(), "corrupt");
        assert_eq!(detect(b"nothing", "x.pdf", None).unwrap_err().code(), "corrupt");
        assert_eq!(detect(b" \n", "x.txt", None).unwrap_err().code(), "empty");
        assert_eq!(detect(b"From: a@b\n\nhi", "x.eml", None).unwrap_err().code(), "unsupported_format");
    }

    #[test]
    fn an_encrypted_office_file_says_so() {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.extend("EncryptedPackage".bytes().flat_map(|b| [b, 0]));
        assert_eq!(detect(&bytes, "x.docx", None).unwrap_err().code(), "encrypted");
    }
}
