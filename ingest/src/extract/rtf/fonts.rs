//! The charset that the bytes of a font are in.

use std::collections::HashMap;

use encoding_rs::{self as enc, Encoding};

/// How the bytes written in a font become characters.
#[derive(Debug, Clone, Copy, Default)]
struct Font {
    encoding: Option<&'static Encoding>,
    symbols: Symbols,
}

/// Fonts whose bytes are no letters of any charset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Symbols {
    #[default]
    No,
    /// Greek letters and signs of mathematics.
    Symbol,
    /// Wingdings and its like.
    Pictures,
}

/// The font table and the charset of the document.
#[derive(Debug)]
pub(super) struct Fonts {
    fonts: HashMap<i32, Font>,
    /// The font that the table is describing.
    current: i32,
    /// The charset of fonts that name none.
    pub(super) fallback: &'static Encoding,
}

impl Default for Fonts {
    fn default() -> Self {
        Self { fonts: HashMap::new(), current: 0, fallback: enc::WINDOWS_1252 }
    }
}

impl Fonts {
    /// A control word of the font table.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        let number = number.unwrap_or(0);
        match word {
            "f" => {
                self.current = number;
                self.fonts.insert(number, Font::default());
            }
            "fcharset" => {
                let font = self.fonts.entry(self.current).or_default();
                font.encoding = of_charset(number);
                if number == 2 {
                    font.symbols = Symbols::Symbol;
                }
            }
            "cpg" => self.fonts.entry(self.current).or_default().encoding = of_codepage(number),
            _ => {}
        }
    }

    /// The name of the font that the table is describing; old writers tell the charset by it.
    pub(super) fn name(&mut self, name: &str) {
        let name = name.trim().trim_end_matches(';').to_ascii_lowercase();
        let Some(font) = self.fonts.get_mut(&self.current) else { return };
        if name.contains("dings") || name == "marlett" {
            font.symbols = Symbols::Pictures;
        } else if name == "symbol" {
            font.symbols = Symbols::Symbol;
        }
        let by_name = [
            (" ce", enc::WINDOWS_1250),
            (" cyr", enc::WINDOWS_1251),
            (" greek", enc::WINDOWS_1253),
            (" tur", enc::WINDOWS_1254),
            (" baltic", enc::WINDOWS_1257),
        ];
        if font.encoding.is_none_or(|encoding| encoding == enc::WINDOWS_1252)
            && let Some((_, encoding)) = by_name.iter().find(|(end, _)| name.ends_with(end))
        {
            font.encoding = Some(encoding);
        }
    }

    /// The characters of `bytes` written in `font`. Bytes that are not escaped and read as UTF-8 are UTF-8.
    pub(super) fn decode(&self, bytes: &[u8], escaped: bool, font: i32) -> String {
        let font = self.fonts.get(&font).copied().unwrap_or_default();
        if font.symbols != Symbols::No {
            return bytes.iter().filter_map(|&byte| symbol(byte, font.symbols)).collect();
        }
        if !escaped && let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
        font.encoding.unwrap_or(self.fallback).decode_without_bom_handling(bytes).0.into_owned()
    }

    /// The character of a code point written in `font`: those of symbol fonts are in an area for private use.
    pub(super) fn character(&self, code: u32, font: i32) -> Option<char> {
        if let Ok(byte) = u8::try_from(code.wrapping_sub(0xf000)) {
            let symbols = self.fonts.get(&font).map_or(Symbols::No, |font| font.symbols);
            return symbol(byte, if symbols == Symbols::No { Symbols::Symbol } else { symbols });
        }
        char::from_u32(code)
    }
}

/// The encoding of a Windows code page.
pub(super) fn of_codepage(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        866 => enc::IBM866,
        874 => enc::WINDOWS_874,
        932 => enc::SHIFT_JIS,
        936 => enc::GBK,
        949 | 1361 => enc::EUC_KR,
        950 => enc::BIG5,
        1250 => enc::WINDOWS_1250,
        1251 => enc::WINDOWS_1251,
        1252 => enc::WINDOWS_1252,
        1253 => enc::WINDOWS_1253,
        1254 => enc::WINDOWS_1254,
        1255 => enc::WINDOWS_1255,
        1256 => enc::WINDOWS_1256,
        1257 => enc::WINDOWS_1257,
        1258 => enc::WINDOWS_1258,
        10000 => enc::MACINTOSH,
        10007 => enc::X_MAC_CYRILLIC,
        20866 => enc::KOI8_R,
        28592 => enc::ISO_8859_2,
        65001 => enc::UTF_8,
        _ => return None,
    })
}

/// The encoding of a charset of the font table; `None` is that of the document.
fn of_charset(number: i32) -> Option<&'static Encoding> {
    of_codepage(match number {
        0 => 1252,
        77 => 10000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

/// Greek letters at the places of the Latin ones.
const GREEK: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ";
/// Signs of the font Symbol that texts use.
const SIGNS: &[(u8, char)] = &[
    (0xa3, '≤'),
    (0xa5, '∞'),
    (0xab, '↔'),
    (0xac, '←'),
    (0xae, '→'),
    (0xb0, '°'),
    (0xb1, '±'),
    (0xb3, '≥'),
    (0xb4, '×'),
    (0xb7, '•'),
    (0xb8, '÷'),
    (0xb9, '≠'),
    (0xba, '≡'),
    (0xbb, '≈'),
    (0xc7, '∩'),
    (0xc8, '∪'),
    (0xce, '∈'),
    (0xd6, '√'),
    (0xde, '⇒'),
    (0xe5, '∑'),
    (0xf2, '∫'),
];
/// Pictures of Wingdings that stand for something.
const PICTURES: &[(u8, char)] =
    &[(0x20, ' '), (0xa8, '☐'), (0xfb, '✗'), (0xfc, '✓'), (0xfd, '☒'), (0xfe, '☑'), (0xe0, '→')];

fn symbol(byte: u8, symbols: Symbols) -> Option<char> {
    let find = |signs: &[(u8, char)]| signs.iter().find(|(code, _)| *code == byte).map(|(_, sign)| *sign);
    if symbols == Symbols::Pictures {
        return Some(find(PICTURES).unwrap_or('•'));
    }
    let place = match byte {
        b'A'..=b'Z' => usize::from(byte - b'A'),
        b'a'..=b'z' => usize::from(byte - b'a') + 26,
        0x20..=0x7e => return Some(char::from(byte)),
        _ => return find(SIGNS),
    };
    GREEK.chars().nth(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_decide_the_charset() {
        let mut fonts = Fonts::default();
        for (font, charset, name) in
            [(0, 0, "Arial"), (1, 238, "Arial"), (2, 0, "Arial CE"), (3, 2, "Symbol"), (4, 2, "Wingdings")]
        {
            fonts.word("f", Some(font));
            fonts.word("fcharset", Some(charset));
            fonts.name(name);
        }
        let texts: Vec<String> = (0..5).map(|font| fonts.decode(b"a\xb3\xfc", true, font)).collect();
        assert_eq!(texts, ["a³ü", "ałü", "ałü", "α≥", "••✓"]);
        assert_eq!(fonts.decode("ł".as_bytes(), false, 0), "ł", "raw UTF-8");
        assert_eq!(fonts.character(0xf0b7, 9), Some('•'));
        assert_eq!(GREEK.chars().count(), 52);
    }
}
