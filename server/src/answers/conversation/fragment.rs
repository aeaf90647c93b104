//! A fragment such as "the 800?", "for managers?", "in Poland?", read as something that takes a place. Pure.

use std::ops::Range;

use super::lexicon::Tongue;
use super::reading::Reading;
use super::words::{Class, Word};

/// What kind of thing a few words name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Year,
    Number,
    Month,
    Weekday,
    Name,
    /// A noun that must be of something: "the price".
    Attribute,
    Common,
}

impl Kind {
    /// The kind of the words; `None` when none of them names anything.
    pub(super) fn of(words: &[Word]) -> Option<Self> {
        let has = |class: Class| words.iter().any(|w| w.class == class);
        let mut nominal = words.iter().filter(|w| w.class.is_nominal()).peekable();
        nominal.peek()?;
        let numbers = || words.iter().filter(|w| w.class == Class::Number);
        let others = nominal.any(|w| !matches!(w.class, Class::Number | Class::Classifier));
        Some(if has(Class::Month) {
            Self::Month
        } else if has(Class::Weekday) {
            Self::Weekday
        } else if has(Class::Name) {
            Self::Name
        } else if has(Class::Number) && !others {
            if numbers().all(is_year) { Self::Year } else { Self::Number }
        } else if words.iter().all(|w| !w.class.is_nominal() || w.class == Class::Attribute) {
            Self::Attribute
        } else {
            Self::Common
        })
    }

    /// Whether it is a point in time or an amount, which does not take the place of a thing.
    pub(super) fn is_figure(self) -> bool {
        matches!(self, Self::Year | Self::Number | Self::Month | Self::Weekday)
    }
}

/// A year between 1900 and 2099.
pub(super) fn is_year(word: &Word) -> bool {
    word.folded.len() == 4
        && (word.folded.starts_with("19") || word.folded.starts_with("20"))
        && word.folded.bytes().all(|b| b.is_ascii_digit())
}

/// The parts of a fragment.
#[derive(Debug)]
pub(super) struct Fragment<'r> {
    /// The words it is made of.
    pub(super) reading: &'r Reading,
    /// Its preposition, folded.
    pub(super) preposition: Option<&'r str>,
    /// Where its article or preposition begins, by word.
    pub(super) start: usize,
    /// The words without preposition, article and closing particles.
    pub(super) core: Range<usize>,
    /// What it names.
    pub(super) kind: Kind,
}

impl<'r> Fragment<'r> {
    /// The parts; `None` when it is not a short phrase with a noun, a name or a number.
    pub(super) fn of(reading: &'r Reading) -> Option<Self> {
        let words = &reading.words;
        let class = |at: usize| words.get(at).map(|w| w.class);
        let start = words.iter().take_while(|w| w.class == Class::Filler).count();
        let mut at = start;
        let mut preposition = None;
        if class(at) == Some(Class::Preposition) {
            preposition =
                words.get(at).map(|w| w.folded.as_str()).filter(|w| !is_genitive(reading.tongue, w));
            at += 1;
        }
        let article = at;
        while matches!(class(at), Some(Class::Determiner | Class::Demonstrative | Class::Speaker)) {
            at += 1;
        }
        // Romanian "cea de 800"
        if at > article && class(at) == Some(Class::Preposition) {
            at += 1;
        }
        let end = words.iter().rposition(|w| w.class.is_nominal() || w.class == Class::Measure)? + 1;
        let core = at..end;
        let plain = |w: &Word| {
            w.class.is_nominal()
                || matches!(
                    w.class,
                    Class::Measure | Class::Comparative | Class::Preposition | Class::Determiner
                )
        };
        let after_mark = words.get(at + 1..end).is_some_and(|inner| inner.iter().any(|w| w.after_mark));
        if core.is_empty() || after_mark || !words.get(core.clone())?.iter().all(plain) {
            return None;
        }
        let kind = Kind::of(words.get(core.clone())?)?;
        Some(Self { reading, preposition, start, core, kind })
    }

    /// Its words without preposition and article.
    pub(super) fn core_words(&self) -> &'r [Word] {
        &self.reading.words[self.core.clone()]
    }

    /// Its text without preposition and article.
    pub(super) fn core_text(&self) -> &'r str {
        self.text_between(self.core.start, self.core.end)
    }

    /// Its text with preposition and article.
    pub(super) fn text(&self) -> &'r str {
        self.text_between(self.start, self.core.end)
    }

    fn text_between(&self, first: usize, end: usize) -> &'r str {
        let words = &self.reading.words;
        &self.reading.text[words[first].span.start..words[end - 1].span.end]
    }
}

/// Romanian particles of the genitive, which stand before any noun.
fn is_genitive(tongue: Tongue, word: &str) -> bool {
    tongue == Tongue::Romanian && matches!(word, "al" | "a" | "ai" | "ale" | "lui")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_kinds() {
        let (en, ro, pl) = (Tongue::English, Tongue::Romanian, Tongue::Polish);
        for (tongue, text, preposition, core, kind) in [
            (en, "the 800?", None, "800", Kind::Number),
            (en, "for managers?", Some("for"), "managers", Kind::Common),
            (en, "in 2023", Some("in"), "2023", Kind::Year),
            (en, "the premium plan, then?", None, "premium plan", Kind::Common),
            (en, "the warranty?", None, "warranty", Kind::Attribute),
            (ro, "cea de 800?", None, "800", Kind::Number),
            (ro, "al Beta SRL?", None, "Beta SRL", Kind::Name),
            (ro, "în martie?", Some("in"), "martie", Kind::Month),
            (pl, "w Krakowie?", Some("w"), "Krakowie", Kind::Name),
            (pl, "modelu 800?", None, "modelu 800", Kind::Number),
        ] {
            let reading = Reading::new(text, tongue);
            let fragment = Fragment::of(&reading).expect(text);
            assert_eq!(
                (fragment.preposition, fragment.core_text(), fragment.kind),
                (preposition, core, kind),
                "{text}"
            );
        }
        assert!(Fragment::of(&Reading::new("why?", en)).is_none());
        assert!(Fragment::of(&Reading::new("", en)).is_none());
    }
}
