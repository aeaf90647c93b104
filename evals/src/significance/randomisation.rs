use serde::Serialize;

use crate::random::SplitMix64;

/// Up to so many differences that are not zero, every assignment of signs is counted; the work and memory are
/// `2^(n/2)`, a few milliseconds at this number.
const EXACT_UP_TO: usize = 32;

/// What the p-value is the probability of, when the systems are equally good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alternative {
    /// A mean difference at least as far from zero as the one observed, on either side.
    TwoSided,
    /// A mean difference no larger than the one observed: small when the system is worse.
    Less,
    /// A mean difference no smaller than the one observed: small when the system is better.
    Greater,
}

/// Outcome of a [`randomisation_test`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Randomisation {
    /// The probability, as [`Alternative`] says.
    pub p: f64,
    /// True when all assignments of signs were counted, false when a random choice of them was.
    pub exact: bool,
    /// The number of assignments the probability was taken from.
    pub assignments: u64,
}

/// Fisher's paired randomisation test of the mean of `differences` (sign-flip test; Smucker et al., CIKM 2007).
///
/// If the systems are equally good, each difference could as well have had the other sign. With up to 32 differences
/// that are not zero all `2^n` assignments of signs are counted; with more, `resamples` random ones, and then the
/// probability is `(r + 1) / (resamples + 1)`, as the observed assignment is one of them (Davison and Hinkley 1997,
/// section 4.2), so it is never zero. Without differences it is 1.
#[must_use]
pub fn randomisation_test(
    differences: &[f64],
    alternative: Alternative,
    resamples: u32,
    seed: u64,
) -> Randomisation {
    // A zero is the same with either sign, so the share of assignments is that of the others alone.
    let sizes: Vec<f64> = differences.iter().map(|d| d.abs()).filter(|&size| size > 0.0).collect();
    let observed: f64 = differences.iter().sum();
    let limits = Limits::new(&sizes, observed, alternative);
    if sizes.len() <= EXACT_UP_TO {
        let (reached, assignments) = count_all(&sizes, &limits);
        return Randomisation { p: reached as f64 / assignments as f64, exact: true, assignments };
    }
    let mut random = SplitMix64::of("randomisation test", seed);
    let reached = (0..resamples).filter(|_| limits.reached(flipped_sum(&sizes, &mut random))).count();
    let p = (reached as f64 + 1.0) / (f64::from(resamples) + 1.0);
    Randomisation { p, exact: false, assignments: u64::from(resamples) }
}

/// The sums that are as extreme as the observed one.
struct Limits {
    at_most: f64,
    at_least: f64,
}

impl Limits {
    fn new(sizes: &[f64], observed: f64, alternative: Alternative) -> Self {
        // Equal sums added up in another order differ in their last bits, and must not count as smaller.
        let slack = 1e-12 * sizes.iter().sum::<f64>();
        match alternative {
            Alternative::TwoSided => {
                Self { at_most: slack - observed.abs(), at_least: observed.abs() - slack }
            }
            Alternative::Less => Self { at_most: observed + slack, at_least: f64::INFINITY },
            Alternative::Greater => Self { at_most: f64::NEG_INFINITY, at_least: observed - slack },
        }
    }

    fn reached(&self, sum: f64) -> bool {
        sum <= self.at_most || sum >= self.at_least
    }
}

/// The sum with a random sign each.
fn flipped_sum(sizes: &[f64], random: &mut SplitMix64) -> f64 {
    let mut sum = 0.0;
    for block in sizes.chunks(64) {
        let mut bits = random.bits();
        for &size in block {
            // the lowest bit becomes the sign
            sum += f64::from_bits(size.to_bits() | (bits << 63));
            bits >>= 1;
        }
    }
    sum
}

/// The number of sign assignments whose sum reaches the limits, and of all. Each half of the differences has `2^(n/2)`
/// sums; with both sorted, the partners of every sum of one half are the ends of the other, so nothing of size `2^n` is
/// ever walked.
fn count_all(sizes: &[f64], limits: &Limits) -> (u64, u64) {
    let (left, right) = sizes.split_at(sizes.len() / 2);
    let (left, right) = (signed_sums(left), signed_sums(right));
    let (mut low, mut high) = (right.len(), right.len());
    let mut reached = 0_u64;
    for &sum in &left {
        // as the left sum grows, fewer right sums stay at most the one limit and more reach the other
        while low > 0 && sum + right[low - 1] > limits.at_most {
            low -= 1;
        }
        while high > 0 && sum + right[high - 1] >= limits.at_least {
            high -= 1;
        }
        // where the two ranges overlap (an observed sum of about zero) everything is as extreme
        reached += if low > high { right.len() } else { low + right.len() - high } as u64;
    }
    (reached, left.len() as u64 * right.len() as u64)
}

/// The sums of `sizes` under every assignment of signs, ascending.
fn signed_sums(sizes: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0];
    for size in sizes {
        sums = sums.iter().flat_map(|sum| [sum - size, sum + size]).collect();
    }
    sums.sort_unstable_by(f64::total_cmp);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Alternative; 3] = [Alternative::TwoSided, Alternative::Less, Alternative::Greater];

    fn p(differences: &[f64]) -> [f64; 3] {
        ALL.map(|alternative| randomisation_test(differences, alternative, 0, 0).p)
    }

    #[test]
    fn small_cases_by_hand() {
        assert_eq!(p(&[]), [1.0; 3]);
        assert_eq!(p(&[0.0, 0.0]), [1.0; 3]);
        assert_eq!(p(&[0.5]), [1.0, 1.0, 0.5]);
        assert_eq!(p(&[0.1, 0.2, 0.3]), [0.25, 1.0, 0.125]);
        assert_eq!(p(&[-0.1, -0.2, -0.3, 0.0]), [0.25, 0.125, 1.0]);
        // 0.3 - 0.1 - 0.2 is not quite zero in floating point, and all eight sums count as at least as far from it
        assert_eq!(p(&[0.3, -0.1, -0.2]), [1.0, 5.0 / 8.0, 5.0 / 8.0]);
    }

    #[test]
    fn counting_in_halves_is_counting_all() {
        let mut random = SplitMix64::of("test", 5);
        for round in 0..200 {
            let size = 1 + random.below(11);
            let level = |random: &mut SplitMix64| random.below(9) as f64 / 4.0 - 1.0;
            let differences: Vec<f64> = (0..size).map(|_| level(&mut random)).collect();
            let observed: f64 = differences.iter().sum();
            for alternative in ALL {
                let reached = (0..1_u32 << size).filter(|signs| {
                    let sum: f64 = differences
                        .iter()
                        .enumerate()
                        .map(|(index, d)| if signs >> index & 1 == 1 { -d } else { *d })
                        .sum();
                    match alternative {
                        Alternative::TwoSided => sum.abs() >= observed.abs() - 1e-9,
                        Alternative::Less => sum <= observed + 1e-9,
                        Alternative::Greater => sum >= observed - 1e-9,
                    }
                });
                let expected = reached.count() as f64 / f64::from(1_u32 << size);
                let test = randomisation_test(&differences, alternative, 0, 0);
                assert!(test.exact && (test.p - expected).abs() < 1e-12, "{round}: {differences:?}");
            }
        }
    }

    #[test]
    fn a_random_choice_of_signs_comes_close_to_counting_them() {
        // 32 differences are counted; the same with a tiny one more are drawn
        let mut random = SplitMix64::of("test", 6);
        let mut differences: Vec<f64> = (0..32).map(|_| random.below(2001) as f64 / 1000.0 - 0.8).collect();
        let exact = randomisation_test(&differences, Alternative::TwoSided, 0, 0);
        assert!(exact.exact && exact.assignments == 1 << 32);
        differences.push(1e-15);
        for seed in 0..5 {
            let drawn = randomisation_test(&differences, Alternative::TwoSided, 100_000, seed);
            assert!(!drawn.exact);
            // five standard errors
            let error = 5.0 * (exact.p * (1.0 - exact.p) / 100_000.0).sqrt();
            assert!((drawn.p - exact.p).abs() < error, "{} and {}", drawn.p, exact.p);
            assert_eq!(drawn, randomisation_test(&differences, Alternative::TwoSided, 100_000, seed));
        }
    }

    #[test]
    fn drawing_never_gives_zero() {
        let test = randomisation_test(&[1.0; 100], Alternative::Greater, 999, 1);
        assert_eq!((test.p, test.assignments), (0.001, 999));
    }
}
