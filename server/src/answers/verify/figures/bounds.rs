//! Words that make a figure a least or a most: `at least 5`, `cel mult 5`, `co najmniej pięć`, `5 days or more`.

use std::ops::Range;

use super::super::tokens::Text;

/// Which side of the figure is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Bound {
    /// This much or more.
    Least,
    /// This much or less.
    Most,
}

/// Phrases before a figure, folded, longest first within a bound.
const BEFORE: &[(&str, Bound)] = &[
    ("no less than", Bound::Least),
    ("not less than", Bound::Least),
    ("no fewer than", Bound::Least),
    ("not fewer than", Bound::Least),
    ("no earlier than", Bound::Least),
    ("not earlier than", Bound::Least),
    ("at least", Bound::Least),
    ("at the least", Bound::Least),
    ("a minimum of", Bound::Least),
    ("minimum of", Bound::Least),
    ("minimum", Bound::Least),
    ("min", Bound::Least),
    ("more than", Bound::Least),
    ("greater than", Bound::Least),
    ("higher than", Bound::Least),
    ("longer than", Bound::Least),
    ("over", Bound::Least),
    ("above", Bound::Least),
    ("exceeding", Bound::Least),
    ("no more than", Bound::Most),
    ("not more than", Bound::Most),
    ("no later than", Bound::Most),
    ("not later than", Bound::Most),
    ("no longer than", Bound::Most),
    ("not exceeding", Bound::Most),
    ("not exceed", Bound::Most),
    ("at most", Bound::Most),
    ("at the most", Bound::Most),
    ("up to", Bound::Most),
    ("a maximum of", Bound::Most),
    ("maximum of", Bound::Most),
    ("maximum", Bound::Most),
    ("max", Bound::Most),
    ("less than", Bound::Most),
    ("fewer than", Bound::Most),
    ("lower than", Bound::Most),
    ("shorter than", Bound::Most),
    ("below", Bound::Most),
    ("under", Bound::Most),
    ("within", Bound::Most),
    ("nu mai putin de", Bound::Least),
    ("nu mai devreme de", Bound::Least),
    ("cel putin", Bound::Least),
    ("minim", Bound::Least),
    ("minimum", Bound::Least),
    ("mai mult de", Bound::Least),
    ("mai multi de", Bound::Least),
    ("mai multe de", Bound::Least),
    ("mai mare de", Bound::Least),
    ("mai mari de", Bound::Least),
    ("mai lung de", Bound::Least),
    ("peste", Bound::Least),
    ("depaseste", Bound::Least),
    ("nu mai mult de", Bound::Most),
    ("nu mai tarziu de", Bound::Most),
    ("nu depaseste", Bound::Most),
    ("nu depasesc", Bound::Most),
    ("cel mult", Bound::Most),
    ("pana la", Bound::Most),
    ("maxim", Bound::Most),
    ("maximum", Bound::Most),
    ("mai putin de", Bound::Most),
    ("mai putini de", Bound::Most),
    ("mai putine de", Bound::Most),
    ("mai mic de", Bound::Most),
    ("mai mici de", Bound::Most),
    ("mai mica de", Bound::Most),
    ("sub", Bound::Most),
    ("nie mniej niz", Bound::Least),
    ("nie wczesniej niz", Bound::Least),
    ("nie krocej niz", Bound::Least),
    ("co najmniej", Bound::Least),
    ("przynajmniej", Bound::Least),
    ("minimum", Bound::Least),
    ("wiecej niz", Bound::Least),
    ("wieksze niz", Bound::Least),
    ("wieksza niz", Bound::Least),
    ("wiekszy niz", Bound::Least),
    ("wyzsze niz", Bound::Least),
    ("wyzsza niz", Bound::Least),
    ("dluzej niz", Bound::Least),
    ("powyzej", Bound::Least),
    ("ponad", Bound::Least),
    ("przekracza", Bound::Least),
    ("nie wiecej niz", Bound::Most),
    ("nie pozniej niz", Bound::Most),
    ("nie dluzej niz", Bound::Most),
    ("nie przekracza", Bound::Most),
    ("nie przekraczaja", Bound::Most),
    ("co najwyzej", Bound::Most),
    ("najwyzej", Bound::Most),
    ("maksymalnie", Bound::Most),
    ("maksimum", Bound::Most),
    ("mniej niz", Bound::Most),
    ("mniejsze niz", Bound::Most),
    ("mniejsza niz", Bound::Most),
    ("mniejszy niz", Bound::Most),
    ("nizsze niz", Bound::Most),
    ("nizsza niz", Bound::Most),
    ("najpozniej po", Bound::Most),
    ("najpozniej w", Bound::Most),
    ("najpozniej", Bound::Most),
    ("krocej niz", Bound::Most),
    ("ponizej", Bound::Most),
];

/// Phrases after a figure and its unit.
const AFTER: &[(&str, Bound)] = &[
    ("or more", Bound::Least),
    ("or longer", Bound::Least),
    ("at least", Bound::Least),
    ("or less", Bound::Most),
    ("or fewer", Bound::Most),
    ("at most", Bound::Most),
    ("at the latest", Bound::Most),
    ("sau mai mult", Bound::Least),
    ("cel putin", Bound::Least),
    ("sau mai putin", Bound::Most),
    ("cel mult", Bound::Most),
    ("lub wiecej", Bound::Least),
    ("lub dluzej", Bound::Least),
    ("lub mniej", Bound::Most),
];

/// Words that make a figure a rough one.
const ROUGHLY: &[&str] = &[
    "about",
    "around",
    "approximately",
    "roughly",
    "nearly",
    "almost",
    "circa",
    "ca",
    "aproximativ",
    "aproape",
    "circa",
    "vreo",
    "cam",
    "okolo",
    "prawie",
    "niemal",
    "mniej wiecej",
    "ok",
    "w przyblizeniu",
    "some",
];

/// The bound of the figure at these tokens, and the tokens of the phrase that says so.
pub(super) fn bound(text: &Text<'_>, figure: &Range<usize>) -> Option<(Bound, Range<usize>)> {
    let mut best: Option<(Bound, Range<usize>)> = None;
    for (phrase, bound) in BEFORE {
        let words = phrase.split(' ').count();
        for gap in 0..=1 {
            // "a maximum of about 5": one little word may stand between.
            let Some(start) = figure.start.checked_sub(words + gap) else { continue };
            if gap == 1 && !text.before(figure.start).is_some_and(|t| t.is_word() && t.stem.is_none()) {
                continue;
            }
            let longer = best.as_ref().is_none_or(|(_, range)| range.len() < words);
            if longer && text.phrase(start, phrase) == Some(words) {
                best = Some((*bound, start..start + words));
            }
        }
    }
    best.or_else(|| named(text, figure)).or_else(|| {
        AFTER.iter().find_map(|(phrase, bound)| {
            text.phrase(figure.end, phrase).map(|length| (*bound, figure.end..figure.end + length))
        })
    })
}

/// A bound in the noun: `Maximum load: 450 kg`, `sarcina maximă este de 450 kg`, `minimalna kwota wynosi 100 zł`.
fn named(text: &Text<'_>, figure: &Range<usize>) -> Option<(Bound, Range<usize>)> {
    const REACH: usize = 8;
    let sentence = text.get(figure.start)?.sentence;
    let before = (figure.start.saturating_sub(REACH)..figure.start).rev();
    let near = before.take_while(|at| {
        text.get(*at).is_some_and(|t| t.sentence == sentence && !t.is_digits() && !t.is(",") && !t.is(";"))
    });
    near.into_iter().find_map(|at| {
        let word = text.get(at)?.folded.as_str();
        let bound = match () {
            () if ["maxim", "maksym"].iter().any(|s| word.starts_with(s)) => Bound::Most,
            () if word.starts_with("minim") => Bound::Least,
            () => return None,
        };
        Some((bound, at..at + 1))
    })
}

/// Whether the figure at these tokens is called a rough one.
pub(super) fn is_rough(text: &Text<'_>, figure: &Range<usize>) -> bool {
    (1..=3).any(|back| {
        figure.start.checked_sub(back).is_some_and(|at| {
            ROUGHLY.iter().any(|word| text.phrase(at, word).is_some_and(|length| length <= back))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use footnote_index::Language;

    fn of(words: &str, language: Language) -> Option<Bound> {
        let text = Text::read(words, language);
        let at = text.tokens.iter().position(super::super::super::tokens::Token::is_digits)?;
        bound(&text, &(at..at + 2)).map(|(b, _)| b)
    }

    #[test]
    fn a_negated_comparison_is_the_other_bound() {
        assert_eq!(of("more than 5 days", Language::English), Some(Bound::Least));
        assert_eq!(of("no more than 5 days", Language::English), Some(Bound::Most));
        assert_eq!(of("nie później niż 5 dni", Language::Polish), Some(Bound::Most));
        assert_eq!(of("nu mai puțin de 5 zile", Language::Romanian), Some(Bound::Least));
        assert_eq!(of("for 5 days or more", Language::English), Some(Bound::Least));
        assert_eq!(of("Maximum load: 450 kg", Language::English), Some(Bound::Most));
        assert_eq!(of("Sarcina minimă este de 5 kg", Language::Romanian), Some(Bound::Least));
        assert_eq!(of("for 5 days", Language::English), None);
    }
}
