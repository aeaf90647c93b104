//! A question read: its words, what it speaks of, and where it points back. Pure.

use std::ops::Range;

use super::lexicon::Tongue;
use super::words::{Class, Word, words};

/// A question or an earlier turn.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// As it was written.
    pub(super) text: String,
    /// The language it is read in.
    pub(super) tongue: Tongue,
    /// Its words.
    pub(super) words: Vec<Word>,
}

/// What a question speaks of: part of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Topic {
    /// Byte range of the text.
    pub(super) span: Range<usize>,
    /// Its first and last word, the latter excluded.
    pub(super) words: Range<usize>,
    /// Only a noun that must be of something: "the price".
    pub(super) attribute: bool,
}

impl Reading {
    pub(super) fn new(text: &str, tongue: Tongue) -> Self {
        Self { text: text.to_owned(), tongue, words: words(text, tongue) }
    }

    /// The part from word `at` on, as a question of its own.
    pub(super) fn rest(&self, at: usize) -> Self {
        let start = self.words.get(at).map_or(self.text.len(), |w| w.span.start);
        let mut words: Vec<Word> = self.words[at.min(self.words.len())..].to_vec();
        for word in &mut words {
            word.span = word.span.start - start..word.span.end - start;
        }
        if let Some(first) = words.first_mut() {
            first.after_mark = false;
        }
        Self { text: self.text[start..].trim_end().to_owned(), tongue: self.tongue, words }
    }

    /// Whether it has a word of this kind.
    pub(super) fn has(&self, class: Class) -> bool {
        self.words.iter().any(|w| w.class == class)
    }

    /// How many words it has that could name a topic.
    pub(super) fn nominals(&self) -> usize {
        self.words.iter().filter(|w| w.class.is_nominal()).count()
    }

    /// Whether it says nothing of something: no verb and no question word.
    pub(super) fn is_fragment(&self) -> bool {
        !self.words.iter().any(|w| matches!(w.class, Class::Question | Class::Auxiliary | Class::Verb))
    }

    /// The text of a topic.
    pub(super) fn text_of(&self, topic: &Topic) -> &str {
        &self.text[topic.span.clone()]
    }

    /// What it speaks of, in order: runs of nouns with the prepositions that join them, without times and bare amounts.
    pub(super) fn topics(&self) -> Vec<Topic> {
        let mut topics = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            if !self.words[at].class.is_nominal() {
                at += 1;
                continue;
            }
            let end = self.run_end(at);
            topics.extend(self.topic(at..end));
            at = end;
        }
        topics
    }

    /// Where the run of nouns from `start` on ends.
    fn run_end(&self, start: usize) -> usize {
        let mut end = start + 1;
        let mut at = end;
        while let Some(word) = self.words.get(at).filter(|w| !w.after_mark) {
            if word.class.is_nominal() {
                end = at + 1;
            } else if !joins(word.class) {
                break;
            }
            at += 1;
        }
        end
    }

    fn topic(&self, mut run: Range<usize>) -> Option<Topic> {
        let class = |at: usize| self.words[at].class;
        // "the price of the plan" speaks of the plan.
        let lead = run.clone().take_while(|&at| class(at) == Class::Attribute || joins(class(at))).count();
        // English says it with a preposition, Romanian and Polish with a case.
        let linked = self.tongue != Tongue::English
            || (run.start..run.start + lead).any(|at| class(at) == Class::Preposition);
        let stripped = linked && run.start + lead < run.end && class(run.start) == Class::Attribute;
        let named = |at: usize| {
            !matches!(class(at), Class::Month | Class::Weekday | Class::Number | Class::Measure)
                && class(at).is_nominal()
        };
        if stripped && (run.start + lead..run.end).any(named) {
            run.start += lead;
        }
        let code = |at: usize| {
            class(at) == Class::Number && self.words[at].folded.chars().any(|c| c.is_ascii_alphabetic())
        };
        if !run.clone().any(|at| named(at) || code(at)) {
            return None;
        }
        let attribute = run
            .clone()
            .all(|at| !class(at).is_nominal() || matches!(class(at), Class::Attribute | Class::Classifier));
        // "the" belongs to the name of a thing in English; "a" does not.
        let first = run
            .start
            .checked_sub(1)
            .filter(|&b| self.words[b].folded == "the" && !self.words[run.start].after_mark);
        let start = self.words[first.unwrap_or(run.start)].span.start;
        let span = start..self.words[run.end - 1].span.end;
        Some(Topic { span, words: run, attribute })
    }

    /// The place of the first word that stands for something said before this question.
    pub(super) fn points_back(&self) -> Option<usize> {
        (0..self.words.len()).find(|&at| match self.words[at].class {
            Class::Pronoun | Class::Several | Class::Place => !self.is_inner(at) && !self.is_expletive(at),
            Class::Possessive => !self.has_owner(at),
            Class::Demonstrative => self.demonstrates(at),
            _ => false,
        })
    }

    /// Whether a noun of an earlier clause of the same question is what the pronoun stands for.
    fn is_inner(&self, at: usize) -> bool {
        let Some(noun) = self.words[..at].iter().position(|w| w.class.is_nominal()) else { return false };
        (noun + 1..=at).any(|k| {
            let word = &self.words[k];
            word.after_mark || matches!(word.class, Class::Conjunction | Class::Question)
        })
    }

    /// Whether the possessive has an owner in the question; in Romanian the noun before it is what is owned.
    fn has_owner(&self, at: usize) -> bool {
        let before = match self.tongue {
            Tongue::Romanian => at.saturating_sub(1),
            Tongue::English | Tongue::Polish => at,
        };
        self.words[..before].iter().any(|w| w.class.is_nominal())
    }

    /// Whether a demonstrative points to a turn before: not "this year", not a noun that the question has already.
    fn demonstrates(&self, at: usize) -> bool {
        let is_measure = |w: &Word| matches!(w.class, Class::Measure | Class::Month | Class::Weekday);
        let next = self.words.get(at + 1).filter(|w| !w.after_mark);
        let before = at.checked_sub(1).and_then(|b| self.words.get(b));
        if next.is_some_and(is_measure) || (next.is_none() && before.is_some_and(is_measure)) {
            return false;
        }
        match next.filter(|w| w.class.is_nominal()) {
            Some(noun) => !self.words[..at].iter().any(|w| same_stem(&w.folded, &noun.folded)),
            None => !self.is_inner(at),
        }
    }

    /// English "it" that stands for nothing: "how long does it take to get a refund".
    fn is_expletive(&self, at: usize) -> bool {
        const NEAR: usize = 4;
        if self.tongue != Tongue::English || self.words[at].folded != "it" {
            return false;
        }
        let to = (at + 1..self.words.len().min(at + 1 + NEAR)).find(|&k| self.words[k].folded == "to");
        to.is_some_and(|to| {
            let verb = self.words.get(to + 1);
            let acts = verb.is_some_and(|w| matches!(w.class, Class::Verb | Class::Content));
            let object = self.words[to + 1..].iter().filter(|w| w.class.is_nominal()).count();
            acts && object > usize::from(verb.is_some_and(|w| w.class == Class::Content))
        }) || self.words.get(at + 1).is_some_and(|w| w.folded == "possible") && self.nominals() > 0
    }
}

/// Whether the word may stand inside a run of nouns.
fn joins(class: Class) -> bool {
    matches!(
        class,
        Class::Preposition | Class::Determiner | Class::Speaker | Class::Measure | Class::Comparative
    )
}

/// Whether two folded words are forms of one: they share their beginning.
pub(super) fn same_stem(a: &str, b: &str) -> bool {
    const SHORTEST: usize = 4;
    if a == b {
        return true;
    }
    let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let longest = a.chars().count().max(b.chars().count());
    common >= SHORTEST && longest - common <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(tongue: Tongue, text: &str) -> Vec<String> {
        let reading = Reading::new(text, tongue);
        reading.topics().iter().map(|t| reading.text_of(t).to_owned()).collect()
    }

    #[test]
    fn topics_are_runs_of_nouns_without_the_predicate() {
        for (tongue, text, wanted) in [
            (Tongue::English, "What does the Falcon 630 cost?", &["the Falcon 630"][..]),
            (Tongue::English, "What is the price of the basic plan?", &["the basic plan"]),
            (
                Tongue::English,
                "What is the notice period for employees in Poland?",
                &["the notice period for employees in Poland"],
            ),
            (Tongue::English, "How many days of parental leave do we get in 2024?", &["parental leave"]),
            (Tongue::English, "What is the deadline?", &["the deadline"]),
            (
                Tongue::Romanian,
                "Câte zile de concediu medical plătește angajatorul?",
                &["concediu medical", "angajatorul"],
            ),
            (Tongue::Romanian, "Care este prețul abonamentului premium?", &["abonamentului premium"]),
            (Tongue::Polish, "Ile kosztuje abonament premium?", &["abonament premium"]),
            (Tongue::Polish, "Jaka jest cena Falcona 630?", &["Falcona 630"]),
        ] {
            assert_eq!(topics(tongue, text), wanted, "{text}");
        }
    }

    #[test]
    fn pronouns_point_back_unless_the_question_has_what_they_stand_for() {
        for (tongue, text, points) in [
            (Tongue::English, "How long does it take?", true),
            (Tongue::English, "How long does it take to get a refund?", false),
            (Tongue::English, "What does the Falcon 630 cost and does it have Bluetooth?", false),
            (Tongue::English, "Does the warranty cover it?", true),
            (Tongue::English, "Is there parking?", false),
            (Tongue::English, "Can I park there?", true),
            (Tongue::English, "When does the company publish its report?", false),
            (Tongue::English, "What is its range?", true),
            (Tongue::English, "How many days are left this year?", false),
            (Tongue::English, "Where is the form that I must submit?", false),
            (Tongue::Romanian, "Cine îl aprobă?", true),
            (Tongue::Romanian, "Cine aprobă o cerere de concediu?", false),
            (Tongue::Romanian, "Care este prețul lui?", true),
            (Tongue::Romanian, "Care este prețul lui Falcon?", false),
            (Tongue::Romanian, "Câte zile libere sunt anul acesta?", false),
            (Tongue::Polish, "Kto go zatwierdza?", true),
            (Tongue::Polish, "Co to jest umowa zlecenie?", false),
            (Tongue::Polish, "Co to znaczy?", true),
            (Tongue::Polish, "Ile dni urlopu jest w tym roku?", false),
        ] {
            assert_eq!(Reading::new(text, tongue).points_back().is_some(), points, "{text}");
        }
    }
}
