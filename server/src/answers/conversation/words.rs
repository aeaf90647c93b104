//! A question's words with what kind of word each is. Pure.

use std::ops::Range;

use super::lexicon::{Lexicon, Tongue};

/// What a word does in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Question,
    Auxiliary,
    Preposition,
    Determiner,
    Conjunction,
    Filler,
    /// I, you, we and theirs.
    Speaker,
    Pronoun,
    Possessive,
    Demonstrative,
    /// "there"
    Place,
    /// "both"
    Several,
    Degree,
    Measure,
    Meta,
    Classifier,
    Attribute,
    Verb,
    Comparative,
    Month,
    Weekday,
    /// Has a digit: amounts, years, codes.
    Number,
    /// Written as a name.
    Name,
    /// Any other word: mostly a noun or an adjective.
    Content,
}

impl Class {
    /// Whether the word can be part of the name of a topic.
    pub(super) fn is_nominal(self) -> bool {
        matches!(
            self,
            Self::Classifier
                | Self::Attribute
                | Self::Month
                | Self::Weekday
                | Self::Number
                | Self::Name
                | Self::Content
        )
    }
}

/// A word of a question.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Byte range of the text.
    pub(super) span: Range<usize>,
    /// Lower case, no diacritics, no apostrophes.
    pub(super) folded: String,
    /// Its kind.
    pub(super) class: Class,
    /// Whether a mark other than a hyphen stands between it and the word before.
    pub(super) after_mark: bool,
}

/// Folded, and without apostrophes.
pub(super) fn fold(word: &str) -> String {
    super::super::fold::fold(word).replace(['\'', '’'], "")
}

/// The folded words of a text, without classes.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    spans(text).into_iter().map(|span| fold(&text[span])).collect()
}

/// The words of `text` read in a language.
pub(super) fn words(text: &str, tongue: Tongue) -> Vec<Word> {
    let lexicon = tongue.lexicon();
    let spans: Vec<Range<usize>> =
        spans(text).into_iter().flat_map(|s| split_clitic(text, s, tongue)).collect();
    let shouted = spans.len() > 1 && !text.chars().any(char::is_lowercase);
    let mut words: Vec<Word> = Vec::with_capacity(spans.len());
    for (i, span) in spans.iter().enumerate() {
        let before = words.last().map_or(0, |w| w.span.end);
        let between = &text[before..span.start];
        let after_mark =
            i > 0 && between.chars().any(|c| !c.is_whitespace() && c != '-' && c != '\'' && c != '’');
        let raw = &text[span.clone()];
        let starts_sentence = i == 0 || between.contains(['.', '?', '!', ':', '(']);
        let next = spans.get(i + 1).map_or("", |next| &text[next.clone()]);
        let named = !shouted && is_name(raw, next, starts_sentence);
        let folded = fold(raw);
        let class = class(lexicon, tongue, raw, &folded, named);
        words.push(Word { span: span.clone(), folded, class, after_mark });
    }
    super::settle::settle(&mut words, tongue);
    words
}

/// Runs of letters and digits, with the marks inside codes, numbers and contractions.
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut open: Option<usize> = None;
    let mut last = ' ';
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, n)| *n);
        let joins = match c {
            '-' | '/' | '&' | '_' | '@' => last.is_alphanumeric() && next.is_alphanumeric(),
            '.' | ',' | ':' => last.is_ascii_digit() && next.is_ascii_digit(),
            '\'' | '’' => last.is_alphabetic() && next.is_alphabetic(),
            _ => false,
        };
        if c.is_alphanumeric() || (open.is_some() && joins) {
            open.get_or_insert(at);
        } else if let Some(start) = open.take() {
            spans.push(start..at);
        }
        last = c;
    }
    if let Some(start) = open {
        spans.push(start..text.len());
    }
    spans
}

/// `l-a` is a pronoun and an auxiliary, `what's` a question word and a copula.
fn split_clitic(text: &str, span: Range<usize>, tongue: Tongue) -> Vec<Range<usize>> {
    const CLITICS: [&str; 18] = [
        "l", "s", "le", "i", "m", "te", "ne", "v", "mi", "ti", "ni", "li", "n", "dintr", "intr", "printr",
        "de", "si",
    ];
    let word = &text[span.clone()];
    let (at, after) = match tongue {
        Tongue::English => match word.char_indices().find(|(_, c)| matches!(c, '\'' | '’')) {
            Some((at, mark)) if fold(&word[at..]) != "t" => (at, at + mark.len_utf8()),
            _ => return vec![span],
        },
        Tongue::Romanian => match word.find('-') {
            Some(at) if CLITICS.contains(&fold(&word[..at]).as_str()) => (at, at + 1),
            Some(at) if CLITICS.contains(&fold(&word[at + 1..]).as_str()) => (at, at + 1),
            _ => return vec![span],
        },
        Tongue::Polish => return vec![span],
    };
    vec![span.start..span.start + at, span.start + after..span.end]
}

/// Whether a word is written as a name: capital inside a sentence, capitals only, or a capital before a number or a capital.
fn is_name(raw: &str, next: &str, starts_sentence: bool) -> bool {
    let mut letters = raw.chars();
    if !letters.next().is_some_and(char::is_uppercase) {
        return raw.chars().skip(1).any(char::is_uppercase);
    }
    let acronym = raw.chars().count() > 1 && raw.chars().all(|c| !c.is_lowercase());
    let before_name = raw.chars().count() > 1
        && next.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    let single = raw.chars().count() == 1;
    acronym || if starts_sentence { before_name } else { !single || !next.is_empty() }
}

fn class(lexicon: &Lexicon, tongue: Tongue, raw: &str, folded: &str, named: bool) -> Class {
    let l = lexicon;
    if raw.chars().any(|c| c.is_ascii_digit()) {
        return Class::Number;
    }
    let acronym = named && raw.chars().count() > 1 && raw.chars().all(char::is_uppercase);
    if acronym {
        return Class::Name;
    }
    // Folding makes one word of two.
    match (tongue, raw.to_lowercase().as_str()) {
        (Tongue::Polish, "ją" | "nią") => return Class::Pronoun,
        (Tongue::Romanian, "său") => return Class::Possessive,
        (Tongue::Romanian, "luni") if named => return Class::Weekday,
        _ => {}
    }
    let listed = [
        (l.several, Class::Several),
        (l.question, Class::Question),
        (l.auxiliary, Class::Auxiliary),
        (l.demonstrative, Class::Demonstrative),
        (l.pronoun, Class::Pronoun),
        (l.possessive, Class::Possessive),
        (l.place, Class::Place),
        (l.preposition, Class::Preposition),
        (l.determiner, Class::Determiner),
        (l.conjunction, Class::Conjunction),
        (l.filler, Class::Filler),
        (l.speaker, Class::Speaker),
        (l.degree, Class::Degree),
        (l.comparative, Class::Comparative),
    ];
    if let Some((_, class)) = listed.iter().find(|(list, _)| list.contains(&folded)) {
        return *class;
    }
    let stems = [(l.month, Class::Month), (l.weekday, Class::Weekday)];
    if let Some((_, class)) = stems.iter().find(|(list, _)| l.has_stem(list, folded)) {
        return *class;
    }
    if named {
        return Class::Name;
    }
    let stems = [
        (l.classifier, Class::Classifier),
        (l.attribute, Class::Attribute),
        (l.measure, Class::Measure),
        (l.meta, Class::Meta),
    ];
    if let Some((_, class)) = stems.iter().find(|(list, _)| l.is_noun_of(list, folded)) {
        return *class;
    }
    if l.is_verb(folded) { Class::Verb } else { Class::Content }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(tongue: Tongue, text: &str) -> Vec<(String, Class)> {
        words(text, tongue).into_iter().map(|w| (w.folded, w.class)).collect()
    }

    #[test]
    fn codes_numbers_and_contractions_are_one_word_or_two() {
        let of = |text: &str| plain_words(text);
        assert_eq!(of("SKU-4411/B costs 1.299,50 lei."), ["sku-4411/b", "costs", "1.299,50", "lei"]);
        assert_eq!(of("Ce preț? – 5 zł…"), ["ce", "pret", "5", "zl"]);
        let texts = |tongue, text: &'static str| -> Vec<&str> {
            words(text, tongue).into_iter().map(|w| &text[w.span]).collect()
        };
        assert_eq!(
            texts(Tongue::English, "What's Alfa's price, don't you know?")[..4],
            ["What", "s", "Alfa", "s"]
        );
        assert_eq!(texts(Tongue::Romanian, "Cine l-a aprobat?"), ["Cine", "l", "a", "aprobat"]);
        assert_eq!(texts(Tongue::Romanian, "Un e-mail?"), ["Un", "e-mail"]);
    }

    #[test]
    fn names_are_told_by_their_letters() {
        let found = classes(Tongue::English, "Falcon 630 or the IT desk in Kraków?");
        let names: Vec<&str> =
            found.iter().filter(|(_, c)| *c == Class::Name).map(|(w, _)| w.as_str()).collect();
        assert_eq!(names, ["falcon", "it", "krakow"]);
        assert!(classes(Tongue::English, "WHAT DOES IT COST").iter().all(|(_, c)| *c != Class::Name));
    }

    #[test]
    fn classes_of_three_languages() {
        for (tongue, text, wanted) in [
            (
                Tongue::English,
                "Who approves parental leave?",
                &[Class::Question, Class::Verb, Class::Content, Class::Content][..],
            ),
            (Tongue::Romanian, "Cine o semnează?", &[Class::Question, Class::Pronoun, Class::Verb]),
            (Tongue::Romanian, "Cât durează?", &[Class::Question, Class::Verb]),
            (Tongue::Polish, "Ile to kosztuje?", &[Class::Question, Class::Pronoun, Class::Verb]),
            (Tongue::Polish, "A w Krakowie?", &[Class::Conjunction, Class::Preposition, Class::Name]),
        ] {
            let found: Vec<Class> = classes(tongue, text).into_iter().map(|(_, c)| c).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
