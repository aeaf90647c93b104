//! What a reader gets for a budget: whether an answer stands within the first tokens of what is returned.
//!
//! Ranks of chunks cannot be compared between chunkers, since their chunks differ in size; what a reader, or a language
//! model, has to read before the answer comes can.

use footnote_datasets::beir::Query;

use crate::qrels::Judgments;

/// A hit as it is read.
pub(super) struct Read<'a> {
    /// Id of its document.
    pub(super) document: &'a str,
    /// What is read of it.
    pub(super) text: &'a str,
}

/// Whether one of the query's answers stands within the first `budget` tokens of `hits`, in a text of a relevant document.
/// `tokens` gives the byte range of each token. Case and white space do not count.
pub(super) fn answer_within<'a>(
    hits: impl IntoIterator<Item = Read<'a>>,
    query: &Query,
    judgments: &Judgments,
    budget: usize,
    tokens: impl Fn(&str) -> Vec<std::ops::Range<usize>>,
) -> bool {
    let answers: Vec<String> = query.answers.iter().map(|answer| plain(answer)).collect();
    let mut left = budget;
    for hit in hits {
        let places = tokens(hit.text);
        let end = match places.get(left) {
            Some(first_left_out) => first_left_out.start,
            None => hit.text.len(),
        };
        if judgments.is_relevant(hit.document) {
            let read = plain(hit.text.get(..end).unwrap_or(hit.text));
            if answers.iter().any(|answer| !answer.is_empty() && read.contains(answer.as_str())) {
                return true;
            }
        }
        left = left.saturating_sub(places.len());
        if left == 0 {
            break;
        }
    }
    false
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<std::ops::Range<usize>> {
        let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
        text.split_whitespace().map(|word| start(word)..start(word) + word.len()).collect()
    }

    #[test]
    fn only_what_is_read_of_the_right_document_counts() {
        let query = Query { id: "q".into(), text: "?".into(), answers: vec!["The  Hague".into()] };
        let mut judgments = Judgments::default();
        judgments.judge("right", 1);
        let hits = [("wrong", "the hague stands here"), ("right", "it met in the\nHague once")];
        let within = |budget| {
            let hits = hits.iter().map(|(document, text)| Read { document, text });
            answer_within(hits, &query, &judgments, budget, words)
        };
        assert_eq!([4, 8, 9, 100].map(within), [false, false, true, true]);
        assert!(!answer_within([], &query, &judgments, 100, words));
    }
}
