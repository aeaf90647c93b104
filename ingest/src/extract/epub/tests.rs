//! Whole books.

use super::*;
use crate::extract::archive::tests::zipped;
use crate::extract::document::BlockKind;

const CONTAINER: (&str, &str) = (
    "META-INF/container.xml",
    "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>",
);
const PACKAGE: &str = "<?xml version='1.0'?><!DOCTYPE package SYSTEM 'x'><package xmlns='http://www.idpf.org/2007/opf' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:opf='http://www.idpf.org/2007/opf'>\
    <metadata><dc:title>Poezii</dc:title><dc:creator>M. Eminescu</dc:creator><dc:creator>T. Maiorescu</dc:creator><dc:subject>Poetry</dc:subject>\
    <dc:date>1883</dc:date><meta property='dcterms:modified'>2020-01-02T03:04:05Z</meta><dc:publisher>Socec</dc:publisher></metadata>\
    <manifest><item id='b' href='text/two.xhtml'/><item id='a' href='text/one%20a.xhtml'/><item id='n' href='nav.xhtml' properties='nav'/>\
    <item id='g' href='gone.xhtml'/><item id='p' href='p.png' media-type='image/png'/></manifest>\
    <spine><itemref idref='n'/><itemref idref='a'/><itemref idref='b' linear='no'/><itemref idref='g'/><itemref idref='p'/></spine></package>";

fn read(parts: &[(&str, &str)]) -> Result<Extracted, ExtractError> {
    let doc = extract(&zipped(parts), &ContentLimits::default())?;
    doc.validate().unwrap();
    Ok(doc)
}

#[test]
fn chapters_are_read_in_the_order_of_the_spine() {
    let doc = read(&[
        CONTAINER,
        ("OPS/book.opf", PACKAGE),
        ("OPS/nav.xhtml", "<nav><ol><li>Contents</li></ol></nav>"),
        ("OPS/text/two.xhtml", "<html><body><h2>Două</h2><ul><li>x</li></ul></body></html>"),
        ("OPS/text/One A.xhtml", "<html><head><title/></head><body><header>Lead</header><h1>Una</h1><p>Text.<a id='p1'/></p></body></html>"),
    ])
    .unwrap();
    use BlockKind::{Heading, ListItem, Paragraph};
    let blocks: Vec<_> = doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()])).collect();
    assert_eq!(
        blocks,
        [
            (Paragraph, "Lead"),
            (Heading(1), "Una"),
            (Paragraph, "Text."),
            (Heading(2), "Două"),
            (ListItem, "- x")
        ]
    );
    assert_eq!(doc.title.as_deref(), Some("Poezii"));
    assert_eq!(
        serde_json::to_value(&doc.properties).unwrap(),
        serde_json::json!({
            "author": "M. Eminescu, T. Maiorescu", "subject": "Poetry", "publisher": "Socec",
            "created": "1883", "modified": "2020-01-02T03:04:05Z",
        })
    );
    assert_eq!(doc.warnings, ["the chapter OPS/gone.xhtml is missing"]);
}

#[test]
fn rights_management_is_told_from_hidden_fonts() {
    let encrypted = |algorithm: &str| {
        let data = format!(
            "<encryption><EncryptedData><EncryptionMethod Algorithm='{algorithm}'/></EncryptedData></encryption>"
        );
        read(&[("a.xhtml", "<p>Text</p>"), ("META-INF/encryption.xml", &data)])
    };
    assert_eq!(encrypted("http://www.w3.org/2001/04/xmlenc#aes128-cbc").unwrap_err().code(), "encrypted");
    assert_eq!(encrypted(FONT_OBFUSCATION[0]).unwrap().text, "Text");
}

#[test]
fn what_is_left_of_a_damaged_book_is_read() {
    let doc = read(&[("b.html", "<p>B</p>"), ("a.xhtml", "<p>A</p>"), ("x.opf", "<package")]).unwrap();
    assert_eq!((doc.text.as_str(), doc.warnings.len()), ("A\n\nB", 1));
    assert_eq!(read(&[("a.txt", "words")]).unwrap_err().code(), "corrupt");
    assert_eq!(read(&[("a.xhtml", "<img src='1.png'/>")]).unwrap_err().code(), "needs_ocr");
}

#[test]
fn damage_never_panics() {
    let whole = zipped(&[CONTAINER, ("OPS/book.opf", PACKAGE), ("OPS/text/two.xhtml", "<h2>Două</h2><p/>")]);
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        for bytes in [&whole[..at], &flipped] {
            if let Ok(doc) = extract(bytes, &ContentLimits::default()) {
                doc.validate().unwrap();
            }
        }
    }
    let package = PACKAGE.as_bytes();
    for at in 0..package.len() {
        let mut flipped = package.to_vec();
        flipped[at] ^= 0x11;
        let text = String::from_utf8_lossy(&flipped).into_owned();
        for part in [PACKAGE.get(..at).unwrap_or_default(), &text] {
            drop(read(&[CONTAINER, ("OPS/book.opf", part), ("OPS/text/two.xhtml", "<p>x</p>")]));
        }
    }
}
