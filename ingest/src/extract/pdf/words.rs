//! From glyphs to words: glyphs on one baseline that follow closely. Nothing here knows PDF.

use super::accents;
use super::bidi;
use super::glyphs::{Glyph, Glyphs};
use super::layout::Run;

/// A gap this many font sizes wide ends a word, as in poppler.
const WORD_GAP: f32 = 0.1;
/// A glyph that starts this many font sizes before the end of the one before it belongs to something else.
const MAX_OVERLAP: f32 = 0.5;
/// A space starts at most this many font sizes before the end of the glyph that it follows.
const SPACE_OVERLAP: f32 = 0.3;
/// Glyphs whose baselines differ by less than this many font sizes are on one.
const BASELINE: f32 = 0.06;

/// The words of a page, line by line, from left to right; a trailing space where one was set.
pub(super) fn words(page: &Glyphs) -> Vec<Run> {
    let mut glyphs = page.glyphs.clone();
    glyphs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut words = Vec::new();
    let mut line: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        let same = line.first().is_some_and(|first| first.y - glyph.y <= (BASELINE * glyph.size).max(0.3));
        if !same {
            add_words(std::mem::take(&mut line), page, &mut words);
        }
        line.push(glyph);
    }
    add_words(line, page, &mut words);
    words
}

/// Adds the words of one baseline.
fn add_words(mut line: Vec<Glyph>, page: &Glyphs, words: &mut Vec<Run>) {
    line.sort_by(|a, b| a.x.total_cmp(&b.x));
    accents::compose(&mut line);
    let mut last: Option<(Glyph, f32)> = None;
    for glyph in line {
        if glyph.character.is_whitespace() {
            // Spaces that only kern have no width; one further on follows something else, a subscript.
            let near = -SPACE_OVERLAP * glyph.size..=WORD_GAP * glyph.size;
            let follows = |end: f32| glyph.advance > 0.05 * glyph.size && near.contains(&(glyph.x - end));
            if last.is_some_and(|(_, end)| follows(end))
                && let Some(word) = words.last_mut()
            {
                word.text.push(' ');
                last = None;
            }
            continue;
        }
        let end = glyph.x + glyph.advance;
        let bold = page.styles.get(glyph.style).is_some_and(|style| style.bold);
        let goes_on = last.is_some_and(|(before, end)| {
            let gap = glyph.x - end;
            let size = glyph.size.min(before.size);
            let same_size = (glyph.size - before.size).abs() <= 0.1 * size;
            let turns = bidi::turns(before.character, glyph.character);
            same_size
                && !turns
                && glyph.style == before.style
                && gap <= WORD_GAP * size
                && gap >= -MAX_OVERLAP * size
        });
        match words.last_mut() {
            Some(word) if goes_on => {
                push(&mut word.text, glyph.character);
                word.width = word.width.max(end - word.x);
            }
            _ => {
                let mut text = String::new();
                push(&mut text, glyph.character);
                words.push(Run {
                    x: glyph.x,
                    y: glyph.y,
                    width: glyph.advance,
                    size: glyph.size,
                    bold,
                    heading: None,
                    text,
                });
            }
        }
        last = Some((glyph, end));
    }
}

/// Adds a character, a ligature as its letters and a soft hyphen as the hyphen it shows.
fn push(text: &mut String, character: char) {
    match character {
        'ﬀ' => text.push_str("ff"),
        'ﬁ' => text.push_str("fi"),
        'ﬂ' => text.push_str("fl"),
        'ﬃ' => text.push_str("ffi"),
        'ﬄ' => text.push_str("ffl"),
        'ﬅ' | 'ﬆ' => text.push_str("st"),
        '\u{ad}' => text.push('-'),
        c => text.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::super::glyphs::Style;
    use super::*;

    /// Glyphs half a size wide from `x`; a tilde moves on by a gap of 0.2 sizes, an underscore by 0.05.
    fn set(x: f32, y: f32, size: f32, style: usize, text: &str) -> Vec<Glyph> {
        let (mut x, mut glyphs) = (x, Vec::new());
        for character in text.chars() {
            match character {
                '~' => x += 0.2 * size,
                '_' => x += 0.05 * size,
                _ => {
                    glyphs.push(Glyph { character, x, y, advance: 0.5 * size, size, style });
                    x += 0.5 * size;
                }
            }
        }
        glyphs
    }

    fn read(glyphs: Vec<Glyph>) -> Vec<String> {
        let style = |bold| Style { font: "F".to_owned(), bold };
        let page = Glyphs { glyphs, styles: vec![style(false), style(true)] };
        words(&page).into_iter().map(|run| run.text).collect()
    }

    #[test]
    fn gaps_and_spaces_end_words_and_kerning_does_not() {
        assert_eq!(read(set(0.0, 0.0, 10.0, 0, "so~me_text here")), ["so", "metext ", "here"]);
    }

    #[test]
    fn digits_that_stand_apart_stay_apart() {
        let row: Vec<Glyph> = (0..4).flat_map(|i| set(12.0 * i as f32, 0.0, 10.0, 0, "0")).collect();
        assert_eq!(read(row), ["0", "0", "0", "0"]);
    }

    #[test]
    fn subscripts_and_bold_letters_are_words_of_their_own() {
        let mut glyphs = set(0.0, 0.0, 10.0, 0, "D~and");
        glyphs.extend(set(5.0, -2.0, 6.0, 0, "1"));
        glyphs.extend(set(30.0, 0.0, 10.0, 1, "b"));
        assert_eq!(read(glyphs), ["D", "and", "b", "1"]);
    }

    #[test]
    fn a_space_behind_a_subscript_does_not_part_it_from_its_word() {
        let mut glyphs = set(0.0, 0.0, 10.0, 0, "V");
        glyphs.extend(set(14.0, 0.0, 10.0, 0, " is"));
        glyphs.extend(set(4.0, -2.0, 7.0, 0, "u,2"));
        assert_eq!(read(glyphs), ["V", "is", "u,2"]);
    }

    #[test]
    fn ligatures_are_letters() {
        assert_eq!(read(set(0.0, 0.0, 10.0, 0, "eﬃcient")), ["efficient"]);
    }
}
