//! Which language a text is in, as ISO 639-1.
//!
//! Trigram statistics need a sentence or two; a shorter text is told by its function words, then by letters that only one language has.

mod function_words;

use whatlang::{Detector, Lang};

/// Bytes of a document that are looked at, from its start.
const SAMPLE_BYTES: usize = 32 * 1024;
/// Below this many letters trigram statistics are not trusted for a whole document.
const MIN_LETTERS: usize = 40;

/// The language of a document, only when detection is reliable.
pub fn detect(text: &str) -> Option<&'static str> {
    let sample = sample(text);
    if sample.chars().filter(|c| c.is_alphabetic()).take(MIN_LETTERS).count() < MIN_LETTERS {
        return None;
    }
    let info = whatlang::detect(sample)?;
    if info.is_reliable() { iso_639_1(info.lang()) } else { None }
}

/// The likeliest language of a short text such as a query, among `candidates` (ISO 639-1), for example the languages of a client's
/// documents. `None` when the candidates are empty or nothing speaks for any of them.
pub fn detect_among<'c>(text: &str, candidates: &[&'c str]) -> Option<&'c str> {
    if let [only] = candidates {
        return Some(only);
    }
    let listed = |code: &str| candidates.iter().find(|c| **c == code).copied();
    if let Some(told) = function_words::most(text).and_then(listed) {
        return Some(told);
    }
    if let Some(sure) = telling_letters(text) {
        return listed(sure);
    }
    let allowed: Vec<Lang> = Lang::all()
        .iter()
        .copied()
        .filter(|&l| iso_639_1(l).is_some_and(|c| candidates.contains(&c)))
        .collect();
    if allowed.is_empty() {
        return None;
    }
    let found = iso_639_1(Detector::with_allowlist(allowed).detect_lang(sample(text))?)?;
    listed(found)
}

/// Letters that only one of the common languages of this project uses.
fn telling_letters(text: &str) -> Option<&'static str> {
    text.chars().flat_map(char::to_lowercase).find_map(|c| match c {
        'ș' | 'ț' | 'ă' | 'ţ' => Some("ro"),
        'ł' | 'ą' | 'ę' | 'ż' | 'ź' | 'ń' | 'ś' => Some("pl"),
        _ => None,
    })
}

fn sample(text: &str) -> &str {
    &text[..text.floor_char_boundary(SAMPLE_BYTES)]
}

fn iso_639_1(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_languages_are_told_apart() {
        let texts = [
            (
                "en",
                "The warranty covers defects in material for a period of two years from the date of purchase.",
            ),
            (
                "ro",
                "Garanția acoperă defectele de material pe o perioadă de doi ani de la data cumpărării produsului.",
            ),
            (
                "pl",
                "Gwarancja obejmuje wady materiałowe przez okres dwóch lat od daty zakupu produktu przez klienta.",
            ),
        ];
        for (code, text) in texts {
            assert_eq!(detect(text), Some(code));
        }
        assert_eq!(detect("OK 42"), None);
    }

    #[test]
    fn queries_are_decided_among_candidates() {
        let all = ["en", "ro", "pl"];
        assert_eq!(detect_among("ce preț are", &all), Some("ro"));
        assert_eq!(detect_among("ile kosztuje przesyłka", &all), Some("pl"));
        assert_eq!(detect_among("how long is the warranty period", &all), Some("en"));
        assert_eq!(detect_among("care este termenul de livrare", &all), Some("ro"));
        assert_eq!(
            detect_among("What is the wholesale price of a 400 ml bottle of kefir?", &all),
            Some("en")
        );
        assert_eq!(
            detect_among("Who was Lech Wałęsa?", &all),
            Some("en"),
            "the name is Polish, the question is not"
        );
        assert_eq!(detect_among("Lech Wałęsa", &all), Some("pl"));
        assert_eq!(detect_among("anything", &["de"]), Some("de"));
        assert_eq!(detect_among("anything", &[]), None);
    }
}
