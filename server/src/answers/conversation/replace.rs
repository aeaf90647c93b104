//! The earlier question with a fragment put in the place it takes: "What does the Falcon 630 cost?" and "And the 800?"
//! make "What does the Falcon 800 cost?". Pure.
//!
//! Only where one place can be meant; otherwise the caller joins the two.

use std::ops::Range;

use super::fragment::{Fragment, Kind, is_year};
use super::lexicon::Tongue;
use super::reading::{Reading, same_stem};
use super::words::{Class, Word};

/// `previous` with the fragment in its place; `None` when no single place is meant.
pub(super) fn replaced(previous: &Reading, fragment: &Reading) -> Option<String> {
    if previous.tongue != fragment.tongue || previous.is_fragment() {
        return None;
    }
    let fragment = Fragment::of(fragment)?;
    let place = match fragment.kind {
        Kind::Number | Kind::Year => number(previous, &fragment),
        Kind::Month => one(previous, |w| w.class == Class::Month),
        Kind::Weekday => one(previous, |w| w.class == Class::Weekday),
        Kind::Name | Kind::Common | Kind::Attribute => None,
    };
    if let Some(place) = place {
        let with = figure_text(&fragment)?;
        return Some(spliced(&previous.text, place, with));
    }
    if let Some(preposition) = fragment.preposition {
        return after_preposition(previous, &fragment, preposition);
    }
    let (place, with) = match fragment.kind {
        Kind::Name => name(previous, &fragment)?,
        Kind::Attribute => (one(previous, |w| w.class == Class::Attribute)?, fragment.core_text()),
        Kind::Common => shared_head(previous, &fragment).or_else(|| only_topic(previous, &fragment))?,
        Kind::Number | Kind::Year | Kind::Month | Kind::Weekday => return None,
    };
    Some(spliced(&previous.text, place, with))
}

/// `previous` with what was named wrongly replaced: "not Kraków but Warsaw", "Warsaw, not Kraków".
pub(super) fn corrected(previous: &Reading, correction: &Reading) -> Option<String> {
    let (not, but) = correction.tongue.lexicon().instead;
    let words = &correction.words;
    let is = |list: &[&str], w: &Word| list.contains(&w.folded.as_str());
    let negation = words.iter().position(|w| is(not, w))?;
    let (wrong, right) = match words.iter().skip(negation).position(|w| is(but, w)) {
        Some(at) => (negation + 1..negation + at, negation + at + 1..words.len()),
        None if negation > 0 => (negation + 1..words.len(), 0..negation),
        None => return None,
    };
    let nominal = |range: Range<usize>| -> Option<Range<usize>> {
        let first = words.get(range.clone())?.iter().position(|w| w.class.is_nominal())?;
        let last = words.get(range.clone())?.iter().rposition(|w| w.class.is_nominal())?;
        Some(range.start + first..range.start + last + 1)
    };
    let (wrong, right) = (nominal(wrong)?, nominal(right)?);
    let wrong = &words[wrong];
    let at = previous
        .words
        .windows(wrong.len())
        .position(|window| window.iter().zip(wrong).all(|(a, b)| same_stem(&a.folded, &b.folded)))?;
    let place = previous.words[at].span.start..previous.words[at + wrong.len() - 1].span.end;
    let with = &correction.text[words[right.start].span.start..words[right.end - 1].span.end];
    Some(spliced(&previous.text, place, with))
}

fn spliced(text: &str, place: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..place.start], &text[place.end..])
}

/// The place of the only word that passes.
fn one(previous: &Reading, test: impl Fn(&Word) -> bool) -> Option<Range<usize>> {
    let mut found = previous.words.iter().filter(|w| test(w));
    found.next().filter(|_| found.next().is_none()).map(|w| w.span.clone())
}

/// The only number of the same shape: a year for a year, an amount of days for an amount of days.
fn number(previous: &Reading, fragment: &Fragment<'_>) -> Option<Range<usize>> {
    let measured = |words: &[Word], at: usize| {
        words.get(at + 1).is_some_and(|w| w.class == Class::Measure && !w.after_mark)
    };
    let core = fragment.core_words();
    let at = core.iter().position(|w| w.class == Class::Number)?;
    let shape = |words: &[Word], at: usize| {
        let letters = words[at].folded.chars().any(char::is_alphabetic);
        (is_year(&words[at]), letters, measured(words, at))
    };
    let wanted = shape(core, at);
    let mut places = (0..previous.words.len())
        .filter(|&p| previous.words[p].class == Class::Number && shape(&previous.words, p) == wanted);
    places.next().filter(|_| places.next().is_none()).map(|p| previous.words[p].span.clone())
}

/// The number, month or day of a fragment, without a kind such as "model" before it.
fn figure_text<'r>(fragment: &Fragment<'r>) -> Option<&'r str> {
    let figure = fragment
        .core_words()
        .iter()
        .find(|w| matches!(w.class, Class::Number | Class::Month | Class::Weekday))?;
    Some(&fragment.reading.text[figure.span.clone()])
}

/// Takes the place of the phrase with the same preposition, or is added when there is none.
fn after_preposition(previous: &Reading, fragment: &Fragment<'_>, preposition: &str) -> Option<String> {
    let phrases: Vec<Range<usize>> = (0..previous.words.len())
        .filter(|&at| {
            previous.words[at].folded == preposition && previous.words[at].class == Class::Preposition
        })
        .filter_map(|at| phrase(previous, at))
        .filter(|phrase| {
            let kind = Kind::of(&previous.words[phrase.start + 1..phrase.end]);
            kind.is_some_and(|kind| kind.is_figure() == fragment.kind.is_figure())
        })
        .collect();
    match phrases.as_slice() {
        [only] => {
            let place = previous.words[only.start].span.start..previous.words[only.end - 1].span.end;
            Some(spliced(&previous.text, place, fragment.text()))
        }
        [] if is_topical(preposition) && fragment.kind == Kind::Name => {
            let (place, with) = name(previous, fragment)?;
            Some(spliced(&previous.text, place, with))
        }
        [] => added(previous, fragment.text()),
        _ => None,
    }
}

/// Prepositions that only tie a name to the question: the name takes another's place whatever stood before that.
fn is_topical(preposition: &str) -> bool {
    matches!(
        preposition,
        "of" | "for" | "with" | "about" | "pentru" | "cu" | "despre" | "de" | "dla" | "z" | "u" | "o"
    )
}

/// The words from the preposition at `at` to the end of its nouns.
fn phrase(reading: &Reading, at: usize) -> Option<Range<usize>> {
    let inside = |w: &&Word| {
        !w.after_mark
            && (w.class.is_nominal()
                || matches!(
                    w.class,
                    Class::Determiner
                        | Class::Measure
                        | Class::Comparative
                        | Class::Speaker
                        | Class::Demonstrative
                ))
    };
    let length = reading.words[at + 1..].iter().take_while(inside).count();
    let end = at + 1 + length;
    let last =
        reading.words[at + 1..end].iter().rposition(|w| w.class.is_nominal() || w.class == Class::Measure)?;
    Some(at..at + 2 + last)
}

/// `previous` with a phrase before its closing mark.
fn added(previous: &Reading, phrase: &str) -> Option<String> {
    let text = previous.text.trim_end();
    let body = text.trim_end_matches(['?', '.', '!', ' ']);
    let closed = body.ends_with(|c: char| c.is_alphanumeric());
    (closed && !body.contains(['(', '?'])).then(|| format!("{body} {phrase}{}", &text[body.len()..]))
}

/// The only name, or the only one that shares a word with the fragment.
fn name<'r>(previous: &Reading, fragment: &Fragment<'r>) -> Option<(Range<usize>, &'r str)> {
    let core = fragment.core_words();
    let is_part = |w: &Word| matches!(w.class, Class::Name | Class::Number);
    let runs = runs(previous, is_part);
    let named: Vec<&Range<usize>> = runs
        .iter()
        .filter(|run| previous.words[(*run).clone()].iter().any(|w| w.class == Class::Name))
        .collect();
    let shares = |run: &&&Range<usize>| {
        previous.words[(**run).clone()]
            .iter()
            .any(|w| core.iter().any(|c| is_part(c) && c.folded == w.folded))
    };
    let run = match named.as_slice() {
        [only] => (*only).clone(),
        several => {
            let mut sharing = several.iter().filter(shares);
            (**sharing.next().filter(|_| sharing.next().is_none())?).clone()
        }
    };
    // "the Warsaw office" for "the Kraków office": the noun is there already.
    let first = core.iter().position(is_part)?;
    let last = core.iter().rposition(is_part)?;
    let around = [run.start.checked_sub(1), Some(run.end)];
    let known = |w: &Word| {
        w.class == Class::Classifier
            || around
                .iter()
                .flatten()
                .filter_map(|&at| previous.words.get(at))
                .any(|p| same_stem(&p.folded, &w.folded))
    };
    let others = core.iter().enumerate().filter(|(at, _)| *at < first || *at > last);
    if !others.map(|(_, w)| w).all(known) {
        return None;
    }
    let text = &fragment.reading.text[core[first].span.start..core[last].span.end];
    Some((span(previous, &run), text))
}

/// "the premium plan" takes the place of "the basic plan": both are plans.
fn shared_head<'r>(previous: &Reading, fragment: &Fragment<'r>) -> Option<(Range<usize>, &'r str)> {
    let core = fragment.core_words();
    let is_shared = |w: &Word| core.iter().any(|c| c.class.is_nominal() && same_stem(&c.folded, &w.folded));
    let mut runs = runs(previous, |w| w.class.is_nominal())
        .into_iter()
        .filter(|run| previous.words[run.clone()].iter().any(is_shared));
    let run = runs.next().filter(|_| runs.next().is_none())?;
    let differs = core.iter().any(|c| !previous.words.iter().any(|w| same_stem(&c.folded, &w.folded)));
    if !differs {
        return None;
    }
    // What follows the head in English is no part of it.
    let head = run.start + previous.words[run.clone()].iter().rposition(is_shared)?;
    let end = if previous.tongue == Tongue::English { head + 1 } else { run.end };
    Some((span(previous, &(run.start..end)), fragment.core_text()))
}

/// The only thing the question speaks of, when it is as plain as the fragment.
fn only_topic<'r>(previous: &Reading, fragment: &Fragment<'r>) -> Option<(Range<usize>, &'r str)> {
    const LONGEST: usize = 4;
    let topics = previous.topics();
    let [topic] = topics.as_slice() else { return None };
    let words = &previous.words[topic.words.clone()];
    let plain = Kind::of(words) == Some(Kind::Common) && words.iter().all(|w| w.class.is_nominal());
    let whole = previous.words.iter().filter(|w| w.class.is_nominal()).count() == words.len();
    let article = previous.words[..topic.words.start].last().is_some_and(|w| w.class == Class::Determiner);
    if !plain || !whole || fragment.core.len() > LONGEST {
        return None;
    }
    let with = if article && topic.span.start == words[0].span.start {
        fragment.core_text()
    } else {
        fragment.text()
    };
    Some((topic.span.clone(), with))
}

/// Runs of neighbouring words that pass.
fn runs(reading: &Reading, test: impl Fn(&Word) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, word) in reading.words.iter().enumerate().filter(|(_, w)| test(w)) {
        match runs.last_mut().filter(|run| run.end == at && !word.after_mark) {
            Some(run) => run.end = at + 1,
            None => runs.push(at..at + 1),
        }
    }
    runs
}

fn span(reading: &Reading, words: &Range<usize>) -> Range<usize> {
    reading.words[words.start].span.start..reading.words[words.end - 1].span.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tongue: Tongue, previous: &str, fragment: &str, wanted: Option<&str>) {
        let found = replaced(&Reading::new(previous, tongue), &Reading::new(fragment, tongue));
        assert_eq!(found.as_deref(), wanted, "{previous} / {fragment}");
    }

    #[test]
    fn english_fragments_take_their_place() {
        let en = Tongue::English;
        let cost = "What does the Falcon 630 cost?";
        check(en, cost, "the 800?", Some("What does the Falcon 800 cost?"));
        check(en, cost, "the Eagle 5?", Some("What does the Eagle 5 cost?"));
        check(en, cost, "the delivery?", None);
        check(en, "Who is the CEO of Alfa?", "of Beta?", Some("Who is the CEO of Beta?"));
        check(
            en,
            "How many people work in Poland?",
            "in 2023?",
            Some("How many people work in Poland in 2023?"),
        );
        check(en, "What was the profit in 2022?", "for 2023?", Some("What was the profit in 2023?"));
        check(
            en,
            "What is the notice period for employees in Poland?",
            "for managers?",
            Some("What is the notice period for managers in Poland?"),
        );
        check(
            en,
            "What is the price of the basic plan?",
            "the premium plan?",
            Some("What is the price of the premium plan?"),
        );
        check(
            en,
            "What does the delivery cost?",
            "the installation?",
            Some("What does the installation cost?"),
        );
        check(
            en,
            "What is the price of the Falcon 630?",
            "the warranty?",
            Some("What is the warranty of the Falcon 630?"),
        );
        check(en, "Are you open on Monday?", "on Sunday?", Some("Are you open on Sunday?"));
        check(
            en,
            "Can I return it within 30 days?",
            "after 60 days?",
            Some("Can I return it within 60 days?"),
        );
    }

    #[test]
    fn romanian_and_polish_fragments_take_their_place() {
        let (ro, pl) = (Tongue::Romanian, Tongue::Polish);
        check(ro, "Cât costă Falcon 630?", "800?", Some("Cât costă Falcon 800?"));
        check(
            ro,
            "Care este preavizul pentru angajați?",
            "pentru manageri?",
            Some("Care este preavizul pentru manageri?"),
        );
        check(ro, "Cine este directorul Alfa SRL?", "al Beta SRL?", Some("Cine este directorul Beta SRL?"));
        check(ro, "Cât costă livrarea?", "montajul?", Some("Cât costă montajul?"));
        check(
            pl,
            "Ile kosztuje parking w Warszawie?",
            "w Krakowie?",
            Some("Ile kosztuje parking w Krakowie?"),
        );
        check(pl, "Jaka jest cena modelu 630?", "modelu 800?", Some("Jaka jest cena modelu 800?"));
        check(pl, "Ile kosztuje dostawa?", "montaż?", Some("Ile kosztuje montaż?"));
        check(
            pl,
            "Ile kosztuje abonament roczny?",
            "abonament miesięczny?",
            Some("Ile kosztuje abonament miesięczny?"),
        );
    }

    #[test]
    fn corrections_replace_what_was_wrong() {
        let reading = |text| Reading::new(text, Tongue::English);
        let previous = reading("Where is the Kraków office?");
        for correction in ["Not Kraków but Warsaw.", "Warsaw, not Kraków."] {
            let found = corrected(&previous, &reading(correction));
            assert_eq!(found.as_deref(), Some("Where is the Warsaw office?"), "{correction}");
        }
        assert_eq!(corrected(&previous, &reading("Not Berlin but Warsaw.")), None);
        assert_eq!(corrected(&previous, &reading("not")), None);
    }
}
