//! How a question opens: thanks, another topic, a correction, "and". Pure.

use super::lexicon::Lexicon;
use super::reading::Reading;
use super::words::{Class, Word};

/// The opening of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// Nothing but thanks, a greeting, a yes.
    Thanks,
    /// The user says that another topic follows.
    Shift,
    /// The user takes something back.
    Correction,
    /// "And ...", "What about ..."
    Elliptic,
    /// "What if ..."
    Condition,
    /// None of these.
    Plain,
}

/// Reads the opening; also the place of the first word after it.
pub(super) fn opening(reading: &Reading) -> (Opening, usize) {
    let lexicon = reading.tongue.lexicon();
    let words = &reading.words;
    let mut at = 0;
    while let Some(after) = longest(words, at, lexicon.thanks) {
        let closed = words.get(after).is_none_or(|w| w.after_mark)
            || longest(words, after, lexicon.openings).is_some();
        if !closed {
            break;
        }
        at = after;
    }
    if at == words.len() {
        return (Opening::Thanks, at);
    }
    if let Some(after) = longest(words, at, lexicon.shifts) {
        return (Opening::Shift, after);
    }
    for (list, opening) in [(lexicon.corrections, Opening::Correction), (lexicon.openings, Opening::Elliptic)]
    {
        if let Some(after) = longest(words, at, list).filter(|&after| after < words.len()) {
            // "And by the way, ..."
            if let Some(shifted) = longest(words, after, lexicon.shifts) {
                return (Opening::Shift, shifted);
            }
            let conditional = opening == Opening::Elliptic && is_condition(lexicon, &words[at..=after]);
            return (if conditional { Opening::Condition } else { opening }, after);
        }
    }
    let negated = words.get(at).is_some_and(|w| lexicon.instead.0.contains(&w.folded.as_str()));
    let contrasts = negated && words[at..].iter().any(|w| lexicon.instead.1.contains(&w.folded.as_str()));
    (if contrasts { Opening::Correction } else { Opening::Plain }, at)
}

/// Whether the opening or the word after it is "if".
fn is_condition(lexicon: &Lexicon, words: &[Word]) -> bool {
    const IF: [&str; 6] = ["if", "daca", "jesli", "jezeli", "gdy", "gdyby"];
    words.iter().any(|w| {
        w.class == Class::Conjunction
            && IF.contains(&w.folded.as_str())
            && lexicon.conjunction.contains(&w.folded.as_str())
    })
}

/// The end of the longest phrase of the list that stands at `at`.
fn longest(words: &[Word], at: usize, phrases: &[&str]) -> Option<usize> {
    phrases.iter().filter_map(|phrase| matched(words, at, phrase)).max()
}

fn matched(words: &[Word], at: usize, phrase: &str) -> Option<usize> {
    let mut end = at;
    for part in phrase.split([' ', '-']) {
        words.get(end).filter(|w| w.folded == part)?;
        end += 1;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::Tongue;
    use super::*;

    #[test]
    fn openings_of_three_languages() {
        let (en, ro, pl) = (Tongue::English, Tongue::Romanian, Tongue::Polish);
        for (tongue, text, wanted, rest) in [
            (en, "Thanks!", Opening::Thanks, ""),
            (en, "Ok, thank you very much.", Opening::Thanks, ""),
            (en, "Thanks! And the 800?", Opening::Elliptic, "the 800?"),
            (en, "By the way, when is lunch?", Opening::Shift, "when is lunch?"),
            (en, "No, I meant the 800.", Opening::Correction, "the 800."),
            (en, "What about Friday?", Opening::Elliptic, "Friday?"),
            (en, "What if I cancel?", Opening::Condition, "I cancel?"),
            (en, "Not Kraków but Warsaw.", Opening::Correction, "Not Kraków but Warsaw."),
            (en, "What does it cost?", Opening::Plain, "What does it cost?"),
            (en, "And", Opening::Plain, "And"),
            (ro, "Mulțumesc. Dar pentru manageri?", Opening::Elliptic, "pentru manageri?"),
            (ro, "Altceva: unde e sala?", Opening::Shift, "unde e sala?"),
            (ro, "Nu, mă refeream la Cluj.", Opening::Correction, "Cluj."),
            (pl, "Z innej beczki: gdzie jest parking?", Opening::Shift, "gdzie jest parking?"),
            (pl, "A w Krakowie?", Opening::Elliptic, "w Krakowie?"),
            (pl, "Nie, chodziło mi o model 800.", Opening::Correction, "model 800."),
            (pl, "Dziękuję!", Opening::Thanks, ""),
        ] {
            let reading = Reading::new(text, tongue);
            let (opening, at) = opening(&reading);
            assert_eq!((opening, reading.rest(at).text.as_str()), (wanted, rest), "{text}");
        }
    }
}
