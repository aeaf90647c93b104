//! Finds where a font keeps its runs of letters and digits.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::letters::Letters;
use super::{MIN_FIT, Reading};

/// The second best place of the small letters has at most this share of the evidence of the best, for capitals and digits too.
const MAX_RIVAL: f32 = 0.5;
/// No letter makes up more than this share of a language's letters; the space among them would.
const MAX_LETTER: f32 = 0.25;
/// Fewest words of which both the capitalised and the small form occur, for the place of the capitals to be believed.
const MIN_PAIRS: usize = 8;
/// Fewest numbers that may be years, for the place of the digits to be believed.
const MIN_YEARS: usize = 8;
/// Places tried for the digits.
const MAX_PLACES: usize = 256;
/// A full stop or comma occurs at least this often.
const MIN_STOPS: u32 = 10;

/// The reading by runs: a to z by letter frequencies, A to Z by words that occur with a small letter too, 0 to 9 by years, the
/// space by its share, full stop and comma by what follows. Without the capitals there is none.
pub(super) fn read(words: &[Vec<u16>], counts: &HashMap<u16, u32>) -> Option<Reading> {
    let small = small_letters(counts)?;
    let space = space(counts, small);
    let words: Vec<&[u16]> =
        words.iter().flat_map(|word| word.split(|&n| Some(n) == space)).filter(|w| !w.is_empty()).collect();
    let capital = capitals(&words, small)?;
    let digit = digits(&words, &[small, capital]);
    let run = |first: u16, letter: char, length: u16| {
        (0..length).filter_map(move |i| {
            Some((first.checked_add(i)?, char::from_u32(u32::from(letter) + u32::from(i))?))
        })
    };
    let mut map: HashMap<u16, char> = run(small, 'a', 26).chain(run(capital, 'A', 26)).collect();
    map.extend(digit.into_iter().flat_map(|first| run(first, '0', 10)));
    map.extend(space.map(|n| (n, ' ')));
    map.extend(stops(&words, &map));
    Some(Reading(map))
}

fn within(number: u16, first: u16, length: u16) -> Option<u16> {
    number.checked_sub(first).filter(|&i| i < length)
}

/// Every place where a run of `length` numbers holds one of `used`.
fn places(used: impl Iterator<Item = u16>, length: u16) -> BTreeSet<u16> {
    used.flat_map(|n| n.saturating_sub(length - 1)..=n).collect()
}

/// The candidate of most evidence, when no other comes near.
fn clear_best(mut scored: Vec<(f32, u16)>) -> Option<u16> {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let &(best, first) = scored.first()?;
    let rival = scored.get(1).map_or(0.0, |s| s.0);
    (best > 0.0 && rival <= MAX_RIVAL * best).then_some(first)
}

fn small_letters(counts: &HashMap<u16, u32>) -> Option<u16> {
    let letters = |first: u16| {
        let mut letters = Letters::default();
        for i in 0..26u8 {
            let count = first.checked_add(u16::from(i)).and_then(|n| counts.get(&n));
            letters.add_times(char::from(b'a' + i), count.copied().unwrap_or(0));
        }
        letters
    };
    let scored = places(counts.keys().copied(), 26)
        .into_iter()
        .map(|first| (letters(first), first))
        .filter(|(letters, _)| letters.greatest_share() <= MAX_LETTER)
        .map(|(letters, first)| (letters.evidence(), first))
        .collect();
    clear_best(scored).filter(|&first| letters(first).fit() >= MIN_FIT)
}

/// The most frequent glyph that is no small letter, when it is as frequent as spaces are.
fn space(counts: &HashMap<u16, u32>, small: u16) -> Option<u16> {
    let all: u32 = counts.values().sum();
    let others = counts.iter().filter(|&(&n, _)| within(n, small, 26).is_none());
    let (&number, &count) = others.max_by_key(|&(&n, &count)| (count, std::cmp::Reverse(n)))?;
    (0.08..0.35).contains(&(count as f32 / all as f32)).then_some(number)
}

fn capitals(words: &[&[u16]], small: u16) -> Option<u16> {
    let is_small = |&n: &u16| within(n, small, 26).is_some();
    let trimmed = |word: &'_ &[u16]| -> Vec<u16> {
        let end = word.iter().rposition(is_small).map_or(0, |i| i + 1);
        word.iter().take(end).copied().collect()
    };
    let words: HashSet<Vec<u16>> = words.iter().map(trimmed).filter(|w| w.len() >= 3).collect();
    // How many words name each place for the A.
    let mut pairs: HashMap<u16, usize> = HashMap::new();
    for word in &words {
        let Some((&initial, rest)) = word.split_first() else { continue };
        if is_small(&initial) || !rest.iter().all(is_small) {
            continue;
        }
        let mut other = word.clone();
        for i in 0..26 {
            if let (Some(first), Some(at)) = (other.first_mut(), initial.checked_sub(i)) {
                *first = small.saturating_add(i);
                if words.contains(&other) {
                    *pairs.entry(at).or_default() += 1;
                }
            }
        }
    }
    let apart = pairs.into_iter().filter(|&(at, pairs)| at.abs_diff(small) >= 26 && pairs >= MIN_PAIRS);
    clear_best(apart.map(|(at, pairs)| (pairs as f32, at)).collect())
}

fn digits(words: &[&[u16]], letters: &[u16]) -> Option<u16> {
    let is_letter = |n: u16| letters.iter().any(|&first| within(n, first, 26).is_some());
    let others: BTreeSet<u16> = words.iter().copied().flatten().copied().filter(|&n| !is_letter(n)).collect();
    let scored = places(others.iter().copied(), 10)
        .into_iter()
        .filter(|&first| (0..10).all(|i| !is_letter(first.saturating_add(i))))
        .filter(|&first| (0..10).filter(|i| others.contains(&first.saturating_add(*i))).count() >= 8)
        .take(MAX_PLACES)
        .filter_map(|first| {
            let (years, numbers) = years(words, first);
            (years >= MIN_YEARS && years * 2 >= numbers).then_some((years as f32, first))
        })
        .collect();
    clear_best(scored)
}

/// How many numbers of four digits may be years, and how many there are.
fn years(words: &[&[u16]], first: u16) -> (usize, usize) {
    let (mut years, mut numbers) = (0, 0);
    for word in words {
        for run in word.split(|&n| within(n, first, 10).is_none()).filter(|run| run.len() == 4) {
            let number = run.iter().fold(0, |sum, &n| sum * 10 + n.saturating_sub(first));
            numbers += 1;
            years += usize::from((1800..2040).contains(&number));
        }
    }
    (years, numbers)
}

/// The full stop and the comma: the most frequent glyphs that stand at the end of words, before capitals or before small letters.
fn stops(words: &[&[u16]], map: &HashMap<u16, char>) -> Vec<(u16, char)> {
    #[derive(Default)]
    struct Use {
        all: u32,
        last: u32,
        before_capital: u32,
    }
    let mut uses: HashMap<u16, Use> = HashMap::new();
    for pair in words.windows(2) {
        let (Some(word), Some(next)) = (pair.first(), pair.get(1)) else { continue };
        let capital = next.iter().find_map(|n| map.get(n)).is_some_and(char::is_ascii_uppercase);
        for (at, &number) in word.iter().enumerate().filter(|(_, n)| !map.contains_key(n)) {
            let entry = uses.entry(number).or_default();
            entry.all += 1;
            entry.last += u32::from(at + 1 == word.len());
            entry.before_capital += u32::from(at + 1 == word.len() && capital);
        }
    }
    let most = |capital: bool| {
        uses.iter()
            .filter(|(_, u)| u.all >= MIN_STOPS && u.last * 10 >= u.all * 7)
            .filter(|(_, u)| {
                if capital { u.before_capital * 10 >= u.last * 6 } else { u.before_capital * 10 < u.last * 6 }
            })
            .max_by_key(|&(&n, u)| (u.all, n))
            .map(|(&n, _)| n)
    };
    [(most(true), '.'), (most(false), ',')].into_iter().filter_map(|(n, c)| Some((n?, c))).collect()
}
