//! Seeded choices of items by their ids: samples, and halves for development and test.
//!
//! Both are decided by a hash of the seed and an id, so neither the order of a file nor what else stands in it matters:
//! two datasets that share questions choose the same among them, and a larger sample holds the smaller one.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// How ids are ordered or divided, as a [`Sample`] states it; part of what is hashed, so that a change of the rule
/// cannot pass for the same choice.
const RULE: &str = "sha256-v1";

/// What was chosen of what, for the manifest of a measurement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The rule: `sha256-v1` takes the items with the smallest SHA-256 of rule, purpose, seed and id.
    pub rule: String,
    /// The seed.
    pub seed: u64,
    /// Items there were.
    pub of: usize,
    /// Items that were chosen.
    pub chosen: usize,
    /// SHA-256 in lower-case hexadecimal of the chosen ids in ascending order, each with a line end: two measurements
    /// with the same digest asked the same questions.
    pub ids_sha256: String,
}

/// Chooses `count` of `items` (all of them when there are not more) by the ids that `id` reads from them, without
/// replacement; the chosen keep their order. Ids should be unique: items of one id are chosen or left out by their order.
#[must_use]
pub fn sample<T>(items: Vec<T>, count: usize, seed: u64, id: impl Fn(&T) -> &str) -> (Vec<T>, Sample) {
    let of = items.len();
    let mut order: Vec<usize> = (0..of).collect();
    if count < of {
        order.sort_by_cached_key(|&index| key("sample", seed, id(&items[index])));
        order.truncate(count);
    }
    let mut keep = vec![false; of];
    order.into_iter().for_each(|index| keep[index] = true);
    let chosen: Vec<T> =
        items.into_iter().zip(keep).filter_map(|(item, keep)| keep.then_some(item)).collect();
    let mut ids: Vec<&str> = chosen.iter().map(id).collect();
    ids.sort_unstable();
    let digest = ids.into_iter().fold(Sha256::new(), |digest, id| digest.chain_update(id).chain_update("\n"));
    let sample = Sample {
        rule: RULE.to_owned(),
        seed,
        of,
        chosen: chosen.len(),
        ids_sha256: hex::encode(digest.finalize()),
    };
    (chosen, sample)
}

/// One of two halves of a set: what is tuned on the one is reported on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// For choosing settings and fitting weights.
    Dev,
    /// For the figures that are reported.
    Test,
}

impl Half {
    /// The half of a group: everything known of one document, or of one [`article`], belongs to the same half, or the
    /// test would be on text that was tuned on. About half of many groups lands in each.
    #[must_use]
    pub fn of(group: &str, seed: u64) -> Self {
        if key("half", seed, group)[0] & 1 == 0 { Self::Dev } else { Self::Test }
    }
}

/// The article a paragraph belongs to, by the ids of SQuAD-style sets, `SET-ARTICLE-PARAGRAPH`: everything before the
/// last `-` of an id that has two or more. Any other document is an article of its own.
#[must_use]
pub fn article(document_id: &str) -> &str {
    match document_id.rsplit_once('-') {
        Some((article, _)) if article.contains('-') => article,
        _ => document_id,
    }
}

fn key(purpose: &str, seed: u64, id: &str) -> [u8; 32] {
    let rule = Sha256::new().chain_update(RULE).chain_update([0]).chain_update(purpose).chain_update([0]);
    rule.chain_update(seed.to_le_bytes()).chain_update(id).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("q{index}")).collect()
    }

    fn choose(items: Vec<String>, count: usize, seed: u64) -> (Vec<String>, Sample) {
        sample(items, count, seed, String::as_str)
    }

    #[test]
    fn the_same_seed_chooses_the_same_whatever_the_order() {
        let (chosen, stated) = choose(ids(1000), 50, 7);
        assert_eq!((chosen.len(), stated.chosen, stated.of, stated.seed), (50, 50, 1000, 7));
        let (mut reversed, same) = choose(ids(1000).into_iter().rev().collect(), 50, 7);
        reversed.reverse();
        assert_eq!((&reversed, &same), (&chosen, &stated));
        let (other, differently) = choose(ids(1000), 50, 8);
        assert!(other != chosen && differently.ids_sha256 != stated.ids_sha256);
    }

    #[test]
    fn a_larger_sample_holds_the_smaller_and_no_more_than_there_is() {
        let (small, _) = choose(ids(300), 20, 1);
        let (large, _) = choose(ids(300), 90, 1);
        assert!(small.iter().all(|id| large.contains(id)));
        assert_eq!(choose(ids(30), 31, 1).0, ids(30));
        assert_eq!(choose(Vec::new(), 3, 1).0, Vec::<String>::new());
    }

    /// The choice is part of recorded results: a change of these is a change of the rule. Computed with Python's hashlib.
    #[test]
    fn the_rule_stays() {
        let (chosen, stated) = choose(ids(20), 4, 0);
        assert_eq!(chosen, ["q1", "q11", "q15", "q19"]);
        assert_eq!(stated.ids_sha256, "b0ef20942c2f65db8c46923ec96fd95ef36c945c2a730e2ad3464b5922bc5a72");
        let halves = ["nq-0000", "pq-9773", "sq2d-07", "xq-00"].map(|group| Half::of(group, 0));
        assert_eq!(halves, [Half::Dev, Half::Test, Half::Dev, Half::Dev]);
    }

    #[test]
    fn every_item_is_about_as_likely() {
        let mut counts = [0; 10];
        for seed in 0..2000 {
            let (chosen, _) = choose(ids(10), 3, seed);
            chosen.iter().for_each(|id| counts[id[1..].parse::<usize>().expect("a number")] += 1);
        }
        assert!(counts.iter().all(|count| (500..700).contains(count)), "{counts:?}");
    }

    #[test]
    fn halves_are_about_equal_and_not_the_order_of_samples() {
        let dev = |ids: &[String]| ids.iter().filter(|id| Half::of(id, 3) == Half::Dev).count();
        assert!((450..550).contains(&dev(&ids(1000))));
        assert!((60..140).contains(&dev(&choose(ids(1000), 200, 3).0)));
    }

    #[test]
    fn paragraphs_of_an_article_stay_together() {
        let articles = ["sq2d-07-00", "sq2d-07-31", "pq-9773-0", "nq-0000", "MED-10", "184"].map(article);
        assert_eq!(articles, ["sq2d-07", "sq2d-07", "pq-9773", "nq-0000", "MED-10", "184"]);
    }
}
