//! Accents that are set as glyphs of their own over a letter, as TeX sets them.

use super::glyphs::Glyph;

/// Composes accents with the letters that they stand over, on one baseline from left to right.
pub(super) fn compose(line: &mut Vec<Glyph>) {
    if !line.iter().any(|glyph| combining(glyph.character).is_some()) {
        return;
    }
    let mut composed: Vec<Glyph> = Vec::with_capacity(line.len());
    let mut glyphs = std::mem::take(line).into_iter().peekable();
    while let Some(glyph) = glyphs.next() {
        let over = |base: Option<&mut Glyph>| base.is_some_and(|base| set_over(glyph, base));
        if !over(composed.last_mut()) && !over(glyphs.peek_mut()) {
            composed.push(glyph);
        }
    }
    *line = composed;
}

/// Composes a letter with an accent that stands over it; whether it did.
fn set_over(accent: Glyph, base: &mut Glyph) -> bool {
    let letter = combining(accent.character).and_then(|mark| with_mark(base.character, mark));
    match letter {
        Some(letter) if stands_over(accent, *base) => {
            base.character = letter;
            true
        }
        _ => false,
    }
}

/// Whether the middle of an accent is over the middle half of a letter.
fn stands_over(accent: Glyph, base: Glyph) -> bool {
    let middle = accent.x + accent.advance / 2.0;
    (base.x + 0.2 * base.advance..=base.x + 0.8 * base.advance).contains(&middle)
}

fn with_mark(base: char, mark: char) -> Option<char> {
    let base = match base {
        'ı' => 'i',
        'ȷ' => 'j',
        c => c,
    };
    base.is_alphabetic().then(|| unicode_normalization::char::compose(base, mark)).flatten()
}

/// The combining mark of an accent that has a width.
fn combining(accent: char) -> Option<char> {
    Some(match accent {
        '`' | '\u{2cb}' => '\u{300}',
        '´' | '\u{2ca}' => '\u{301}',
        '^' | '\u{2c6}' => '\u{302}',
        '~' | '\u{2dc}' => '\u{303}',
        '¯' | '\u{2c9}' => '\u{304}',
        '\u{2d8}' => '\u{306}',
        '\u{2d9}' => '\u{307}',
        '¨' => '\u{308}',
        '\u{2da}' => '\u{30a}',
        '\u{2dd}' => '\u{30b}',
        '\u{2c7}' => '\u{30c}',
        '¸' => '\u{327}',
        '\u{2db}' => '\u{328}',
        '\u{300}'..='\u{328}' => accent,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(glyphs: &[(char, f32)]) -> String {
        let glyph = |&(character, x): &(char, f32)| Glyph {
            character,
            x,
            y: 0.0,
            advance: 5.0,
            size: 10.0,
            style: 0,
        };
        let mut line: Vec<Glyph> = glyphs.iter().map(glyph).collect();
        compose(&mut line);
        line.iter().map(|g| g.character).collect()
    }

    #[test]
    fn an_accent_over_a_letter_becomes_part_of_it() {
        assert_eq!(
            read(&[('n', 0.0), ('a', 5.0), ('¨', 9.8), ('ı', 10.0), ('v', 15.0), ('e', 20.0)]),
            "naïve"
        );
        assert_eq!(read(&[('E', 0.0), ('´', 0.3), ('c', 5.0)]), "Éc");
        assert_eq!(read(&[('s', 0.0), ('\u{326}', 0.5)]), "ș");
    }

    #[test]
    fn signs_that_stand_alone_stay() {
        assert_eq!(read(&[('x', 0.0), ('^', 5.0), ('e', 10.0)]), "x^e");
        assert_eq!(read(&[('~', 0.0), ('1', 0.1)]), "~1");
        assert_eq!(read(&[('´', 0.0)]), "´");
        assert_eq!(read(&[]), "");
    }
}
