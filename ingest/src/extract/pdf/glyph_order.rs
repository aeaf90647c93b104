//! Reads text of which only glyph numbers are known, from the order in which fonts keep their letters.
//!
//! Fonts mostly keep a to z, A to Z and 0 to 9 in order, so a reading is the place of these three runs, as in a Caesar cipher, and
//! letter frequencies tell it. A reading is believed only on strong evidence; digits and capitals need evidence of their own.

mod runs;

use std::collections::HashMap;

use super::letters::Letters;

/// Fewest letters that may tell a usual order.
const MIN_LETTERS: u32 = 30;
/// Fewest letters that may tell any other order.
const MIN_LETTERS_OF_RUNS: u32 = 300;
/// Least [`Letters::fit`] of a reading.
const MIN_FIT: f32 = 0.12;
/// Least share of letters, digits and spaces among the glyphs of a reading.
const MIN_COVERAGE: f32 = 0.7;
/// What is added to a glyph number to make it ASCII: fonts that number by characters, TrueType fonts in the order of the
/// OpenType specification's `post` table (space is 3), OpenType fonts in Adobe's order (space is 1).
const USUAL_OFFSETS: [u16; 3] = [0, 29, 31];

/// What the glyph numbers of a font mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading(HashMap<u16, char>);

impl Reading {
    /// The reading of words of glyph numbers, when there is one to believe.
    pub(super) fn of(words: &[Vec<u16>]) -> Option<Self> {
        let mut counts: HashMap<u16, u32> = HashMap::new();
        for &number in words.iter().flatten() {
            *counts.entry(number).or_default() += 1;
        }
        let usual = USUAL_OFFSETS.iter().map(|&offset| Self::ascii(offset));
        let believed = usual.filter_map(|reading| Some((reading.fit(&counts, MIN_LETTERS)?, reading)));
        believed
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, reading)| reading)
            .or_else(|| Self::other_script(&counts))
            .or_else(|| runs::read(words, &counts).filter(|r| r.fit(&counts, MIN_LETTERS_OF_RUNS).is_some()))
    }

    /// The character of a glyph.
    pub(super) fn character(&self, number: u16) -> Option<char> {
        self.0.get(&number).copied()
    }

    /// The numbers taken for characters, when nearly all are letters of one script other than Latin.
    fn other_script(counts: &HashMap<u16, u32>) -> Option<Self> {
        // Greek, Cyrillic, Hebrew, Arabic, Japanese and Chinese, Korean
        const SCRIPTS: [std::ops::RangeInclusive<u16>; 6] =
            [0x370..=0x3ff, 0x400..=0x52f, 0x590..=0x5ff, 0x600..=0x6ff, 0x3001..=0x9fff, 0xac00..=0xd7a3];
        let visible = || counts.iter().filter(|&(&number, _)| number > 0x40);
        let all: u32 = visible().map(|(_, &count)| count).sum();
        let of = |script: &std::ops::RangeInclusive<u16>| -> u32 {
            visible().filter(|(number, _)| script.contains(number)).map(|(_, &count)| count).sum()
        };
        let one = all >= MIN_LETTERS && SCRIPTS.iter().any(|script| of(script) as f32 > 0.9 * all as f32);
        let character = |&number: &u16| {
            Some((number, char::from_u32(u32::from(number))?)).filter(|(_, c)| !c.is_control())
        };
        one.then(|| Self(counts.keys().filter_map(character).collect()))
    }

    fn ascii(offset: u16) -> Self {
        let printable = u16::from(b' ')..=u16::from(b'~');
        Self(
            printable
                .filter_map(|code| Some((code.checked_sub(offset)?, char::from_u32(u32::from(code))?)))
                .collect(),
        )
    }

    /// How well the letters of this reading fit; `None` when they are too few or do not.
    fn fit(&self, counts: &HashMap<u16, u32>, min_letters: u32) -> Option<f32> {
        let (mut letters, mut covered, mut all) = (Letters::default(), 0, 0);
        for (&number, &count) in counts {
            all += count;
            if let Some(c) = self.character(number) {
                letters.add_times(c.to_ascii_lowercase(), count);
                covered += if c.is_ascii_alphanumeric() || c == ' ' { count } else { 0 };
            }
        }
        let fit = letters.fit();
        let enough = letters.total() >= min_letters && covered as f32 >= MIN_COVERAGE * all as f32;
        (enough && fit >= MIN_FIT).then_some(fit)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::PROSE;
