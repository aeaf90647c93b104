//! Letter frequencies: whether text in the Latin script reads like a language or like noise.

use unicode_normalization::UnicodeNormalization;

/// Occurrences of a to z, diacritics and case aside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Letters([u32; 26]);

/// How often a to z occur in running text, per mille, letters with diacritics counted as their base: means of the published
/// tables of Dutch, English, French, German, Italian, Portuguese, Romanian and Spanish, and of Czech and Polish.
const PER_MILLE: [[u16; 26]; 2] = [
    [105, 14, 35, 45, 143, 12, 19, 21, 78, 5, 6, 44, 30, 73, 71, 23, 5, 66, 64, 64, 41, 16, 7, 2, 4, 7],
    [95, 12, 37, 35, 102, 3, 8, 13, 82, 22, 33, 40, 27, 64, 80, 26, 1, 50, 53, 51, 34, 29, 23, 1, 30, 50],
];

impl Letters {
    /// The letters of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut letters = Self::default();
        letters.add(text);
        letters
    }

    /// Counts the letters of more text.
    pub(super) fn add(&mut self, text: &str) {
        for c in text.nfd() {
            let base = match c.to_ascii_lowercase() {
                'ł' | 'Ł' => 'l',
                'ø' | 'Ø' => 'o',
                c => c,
            };
            self.add_times(base, 1);
        }
    }

    /// Counts a lower-case letter `times` times; other characters do not count.
    pub(super) fn add_times(&mut self, letter: char, times: u32) {
        if let Some(count) = place(letter).and_then(|i| self.0.get_mut(i)) {
            *count = count.saturating_add(times);
        }
    }

    /// How many letters were counted.
    pub(super) fn total(&self) -> u32 {
        self.0.iter().fold(0, |sum, &n| sum.saturating_add(n))
    }

    /// The share of the most frequent letter; 0 without letters.
    pub(super) fn greatest_share(&self) -> f32 {
        self.0.iter().max().map_or(0.0, |&most| most as f32 / self.total().max(1) as f32)
    }

    /// Log-likelihood ratio, in nats, of the letters being prose rather than all letters being equally likely.
    pub(super) fn evidence(&self) -> f32 {
        let of = |table: &[u16; 26]| -> f32 {
            let each = self.0.iter().zip(table);
            each.map(|(&count, &share)| count as f32 * (f32::from(share) * 26.0 / 1000.0).ln()).sum()
        };
        PER_MILLE.iter().map(of).fold(f32::NEG_INFINITY, f32::max)
    }

    /// [`Letters::evidence`] a letter: prose has 0.2 to 0.45, a fixed permutation of the alphabet below 0; 0 without letters.
    pub(super) fn fit(&self) -> f32 {
        self.evidence() / (self.total().max(1) as f32)
    }
}

/// The place of a lower-case ASCII letter in the alphabet.
pub(super) fn place(letter: char) -> Option<usize> {
    letter.is_ascii_lowercase().then(|| letter as usize - 'a' as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: [&str; 5] = [
        "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience.",
        "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem.",
        "Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Ele înzestrate sunt cu rațiune.",
        "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt.",
        "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison.",
    ];

    #[test]
    fn prose_fits_and_shifted_prose_does_not() {
        for text in PROSE {
            let fit = Letters::of(text).fit();
            assert!(fit > 0.15, "{fit}: {text}");
            let shift = |by: u8| -> String {
                let moved = |c: char| {
                    if c.is_ascii_lowercase() { ((c as u8 - b'a' + by) % 26 + b'a') as char } else { c }
                };
                text.nfd().flat_map(char::to_lowercase).map(moved).collect()
            };
            for by in 1..26 {
                let shifted = Letters::of(&shift(by)).fit();
                assert!(shifted < 0.15 && shifted < fit, "{by}: {shifted} {text}");
            }
        }
    }

    #[test]
    fn diacritics_and_case_do_not_matter() {
        assert_eq!(Letters::of("ŻÓŁĆ ș"), Letters::of("zolc s"));
        assert_eq!(Letters::of("123 привет").total(), 0);
    }
}
