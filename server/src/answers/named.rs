//! Whether what a question names stands near a sentence: its dates, names, codes and figures. Pure.
//!
//! "How long is the warranty of the Falcon 630?" is not answered by what is said of the Falcon 800, however alike the words are. Among
//! development questions with an answer, a date, code or model number of the question was never missing near the best sentence, a name
//! in 6 of 100, and a figure in 17 of 100; of questions without one a third of the dates and most names are missing.

use std::ops::Range;

use super::fold::fold;
use super::verify::{Evidence, Finding, Kind, Outcome, check};
use crate::wire::Hit;

/// Most that counts.
const MOST: f32 = 3.0;

/// How much of what the question names is neither in `around`, a part of the passage, nor in its title or headings, or stands there as
/// another thing's: 1 for a name or figure, 3 for a date, a code or a model number, at most 3.
pub(super) fn missing(question: &str, hit: &Hit, around: &Range<usize>) -> f32 {
    let mut context = hit.title.clone();
    for heading in &hit.source.heading_path {
        context.push('\n');
        context.push_str(heading);
    }
    let quote = hit.text.get(around.clone()).unwrap_or(&hit.text);
    let found = check(question, &Evidence { quote, context: &context, language: None }, None);
    let items: f32 = found.items.iter().map(weight).sum();
    let passage = format!(" {} {} ", words(&context), words(&hit.text));
    let models = models(question).iter().filter(|model| !passage.contains(&format!(" {model} "))).count();
    (items + MOST * models as f32).min(MOST)
}

fn weight(item: &Finding) -> f32 {
    match (item.outcome, item.kind) {
        (Outcome::Found | Outcome::Doubtful, _) | (_, Kind::Bound | Kind::Negation | Kind::Opposite) => 0.0,
        (Outcome::Missing | Outcome::Contradicted, Kind::Name | Kind::Figure) => 1.0,
        (Outcome::Missing | Outcome::Contradicted, Kind::Date | Kind::Code) => MOST,
    }
}

/// Names with a number behind them, "Falcon 800", as [`words`] writes them; years are no model numbers.
fn models(question: &str) -> Vec<String> {
    let parts: Vec<&str> =
        question.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let is_name = |word: &str| {
        word.chars().count() >= 3
            && word.chars().all(char::is_alphabetic)
            && word.starts_with(char::is_uppercase)
    };
    let is_number = |word: &str| {
        word.len() <= 4
            && word.bytes().all(|b| b.is_ascii_digit())
            && !(word.len() == 4 && ["17", "18", "19", "20"].iter().any(|century| word.starts_with(century)))
    };
    // The first word of a sentence has a capital whatever it is: "Are 25 days enough?"
    let together = |name: &str, number: &str| {
        question.match_indices(&format!("{name} {number}")).any(|(at, _)| {
            let before = question[..at].trim_end();
            !before.is_empty() && !before.ends_with(['.', '?', '!', ':', '\u{201e}', '"'])
        })
    };
    parts
        .windows(2)
        .filter_map(|pair| match pair {
            [name, number] if is_name(name) && is_number(number) && together(name, number) => {
                Some(words(&format!("{name} {number}")))
            }
            _ => None,
        })
        .collect()
}

/// Folded words with one space between them.
fn words(text: &str) -> String {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_numbers_are_names_with_numbers() {
        assert_eq!(models("How fast is the Falcon 800, or the LuncaScan 3?"), ["falcon 800", "luncascan 3"]);
        for none in
            ["What happened in May 2019?", "Are 25 days enough?", "Is it A 4?", "Who won, Bayern? 3 goals"]
        {
            assert!(models(none).is_empty(), "{none}");
        }
    }
}
