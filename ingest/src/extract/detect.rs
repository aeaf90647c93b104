//! Which extractor a document needs: by content first, then by name and media type.

use crate::error::ExtractError;

/// How to read a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Prose, paragraphs at blank lines.
    Text,
    /// Values separated by commas, semicolons, tabs or bars, one row a line.
    Csv,
    /// JSON and GeoJSON.
    Json,
    /// One JSON value a line.
    JsonLines,
    /// XML of no known vocabulary.
    Xml,
    /// Line ends and indentation matter: source code, configuration.
    Code,
    /// Markdown.
    Markdown,
    /// reStructuredText.
    Rst,
    /// HTML.
    Html,
    /// PDF.
    Pdf,
    /// Word, OOXML.
    Docx,
    /// PowerPoint, OOXML.
    Pptx,
    /// Excel, OOXML.
    Xlsx,
    /// OpenDocument text.
    Odt,
    /// EPUB.
    Epub,
    /// Rich Text Format.
    Rtf,
    /// An e-mail message (RFC 5322, MIME).
    Eml,
}

impl Kind {
    /// The format with its article, for messages.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Csv => "a file of rows",
            Self::Json => "a JSON document",
            Self::JsonLines => "a file of JSON lines",
            Self::Xml => "an XML document",
            Self::Code => "a source file",
            Self::Markdown => "a Markdown document",
            Self::Rst => "a reStructuredText document",
            Self::Html => "an HTML page",
            Self::Pdf => "a PDF document",
            Self::Docx => "a DOCX document",
            Self::Pptx => "a PPTX presentation",
            Self::Xlsx => "an XLSX workbook",
            Self::Odt => "an ODT document",
            Self::Epub => "an EPUB book",
            Self::Rtf => "an RTF document",
            Self::Eml => "an e-mail message",
        }
    }
}

/// What extensions promise.
const BY_EXTENSION: &[(Kind, &[&str])] = &[
    (Kind::Markdown, &["md", "markdown", "mdown", "mkd", "mdx"]),
    (Kind::Rst, &["rst", "rest"]),
    (Kind::Html, &["html", "htm", "xhtml"]),
    (Kind::Csv, &["csv", "tsv", "tab"]),
    (Kind::Json, &["json", "geojson"]),
    (Kind::JsonLines, &["jsonl", "ndjson"]),
    (Kind::Xml, &["xml"]),
    (Kind::Eml, &["eml"]),
    (Kind::Text, &["txt", "text", "log"]),
    (
        Kind::Code,
        &[
            "yaml", "yml", "toml", "ini", "cfg", "conf", "rs", "py", "js", "mjs", "ts", "tsx", "jsx", "java",
            "kt", "c", "h", "cc", "cpp", "hpp", "cs", "go", "rb", "php", "sh", "bash", "sql", "swift",
            "scala", "lua", "pl", "r", "css", "scss",
        ],
    ),
];
/// Formats in zip archives: extension and kind.
const ZIPPED: &[(&str, Kind)] = &[
    ("docx", Kind::Docx),
    ("docm", Kind::Docx),
    ("xlsx", Kind::Xlsx),
    ("xlsm", Kind::Xlsx),
    ("pptx", Kind::Pptx),
    ("pptm", Kind::Pptx),
    ("odt", Kind::Odt),
    ("epub", Kind::Epub),
];
/// Formats that are not read: extension, name, whether it must be a zip archive.
const UNSUPPORTED: &[(&str, &str, bool)] = &[
    ("ods", "an ODS spreadsheet", true),
    ("odp", "an ODP presentation", true),
    ("msg", "an Outlook message", false),
    ("mbox", "a mailbox", false),
    ("svg", "an SVG image", false),
];
/// First bytes of formats that are never text.
const MAGIC: &[(&[u8], &str)] = &[
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
        return zip_content(bytes, &extension);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let encrypted: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
        return Err(if find(bytes, &encrypted).is_some() {
            ExtractError::Encrypted {
                what: zipped(&extension).map_or("an Office document", Kind::what).to_owned(),
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
    if head.starts_with(b"{\\rtf") {
        return Ok(Kind::Rtf);
    }
    let not_zipped = |what| Err(ExtractError::corrupt(what, "the content is not a zip archive"));
    if let Some(kind) = zipped(&extension) {
        return not_zipped(kind.what());
    }
    match UNSUPPORTED.iter().find(|(e, _, _)| *e == extension) {
        Some((_, what, true)) => return not_zipped(what),
        Some((_, what, false)) => return Err(unsupported(what)),
        None => {}
    }
    if extension == "rtf" {
        return Err(ExtractError::corrupt(Kind::Rtf.what(), "it does not begin with {\\rtf"));
    }
    if extension == "pdf" {
        return Err(ExtractError::corrupt("a PDF document", "no PDF header in the first 1024 bytes"));
    }
    if starts_like_html(head) {
        return Ok(Kind::Html);
    }
    if let Some(kind) = by_name(&extension) {
        return Ok(kind);
    }
    if starts_like_a_message(head) {
        return Ok(Kind::Eml);
    }
    let mime = mime.map(|m| m.split(';').next().unwrap_or(m).trim().to_ascii_lowercase());
    Ok(mime.as_deref().and_then(by_mime).or_else(|| by_start(head)).unwrap_or(Kind::Text))
}

fn by_name(extension: &str) -> Option<Kind> {
    BY_EXTENSION.iter().find_map(|(kind, extensions)| extensions.contains(&extension).then_some(*kind))
}

fn by_mime(mime: &str) -> Option<Kind> {
    Some(match mime {
        "text/markdown" | "text/x-markdown" => Kind::Markdown,
        "text/x-rst" | "text/prs.fallenstein.rst" => Kind::Rst,
        "text/html" | "application/xhtml+xml" => Kind::Html,
        "text/csv" | "text/tab-separated-values" => Kind::Csv,
        "application/x-ndjson" | "application/jsonl" => Kind::JsonLines,
        "application/json" | "application/geo+json" => Kind::Json,
        "application/xml" | "text/xml" => Kind::Xml,
        "application/yaml" => Kind::Code,
        "message/rfc822" => Kind::Eml,
        _ => return None,
    })
}

/// What content of no name and no media type begins with.
fn by_start(head: &[u8]) -> Option<Kind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if head.starts_with(b"<?xml") {
        return Some(Kind::Xml);
    }
    let then = |open: u8| Some(head.strip_prefix(&[open])?.trim_ascii_start());
    let json = then(b'{').is_some_and(|rest| rest.starts_with(b"\"") || rest.starts_with(b"}"))
        || then(b'[').is_some_and(|rest| rest.starts_with(b"{") || rest.starts_with(b"\""));
    json.then_some(Kind::Json)
}

fn zipped(extension: &str) -> Option<Kind> {
    ZIPPED.iter().find(|(e, _)| *e == extension).map(|(_, kind)| *kind)
}

fn unsupported(what: &str) -> ExtractError {
    ExtractError::UnsupportedFormat { what: what.to_owned() }
}

/// What a zip archive holds, by the names in it.
fn zip_content(bytes: &[u8], extension: &str) -> Result<Kind, ExtractError> {
    let tail = &bytes[bytes.len().saturating_sub(256 * 1024)..];
    let head = &bytes[..bytes.len().min(8 * 1024)];
    let has = |needle: &[u8]| find(head, needle).is_some() || find(tail, needle).is_some();
    let known: [(&[u8], &str); 7] = [
        (b"word/document", "docx"),
        (b"xl/workbook", "xlsx"),
        (b"ppt/presentation", "pptx"),
        (b"application/epub+zip", "epub"),
        (b"opendocument.text", "odt"),
        (b"opendocument.spreadsheet", "ods"),
        (b"opendocument.presentation", "odp"),
    ];
    let extension = known.iter().find(|(name, _)| has(name)).map_or(extension, |(_, e)| e);
    zipped(extension).ok_or_else(|| {
        let named = UNSUPPORTED.iter().find(|(e, _, zipped)| *e == extension && *zipped);
        unsupported(named.map_or("a ZIP archive", |(_, what, _)| what))
    })
}

/// Whether the first line is a header field that a stored message begins with.
fn starts_like_a_message(head: &[u8]) -> bool {
    const FIELDS: [&str; 9] = [
        "return-path:",
        "received:",
        "delivered-to:",
        "from:",
        "message-id:",
        "mime-version:",
        "x-mozilla-status:",
        "date:",
        "dkim-signature:",
    ];
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let is_field = |line: &str| {
        line.split_once(':').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
    };
    FIELDS.iter().any(|field| text.starts_with(field))
        && text.lines().take_while(|line| !line.is_empty()).filter(|line| is_field(line)).count() >= 3
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
        assert_eq!(detect(b"PK\x03\x04....word/document.xml", "x.pptx", None), Ok(Kind::Docx));
        assert_eq!(detect(b"{\\rtf1 x}", "x.doc", None), Ok(Kind::Rtf));
        let mail = b"Received: by a\nFrom: b@c.example\nSubject: d\n\nhi";
        assert_eq!(detect(mail, "1234", None), Ok(Kind::Eml));
        assert_eq!(detect(b"Date: tomorrow\n\nwe meet", "note", None), Ok(Kind::Text));
        assert_eq!(detect(b" {\"a\": 1}", "data", None), Ok(Kind::Json));
        assert_eq!(detect(b"[see below] text", "data", None), Ok(Kind::Text));
    }

    #[test]
    fn name_beats_the_media_type() {
        assert_eq!(detect(b"# x", "a/b.md", Some("text/html")), Ok(Kind::Markdown));
        assert_eq!(detect(b"<p>x", "page", Some("text/html; charset=utf-8")), Ok(Kind::Html));
        assert_eq!(detect(b"a,b", "x.CSV", None), Ok(Kind::Csv));
        assert_eq!(detect(b"words", "README", None), Ok(Kind::Text));
    }

    #[test]
    fn a_broken_promise_is_named() {
        assert_eq!(detect(b"not a zip", "x.docx", None).unwrap_err().code(), "corrupt");
        assert_eq!(detect(b"nothing", "x.pdf", None).unwrap_err().code(), "corrupt");
        assert_eq!(detect(b" \n", "x.txt", None).unwrap_err().code(), "empty");
        assert_eq!(detect(b"words", "x.rtf", None).unwrap_err().code(), "corrupt");
        assert_eq!(detect(b"words", "x.msg", None).unwrap_err().code(), "unsupported_format");
        assert_eq!(detect(b"PK\x03\x04nothing", "x.zip", None).unwrap_err().code(), "unsupported_format");
    }

    #[test]
    fn an_encrypted_office_file_says_so() {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.extend("EncryptedPackage".bytes().flat_map(|b| [b, 0]));
        assert_eq!(detect(&bytes, "x.docx", None).unwrap_err().code(), "encrypted");
    }
}
