//! Subscripts and superscripts: small words beside a larger one, put on its baseline so that they stay in its line.

use std::collections::HashMap;

use super::layout::Run;

/// A script is at most this large, as a share of the word beside it.
const MAX_SIZE: f32 = 0.85;
/// A script stands at most this many font sizes of the word below its baseline.
const MAX_FALL: f32 = 0.45;
/// A script stands at most this many font sizes of the word above its baseline.
const MAX_RISE: f32 = 0.75;
/// A script is at most this many font sizes of the word away from it.
const MAX_GAP: f32 = 0.35;
/// Height of the bands in which neighbours are looked for, in points.
const BAND: f32 = 4.0;
/// Words larger than this, in points, have no scripts.
const MAX_BASE: f32 = 40.0;
/// Words of a band that are looked at.
const MAX_LOOK: usize = 8;

/// Moves scripts to the baseline of the word before them, or else after them.
pub(super) fn snap(words: &mut [Run]) {
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_by(|&a, &b| match (words.get(a), words.get(b)) {
        (Some(a), Some(b)) => a.x.total_cmp(&b.x),
        _ => std::cmp::Ordering::Equal,
    });
    let mut snapped = vec![false; words.len()];
    snap_one_way(words, &order, &mut snapped, |base, script| script.x - (base.x + base.width));
    let after = snapped.clone();
    order.reverse();
    snap_one_way(words, &order, &mut snapped, |base, script| base.x - (script.x + script.width));
    // A mark before a word, of a note or an affiliation, is not a part of it.
    for ((word, after), snapped) in words.iter_mut().zip(after).zip(snapped) {
        if snapped && !after {
            word.text.push(' ');
        }
    }
}

/// Baseline and size of a word, or of the word that a script belongs to.
#[derive(Clone, Copy)]
struct Base {
    word: usize,
    y: f32,
    size: f32,
}

fn snap_one_way(words: &mut [Run], order: &[usize], snapped: &mut [bool], gap: impl Fn(&Run, &Run) -> f32) {
    let band = |y: f32| (y / BAND).floor() as i32;
    let mut bands: HashMap<i32, Vec<Base>> = HashMap::new();
    for &at in order {
        let Some(word) = words.get(at) else { continue };
        let mut own = Base { word: at, y: word.y, size: word.size };
        if snapped.get(at) == Some(&false) {
            let base = (band(word.y - MAX_RISE * MAX_BASE)..=band(word.y + MAX_FALL * MAX_BASE))
                .filter_map(|b| bands.get(&b))
                .flat_map(|band| band.iter().rev().take(MAX_LOOK))
                .filter(|base| base.size <= MAX_BASE && word.size <= MAX_SIZE * base.size)
                .filter(|base| (-MAX_FALL * base.size..=MAX_RISE * base.size).contains(&(word.y - base.y)))
                .filter(|base| {
                    let gap = words.get(base.word).map_or(f32::MAX, |w| gap(w, word));
                    (-MAX_GAP * base.size..=MAX_GAP * base.size).contains(&gap)
                })
                .min_by(|a, b| (a.y - word.y).abs().total_cmp(&(b.y - word.y).abs()))
                .copied();
            if let Some(base) = base {
                own = Base { word: at, ..base };
                if let (Some(word), Some(flag)) = (words.get_mut(at), snapped.get_mut(at)) {
                    word.y = base.y;
                    *flag = true;
                }
            }
        }
        bands.entry(band(own.y)).or_default().push(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(x: f32, y: f32, size: f32, text: &str) -> Run {
        let width = text.chars().count() as f32 * size * 0.5;
        Run { x, y, width, size, bold: false, heading: None, text: text.to_owned() }
    }

    fn baselines(mut words: Vec<Run>) -> Vec<f32> {
        snap(&mut words);
        words.iter().map(|w| w.y).collect()
    }

    #[test]
    fn scripts_join_the_line_of_their_word() {
        let line = vec![
            word(0.0, 100.0, 10.0, "V"),
            word(5.2, 97.0, 6.0, "M"),
            word(8.4, 97.0, 6.0, "+1"),
            word(20.0, 100.0, 10.0, "x"),
            word(25.1, 104.0, 6.0, "2"),
            word(40.0, 104.0, 6.0, "1"),
            word(43.2, 100.0, 10.0, "Department"),
        ];
        assert_eq!(baselines(line), [100.0; 7]);
    }

    #[test]
    fn small_lines_of_their_own_stay() {
        let lines = vec![
            word(0.0, 100.0, 10.0, "text"),
            word(0.0, 88.0, 6.0, "caption"),
            word(40.0, 103.0, 6.0, "far"),
            word(20.2, 103.0, 9.5, "large"),
        ];
        assert_eq!(baselines(lines), [100.0, 88.0, 103.0, 103.0]);
    }

    #[test]
    fn many_words_on_one_line_take_no_square_of_time() {
        let words: Vec<Run> =
            (0..200_000).map(|i| word(i as f32 * 0.001, 0.0, 4.0 + (i % 7) as f32, "a")).collect();
        assert_eq!(baselines(words).len(), 200_000);
    }
}
