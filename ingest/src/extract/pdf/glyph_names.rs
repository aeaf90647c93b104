//! What the names of glyphs say: characters, or only a number.

use pdf_oxide::fonts::CharacterMapper;

/// The characters that a glyph name stands for, by the rules of the Adobe Glyph List Specification: what follows a dot is a
/// variant, an underscore joins the parts of a ligature, and a part is a listed name, `uni` with groups of four hexadecimal
/// digits, or `u` with four to six.
pub(super) fn characters_of(name: &str) -> Option<String> {
    let list = CharacterMapper::new();
    let base = name.split('.').next().filter(|base| !base.is_empty())?;
    let part = |part: &str| {
        list.map_glyph_name(part).or_else(|| part.strip_prefix("uni").and_then(utf16_groups)).or_else(|| {
            part.strip_prefix('u').filter(|d| (4..=6).contains(&d.len())).and_then(scalar).map(String::from)
        })
    };
    base.split('_').map(part).collect()
}

/// `004100420043` as `ABC`.
fn utf16_groups(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.len().is_multiple_of(4) || !digits.is_ascii() {
        return None;
    }
    (0..digits.len()).step_by(4).map(|at| digits.get(at..at + 4).and_then(scalar)).collect()
}

fn scalar(digits: &str) -> Option<char> {
    let upper_hexadecimal = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
    if !digits.bytes().all(upper_hexadecimal) {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, 16).ok()?).filter(|c| !c.is_control())
}

/// The number in a name that says nothing but where the glyph stood in its font (`g135`, `cid02`, `glyph7`, `index_12`), as
/// subsets of fonts without names have them.
pub(super) fn index_of(name: &str) -> Option<u16> {
    const PREFIXES: [&str; 7] = ["g", "gid", "glyph", "cid", "c", "index", "uncoded"];
    let tail = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let prefix = name.strip_suffix(tail)?;
    let number = tail.strip_prefix(['_', ':', '-']).unwrap_or(tail);
    let known = PREFIXES.iter().any(|p| prefix.eq_ignore_ascii_case(p));
    if !known || number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    number.parse().ok()
}

/// Whether the numbers in names are but the codes again, in decimals or hexadecimals, as some typesetters write them: then the
/// code is the character.
pub(super) fn repeat_their_codes<'a>(names: impl Iterator<Item = (u8, &'a str)>) -> bool {
    let (mut same, mut all) = (0, 0);
    for (code, name) in names {
        let decimal = index_of(name) == Some(u16::from(code));
        let hexadecimal =
            name.len() == 3 && name.get(1..).is_some_and(|d| u8::from_str_radix(d, 16) == Ok(code));
        all += 1;
        same += usize::from(decimal || hexadecimal);
    }
    all > 0 && same * 10 >= all * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_glyph_list_and_made_names_are_characters() {
        for (name, text) in [
            ("a", "a"),
            ("Sacute", "Ś"),
            ("afii10017", "А"),
            ("uni0219", "ș"),
            ("uni00660069", "fi"),
            ("u1F600", "😀"),
            ("f_f_i", "ffi"),
            ("one.taboldstyle", "1"),
            ("T_h.swash", "Th"),
        ] {
            assert_eq!(characters_of(name).as_deref(), Some(text), "{name}");
        }
        for name in [
            "",
            ".notdef",
            "g135",
            "uni12",
            "uni123g",
            "uniD800",
            "u12",
            "f_unknown",
            "uni0007",
            "nosuchname",
        ] {
            assert_eq!(characters_of(name), None, "{name}");
        }
    }

    #[test]
    fn numbers_are_told_from_names() {
        for (name, index) in
            [("g135", 135), ("G03", 3), ("cid02", 2), ("glyph7", 7), ("index_12", 12), ("cid:481", 481)]
        {
            assert_eq!(index_of(name), Some(index), "{name}");
        }
        for name in
            ["a", "g", "germandbls", "a12", "uni0041", "f_i", "A.alt", "one", "g99999", "g1x", "g1.alt", ""]
        {
            assert_eq!(index_of(name), None, "{name}");
        }
    }

    #[test]
    fn names_that_repeat_the_code_are_codes() {
        let codes = |names: &[(u8, &'static str)]| repeat_their_codes(names.iter().copied());
        assert!(codes(&[(65, "c65"), (66, "c66")]));
        assert!(codes(&[(0x41, "G41"), (0x4a, "G4A")]));
        assert!(!codes(&[(65, "g4"), (66, "g5")]));
        assert!(!codes(&[]));
    }
}
