//! A seeded choice of queries, so that a quick measurement can be repeated and compared.

/// Chooses `count` of `items` (all of them when there are not more), evenly and without replacement; the chosen keep
/// their order. The same seed and items give the same choice on every machine and in every release.
#[must_use]
pub fn choose<T>(items: Vec<T>, count: usize, seed: u64) -> Vec<T> {
    let total = items.len();
    if count >= total {
        return items;
    }
    let mut random = SplitMix64(seed);
    let mut order: Vec<usize> = (0..total).collect();
    for index in 0..count {
        let other = index + random.below(total - index);
        order.swap(index, other);
    }
    let mut chosen = vec![false; total];
    for &index in &order[..count] {
        chosen[index] = true;
    }
    items.into_iter().zip(chosen).filter_map(|(item, chosen)| chosen.then_some(item)).collect()
}

/// Steele, Lea and Flood's SplitMix64: 64 well-mixed bits from a counter.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, by the high half of a wide product; its bias is below `bound / 2^64`.
    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same() {
        let items: Vec<u32> = (0..1000).collect();
        let chosen = choose(items.clone(), 50, 7);
        assert_eq!(chosen.len(), 50);
        assert!(chosen.is_sorted_by(|a, b| a < b));
        assert_eq!(chosen, choose(items.clone(), 50, 7));
        assert_ne!(chosen, choose(items.clone(), 50, 8));
        assert_eq!(choose(items.clone(), 2000, 7), items);
    }

    #[test]
    fn the_generator_is_the_published_one() {
        let mut random = SplitMix64(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn every_item_is_about_as_likely() {
        let mut counts = [0; 10];
        for seed in 0..2000 {
            choose((0..10).collect(), 3, seed).into_iter().for_each(|item: usize| counts[item] += 1);
        }
        assert!(counts.iter().all(|&count| (500..700).contains(&count)), "{counts:?}");
    }
}
