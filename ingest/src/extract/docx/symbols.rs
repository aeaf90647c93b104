//! Characters of the fonts that have signs in place of letters: Symbol and Wingdings.

/// Greek letters and signs of the font Symbol, from 0x41 on; a space where there is none.
const SYMBOL_LETTERS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL_SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
/// Other signs of the font Symbol.
const SYMBOL_SIGNS: [(u8, char); 35] = [
    (0x22, '∀'),
    (0x24, '∃'),
    (0x2d, '−'),
    (0x40, '≅'),
    (0xa0, '€'),
    (0xa2, '′'),
    (0xa3, '≤'),
    (0xa5, '∞'),
    (0xab, '↔'),
    (0xac, '←'),
    (0xad, '↑'),
    (0xae, '→'),
    (0xaf, '↓'),
    (0xb0, '°'),
    (0xb1, '±'),
    (0xb2, '″'),
    (0xb3, '≥'),
    (0xb4, '×'),
    (0xb6, '∂'),
    (0xb7, '•'),
    (0xb8, '÷'),
    (0xb9, '≠'),
    (0xba, '≡'),
    (0xbb, '≈'),
    (0xbc, '…'),
    (0xc5, '⊕'),
    (0xc6, '∅'),
    (0xc7, '∩'),
    (0xc8, '∪'),
    (0xce, '∈'),
    (0xd0, '∠'),
    (0xd1, '∇'),
    (0xd5, '∏'),
    (0xd6, '√'),
    (0xe5, '∑'),
];
/// Signs of the fonts Wingdings.
const WINGDINGS: [(u8, char); 18] = [
    (0x28, '☎'),
    (0x2a, '✉'),
    (0x4a, '☺'),
    (0x4c, '☹'),
    (0x6c, '●'),
    (0x6e, '■'),
    (0x6f, '☐'),
    (0x71, '❑'),
    (0x72, '❒'),
    (0x75, '◆'),
    (0xa7, '▪'),
    (0xa8, '☐'),
    (0xd8, '➢'),
    (0xdf, '←'),
    (0xe0, '→'),
    (0xfb, '☒'),
    (0xfc, '✓'),
    (0xfe, '☑'),
];

/// The character that the code of a sign in `font` stands for; `None` when it is not known.
pub(super) fn symbol(code: u32, font: &str) -> Option<char> {
    let Some(byte) = private(code) else { return char::from_u32(code).filter(|c| !c.is_control()) };
    let font = font.to_lowercase();
    let table = |signs: &[(u8, char)]| signs.iter().find(|(sign, _)| *sign == byte).map(|(_, c)| *c);
    if font.starts_with("wingdings") {
        return table(&WINGDINGS);
    }
    let letter = |first: u8, letters: &str| letters.chars().nth(usize::from(byte.checked_sub(first)?));
    match byte {
        b'A'..=b'Z' => letter(b'A', SYMBOL_LETTERS),
        b'a'..=b'z' => letter(b'a', SYMBOL_SMALL),
        _ => table(&SYMBOL_SIGNS).or_else(|| byte.is_ascii_graphic().then_some(char::from(byte))),
    }
}

/// The byte of a character of the private area in which such fonts are stored; plain letters are not signs.
fn private(code: u32) -> Option<u8> {
    (0xf020..=0xf0ff).contains(&code).then_some((code & 0xff) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_have_characters() {
        let all = [
            (0xf061, "Symbol", Some('α')),
            (0xf057, "Symbol", Some('Ω')),
            (0xf0b3, "Symbol", Some('≥')),
            (0xf0fe, "Wingdings", Some('☑')),
            (0xf001, "Wingdings", Some('\u{f001}')),
            (0xf099, "Wingdings", None),
            (0x2192, "Arial", Some('→')),
            (0xd800, "Arial", None),
        ];
        for (code, font, expected) in all {
            assert_eq!(symbol(code, font), expected, "{code:x}");
        }
    }
}
