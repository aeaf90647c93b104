//! How many passages a question needs. Pure.
//!
//! A simple question has one or two passages far above the rest; a broad one has many that are nearly alike. Passages are read while
//! their fused score is at least two fifths of the best one's. On development questions this finds the answer at least as often as
//! the best fixed number of passages with as much text does (`benches/answers/top_k.py`).

/// Passages read at most when the request does not say how many.
pub const MOST: usize = 8;
/// Passages read at least, when there are so many.
pub const LEAST: usize = 2;
/// Share of the best score that a passage needs.
const SHARE: f32 = 0.4;

/// How many of the passages, by their scores from the best on, are worth reading.
pub(super) fn enough(scores: impl Iterator<Item = f32>) -> usize {
    let mut best = None;
    let good = scores.take(MOST).enumerate().take_while(|&(at, score)| {
        let best = *best.get_or_insert(score);
        at < LEAST || score >= SHARE * best
    });
    good.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scores: &[f32]) -> usize {
        enough(scores.iter().copied())
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
}
