//! Another number or name of the same quote in the place of the claim's: what an engine does that mixes two facts up.

use super::super::Pair;
use super::super::rng::Rng;
use super::super::words::{replace, words};
use super::Names;
use super::numbers::numbers;

pub(super) fn number(pair: &Pair, rng: &mut Rng) -> Option<String> {
    let of = |text: &str| {
        let mut found = numbers(text, pair.language);
        found.extend(words(text).into_iter().filter(|r| {
            let w = &text[r.clone()];
            w.len() == 4
                && w.chars().all(|c| c.is_ascii_digit())
                && (w.starts_with('1') || w.starts_with("20"))
        }));
        found
    };
    let ours = of(&pair.claim);
    let range = rng.pick(&ours)?;
    let old = &pair.claim[range.clone()];
    let digits = |w: &str| w.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_year =
        |w: &str| w.len() == 4 && digits(w).len() == 4 && (w.starts_with('1') || w.starts_with("20"));
    let others: Vec<&str> = of(&pair.quote)
        .into_iter()
        .map(|r| &pair.quote[r])
        .filter(|w| digits(w) != digits(old) && is_year(w) == is_year(old) && !pair.claim.contains(w))
        .collect();
    Some(replace(&pair.claim, range, rng.pick(&others)?))
}

pub(super) fn name(pair: &Pair, known: &Names, rng: &mut Rng) -> Option<String> {
    let ours = known.in_text(&pair.claim, pair.language);
    let range = rng.pick(&ours)?;
    let old = &pair.claim[range.clone()];
    let stem: String = old.chars().take(4).collect();
    let others: Vec<&str> = known
        .in_text(&pair.quote, pair.language)
        .into_iter()
        .map(|r| &pair.quote[r])
        .filter(|w| !w.starts_with(&stem) && !pair.claim.contains(w))
        .collect();
    Some(replace(&pair.claim, range, rng.pick(&others)?))
}
