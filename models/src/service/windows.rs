//! Long questions in windows.

use std::ops::Range;
use std::sync::Arc;

use crate::encoder::EncoderInfo;
use crate::tokenize::TextTokenizer;

/// Most windows of a question.
pub(super) const MOST: usize = 8;

/// Tokens neighbouring windows share, so that no phrase is cut in all of them.
const OVERLAP: usize = 32;

/// Bytes of text a token is assumed to take at most: what is beyond is not even counted.
const BYTES_PER_TOKEN: usize = 32;

/// Tokens kept free in a window. A window that begins inside a word can have more tokens than its part of the whole
/// text; should one have too many, all are made smaller.
const SPARE: [usize; 4] = [0, 8, 32, 96];

/// A question in windows.
#[derive(Debug, PartialEq)]
pub(super) struct Cut<'a> {
    /// At least one.
    pub(super) texts: Vec<&'a str>,
    /// Tokens of each.
    pub(super) weights: Vec<usize>,
    /// Tokens of the question with prefix and special ones.
    pub(super) tokens: usize,
    /// Whether its end is in no window.
    pub(super) truncated: bool,
}

/// Cuts a question where it is longer than the model's input.
pub(super) fn cut<'a>(tokenizer: &TextTokenizer, info: &EncoderInfo, whole: &'a str) -> Cut<'a> {
    let max = info.max_tokens;
    let text = &whole[..whole.floor_char_boundary(MOST * max * BYTES_PER_TOKEN)];
    let count = |text: &str| tokenizer.count(&format!("{}{text}", info.query_prefix)) + 2;
    let tokens = count(text);
    let one = Cut { texts: vec![whole], weights: vec![tokens], tokens, truncated: false };
    if tokens <= max && text.len() == whole.len() {
        return one;
    }
    let offsets = tokenizer.offsets(text);
    let around = tokens.saturating_sub(offsets.len());
    let window = |range: &Range<usize>| &text[offsets[range.start].start..offsets[range.end - 1].end];
    let mut cut = one;
    for spare in SPARE {
        let room = max.saturating_sub(around + spare).max(1);
        let (ranges, all) = windows(offsets.len(), room);
        if ranges.is_empty() {
            return cut;
        }
        cut.texts = ranges.iter().map(window).collect();
        cut.weights = ranges.iter().map(ExactSizeIterator::len).collect();
        cut.truncated = !all || text.len() < whole.len();
        if cut.texts.iter().all(|text| count(text) <= max) {
            break;
        }
    }
    cut
}

/// Ranges of at most `room` tokens, at most [`MOST`], all of one size, that overlap and hold the tokens in order from
/// the first; and whether they hold all.
fn windows(tokens: usize, room: usize) -> (Vec<Range<usize>>, bool) {
    let overlap = OVERLAP.min(room / 4);
    let step = room - overlap;
    let count = tokens.saturating_sub(overlap).div_ceil(step).clamp(1, MOST);
    let covered = tokens.min(count * step + overlap);
    let size = (covered + (count - 1) * overlap).div_ceil(count);
    let start = |window: usize| window * (covered - size) / (count - 1).max(1);
    let ranges = (0..count).map(|window| start(window)..start(window) + size);
    (ranges.filter(|range| !range.is_empty()).collect(), covered == tokens)
}

/// The mean of unit vectors, weighted, of length 1.
pub(super) fn mean(vectors: &[Arc<[f32]>], weights: &[usize]) -> Arc<[f32]> {
    let dims = vectors.first().map_or(0, |vector| vector.len());
    let mut sum = vec![0.0f64; dims];
    for (vector, weight) in vectors.iter().zip(weights) {
        for (sum, value) in sum.iter_mut().zip(vector.iter()) {
            *sum += *weight as f64 * f64::from(*value);
        }
    }
    let length = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
    let scale = if length > 0.0 { length.recip() } else { 1.0 };
    sum.into_iter().map(|value| (value * scale) as f32).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn windows_hold_all_tokens_in_order(tokens in 1usize..6000, room in 1usize..600) {
            let (ranges, all) = windows(tokens, room);
            prop_assert!((1..=MOST).contains(&ranges.len()));
            prop_assert_eq!(ranges[0].start, 0);
            let size = ranges[0].len();
            for range in &ranges {
                prop_assert_eq!(range.len(), size);
                prop_assert!(size <= room);
            }
            for pair in ranges.windows(2) {
                prop_assert!(pair[0].start < pair[1].start, "{:?}", ranges);
                prop_assert!(pair[1].start <= pair[0].end, "{:?}", ranges);
            }
            let end = ranges[ranges.len() - 1].end;
            prop_assert_eq!(all, end == tokens);
            prop_assert!(all || ranges.len() == MOST);
            if tokens <= room {
                prop_assert_eq!(ranges.len(), 1);
            } else if room >= 4 * OVERLAP {
                for pair in ranges.windows(2) {
                    prop_assert!(pair[0].end - pair[1].start + 1 >= OVERLAP, "{:?}", ranges);
                }
            }
        }
    }

    #[test]
    fn the_mean_is_weighted_and_has_length_one() {
        let vectors: [Arc<[f32]>; 2] = [Arc::from([1.0, 0.0]), Arc::from([0.0, 1.0])];
        assert_eq!(*mean(&vectors, &[3, 4]), [0.6, 0.8]);
        assert_eq!(*mean(&[Arc::from([1.0]), Arc::from([-1.0])], &[1, 1]), [0.0]);
    }
}
