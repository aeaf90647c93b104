//! Which articles are indexed and which questions are asked.

use footnote_datasets::beir::Dataset;
use sha2::{Digest as _, Sha256};

/// A question with what is known of its answer.
pub(crate) struct Asked<'a> {
    pub(crate) id: &'a str,
    pub(crate) text: &'a str,
    /// `answerable`, `removed` (its article is not indexed) or `adversarial` (no text answers it).
    pub(crate) class: &'static str,
    /// The article it is about.
    pub(crate) article: &'a str,
    pub(crate) answers: &'a [String],
    pub(crate) documents: Vec<&'a str>,
}

/// A document's article is its id without the last `-part`.
fn article(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(article, _)| article)
}

fn hash(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Three articles of four are in the index.
pub(crate) fn is_indexed(document: &str) -> bool {
    hash(article(document)) % 4 != 3
}

/// `limit` answerable questions, and up to half as many of either other class, chosen by the hashes of their ids.
pub(crate) fn ask(set: &Dataset, limit: usize) -> Vec<Asked<'_>> {
    let judged = |query: &str| -> Vec<&str> {
        let judged = set.qrels.get(query).into_iter().flatten();
        judged.filter(|(_, grade)| **grade > 0).map(|(document, _)| document.as_str()).collect()
    };
    let mut classes: [Vec<Asked<'_>>; 3] = Default::default();
    for query in set.queries.iter().filter(|query| !query.answers.is_empty()) {
        let documents = judged(&query.id);
        let Some(first) = documents.first().copied() else { continue };
        let indexed = is_indexed(first);
        classes[usize::from(!indexed)].push(Asked {
            id: &query.id,
            text: &query.text,
            class: if indexed { "answerable" } else { "removed" },
            article: article(first),
            answers: &query.answers,
            documents,
        });
    }
    for query in &set.unanswerable {
        let about = query.written_about.as_deref().unwrap_or_default();
        if is_indexed(about) {
            classes[2].push(Asked {
                id: &query.id,
                text: &query.text,
                class: "adversarial",
                article: article(about),
                answers: &[],
                documents: Vec::new(),
            });
        }
    }
    let limits = [limit, limit / 2, limit / 2];
    let chosen = classes.into_iter().zip(limits).flat_map(|(mut class, limit)| {
        class.sort_by_key(|asked| hash(asked.id));
        class.truncate(limit);
        class
    });
    chosen.collect()
}
