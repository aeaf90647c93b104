//! Proper names, acronyms and codes. A capital tells a name, except where a sentence starts; endings of Romanian and Polish do not
//! make another name of it.

mod codes;
mod inflection;
mod ordinary;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use footnote_index::Language;

use super::tokens::{Text, Token};

pub(super) use codes::{Code, codes};
pub(super) use inflection::same_name;

/// A name in the claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Its words, and what stands between them.
    pub(super) tokens: Range<usize>,
    /// The words that must be in the evidence.
    pub(super) parts: Vec<usize>,
    /// The words of which it cannot be told whether they are names: a sentence's first, when a small letter follows.
    pub(super) unsure: Vec<usize>,
}

/// The names of a text outside the tokens in `taken`, in order.
pub(super) fn names(text: &Text<'_>, taken: &[bool]) -> Vec<Name> {
    let mut out = Vec::new();
    let mut at = 0;
    let capital = |i: usize| {
        text.get(i).is_some_and(|t| t.is_word() && t.capital) && !taken.get(i).copied().unwrap_or(false)
    };
    while at < text.tokens.len() {
        if !capital(at) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while let Some(next) = continues(text, end).filter(|next| capital(*next)) {
            end = next + 1;
        }
        out.extend(name(text, at..end));
        at = end;
    }
    out
}

/// Where the next word of a name can be: after a space, a hyphen, an ampersand, the full stop of an initial.
fn continues(text: &Text<'_>, at: usize) -> Option<usize> {
    let token = text.get(at)?;
    let previous = text.before(at)?;
    if token.sentence != previous.sentence {
        return None;
    }
    let initial = token.is(".") && !token.spaced && previous.folded.chars().count() <= 2;
    let joins = (token.is_dash() && !token.spaced) || token.is("&") || initial;
    Some(if joins { at + 1 } else { at })
}

fn name(text: &Text<'_>, tokens: Range<usize>) -> Option<Name> {
    let words: Vec<usize> = tokens.clone().filter(|i| text.tokens[*i].is_word()).collect();
    let mut name = Name { tokens, parts: Vec::new(), unsure: Vec::new() };
    for (i, &at) in words.iter().enumerate() {
        let token = &text.tokens[at];
        if is_little(token, text.language) || ordinary::is_title(&token.folded) {
            continue;
        }
        let ordinary = ordinary::is_ordinary(&token.folded, text.language);
        if !token.initial || token.caps || (words.len() > i + 1 && !ordinary) {
            name.parts.push(at);
        } else if !ordinary {
            name.unsure.push(at);
        }
    }
    (!name.parts.is_empty() || !name.unsure.is_empty()).then_some(name)
}

/// A function word or one letter: no name of its own.
fn is_little(token: &Token, language: Language) -> bool {
    (token.stem.is_none() && !token.caps)
        || (token.stem.is_none() && token.initial)
        || token.folded.chars().count() < 2
        || (language == Language::English && token.folded == "i")
}

/// The words of a text by which names are found in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Folded words, and neighbours joined: `superbowl` for `Super Bowl`, `us` for `U.S.`
    forms: HashMap<String, usize>,
    /// First letters of words with capitals in a row: `us` for `United States`.
    initials: HashMap<String, usize>,
    /// Words with a capital that tells something.
    capitals: HashSet<String>,
    /// Acronyms.
    acronyms: HashMap<String, usize>,
}

impl Known {
    /// Every form of the text's words and of neighbours joined, with the first token of its first place.
    pub(super) fn of(text: &Text<'_>) -> Self {
        let mut known = Self::default();
        let put = |map: &mut HashMap<String, usize>, form: String, at: usize| {
            map.entry(form).or_insert(at);
        };
        let words: Vec<usize> = (0..text.tokens.len())
            .filter(|i| {
                !text.tokens[*i].folded.is_empty()
                    && (text.tokens[*i].is_word() || text.tokens[*i].is_digits())
            })
            .collect();
        for (i, &at) in words.iter().enumerate() {
            let token = &text.tokens[at];
            put(&mut known.forms, token.folded.clone(), at);
            if token.capital && !token.initial {
                known.capitals.insert(token.folded.clone());
            }
            if token.caps {
                put(&mut known.acronyms, token.folded.clone(), at);
            }
            if let Some(next) = words.get(i + 1).map(|n| &text.tokens[*n]) {
                put(&mut known.forms, format!("{}{}", token.folded, next.folded), at);
            }
            let mut letters = String::new();
            for &next in &words[i..] {
                let next = &text.tokens[next];
                let stop = !next.capital && next.stem.is_some();
                if stop || next.sentence != token.sentence || letters.len() >= 6 {
                    break;
                }
                if next.capital {
                    letters.extend(next.folded.chars().next());
                    if letters.len() > 1 {
                        put(&mut known.initials, letters.clone(), at);
                    }
                }
            }
        }
        known
    }

    /// Whether a word of this text is a name: it has a capital where that tells something, here or elsewhere in the text.
    pub(super) fn is_name(&self, token: &Token) -> bool {
        token.capital && (!token.initial || self.capitals.contains(&token.folded))
    }

    /// Whether a sentence's first word can be a name as far as this text tells: it is one here, or the text has not got it at all. A word
    /// that stands here with a small letter is none.
    pub(super) fn is_name_or_new(&self, token: &Token, language: Language) -> bool {
        let found = |form: &&String| **form == token.folded || same_name(form, &token.folded, language);
        self.capitals.iter().any(|c| found(&c)) || !self.forms.keys().any(|f| found(&f))
    }

    /// The place of a word, in this form or another of the same name.
    pub(super) fn find(&self, token: &Token, language: Language) -> Option<usize> {
        if let Some(at) = self.forms.get(&token.folded) {
            return Some(*at);
        }
        if let Some(at) = self.initials.get(&token.folded).filter(|_| token.caps) {
            return Some(*at);
        }
        if token.caps && token.folded.len() <= 3 {
            return None;
        }
        self.forms
            .iter()
            .filter(|(form, _)| same_name(form, &token.folded, language))
            .map(|(_, at)| *at)
            .min()
    }

    /// The place of several words joined: `Super Bowl` written `Superbowl`, `United States` written `US`.
    pub(super) fn find_joined(&self, text: &Text<'_>, parts: &[usize]) -> Option<usize> {
        if parts.len() < 2 {
            return None;
        }
        let folded = || parts.iter().filter_map(|at| text.get(*at)).map(|t| t.folded.as_str());
        let initials: String = folded().filter_map(|f| f.chars().next()).collect();
        let joined: String = folded().collect();
        self.forms.get(&joined).or_else(|| self.acronyms.get(&initials)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: &str, language: Language) -> Vec<(String, usize, usize)> {
        let text = Text::read(raw, language);
        let taken = vec![false; text.tokens.len()];
        names(&text, &taken)
            .into_iter()
            .map(|n| (text.raw[text.span(&n.tokens)].to_owned(), n.parts.len(), n.unsure.len()))
            .collect()
    }

    #[test]
    fn names_are_told_by_capitals_that_tell_something() {
        assert_eq!(
            of("The buyer pays Kestrel Vane Ltd.", Language::English),
            [("Kestrel Vane Ltd".to_owned(), 2, 0)]
        );
        assert_eq!(
            of("Foxes pay NFL-style fees. Delivery is free.", Language::English),
            [("Foxes".to_owned(), 0, 1), ("NFL".to_owned(), 1, 0)]
        );
        assert_eq!(of("Maria Popescu semnează.", Language::Romanian), [("Maria Popescu".to_owned(), 2, 0)]);
        assert_eq!(
            of("Umowę podpisuje prezes Anna Nowak-Kowalska.", Language::Polish),
            [("Umowę".to_owned(), 0, 1), ("Anna Nowak-Kowalska".to_owned(), 3, 0)]
        );
    }

    #[test]
    fn joined_words_and_acronyms_are_found() {
        let text = Text::read("He moved to the United States after Superbowl 50.", Language::English);
        let known = Known::of(&text);
        let claim = Text::read("the US, Super Bowl, the UK", Language::English);
        let united = Text::read("the Union Set", Language::English);
        assert!(
            known.find_joined(&united, &[1, 2]).is_none(),
            "the text has the initials of a name, not the acronym"
        );
        assert!(known.find(&claim.tokens[1], Language::English).is_some());
        assert!(known.find_joined(&claim, &[3, 4]).is_some());
        assert!(known.find(&claim.tokens[7], Language::English).is_none(), "{:?}", claim.tokens[7]);
    }
}
