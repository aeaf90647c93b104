//! Words that tell how a question leans on the turns before it, per language. Everything is folded: lower case, no
//! diacritics (see [`super::words::fold`]).

mod english;
mod polish;
mod romanian;

pub(super) use english::ENGLISH;
pub(super) use polish::POLISH;
pub(super) use romanian::ROMANIAN;

/// Longest ending of a stem, in letters, and what a short stem is.
const LONGEST: usize = 5;
const SHORT: usize = 3;

/// The words of one language. Lists of stems match words that go on for a few more letters.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Question words.
    pub(super) question: &'static [&'static str],
    /// Question words after which a verb comes at once: "who approves", "kiedy wygasa".
    pub(super) before_verb: &'static [&'static str],
    /// Copulas, modals and other verbs without a topic.
    pub(super) auxiliary: &'static [&'static str],
    /// Prepositions, and the particles of the genitive.
    pub(super) preposition: &'static [&'static str],
    /// Articles and what stands in their place.
    pub(super) determiner: &'static [&'static str],
    /// Conjunctions and relative words.
    pub(super) conjunction: &'static [&'static str],
    /// Words of politeness, emphasis and order.
    pub(super) filler: &'static [&'static str],
    /// The people of the conversation: I, you, we.
    pub(super) speaker: &'static [&'static str],
    /// Words that stand for something said before.
    pub(super) pronoun: &'static [&'static str],
    /// Pronouns that only people have, in the singular.
    pub(super) person: &'static [&'static str],
    /// Possessives of the third person.
    pub(super) possessive: &'static [&'static str],
    /// Demonstratives; before a noun they point back, alone they stand for it.
    pub(super) demonstrative: &'static [&'static str],
    /// Adverbs of a place said before.
    pub(super) place: &'static [&'static str],
    /// Words that speak of several things said before.
    pub(super) several: &'static [&'static str],
    /// Words after "how": long, much, often.
    pub(super) degree: &'static [&'static str],
    /// Stems of units and of the people and things that are counted.
    pub(super) measure: &'static [&'static str],
    /// Stems of words about the answer itself: details, example.
    pub(super) meta: &'static [&'static str],
    /// Stems of kinds of things: model, version, plan.
    pub(super) classifier: &'static [&'static str],
    /// Stems of nouns that are of something: price, deadline.
    pub(super) attribute: &'static [&'static str],
    /// Stems of verbs.
    pub(super) verb: &'static [&'static str],
    /// Endings that make a noun of a verb's stem.
    pub(super) noun_endings: &'static [&'static str],
    /// Endings that a stem may take; empty: any of up to five letters.
    pub(super) endings: &'static [&'static str],
    /// Stems of months.
    pub(super) month: &'static [&'static str],
    /// Stems of days of the week.
    pub(super) weekday: &'static [&'static str],
    /// Comparatives and superlatives.
    pub(super) comparative: &'static [&'static str],
    /// Openings of an elliptic question, longest first.
    pub(super) openings: &'static [&'static str],
    /// Openings of another topic.
    pub(super) shifts: &'static [&'static str],
    /// Greetings, thanks and signs of having understood.
    pub(super) thanks: &'static [&'static str],
    /// Openings of a correction.
    pub(super) corrections: &'static [&'static str],
    /// Words of "not X but Y": the negation, then what comes before Y.
    pub(super) instead: (&'static [&'static str], &'static [&'static str]),
}

impl Lexicon {
    /// Whether `word` is one of `stems` with an ending.
    pub(super) fn has_stem(&self, stems: &[&str], word: &str) -> bool {
        // A short stem with a long ending is another word: "an" and "angajat".
        let longest = |stem: &str| if stem.len() <= SHORT { 2 } else { LONGEST };
        stems
            .iter()
            .any(|stem| word.strip_prefix(stem).is_some_and(|ending| self.is_ending(ending, longest(stem))))
    }

    /// Whether `word` is one of `stems` rather than a verb: of two stems the longer one tells.
    pub(super) fn is_noun_of(&self, stems: &[&str], word: &str) -> bool {
        let longest =
            |list: &[&str]| list.iter().filter(|s| self.has_stem(&[s], word)).map(|s| s.len()).max();
        longest(stems)
            .is_some_and(|noun| !self.is_verb(word) || longest(self.verb).is_none_or(|verb| noun >= verb))
    }

    /// Whether `word` is a form of a known verb and not a noun made of it.
    pub(super) fn is_verb(&self, word: &str) -> bool {
        let noun = self.noun_endings.iter().any(|e| word.len() > e.len() + 2 && word.ends_with(e));
        let is_form = |stem: &str| word.strip_prefix(stem).is_some_and(|e| self.is_ending(e, LONGEST));
        !noun && self.verb.iter().any(|stem| is_form(stem))
    }

    fn is_ending(&self, ending: &str, longest: usize) -> bool {
        ending.is_empty()
            || if self.endings.is_empty() {
                ending.len() <= longest && ending.chars().all(char::is_alphabetic)
            } else {
                self.endings.contains(&ending)
            }
    }
}

/// The languages that follow-ups are resolved in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    Romanian,
    Polish,
}

impl Tongue {
    pub(super) const ALL: [Self; 3] = [Self::English, Self::Romanian, Self::Polish];

    pub(super) fn lexicon(self) -> &'static Lexicon {
        match self {
            Self::English => &ENGLISH,
            Self::Romanian => &ROMANIAN,
            Self::Polish => &POLISH,
        }
    }

    /// How strongly `words` (folded) and the letters of `text` speak for the language.
    fn evidence(self, text: &str, words: &[String]) -> usize {
        const LETTER: usize = 3;
        let telling = match self {
            Self::English => "",
            Self::Romanian => "ăâîșțşţ",
            Self::Polish => "ąćęłńóśźż",
        };
        let letters = text.chars().flat_map(char::to_lowercase).filter(|c| telling.contains(*c)).count();
        let l = self.lexicon();
        let known = [
            l.question,
            l.auxiliary,
            l.preposition,
            l.determiner,
            l.conjunction,
            l.filler,
            l.speaker,
            l.pronoun,
            l.possessive,
            l.demonstrative,
            l.degree,
        ];
        let function = words.iter().filter(|w| known.iter().any(|list| list.contains(&w.as_str()))).count();
        let verbs = words.iter().filter(|w| l.is_verb(w) || l.has_stem(l.attribute, w)).count();
        LETTER * letters.min(2) + 2 * function + verbs
    }

    /// The language of a question, and of the turns before it where the question does not tell; English when nothing does.
    pub(super) fn of(question: &str, earlier: &[&str]) -> Self {
        let strongest = |texts: &mut dyn Iterator<Item = &str>| {
            let mut sums = [0; 3];
            for text in texts {
                let words: Vec<String> = super::words::plain_words(text);
                for (sum, tongue) in sums.iter_mut().zip(Self::ALL) {
                    *sum += tongue.evidence(text, &words);
                }
            }
            let best = sums.iter().copied().max().unwrap_or_default();
            let mut first = Self::ALL.into_iter().zip(sums).filter(|(_, sum)| *sum == best && best > 0);
            // A tie tells nothing.
            first.next().filter(|_| first.next().is_none()).map(|(tongue, _)| tongue)
        };
        strongest(&mut std::iter::once(question))
            .or_else(|| strongest(&mut earlier.iter().copied().chain([question])))
            .unwrap_or(Self::English)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_questions_are_told_apart_with_the_help_of_earlier_ones() {
        for (question, earlier, tongue) in [
            ("And the 800?", &[][..], Tongue::English),
            ("Dar pentru manageri?", &[], Tongue::Romanian),
            ("A w Krakowie?", &[], Tongue::Polish),
            ("Ile?", &[], Tongue::Polish),
            ("A 800?", &["Ile kosztuje Falcon 630?"], Tongue::Polish),
            ("800?", &["Cât costă Falcon 630?"], Tongue::Romanian),
            ("800?", &[], Tongue::English),
        ] {
            assert_eq!(Tongue::of(question, earlier), tongue, "{question}");
        }
    }

    #[test]
    fn nouns_made_of_verbs_are_no_verbs() {
        assert!(ROMANIAN.is_verb("aproba") && !ROMANIAN.is_verb("aprobarea"));
        assert!(POLISH.is_verb("zatwierdza") && !POLISH.is_verb("zatwierdzenie"));
        assert!(ENGLISH.is_verb("costs") && !ENGLISH.is_verb("costume"));
    }

    #[test]
    fn lists_are_folded() {
        for tongue in Tongue::ALL {
            let l = tongue.lexicon();
            let lists =
                [l.question, l.auxiliary, l.pronoun, l.verb, l.attribute, l.openings, l.shifts, l.thanks];
            for word in lists.iter().copied().flatten() {
                assert_eq!(super::super::words::fold(word), **word);
            }
        }
    }
}
