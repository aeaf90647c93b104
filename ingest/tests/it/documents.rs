//! Real files: those of the folder `documents` that `FOOTNOTE_TESTDATA` names. Without the variable the tests say what they skip.

use std::path::{Path, PathBuf};

use footnote_ingest::chunk::{ChunkerConfig, TokenCounter, chunk};
use footnote_ingest::extract::Extracted;
use footnote_ingest::sentences::sentences;
use footnote_ingest::worker::Extractor;
use footnote_ingest::{BlockKind, ExtractError};

/// The folder of documents; `None` (with a note of what is skipped) when the variable is unset.
pub(crate) fn folder(skipped: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("FOOTNOTE_TESTDATA") else {
        eprintln!("skipped: {skipped} (FOOTNOTE_TESTDATA is not set)");
        return None;
    };
    let folder = PathBuf::from(root).join("documents");
    assert!(folder.is_dir(), "{} is missing although FOOTNOTE_TESTDATA is set", folder.display());
    Some(folder)
}

/// What the worker makes of a document of the folder.
pub(crate) fn extract(name: &str, folder: &Path) -> Result<Extracted, ExtractError> {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    Extractor::new(crate::worker::limits()).extract(&bytes, name, None)
}

/// The documents of the folder, without the lists and the README that stand beside them.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let beside = ["README.md", "probes.tsv", "questions.jsonl"];
    let mut names: Vec<String> = names.filter(|name| !beside.contains(&name.as_str())).collect();
    names.sort_unstable();
    names
}

/// One token for every started four characters of a word.
pub(crate) struct Quarters;

impl TokenCounter for Quarters {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().map(|w| w.chars().count().div_ceil(4)).sum()
    }
}

#[test]
fn broken_encrypted_and_hostile_files_get_their_reason() {
    let Some(folder) = folder("the reasons of 15 unreadable or hostile documents") else { return };
    let expected = [
        ("2206.01062_pg3.pdf", "encrypted"),
        ("testWORD_protected_passtika.docx", "encrypted"),
        ("testEXCEL_protected_passtika.xlsx", "encrypted"),
        ("ocr_test.pdf", "needs_ocr"),
        ("image_only_german_pdf.pdf", "needs_ocr"),
        ("poppler-937-0-fuzzed.pdf", "corrupt"),
        ("document.docx", "corrupt"),
        ("excel.xlsx", "corrupt"),
    ];
    for (file, code) in expected {
        let error = extract(file, &folder).expect_err(file);
        assert_eq!(error.code(), code, "{file}: {error}");
    }
    // Damaged or hostile, but with some text to save.
    for file in [
        "poppler-395-0-fuzzed.pdf",
        "xref_command_missing.pdf",
        "bomb_giant.pdf",
        "testPDF_bad_page_303226.pdf",
        "testPDF_protected.pdf",
        "xlsx_04_inflated.xlsx",
        "csv-inconsistent-header.csv",
    ] {
        let doc = extract(file, &folder).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(!doc.text.is_empty());
    }
}

#[test]
fn every_readable_document_is_chunked_without_loss() {
    let Some(folder) = folder("chunks of all readable documents") else { return };
    let mut readable = 0;
    for name in names(&folder) {
        let Ok(doc) = extract(&name, &folder) else { continue };
        readable += 1;
        let cfg = ChunkerConfig::default();
        let chunks = chunk(&doc, &cfg, &Quarters);
        let ends: Vec<usize> = doc
            .blocks
            .iter()
            .filter(|b| b.kind == BlockKind::Paragraph)
            .flat_map(|b| {
                sentences(&doc.text[b.span.clone()], doc.language.as_deref())
                    .into_iter()
                    .map(|s| b.span.start + s.end)
            })
            .collect();
        let (mut end, mut cut) = (0, 0);
        for c in &chunks {
            assert!(doc.text[end..c.span.start].trim().is_empty(), "{name}: text lost before {:?}", c.span);
            assert!(Quarters.count(&doc.text[c.span.clone()]) <= cfg.max_tokens, "{name}: {:?}", c.span);
            let position = doc.layout.position(&c.span);
            assert_eq!(position.page.or(position.slide).is_some(), !doc.layout.pages.is_empty());
            end = c.span.end;
            let in_paragraph = doc
                .blocks
                .iter()
                .any(|b| b.kind == BlockKind::Paragraph && b.span.start < end && end <= b.span.end);
            cut += usize::from(in_paragraph && ends.binary_search(&end).is_err());
        }
        assert!(doc.text[end..].trim().is_empty());
        assert!(cut * 20 <= chunks.len(), "{name}: {cut} of {} chunks end inside a sentence", chunks.len());
    }
    assert!(readable >= 71, "only {readable} documents could be read");
}

#[test]
fn titles_languages_and_pages_of_known_documents() {
    let Some(folder) = folder("titles, languages and pages of 6 documents") else { return };
    for (file, language, pages, title) in [
        ("ro-articole-2.pdf", "ro", 5, "Teacher"),
        ("pl-artykuly-2.pdf", "pl", 30, "Polska Razem"),
        ("uber_2021.pdf", "en", 307, "UNITED STATES"),
        ("tracemonkey.pdf", "en", 14, "Trace-based Just-in-Time Type Specialization for Dynamic Languages"),
        ("managing-state.md", "pl", 0, "Zarządzanie stanem"),
        ("wiki_duck.html", "en", 0, "Duck - Wikipedia"),
    ] {
        let doc = extract(file, &folder).unwrap();
        assert_eq!((doc.language.as_deref(), doc.layout.pages.len()), (Some(language), pages), "{file}");
        assert!(doc.title.as_deref().is_some_and(|t| t.starts_with(title)), "{file}: {:?}", doc.title);
    }
}
