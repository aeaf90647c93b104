//! The folder's files are all embedded, in the formats wanted, and none leaks into another client.

use std::collections::BTreeMap;
use std::path::Path;

use footnote_datasets::{SampleDocument, sample};

use super::whole_text;
use crate::text::{decoded, extension, readable};

/// Bytes of the whole folder, questions and dialogues with it.
const LARGEST_FOLDER: usize = 1_000_000;

fn all_documents() -> impl Iterator<Item = &'static SampleDocument> {
    sample().iter().flat_map(|client| client.documents)
}

#[test]
fn every_file_of_the_folder_is_embedded_and_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let mut found = BTreeMap::new();
    let mut bytes = 0;
    for client in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        if !client.file_type().unwrap().is_dir() {
            continue;
        }
        for name in ["questions.jsonl", "dialogues.jsonl"] {
            bytes += std::fs::read(client.path().join(name)).unwrap().len();
        }
        for file in std::fs::read_dir(client.path().join("docs")).unwrap().map(Result::unwrap) {
            let name = |entry: &std::fs::DirEntry| entry.file_name().into_string().unwrap();
            found.insert((name(&client), name(&file)), std::fs::read(file.path()).unwrap());
        }
    }
    let mut embedded = BTreeMap::new();
    for client in sample() {
        for document in client.documents {
            let key = (client.name.to_owned(), document.path.to_owned());
            let previous = embedded.insert(key, document.bytes.to_vec());
            assert!(previous.is_none(), "{} twice", document.path);
        }
    }
    assert_eq!(embedded.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    assert_eq!(embedded, found);
    bytes += found.values().map(Vec::len).sum::<usize>();
    assert!(bytes < LARGEST_FOLDER, "{bytes} bytes");
}

#[test]
fn clients_have_usable_names_and_sorted_documents() {
    assert_eq!(sample().len(), 4);
    assert!(sample().is_sorted_by(|a, b| a.name < b.name));
    for client in sample() {
        let usable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(client.name.chars().all(usable), "{}", client.name);
        assert!(whole_text(client).contains(client.title.trim_end_matches(" Ltd")));
        assert!((10..=15).contains(&client.documents.len()), "{}", client.name);
        assert!(client.documents.is_sorted_by(|a, b| a.path < b.path));
    }
    assert!(all_documents().count() >= 48);
}

#[test]
fn formats_are_mixed_and_files_small() {
    let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
    for document in all_documents() {
        *formats.entry(extension(document)).or_default() += 1;
        let (start, largest): (&[u8], usize) = match extension(document) {
            "pdf" => (b"%PDF-", 150 * 1024),
            "docx" | "pptx" | "xlsx" => (b"PK\x03\x04", 40 * 1024),
            _ => (b"", 8 * 1024),
        };
        assert!(document.bytes.starts_with(start), "{}", document.path);
        assert!(document.bytes.len() < largest, "{}: {} bytes", document.path, document.bytes.len());
    }
    let wanted = ["csv", "docx", "eml", "html", "md", "pdf", "pptx", "txt", "xlsx"];
    assert_eq!(formats.keys().copied().collect::<Vec<_>>(), wanted);
    assert!(formats.values().all(|&count| count >= 2), "{formats:?}");
}

#[test]
fn documents_are_neither_stubs_nor_books() {
    for document in all_documents() {
        let least = if matches!(extension(document), "md" | "html" | "txt" | "pdf") { 350 } else { 200 };
        let words = readable(document).split(' ').count();
        assert!((least..=1200).contains(&words), "{}: {words} words", document.path);
    }
}

#[test]
fn one_document_is_in_windows_1250() {
    let plain = |document: &&SampleDocument| matches!(extension(document), "md" | "html" | "txt" | "csv");
    let legacy: Vec<_> = all_documents()
        .filter(plain)
        .filter(|document| std::str::from_utf8(document.bytes).is_err())
        .collect();
    assert_eq!(legacy.len(), 1);
    let text = decoded(legacy[0].bytes);
    for word in ["KIEROWNIKÓW", "Słupska", "pisklęta", "jakość", "świetlicy"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn one_email_is_in_latin_2() {
    let latin: Vec<_> = all_documents()
        .filter(|document| extension(document) == "eml")
        .filter(|document| decoded(document.bytes).contains("charset=\"iso-8859-2\""))
        .collect();
    assert_eq!(latin.len(), 1);
    assert!(readable(latin[0]).contains("Święta 1. Masło MM-210"));
}

#[test]
fn a_canary_stands_in_one_document_of_all() {
    for client in sample() {
        let with_canary: Vec<_> = sample()
            .iter()
            .flat_map(|other| other.documents.iter().map(move |document| (other.name, document)))
            .filter(|(_, document)| readable(document).contains(client.canary))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(with_canary, [client.name]);
    }
}
