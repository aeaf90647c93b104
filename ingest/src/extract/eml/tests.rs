//! Whole messages.

use super::*;

fn read(message: &str) -> Extracted {
    let doc = extract(message.as_bytes(), &ContentLimits::default(), 0).unwrap();
    doc.validate().unwrap();
    doc
}

fn blocks(doc: &Extracted) -> Vec<(BlockKind, &str)> {
    doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()])).collect()
}

const HEAD: &str = "From: Ana <ana@x.example>\nTo: Ion <ion@x.example>\nSubject: Offer\nDate: Fri, 1 Mar 2024 10:00:00 +0200\n";
const TOP: &str = "From: Ana <ana@x.example>\nTo: Ion <ion@x.example>\nDate: Fri, 1 Mar 2024 10:00:00 +0200";

#[test]
fn fields_are_title_text_and_properties() {
    let doc = read(&format!("{HEAD}Message-ID: <1@x>\nCc: b@x.example\n\nHello.\n"));
    assert_eq!(doc.title.as_deref(), Some("Offer"));
    assert_eq!(doc.text, TOP.replace("\nDate", "\nCc: b@x.example\nDate") + "\n\nHello.");
    assert_eq!(
        serde_json::to_value(&doc.properties).unwrap(),
        serde_json::json!({
            "from": "Ana <ana@x.example>", "to": "Ion <ion@x.example>", "cc": "b@x.example", "subject": "Offer",
            "date": "2024-03-01T10:00:00+02:00", "message_id": "1@x",
        })
    );
}

#[test]
fn alternatives_are_read_once() {
    let both = |plain: &str, html: &str| {
        let doc = read(&format!(
            "{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
        ));
        doc.text[TOP.len() + 2..].to_owned()
    };
    assert_eq!(both("The plain words here.", "<p>The <b>rich</b> words here.</p>"), "The plain words here.");
    assert_eq!(
        both("See HTML.", "<h1>Prices</h1><p>They go up by ten in May.</p>"),
        "Prices\n\nThey go up by ten in May."
    );
    assert_eq!(both("", "<p>Only rich.</p>"), "Only rich.");
}

#[test]
fn attachments_are_read_under_their_names() {
    let doc = read(&format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee below.\n\
         --b\nContent-Type: text/markdown; name=notes.md\nContent-Disposition: attachment\n\n# Plan\n\n- one\n\
         --b\nContent-Type: image/png\nContent-Disposition: attachment; filename=scan.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n\
         --b\nContent-Type: application/zip; name=all.zip\nContent-Transfer-Encoding: base64\n\nUEsDBG5vdGhpbmc=\n\
         --b\nContent-Type: text/plain\n\nThe list's footer.\n\
         --b\nContent-Type: message/rfc822\n\nSubject: Inner\nFrom: c@x.example\n\nInner text.\n--b--\n"
    ));
    use BlockKind::{Heading, ListItem, Paragraph};
    assert_eq!(
        blocks(&doc)[1..],
        [
            (Paragraph, "See below."),
            (Paragraph, "The list's footer."),
            (Heading(2), "Attachment: notes.md"),
            (Heading(3), "Plan"),
            (ListItem, "- one"),
            (Heading(2), "Attachment: scan.png"),
            (Heading(2), "Attachment: all.zip"),
            (Heading(2), "Attachment: 4.eml"),
            (Paragraph, "From: c@x.example\nSubject: Inner"),
            (Paragraph, "Inner text."),
        ]
    );
    assert_eq!(
        doc.properties["attachments"],
        serde_json::json!(["notes.md", "scan.png", "all.zip", "4.eml"])
    );
    assert_eq!(doc.warnings.len(), 1, "{:?}", doc.warnings);
    assert!(doc.warnings[0].starts_with("attachment all.zip: a ZIP archive is not"), "{:?}", doc.warnings);
}

#[test]
fn a_chain_of_messages_ends() {
    let mut message = "Subject: innermost\n\nend\n".to_owned();
    for _ in 0..6 {
        message = format!("Subject: s\nContent-Type: message/rfc822\n\n{message}");
    }
    let doc = read(&message);
    assert!(doc.warnings.iter().any(|w| w.contains("messages deep")), "{:?}", doc.warnings);
    assert!(!doc.text.contains("innermost"));
}

#[test]
fn broken_boundaries_lose_nothing() {
    for field in ["multipart/mixed", "multipart/mixed; boundary=wrong"] {
        let doc = read(&format!(
            "{HEAD}Content-Type: {field}\n\n--right\nContent-Type: text/plain\n\nFirst.\n--right\nContent-Type: text/plain\n\nSecond."
        ));
        assert_eq!(doc.text, format!("{TOP}\n\nFirst.\n\nSecond."));
        assert_eq!(doc.warnings.len(), 2, "{:?}", doc.warnings);
    }
    let doc = read(&format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\nOnly words."));
    assert_eq!(doc.text, format!("{TOP}\n\nOnly words."));
    assert_eq!(read(HEAD).text, TOP);
}

#[test]
fn parts_inside_parts_end() {
    let mut part = "Content-Type: text/plain\n\ninnermost".to_owned();
    for level in 0..30 {
        part =
            format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n{part}\n--b{level}--");
    }
    let doc = read(&part);
    assert!(doc.text.contains("innermost"));
    assert!(doc.warnings.iter().any(|w| w.contains("nested")), "{:?}", doc.warnings);
}

#[test]
fn encrypted_messages_say_so() {
    for rest in [
        "Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nAAAA",
        "\n-----BEGIN PGP MESSAGE-----\n\nabc\n",
    ] {
        let error = extract(format!("{HEAD}{rest}").as_bytes(), &ContentLimits::default(), 0).unwrap_err();
        assert_eq!(error.code(), "encrypted", "{rest}");
    }
}

#[test]
fn html_of_another_charset() {
    let (body, _, _) = encoding_rs::WINDOWS_1250.encode("<meta charset=utf-8><p>Zażółć gęślą jaźń</p>");
    let mut message = format!("{HEAD}Content-Type: text/html; charset=windows-1250\n\n").into_bytes();
    message.extend_from_slice(&body);
    let doc = extract(&message, &ContentLimits::default(), 0).unwrap();
    assert_eq!(doc.text, format!("{TOP}\n\nZażółć gęślą jaźń"));
}

#[test]
fn damage_never_panics() {
    let whole = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\n> a=C4=83 \n> b\n\
         --b\nContent-Disposition: attachment; filename*0*=utf-8''r%C4%83; filename*1=\".csv\"\nContent-Transfer-Encoding: base64\n\nYTtiCjE7Mgo=\n\
         --b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?Q?=C4=83?=\n\nx\n--b--\n"
    )
    .into_bytes();
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        for bytes in [&whole[..at], &flipped] {
            if let Ok(doc) = extract(bytes, &ContentLimits::default(), 0) {
                doc.validate().unwrap();
            }
        }
    }
}
