//! Phrases that a person finds in the real files must be in their text. `own_probes.tsv` (`file`, `phrase`) adds to the list that
//! comes with the files: its phrases were read with other tools (poppler, MuPDF, the parts of the zip archives, the source
//! itself), from different places of a file, notes, slides, sheets and pictures among them.

use std::collections::BTreeMap;

use crate::documents::{extract, folder, names};

const OWN: &str = include_str!("own_probes.tsv");

/// Phrases that every readable file must have in the two lists together.
const PHRASES: usize = 2;

/// Stands inside an HTML comment, which is no text of the page.
const IN_A_COMMENT: &str = "Table nesting apparently not yet suported by";

/// The files that the list beside the documents says are readable: those whose column `expect` begins with `text`.
fn readable(readme: &str) -> Vec<&str> {
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| ")).map(|row| row.split(" | "));
    let rows = rows.map(|mut row| (row.next().unwrap_or_default(), row.nth(2).unwrap_or_default()));
    rows.filter(|(_, expect)| expect.trim_start().starts_with("text")).map(|(file, _)| file).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The phrases of a list by their files.
fn phrases(list: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (file, phrase) in list.lines().skip(1).filter_map(|line| line.split_once('\t')) {
        by_file.entry(file).or_default().push(phrase);
    }
    by_file
}

#[test]
fn every_readable_document_holds_the_phrases_that_a_person_reads() {
    let Some(folder) = folder("phrases of all readable documents") else { return };
    let shared = std::fs::read_to_string(folder.join("probes.tsv")).unwrap();
    let (shared, own) = (phrases(&shared), phrases(OWN));
    let names = names(&folder);
    for file in shared.keys().chain(own.keys()) {
        assert!(names.iter().any(|name| name == file), "{file} has phrases and is not there");
    }
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let readable = readable(&readme);
    assert!(readable.len() > 60, "{readable:?}");
    let (mut found, mut wrong) = (0, Vec::new());
    for file in &names {
        let mut all = shared.get(file.as_str()).cloned().unwrap_or_default();
        let own = own.get(file.as_str()).cloned().unwrap_or_default();
        all.retain(|phrase| *phrase != IN_A_COMMENT);
        found += all.len();
        all.extend(own);
        let text = match extract(file, &folder) {
            Ok(doc) => squeezed(&doc.text),
            Err(_) if all.is_empty() && !readable.contains(&file.as_str()) => continue,
            Err(error) => panic!("{file}: {error}"),
        };
        let missing = all.iter().filter(|phrase| !text.contains(&squeezed(phrase)));
        wrong.extend(missing.map(|phrase| format!("{file}: {phrase}")));
        let whole = matches!(all.as_slice(), [only] if squeezed(only) == text);
        if all.len() < PHRASES && !whole {
            wrong.push(format!("{file} has {} phrases", all.len()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(found, 99, "of the 100 phrases that come with the files one stands in a comment");
}
