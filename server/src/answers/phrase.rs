//! The part of a sentence that answers the question, when it can be told. Pure.

use std::ops::Range;

use super::verify::{Evidence, Kind, Outcome, check};
use super::wanted::Wanted;

/// The one figure, date or name of `sentence` that the question asks for and does not hold itself: bytes of `sentence`. `None` when the
/// question asks for none of these, or several could be meant.
pub(super) fn phrase(question: &str, sentence: &str) -> Option<Range<usize>> {
    let kinds: &[Kind] = match Wanted::of(question) {
        Wanted::Money => &[Kind::Figure],
        Wanted::Number => &[Kind::Figure, Kind::Date],
        Wanted::Name => &[Kind::Name],
        Wanted::Anything => return None,
    };
    let found = check(sentence, &Evidence::from(question), None);
    let news = |outcome| matches!(outcome, Outcome::Missing | Outcome::Contradicted);
    let mut items = found.items.iter().filter(|item| kinds.contains(&item.kind) && news(item.outcome));
    let only = items.next()?;
    items.next().is_none().then(|| only.claim.clone())
}

#[cfg(test)]
mod tests {
    use super::phrase;

    #[test]
    fn the_only_new_item_of_the_kind_is_the_phrase() {
        for (question, sentence, expected) in [
            (
                "How long is the warranty of the Falcon 630?",
                "The warranty of the Falcon 630 lasts seven years.",
                Some("seven years"),
            ),
            ("When was the depot opened?", "The depot was opened on 4 May 2019.", Some("4 May 2019")),
            ("Who signs the contract?", "The contract is signed by Maria Ionescu.", Some("Maria Ionescu")),
            ("Ile kosztuje kefir?", "Kefir kosztuje 3,45 zł za sztukę.", Some("3,45 zł")),
            ("What does a pass cost?", "A pass costs 40 EUR, or 55 EUR with skis.", None),
            ("Why is the lift slow?", "The lift moves at 1 m/s.", None),
            ("How many people work in 12 depots?", "The 12 depots are in the north.", None),
        ] {
            let found = phrase(question, sentence).map(|span| &sentence[span]);
            assert_eq!(found, expected, "{question} {sentence}");
        }
    }
}
