//! The readable text of a sample document, by simple means: the real extractors are tested with the
//! same quotes where they live. As there, the cells of a table's row are joined by ` | `.

mod mail;
mod office;
mod workbook;

use std::path::Path;

use footnote_datasets::SampleDocument;

/// What stands between two cells of a row.
pub(crate) const CELLS: &str = " | ";

/// The document's text with white space squeezed to single spaces.
pub(crate) fn readable(document: &SampleDocument) -> String {
    let text = match extension(document) {
        "pdf" => pdf_source(document.path),
        "html" => without_tags(&decoded(document.bytes)),
        "md" | "txt" => decoded(document.bytes),
        "csv" => rows(&decoded(document.bytes)),
        "eml" => mail::body(document.bytes),
        "docx" => office::text_document(document.bytes),
        "pptx" => office::presentation(document.bytes),
        "xlsx" => workbook::sheets(document.bytes),
        other => panic!("{}: no reader for {other:?}", document.path),
    };
    squeezed(&text)
}

/// What stands behind the last dot of the file's name.
pub(crate) fn extension(document: &SampleDocument) -> &'static str {
    document.path.rsplit_once('.').expect("a file with an extension").1
}

/// `text` with every run of white space as one space.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// UTF-8, or else the one legacy encoding the corpus has plain text in.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let (text, malformed) = encoding_rs::WINDOWS_1250.decode_without_bom_handling(bytes);
            assert!(!malformed, "neither UTF-8 nor windows-1250");
            text.into_owned()
        }
    }
}

/// The source a PDF was made from; `tools/make_pdfs.py` checks that the PDF reads the same.
fn pdf_source(name: &str) -> String {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    let source = tools.join(name).with_extension("md");
    std::fs::read_to_string(&source).unwrap_or_else(|e| panic!("{}: {e}", source.display()))
}

/// The text between the tags of a page that is well-formed enough for this, without its head.
fn without_tags(html: &str) -> String {
    let body = html.split_once("<body>").expect("a body").1;
    let (mut text, mut cells) = (String::new(), 0);
    let mut rest = body;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (name, after) = tag.split_once('>').expect("a closed tag");
        match name.split(' ').next() {
            Some("tr") => cells = 0,
            Some("td" | "th") => {
                text.push_str(if cells > 0 { CELLS } else { " " });
                cells += 1;
            }
            _ => text.push(' '),
        }
        rest = after;
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The rows of a file of values between commas or semicolons (RFC 4180), one a line.
fn rows(text: &str) -> String {
    let header = text.lines().next().expect("a header");
    let delimiter = if header.contains(';') { ';' } else { ',' };
    let row = |line: &str| {
        let (mut row, mut quoted) = (String::new(), false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                c if c == delimiter && !quoted => row.push_str(CELLS),
                c => row.push(c),
            }
        }
        assert!(!quoted, "a quotation mark is left open: {line}");
        row
    };
    text.lines().map(row).collect::<Vec<_>>().join("\n")
}
