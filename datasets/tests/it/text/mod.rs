//! The readable text of a sample document, by simple means: the real extractors are tested with the
//! same quotes where they live.

use std::path::Path;

use footnote_datasets::SampleDocument;

/// The document's text with white space squeezed to single spaces.
pub(crate) fn readable(document: &SampleDocument) -> String {
    let extension = Path::new(document.path).extension().and_then(|e| e.to_str());
    let text = match extension {
        Some("pdf") => pdf_source(document.path),
        Some("html") => without_tags(&decoded(document.bytes)),
        Some("md" | "txt") => decoded(document.bytes),
        other => panic!("{}: no reader for {other:?}", document.path),
    };
    squeezed(&text)
}

/// `text` with every run of white space as one space.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// UTF-8, or else the one legacy encoding the corpus uses.
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
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = tag.split_once('>').expect("a closed tag").1;
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
