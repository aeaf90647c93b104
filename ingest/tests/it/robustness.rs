//! Extractors never panic, whatever the bytes, and keep every promise of `Extracted`.

use footnote_ingest::extract::{ContentLimits, extract_in_process};
use proptest::prelude::*;

const MARKDOWN: &str = "---\ntitle: T\n---\n# A {/*x*/}\n\n1. one\n   - two\n\n> quote\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n<div>\n<p>h</p>\n</div>\n\n```rs\nfn x() {}\n```\n\n[^1]: note\n";
const HTML: &str = "<!doctype html><meta charset=iso-8859-2><title>T</title><body><header>h</header><main><h1>A</h1><p>b<br>c<ul><li>d<ol><li>e</ol></ul>\
                    <table><tr><td>f<td><table><tr><td>g</table></table><pre>h\n i</pre></main><footer>j</footer>";
const TEXT: &str = "Title\n=====\n\nUn text, o linie.\r\nÎncă una.\u{c}\n\nșțăîâ łąęż 漢字\n";

fn check(bytes: &[u8], name: &str) -> Result<(), TestCaseError> {
    if let Ok(doc) = extract_in_process(bytes, name, None, &ContentLimits::default()) {
        prop_assert!(doc.validate().is_ok(), "{:?}", doc.validate());
        prop_assert!(!doc.blocks.is_empty());
        let dropped = ['\r', '\u{0}', '\u{feff}', '\u{202e}'];
        prop_assert!(!doc.text.contains(dropped));
    }
    Ok(())
}

proptest! {
    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for name in ["a.txt", "a.md", "a.html", "a.csv", "a.json", "a.pdf", "a"] {
            check(&bytes, name)?;
        }
    }

    #[test]
    fn random_text(text in "\\PC{0,300}|[<>/a-z=\"' &;!\n-]{0,300}|[#*_`|>\\[\\]()0-9. \n~:-]{0,300}") {
        for name in ["a.txt", "a.md", "a.html"] {
            check(text.as_bytes(), name)?;
        }
    }

    #[test]
    fn mutated_documents(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..6), 1..12)) {
        for (name, source) in [("a.txt", TEXT), ("a.md", MARKDOWN), ("a.html", HTML)] {
            let mut bytes = source.as_bytes().to_vec();
            for (at, byte, action) in &edits {
                let at = at.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
                match action {
                    0 => bytes.truncate(at.max(1)),
                    1 => bytes.insert(at, *byte),
                    2 => drop(bytes.drain(at..(at + 5).min(bytes.len()))),
                    3 => bytes.extend_from_within(at..(at + 20).min(bytes.len())),
                    _ => bytes[at] = *byte,
                }
                if bytes.is_empty() {
                    break;
                }
            }
            check(&bytes, name)?;
        }
    }
}
