//! How many passages a question needs, and of how many documents. Pure.
//!
//! A simple question has one or two passages far above the rest; a broad one has many that are nearly alike. Passages are read while
//! their fused score is at least two fifths of the best one's. On development questions this finds the answer at least as often as
//! the best fixed number of passages with as much text does (`benches/answers/top_k.py`). A document that is about nothing but the
//! question's subject fills all places with passages that do not answer it: only its best ones come before those of others.

use std::collections::HashMap;

/// Passages looked at when the request does not say how many.
pub(super) const DEPTH: usize = 24;
/// Passages read at most when the request does not say how many.
pub const MOST: usize = 8;
/// Passages read at least, when there are so many.
pub const LEAST: usize = 2;
/// Passages of one document that come before those of others.
const OF_ONE: usize = 4;
/// Share of the best score that a passage needs.
const SHARE: f32 = 0.4;

/// Which of the passages, given by document and score from the best on, are worth reading, best first.
pub(super) fn enough(found: &[(&str, f32)]) -> Vec<usize> {
    let best = found.first().map_or(0.0, |(_, score)| *score);
    let worth = (0..found.len()).filter(|&at| at < LEAST || found[at].1 >= SHARE * best);
    let mut read: HashMap<&str, usize> = HashMap::new();
    let (mut chosen, behind): (Vec<usize>, Vec<usize>) = worth.partition(|&at| {
        let of_this = read.entry(found[at].0).or_default();
        *of_this += 1;
        *of_this <= OF_ONE
    });
    chosen.extend(behind);
    chosen.truncate(MOST);
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scores: &[f32]) -> usize {
        let names: Vec<String> = (0..scores.len()).map(|at| at.to_string()).collect();
        let found: Vec<(&str, f32)> = names.iter().map(String::as_str).zip(scores.iter().copied()).collect();
        let chosen = enough(&found);
        assert!(chosen.iter().copied().eq(0..chosen.len()), "each of a document of its own: the best ones");
        chosen.len()
    }

    #[test]
    fn a_clear_winner_needs_few_and_equals_need_many() {
        assert_eq!(of(&[0.9, 0.3, 0.2, 0.1]), LEAST);
        assert_eq!(of(&[0.9, 0.8, 0.37, 0.35, 0.34]), 3);
        assert_eq!(of(&[0.5; 20]), MOST);
    }

    #[test]
    fn what_is_there_bounds_it() {
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&[0.9]), 1);
        assert_eq!(of(&[0.0, 0.0, 0.0]), 3);
    }

    #[test]
    fn one_document_leaves_room_for_others_and_takes_what_they_leave() {
        let sheet = |score| ("sheet", score);
        let found: Vec<(&str, f32)> =
            (0..10).map(|n| sheet(0.9 - 0.02 * n as f32)).chain([("prices", 0.6), ("prices", 0.5)]).collect();
        assert_eq!(enough(&found), [0, 1, 2, 3, 4, 5, 10, 11]);
        assert_eq!(enough(&found[..10]), [0, 1, 2, 3, 4, 5, 6, 7], "there is no other");
        let weak: Vec<(&str, f32)> = found[..10].iter().copied().chain([("prices", 0.3)]).collect();
        assert_eq!(enough(&weak), [0, 1, 2, 3, 4, 5, 6, 7], "what is not worth reading is not read");
    }
}
