//! What a query says beyond its words: which of them also stand for the words that begin with them. Pure.
//!
//! - `negoc*`: a `*` right after a word, and not before another `*` or a word, outside quotation marks.
//! - While somebody types, the last word of the query, as long as nothing but one joining mark (`SKU-`) follows it.
//!
//! A code is completed as a whole (`SKU-44` begins `SKU-4411/B`), and so is its last part (`wheel-dri` has `dri`, which
//! begins `driven`); the parts before it are words like any others. In scripts without spaces a single character is
//! completed; of more, every pair is looked up anyway, whatever follows.

use std::borrow::Cow;
use std::ops::Range;

use super::analyzer::{MAX_TERM, Run, cut, fold, is_joiner, is_spaceless, is_word, runs};
use super::phrase;

/// Fewest characters that are completed, folded; one in scripts without spaces.
pub(super) const MIN_CHARS: usize = 2;

/// Most words of a query that are completed; further ones are words like any others.
const MAX_PREFIXES: usize = 8;

/// A query as typed, taken apart.
#[derive(Debug)]
pub(crate) struct Typed<'a> {
    /// As typed.
    pub(super) text: &'a str,
    /// The same without the words that only stand for what begins with them: no other form of those is meant.
    pub(super) inflected: Cow<'a, str>,
    /// What the terms that are looked up may begin with, folded.
    pub(super) prefixes: Vec<String>,
    /// Words with a `*` that are too short for it.
    pub(super) too_short: Vec<&'a str>,
}

impl<'a> Typed<'a> {
    /// Reads a query; `marks`: a `*` means something in it; `open`: its last word may not be finished.
    pub(crate) fn new(text: &'a str, marks: bool, open: bool) -> Self {
        let mut typed = Self { text, inflected: text.into(), prefixes: Vec::new(), too_short: Vec::new() };
        let quoted = if marks { phrase::spans(text) } else { Vec::new() };
        let completed = runs(text).into_iter().filter_map(|run| {
            let place = Place::of(&run, text);
            let starred =
                marks && place.starred && !quoted.iter().any(|part| part.contains(&place.word.start));
            (starred || (open && place.last)).then_some((place, starred))
        });
        for (place, starred) in completed.take(MAX_PREFIXES) {
            let (whole, part) = place.prefixes(text);
            if starred {
                match &part {
                    Some(_) => blank(&mut typed.inflected, place.word.clone()),
                    None if whole.is_none() && !is_spaceless(&text[place.word.clone()]) => {
                        typed.too_short.push(&text[place.word.clone()]);
                    }
                    None => {}
                }
            }
            typed.prefixes.extend(whole.into_iter().chain(part));
        }
        typed
    }
}

/// Whether a term begins with one of these.
pub(super) fn begins(term: &str, prefixes: &[String]) -> bool {
    prefixes.iter().any(|prefix| term.starts_with(prefix.as_str()))
}

/// `query` without the `*` that stand for the rest of a word: what is left to embed.
pub fn without_stars(query: &str) -> String {
    let quoted = phrase::spans(query);
    let mut out = query.to_owned();
    for run in runs(query).iter().rev() {
        let place = Place::of(run, query);
        if place.starred && !quoted.iter().any(|part| part.contains(&place.word.start)) {
            out.remove(place.end);
        }
    }
    out
}

/// Where a run of words ends, and what comes after.
struct Place {
    /// Its first byte.
    start: usize,
    /// Its last word.
    word: Range<usize>,
    /// Its end, with the joining mark that follows the last word.
    end: usize,
    /// Whether it has more than one word, or a joining mark at its end.
    joined: bool,
    /// Whether a single `*` follows, and no word after that.
    starred: bool,
    /// Whether nothing follows.
    last: bool,
}

impl Place {
    fn of(run: &Run, text: &str) -> Self {
        let word = run.words[run.words.len() - 1].clone();
        let after = &text[word.end..];
        let mark = after.chars().next().map_or(0, char::len_utf8);
        let end = if is_joiner(&after[..mark]) { word.end + mark } else { word.end };
        let starred = text[end..]
            .strip_prefix('*')
            .is_some_and(|rest| !rest.starts_with(|c: char| c == '*' || is_word(c)));
        let joined = run.words.len() > 1 || end > word.end;
        Self { start: run.words[0].start, word, end, joined, starred, last: end == text.len() }
    }

    /// What the whole begins with, and its last word.
    fn prefixes(&self, text: &str) -> (Option<String>, Option<String>) {
        let whole =
            Some(fold(&text[self.start..self.end])).filter(|whole| self.joined && whole.len() <= MAX_TERM);
        let word = &text[self.word.clone()];
        let part = cut(fold(word));
        let long_enough =
            if is_spaceless(word) { word.chars().count() == 1 } else { part.chars().count() >= MIN_CHARS };
        (whole, (long_enough && self.end == self.word.end).then_some(part))
    }
}

/// Puts spaces over a part of a text, so that nothing else moves.
fn blank(text: &mut Cow<'_, str>, part: Range<usize>) {
    let spaces = " ".repeat(part.len());
    text.to_mut().replace_range(part, &spaces);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn starred(query: &str) -> Vec<String> {
        Typed::new(query, true, false).prefixes
    }

    fn open(query: &str) -> Vec<String> {
        Typed::new(query, false, true).prefixes
    }

    #[test]
    fn a_star_after_a_word_completes_it() {
        for (query, prefixes) in [
            ("negoc*", vec!["negoc"]),
            ("Łód* ŞTIR*, (umow*)", vec!["lod", "stir", "umow"]),
            ("SKU-44*", vec!["sku-44", "44"]),
            ("SKU-*", vec!["sku-"]),
            ("wheel-dri*", vec!["wheel-dri", "dri"]),
            ("ana@fir* 1.2.*", vec!["ana@fir", "fir", "1.2."]),
            ("RO49AAAA1B*", vec!["ro49aaaa1b"]),
            ("art. 12 alin. (3*)", vec![]),
            ("a* \u{301}* 1*", vec![]),
            ("日* 日本*", vec!["日"]),
            ("* ** *a a*b bold** 2 * 3 word *", vec![]),
            ("\"net 30*\" „plat*” rest*", vec!["rest"]),
            ("a lone \" mark*", vec!["mark"]),
            ("no star", vec![]),
        ] {
            assert_eq!(starred(query), prefixes, "{query}");
            assert!(Typed::new(query, false, false).prefixes.is_empty(), "{query}");
        }
        assert_eq!(starred(&"word* ".repeat(40)).len(), MAX_PREFIXES);
        assert_eq!(Typed::new("a* żó* 日本*", true, false).too_short, ["a"]);
    }

    #[test]
    fn the_last_word_is_completed_until_something_follows() {
        for (query, prefixes) in [
            ("notice peri", vec!["peri"]),
            ("notice peri ", vec![]),
            ("notice peri?", vec![]),
            ("part SKU-44", vec!["sku-44", "44"]),
            ("part SKU-", vec!["sku-"]),
            ("x", vec![]),
            ("price 5 z", vec![]),
            ("\"net 30\"", vec![]),
            ("\"net 30", vec!["30"]),
            ("東", vec!["東"]),
            ("東京", vec![]),
            ("", vec![]),
            ("🙂", vec![]),
        ] {
            assert_eq!(open(query), prefixes, "{query}");
        }
    }

    #[test]
    fn only_words_with_a_star_lose_their_other_forms() {
        let inflected = |query| Typed::new(query, true, true).inflected.into_owned();
        assert_eq!(inflected("notice negoc* peri"), "notice      * peri");
        assert_eq!(inflected("SKU-44*"), "SKU-  *");
        assert_eq!(inflected("a* SKU-*"), "a* SKU-*");
    }

    #[test]
    fn stars_that_complete_are_left_out_of_what_is_embedded() {
        assert_eq!(without_stars("negoc* de chir*, 2 * 3 SKU-*"), "negoc de chir, 2 * 3 SKU-");
        assert_eq!(without_stars("**bold** \"as it* is\" *"), "**bold** \"as it* is\" *");
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "([a-zżș日가\u{301}0-9*\"„”@./-]|\\PC){0,40}") {
            for (marks, open) in [(true, false), (false, true), (true, true)] {
                let typed = Typed::new(&text, marks, open);
                prop_assert_eq!(typed.inflected.len(), text.len());
                prop_assert!(typed.prefixes.iter().all(|prefix| !prefix.is_empty() && prefix.len() <= MAX_TERM));
            }
            let plain = without_stars(&text);
            prop_assert_eq!(plain.replace('*', ""), text.replace('*', ""));
        }
    }
}
