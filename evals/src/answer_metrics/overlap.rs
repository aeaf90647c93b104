use std::collections::HashMap;

use super::normalise::{Normalisation, Normalised};

/// True when the answer is a gold answer, both normalised: the `exact` of SQuAD's script.
///
/// As in SQuAD 2.0, a question without gold answers (or with none that is more than punctuation) has the empty answer as
/// its only right one.
#[must_use]
pub fn exact_match(answer: &str, gold_answers: &[String], normalisation: Normalisation) -> bool {
    let answer = normalisation.apply(answer);
    gold(gold_answers, normalisation).any(|gold| gold.as_str() == answer.as_str())
}

/// The harmonic mean of precision and recall of the answer's words among those of the gold answer that it fits best, each
/// word as often as it occurs: the `f1` of SQuAD's script. With a text that has no words it is 1 when neither has any, as
/// in SQuAD 2.0, otherwise 0.
#[must_use]
pub fn token_f1(answer: &str, gold_answers: &[String], normalisation: Normalisation) -> f64 {
    let answer = normalisation.apply(answer);
    gold(gold_answers, normalisation).map(|gold| f1(&answer, &gold)).fold(0.0, f64::max)
}

/// The gold answers that are more than punctuation; the empty one when there are none.
fn gold(answers: &[String], normalisation: Normalisation) -> impl Iterator<Item = Normalised> {
    let mut gold: Vec<Normalised> = answers.iter().map(|answer| normalisation.apply(answer)).collect();
    gold.retain(|answer| !answer.as_str().is_empty());
    if gold.is_empty() {
        gold.push(normalisation.apply(""));
    }
    gold.into_iter()
}

fn f1(answer: &Normalised, gold: &Normalised) -> f64 {
    let (answered, wanted) = (answer.tokens().count(), gold.tokens().count());
    if answered == 0 || wanted == 0 {
        return if answered == wanted { 1.0 } else { 0.0 };
    }
    let mut left: HashMap<&str, usize> = HashMap::new();
    gold.tokens().for_each(|token| *left.entry(token).or_default() += 1);
    let mut common = 0;
    for token in answer.tokens() {
        if let Some(count) = left.get_mut(token).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    2.0 * f64::from(common) / (answered + wanted) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(answer: &str, gold: &[&str]) -> (bool, f64) {
        let gold: Vec<String> = gold.iter().map(|&answer| answer.to_owned()).collect();
        let squad = Normalisation::Squad;
        (exact_match(answer, &gold, squad), token_f1(answer, &gold, squad))
    }

    #[test]
    fn words_count_as_often_as_they_occur() {
        assert_eq!(both("the Cat!", &["a cat"]), (true, 1.0));
        assert_eq!(both("ha ha ha ha", &["ha ha"]), (false, 2.0 / 3.0));
        assert_eq!(both("big red fox", &["dog", "red fox"]), (false, 0.8));
        assert_eq!(both("dog", &["cat"]), (false, 0.0));
    }

    #[test]
    fn no_answer_is_right_only_where_there_is_none() {
        assert_eq!(both("", &[]), (true, 1.0));
        assert_eq!(both("", &["the", "..."]), (true, 1.0));
        assert_eq!(both("something", &[]), (false, 0.0));
        assert_eq!(both("", &["Rome"]), (false, 0.0));
    }
}
