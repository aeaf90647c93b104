//! The language of a sentence, told by the words that every sentence of a language has. Names of another language do not mislead it, as
//! letters and letter statistics do: `the district of Wesoła` is English.

use footnote_index::Language;
use footnote_ingest::language::detect_among;

use super::tokens::listed;

const ENGLISH: &str = "\
    the of and to in is was for are were with by at from that this be has have not an it which or must \
    may within as on";
const ROMANIAN: &str = "\
    și de în la cu pe este sunt din pentru care nu se o un al ale fost că sau după până prin si in lui \
    cel cea s-a dintre au";
const POLISH: &str = "\
    i w na z do się nie jest od przez dla oraz po że są był była roku został ze przed lub o jako sie we \
    za to która który";

/// The likeliest of the three languages; `near`, the language of the text beside it, when nothing speaks for another.
pub(in crate::answers) fn language_of(text: &str, near: Option<Language>) -> Language {
    let mut votes = [0_usize; 3];
    for word in text.split(|c: char| !(c.is_alphabetic() || c == '-')).filter(|w| !w.is_empty()) {
        let word = word.to_lowercase();
        for (vote, list) in votes.iter_mut().zip([ENGLISH, ROMANIAN, POLISH]) {
            *vote += usize::from(listed(list, &word));
        }
    }
    let most = votes.iter().copied().max().unwrap_or(0);
    let mut leaders = Language::ALL.into_iter().zip(votes).filter(|(_, v)| *v == most).map(|(l, _)| l);
    match (leaders.next(), leaders.next(), near) {
        (Some(only), None, _) if most > 0 => only,
        (_, _, Some(near)) => near,
        _ => {
            let codes = Language::ALL.map(Language::code);
            detect_among(text, &codes).and_then(Language::from_code).unwrap_or(Language::English)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_languages_do_not_mislead() {
        for (text, expected) in [
            ("The highest point lies in the district of Wesoła.", Language::English),
            ("Transportul nu este inclus în preț.", Language::Romanian),
            ("Opłata nie podlega zwrotowi.", Language::Polish),
            ("Pretul este de 40 de lei.", Language::Romanian),
        ] {
            assert_eq!(language_of(text, None), expected, "{text}");
        }
        assert_eq!(language_of("SKU-4411/B: 5 kg", Some(Language::Polish)), Language::Polish);
    }
}
