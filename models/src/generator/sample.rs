//! The next token from the network's scores. Pure.

/// How tokens are picked.
#[derive(Clone, Debug)]
pub(super) struct Sampler {
    temperature: f32,
    state: u64,
}

impl Sampler {
    /// Picks the best token at temperature 0, else at random, the same way for the same seed.
    pub(super) fn new(temperature: f32, seed: u64) -> Self {
        Self { temperature: if temperature.is_finite() { temperature.max(0.0) } else { 0.0 }, state: seed }
    }

    /// The place of the token picked; `None` when no score is a number.
    pub(super) fn pick(&mut self, scores: &[f32]) -> Option<u32> {
        let best = argmax(scores)?;
        if self.temperature == 0.0 {
            return u32::try_from(best).ok();
        }
        let top = scores[best];
        let weights: Vec<f32> = scores.iter().map(|s| ((s - top) / self.temperature).exp()).collect();
        let sum: f32 = weights.iter().filter(|w| w.is_finite()).sum();
        let mut left = self.uniform() * sum;
        for (at, weight) in weights.iter().enumerate().filter(|(_, w)| w.is_finite()) {
            left -= weight;
            if left <= 0.0 {
                return u32::try_from(at).ok();
            }
        }
        u32::try_from(best).ok()
    }

    /// A number from 0 to below 1 (SplitMix64, Steele and others 2014).
    fn uniform(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 40) as f32 / (1u64 << 24) as f32
    }
}

/// The first of the greatest scores.
fn argmax(scores: &[f32]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (at, score) in scores.iter().enumerate().filter(|(_, score)| score.is_finite()) {
        if best.is_none_or(|b| *score > scores[b]) {
            best = Some(at);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_temperature_the_first_best_wins() {
        let mut sampler = Sampler::new(0.0, 1);
        assert_eq!(sampler.pick(&[0.1, 3.0, 3.0, f32::NAN]), Some(1));
        assert_eq!(sampler.pick(&[]), None);
        assert_eq!(sampler.pick(&[f32::NAN]), None);
    }

    #[test]
    fn a_seed_gives_one_series_and_likelier_tokens_come_more_often() {
        let scores = [1.0, 2.0, -30.0];
        let series = |seed| {
            let mut sampler = Sampler::new(1.0, seed);
            (0..4_000).map(|_| sampler.pick(&scores).expect("a token")).collect::<Vec<u32>>()
        };
        let one = series(7);
        assert_eq!(one, series(7));
        assert_ne!(one, series(8));
        let share = one.iter().filter(|t| **t == 1).count() as f32 / 4_000.0;
        // e / (1 + e) = 0.731
        assert!((0.70..0.76).contains(&share), "{share}");
        assert!(!one.contains(&2));
    }
}
