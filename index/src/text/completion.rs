//! The words of the index that begin with what was typed, weighted as one word.
//!
//! Left to themselves the rarest completions would weigh most. So none of them weighs more than a word as common as all
//! of them together, function words not counted: the less a prefix says, the less it counts, and each stays a plain
//! term of the union.

use std::collections::HashMap;

use tantivy::query::Bm25StatisticsProvider as _;
use tantivy::schema::Field;

use super::statistics::Statistics;

/// Most words of a field that complete one prefix: those of most documents, ties in the order of their letters.
pub(super) const MAX_COMPLETIONS: usize = 64;

/// The words of one field that begin with a prefix.
pub(super) struct Completions {
    /// Each with what its weight is to be multiplied by, above 0 and at most 1.
    pub(super) words: Vec<(String, f32)>,
    /// Whether there are more than [`MAX_COMPLETIONS`].
    pub(super) cut: bool,
}

/// Looks up what begins with `prefix` (folded, not empty) in the dictionaries of `field`. `is_function_word` says of a
/// word that it carries no topic.
pub(super) fn complete(
    statistics: &Statistics,
    field: Field,
    prefix: &str,
    is_function_word: impl Fn(&str) -> bool,
) -> tantivy::Result<Completions> {
    let mut frequencies: HashMap<Vec<u8>, u64> = HashMap::new();
    for (segment, reader) in statistics.searcher().segment_readers().iter().enumerate() {
        let index = reader.inverted_index(field)?;
        let mut terms = index.terms().range().ge(prefix).lt(after(prefix)).into_stream()?;
        while let Some((term, info)) = terms.next() {
            let living = statistics.living(segment, field, info)?;
            // What only deleted documents say is no word of this index.
            if living > 0 {
                *frequencies.entry(term.to_vec()).or_default() += living;
            }
        }
    }
    let documents = statistics.total_num_docs()?;
    let mut found: Vec<(String, u64)> =
        frequencies.into_iter().filter_map(|(term, n)| Some((String::from_utf8(term).ok()?, n))).collect();
    found.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let cut = found.len() > MAX_COMPLETIONS;
    found.truncate(MAX_COMPLETIONS);
    let together: u64 = found.iter().filter(|(word, _)| !is_function_word(word)).map(|(_, n)| n).sum();
    let most = idf(together, documents);
    let words = found.into_iter().map(|(word, n)| {
        let own = idf(n, documents);
        (word, most.min(own) / own)
    });
    Ok(Completions { words: words.collect(), cut })
}

/// The first bytes that come after everything that begins with `prefix`.
fn after(prefix: &str) -> Vec<u8> {
    let mut bytes = prefix.as_bytes().to_vec();
    if let Some(last) = bytes.last_mut() {
        // No byte of UTF-8 is 255.
        *last = last.saturating_add(1);
    }
    bytes
}

/// How much a word of `n` of `of` documents says, as BM25 has it; above 0.
fn idf(n: u64, of: u64) -> f32 {
    let (n, of) = (n.min(of) as f32, of as f32);
    ((of - n + 0.5) / (n + 0.5)).ln_1p()
}
