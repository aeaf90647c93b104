//! What must hold of tests and intervals whatever the values.

use std::collections::BTreeMap;

use footnote_evals::significance::{
    Alternative, Paired, Settings, compare, holm, mean_intervals, randomisation_test,
};
use proptest::prelude::*;

/// Differences of few levels, so that zeros and equal sizes are common.
fn differences(most: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-8..=8_i32).prop_map(|level| f64::from(level) / 8.0), 1..most)
}

fn paired(differences: &[f64], other_way: bool) -> Paired {
    let named = |values: Vec<f64>| -> BTreeMap<String, f64> {
        values.into_iter().enumerate().map(|(index, value)| (format!("q{index:03}"), value)).collect()
    };
    let (zeros, values) = (named(vec![0.0; differences.len()]), named(differences.to_vec()));
    if other_way { Paired::new(&values, &zeros) } else { Paired::new(&zeros, &values) }.expect("paired")
}

fn p(differences: &[f64], alternative: Alternative) -> f64 {
    randomisation_test(differences, alternative, 500, 1).p
}

proptest! {
    #[test]
    fn a_p_value_is_a_probability_above_zero(differences in differences(60)) {
        for alternative in [Alternative::TwoSided, Alternative::Less, Alternative::Greater] {
            let p = p(&differences, alternative);
            prop_assert!(p > 0.0 && p <= 1.0, "{p}");
        }
    }

    #[test]
    fn order_units_and_zeros_do_not_matter(differences in differences(20), rotation in 0..20_usize) {
        let mut other: Vec<f64> = differences.iter().map(|difference| difference * 100.0).collect();
        other.rotate_left(rotation % differences.len());
        other.extend([0.0; 5]);
        for alternative in [Alternative::TwoSided, Alternative::Less, Alternative::Greater] {
            prop_assert_eq!(p(&differences, alternative), p(&other, alternative));
        }
    }

    #[test]
    fn turning_all_signs_turns_the_sides(differences in differences(20)) {
        let turned: Vec<f64> = differences.iter().map(|difference| -difference).collect();
        prop_assert_eq!(p(&differences, Alternative::TwoSided), p(&turned, Alternative::TwoSided));
        prop_assert_eq!(p(&differences, Alternative::Less), p(&turned, Alternative::Greater));
    }

    #[test]
    fn two_sides_are_twice_the_smaller_one(differences in differences(20)) {
        let one = p(&differences, Alternative::Less).min(p(&differences, Alternative::Greater));
        prop_assert!((p(&differences, Alternative::TwoSided) - (2.0 * one).min(1.0)).abs() < 1e-12);
    }

    #[test]
    fn larger_gains_are_no_less_significant(differences in differences(20), pick in any::<prop::sample::Index>()) {
        // only where everything is a gain: raising one value also raises the spread
        let gains: Vec<f64> = differences.iter().map(|difference| difference.abs() + 0.125).collect();
        let mut raised = gains.clone();
        raised[pick.index(gains.len())] += 1.0;
        prop_assert_eq!(p(&gains, Alternative::Greater), p(&raised, Alternative::Greater));
    }

    #[test]
    fn intervals_hold_the_values_and_move_with_them(differences in differences(40), seed in any::<u64>()) {
        let intervals = mean_intervals(&differences, 200, seed, 0.95).expect("values");
        let shifted: Vec<f64> = differences.iter().map(|difference| difference + 10.0).collect();
        let moved = mean_intervals(&shifted, 200, seed, 0.95).expect("values");
        let (least, most) = differences.iter().fold((f64::MAX, f64::MIN), |(l, m), &d| (l.min(d), m.max(d)));
        for interval in [intervals.bca, intervals.percentile] {
            prop_assert!(interval.low <= interval.high);
            prop_assert!(least - 1e-12 <= interval.low && interval.high <= most + 1e-12);
        }
        prop_assert!((intervals.percentile.low + 10.0 - moved.percentile.low).abs() < 1e-9);
        prop_assert!((intervals.percentile.high + 10.0 - moved.percentile.high).abs() < 1e-9);
    }

    #[test]
    fn a_corrected_p_value_is_no_smaller_and_keeps_the_order(ps in prop::collection::vec(0.0..=1.0_f64, 0..12)) {
        let corrected = holm(&ps);
        for (index, (&own, &kept)) in ps.iter().zip(&corrected).enumerate() {
            prop_assert!(own <= kept && kept <= 1.0 && kept <= own * ps.len() as f64);
            for (&other, &other_kept) in ps.iter().zip(&corrected).skip(index) {
                prop_assert!((own < other) <= (kept <= other_kept) && (own > other) <= (kept >= other_kept));
            }
        }
    }

    #[test]
    fn a_comparison_turned_around_says_the_opposite(differences in differences(30)) {
        let settings = Settings { resamples: 200, ..Settings::default() };
        let one = compare(&paired(&differences, false), &settings);
        let other = compare(&paired(&differences, true), &settings);
        prop_assert_eq!(one.test, other.test);
        prop_assert_eq!(one.difference, -other.difference);
        let counts = |c: &footnote_evals::significance::Differences| (c.wins, c.ties, c.losses);
        let (wins, ties, losses) = counts(&one.differences);
        prop_assert_eq!((losses, ties, wins), counts(&other.differences));
        prop_assert_eq!(wins + ties + losses, differences.len());
    }
}

/// A value between -0.5 and 0.5, with more below the middle than above and a mean of zero: real differences are skewed.
fn skewed(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let uniform = (*state >> 11) as f64 / (1_u64 << 53) as f64;
    uniform.powi(2) - 1.0 / 3.0
}

#[test]
fn equally_good_systems_are_called_different_as_often_as_said() {
    let mut state = 1;
    let mut rejected = 0;
    for _ in 0..2000 {
        // both systems' values are drawn alike, so their differences are symmetric
        let differences: Vec<f64> = (0..16).map(|_| skewed(&mut state) - skewed(&mut state)).collect();
        rejected += usize::from(p(&differences, Alternative::TwoSided) <= 0.05);
    }
    // 100 are expected, and five standard deviations are 49
    assert!((51..=149).contains(&rejected), "{rejected} of 2000");
}

#[test]
fn intervals_hold_the_true_mean_as_often_as_said() {
    let mut state = 2;
    let (mut bca, mut percentile) = (0, 0);
    for seed in 0..1000 {
        let values: Vec<f64> = (0..50).map(|_| skewed(&mut state)).collect();
        let intervals = mean_intervals(&values, 600, seed, 0.9).expect("values");
        bca += usize::from(intervals.bca.low <= 0.0 && 0.0 <= intervals.bca.high);
        percentile += usize::from(intervals.percentile.low <= 0.0 && 0.0 <= intervals.percentile.high);
    }
    // 900 are expected; bootstrap intervals of 50 values are known to be a little short
    assert!((860..=930).contains(&bca), "{bca} of 1000");
    assert!((860..=930).contains(&percentile), "{percentile} of 1000");
}
