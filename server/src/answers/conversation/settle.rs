//! What only the words around a word can tell about it. Pure.

use super::lexicon::Tongue;
use super::words::{Class, Word};

/// Corrects the classes that depend on the neighbours.
pub(super) fn settle(words: &mut [Word], tongue: Tongue) {
    for i in 0..words.len() {
        let class = match tongue {
            Tongue::English => english(words, i),
            Tongue::Romanian => romanian(words, i),
            Tongue::Polish => polish(words, i),
        };
        words[i].class = class;
    }
}

/// A word with its neighbours in the same clause.
struct View<'w> {
    words: &'w [Word],
    at: usize,
}

impl<'w> View<'w> {
    fn before(&self) -> Option<&'w Word> {
        self.at.checked_sub(1).and_then(|b| self.words.get(b)).filter(|_| !self.words[self.at].after_mark)
    }

    fn next(&self) -> Option<&'w Word> {
        self.words.get(self.at + 1).filter(|next| !next.after_mark)
    }

    fn follows(&self, test: impl Fn(Class) -> bool) -> bool {
        self.before().is_some_and(|w| test(w.class))
    }

    fn precedes(&self, test: impl Fn(Class) -> bool) -> bool {
        self.next().is_some_and(|w| test(w.class))
    }

    fn follows_word(&self, list: &[&str]) -> bool {
        self.before().is_some_and(|w| list.contains(&w.folded.as_str()))
    }

    /// Whether a noun, perhaps with adjectives, comes next.
    fn noun_comes(&self) -> bool {
        self.precedes(|c| c.is_nominal() || matches!(c, Class::Measure | Class::Comparative))
    }
}

fn english(words: &[Word], at: usize) -> Class {
    let view = View { words, at };
    let (word, class) = (words[at].folded.as_str(), words[at].class);
    match (word, class) {
        ("that", _) => that(&view),
        ("one" | "ones", _) => {
            if view.noun_comes() {
                Class::Determiner
            } else {
                Class::Filler
            }
        }
        ("there", _) => {
            let exists = view.follows(|c| c == Class::Auxiliary) || view.precedes(|c| c == Class::Auxiliary);
            if exists { Class::Filler } else { Class::Place }
        }
        // "Alfa's price", not "what's"
        ("s", _) if view.follows(Class::is_nominal) && view.noun_comes() => Class::Preposition,
        (_, Class::Possessive) if !view.noun_comes() && !view.precedes(|c| c == Class::Verb) => {
            Class::Pronoun
        }
        (_, Class::Verb | Class::Attribute) if view.follows(Class::is_nominal) && is_also_noun(word) => {
            match (is_predicate(words, at), class) {
                (true, _) => Class::Verb,
                (false, Class::Attribute) => Class::Attribute,
                (false, _) => Class::Content,
            }
        }
        // "who approves", "how to renew", "do I qualify"
        (_, Class::Content | Class::Attribute) if view.follows_word(&["who", "i", "we", "you"]) => {
            Class::Verb
        }
        (_, Class::Content)
            if view.follows_word(&["to"]) && at >= 2 && words[at - 2].class == Class::Question =>
        {
            Class::Verb
        }
        // The same letters are a noun after an article: "the order", "a claim".
        (_, Class::Verb)
            if view.follows(|c| {
                matches!(
                    c,
                    Class::Determiner
                        | Class::Preposition
                        | Class::Speaker
                        | Class::Possessive
                        | Class::Demonstrative
                )
            }) && !view.follows_word(&["to", "i", "we", "you", "us", "me"]) =>
        {
            Class::Content
        }
        _ => class,
    }
}

/// English words that are nouns as often as verbs.
fn is_also_noun(word: &str) -> bool {
    const BOTH: [&str; 34] = [
        "leave", "support", "order", "orders", "claim", "claims", "request", "requests", "return", "returns",
        "report", "reports", "charge", "charges", "book", "books", "call", "calls", "check", "checks",
        "change", "changes", "use", "work", "end", "start", "cover", "cost", "costs", "offer", "offers",
        "contact", "refund", "refunds",
    ];
    BOTH.contains(&word)
}

/// Whether such a word after a noun is the verb: "does the delivery cost", but not "does sick leave last".
fn is_predicate(words: &[Word], at: usize) -> bool {
    const HELPERS: [&str; 11] =
        ["do", "does", "did", "can", "could", "will", "would", "should", "must", "may", "might"];
    let helped = words[..at].iter().any(|w| HELPERS.contains(&w.folded.as_str()));
    let acts = |w: &Word| w.class == Class::Verb && !is_also_noun(&w.folded);
    helped && !words[..at].iter().any(acts) && !words[at + 1..].iter().any(|w| w.class == Class::Verb)
}

/// English "that": a conjunction after nouns and "know", a demonstrative before a noun, alone a pronoun.
fn that(view: &View<'_>) -> Class {
    let relative = view.follows(|c| c.is_nominal() || c == Class::Measure);
    let said = view.follows_word(&["know", "say", "says", "mean", "think", "sure", "so"]);
    if relative || said || view.precedes(|c| matches!(c, Class::Speaker | Class::Determiner)) {
        Class::Conjunction
    } else if view.noun_comes() {
        Class::Demonstrative
    } else {
        Class::Pronoun
    }
}

fn romanian(words: &[Word], at: usize) -> Class {
    let view = View { words, at };
    let (word, class) = (words[at].folded.as_str(), words[at].class);
    match (word, class) {
        // The pronoun before a verb, the article before a noun.
        ("o", _) if view.precedes(|c| matches!(c, Class::Verb | Class::Auxiliary)) => Class::Pronoun,
        ("o", _) if view.follows_word(&["cine", "cand", "unde", "cum", "nu"]) => Class::Pronoun,
        // "lui Ion" is a genitive, "pretul lui" points back.
        ("lui", _) if view.precedes(|c| matches!(c, Class::Name | Class::Number)) => Class::Preposition,
        ("lui", _) => Class::Possessive,
        ("a" | "ai", Class::Auxiliary)
            if view.precedes(Class::is_nominal) && !view.follows(|c| c == Class::Question) =>
        {
            Class::Preposition
        }
        // "cel mai mare", "o mare parte": not the degree of "cat de mare".
        (_, Class::Comparative) if !view.follows_word(&["mai", "putin"]) => {
            if view.follows_word(&["de"]) {
                Class::Degree
            } else {
                Class::Content
            }
        }
        (_, Class::Content) if view.follows(is_verb_slot) && before_verb(&view, Tongue::Romanian) => {
            Class::Verb
        }
        (_, Class::Content) if view.follows_word(&["il", "le", "ii", "li", "l"]) => Class::Verb,
        _ => class,
    }
}

fn polish(words: &[Word], at: usize) -> Class {
    let view = View { words, at };
    let (word, class) = (words[at].folded.as_str(), words[at].class);
    match (word, class) {
        ("to", _) => {
            // In "co to jest umowa" it stands for what follows.
            let defines = view.follows_word(&["co", "kto", "czym"])
                && words[at + 1..].iter().any(|w| w.class.is_nominal());
            match (defines, view.noun_comes()) {
                (true, _) => Class::Filler,
                (false, true) => Class::Demonstrative,
                (false, false) => Class::Pronoun,
            }
        }
        (_, Class::Content) if view.follows(is_verb_slot) && before_verb(&view, Tongue::Polish) => {
            Class::Verb
        }
        _ => class,
    }
}

fn is_verb_slot(class: Class) -> bool {
    matches!(class, Class::Question | Class::Auxiliary)
}

/// Whether the word before is one that a verb follows.
fn before_verb(view: &View<'_>, tongue: Tongue) -> bool {
    // "cum arata", "se depune"; "nu" and "nie" also stand before adjectives, which does no harm.
    view.follows_word(tongue.lexicon().before_verb)
}
