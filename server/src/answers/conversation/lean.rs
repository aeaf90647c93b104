//! Whether and how a question leans on the turns before it. Pure.

use super::How;
use super::opening::Opening;
use super::reading::Reading;
use super::words::Class;

/// Above this many words a question is taken to be complete.
const MAX_LEANING_WORDS: usize = 40;

/// What a question needs of the turns before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lean {
    /// Nothing.
    Not,
    /// It is a fragment that takes a place in the question before, or else all of that question.
    Place(How),
    /// All of the question before.
    Whole(How),
    /// What the question before speaks of.
    Topics(How),
}

/// Reads how `rest` (the question without its opening) leans.
pub(super) fn lean(opening: Opening, rest: &Reading) -> Lean {
    if rest.words.is_empty() || rest.words.len() > MAX_LEANING_WORDS {
        return Lean::Not;
    }
    match opening {
        Opening::Thanks | Opening::Shift => return Lean::Not,
        Opening::Condition => return Lean::Whole(How::Ellipsis),
        Opening::Correction if is_phrase(rest) => return Lean::Place(How::Correction),
        Opening::Correction | Opening::Elliptic | Opening::Plain => {}
    }
    let nominals = rest.nominals();
    let points_back = rest.points_back().is_some();
    if rest.is_fragment() {
        return fragment(opening, rest, points_back);
    }
    let compares = rest.has(Class::Comparative) && nominals == 0;
    let verbs = rest.has(Class::Verb) || rest.has(Class::Meta);
    if compares {
        return Lean::Topics(How::Comparison);
    }
    if nominals == 0 && !verbs && !points_back && rest.has(Class::Question) {
        return Lean::Whole(How::BareQuestion);
    }
    if points_back {
        return Lean::Topics(How::Pronoun);
    }
    if nominals == 0 {
        // "tell me more", "can I?": the question before is asked again.
        let predicate = rest.has(Class::Question) && rest.has(Class::Verb);
        return if predicate { Lean::Topics(How::DroppedSubject) } else { Lean::Whole(How::Ellipsis) };
    }
    let topics = rest.topics();
    if nominals <= 2 && !topics.is_empty() && topics.iter().all(|t| t.attribute) {
        return Lean::Topics(How::DroppedSubject);
    }
    Lean::Not
}

/// A question without verb and question word.
fn fragment(opening: Opening, rest: &Reading, points_back: bool) -> Lean {
    const SHORT: usize = 4;
    let nominals = rest.nominals();
    if rest.has(Class::Comparative) && nominals == 0 {
        return Lean::Whole(How::Comparison);
    }
    if rest.has(Class::Meta) && nominals == 0 {
        return Lean::Whole(How::Ellipsis);
    }
    if opening == Opening::Elliptic {
        return Lean::Place(How::Ellipsis);
    }
    if points_back && nominals == 0 {
        return Lean::Whole(How::Pronoun);
    }
    let leads = rest.words.first().is_some_and(|w| {
        matches!(w.class, Class::Preposition | Class::Determiner | Class::Demonstrative | Class::Conjunction)
    });
    let asks = rest.text.trim_end().ends_with('?');
    let short = rest.words.len() <= SHORT;
    // Two nouns without anything around them are a search, not a follow-up.
    let open = nominals == 0 || (leads && short) || (nominals == 1 && asks && short);
    let keywords = rest.has(Class::Attribute) && (rest.has(Class::Name) || rest.has(Class::Number));
    if open && !keywords { Lean::Place(How::Ellipsis) } else { Lean::Not }
}

/// Whether a correction only names the right thing.
fn is_phrase(rest: &Reading) -> bool {
    !rest.has(Class::Question) && !rest.has(Class::Verb)
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::Tongue;
    use super::super::opening::opening;
    use super::*;

    fn of(tongue: Tongue, text: &str) -> Lean {
        let reading = Reading::new(text, tongue);
        let (opening, at) = opening(&reading);
        lean(opening, &reading.rest(at))
    }

    #[test]
    fn questions_of_three_languages() {
        let (en, ro, pl) = (Tongue::English, Tongue::Romanian, Tongue::Polish);
        for (tongue, text, wanted) in [
            (en, "And the 800?", Lean::Place(How::Ellipsis)),
            (en, "for managers?", Lean::Place(How::Ellipsis)),
            (en, "Falcon 630 price", Lean::Not),
            (en, "Why?", Lean::Whole(How::BareQuestion)),
            (en, "Since when?", Lean::Whole(How::BareQuestion)),
            (en, "How much?", Lean::Whole(How::BareQuestion)),
            (en, "Which is cheaper?", Lean::Topics(How::Comparison)),
            (en, "And the cheapest?", Lean::Whole(How::Comparison)),
            (en, "What is the price?", Lean::Topics(How::DroppedSubject)),
            (en, "How long does it take?", Lean::Topics(How::Pronoun)),
            (en, "Tell me more.", Lean::Whole(How::Ellipsis)),
            (en, "How many vacation days do employees get?", Lean::Not),
            (en, "Is there parking?", Lean::Not),
            (en, "Thanks!", Lean::Not),
            (en, "What if I cancel early?", Lean::Whole(How::Ellipsis)),
            (ro, "Cât durează?", Lean::Topics(How::DroppedSubject)),
            (ro, "De ce?", Lean::Whole(How::BareQuestion)),
            (ro, "Cine îl aprobă?", Lean::Topics(How::Pronoun)),
            (ro, "Și cel mai ieftin?", Lean::Whole(How::Comparison)),
            (ro, "Câte zile de concediu au angajații?", Lean::Not),
            (pl, "Kiedy wygasa?", Lean::Topics(How::DroppedSubject)),
            (pl, "Od kiedy?", Lean::Whole(How::BareQuestion)),
            (pl, "A najtańszy?", Lean::Whole(How::Comparison)),
            (pl, "Kto go podpisuje?", Lean::Topics(How::Pronoun)),
            (pl, "Ile dni urlopu przysługuje pracownikom?", Lean::Not),
        ] {
            assert_eq!(of(tongue, text), wanted, "{text}");
        }
    }
}
