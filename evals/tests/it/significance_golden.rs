//! Tests, intervals and corrections against scipy and statsmodels: `golden/statistics/make.py` wrote what they say.

use footnote_evals::significance::{
    Alternative, Interval, bca, holm, mean_intervals, normal_cdf, normal_quantile, percentile,
    randomisation_test,
};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Golden {
    randomisation: Vec<Randomisation>,
    drawn: Vec<Drawn>,
    intervals: Vec<Intervals>,
    bootstraps: Vec<Bootstrap>,
    holm: Vec<Holm>,
    normal: Normal,
}

#[derive(Deserialize)]
struct Randomisation {
    differences: Vec<f64>,
    #[serde(rename = "two-sided")]
    two_sided: f64,
    less: f64,
    greater: f64,
}

#[derive(Deserialize)]
struct Drawn {
    differences: Vec<f64>,
    #[serde(rename = "two-sided")]
    two_sided: f64,
}

#[derive(Deserialize)]
struct Intervals {
    observed: f64,
    jackknife: Vec<f64>,
    distribution: Vec<f64>,
    intervals: Vec<Ends>,
}

#[derive(Deserialize)]
struct Ends {
    level: f64,
    method: String,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Bootstrap {
    values: Vec<f64>,
    #[serde(rename = "BCa")]
    bca: [f64; 2],
    percentile: [f64; 2],
}

#[derive(Deserialize)]
struct Holm {
    p: Vec<f64>,
    corrected: Vec<f64>,
}

#[derive(Deserialize)]
struct Normal {
    cdf: Vec<[f64; 2]>,
    quantile: Vec<[f64; 2]>,
}

fn golden() -> Golden {
    let text = include_str!("golden/statistics/statistics.json");
    serde_json::from_str(text).expect("golden file")
}

fn assert_close(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() < TOLERANCE, "{what}: {ours}, the reference says {theirs}");
}

#[test]
fn counted_randomisation_tests() {
    let cases = golden().randomisation;
    assert_eq!(cases.len(), 7);
    for case in cases {
        for (alternative, expected) in [
            (Alternative::TwoSided, case.two_sided),
            (Alternative::Less, case.less),
            (Alternative::Greater, case.greater),
        ] {
            let test = randomisation_test(&case.differences, alternative, 0, 0);
            assert!(test.exact);
            assert_close(test.p, expected, &format!("{alternative:?} of {:?}", case.differences));
        }
    }
}

#[test]
fn drawn_randomisation_tests() {
    const RESAMPLES: u32 = 200_000;
    for case in golden().drawn {
        let test = randomisation_test(&case.differences, Alternative::TwoSided, RESAMPLES, 3);
        // both are draws: five standard errors of ours, which are more than twice the reference's
        let error = 5.0 * (case.two_sided * (1.0 - case.two_sided) / f64::from(RESAMPLES)).sqrt();
        assert!((test.p - case.two_sided).abs() < 1.1 * error, "{} and {}", test.p, case.two_sided);
    }
}

#[test]
fn intervals_of_a_given_distribution() {
    let mut checked = 0;
    for case in golden().intervals {
        for expected in &case.intervals {
            let interval = match expected.method.as_str() {
                "BCa" => bca(&case.distribution, case.observed, &case.jackknife, expected.level),
                _ => percentile(&case.distribution, expected.level),
            };
            let Interval { low, high, level } = interval.expect("an interval");
            assert_eq!(level, expected.level);
            assert_close(low, expected.low, &expected.method);
            assert_close(high, expected.high, &expected.method);
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked}");
}

#[test]
fn intervals_of_our_own_draws() {
    for case in golden().bootstraps {
        let ours = mean_intervals(&case.values, 50_000, 5, 0.95).expect("intervals");
        for (interval, [low, high]) in [(ours.bca, case.bca), (ours.percentile, case.percentile)] {
            // a quantile of 50,000 draws is good to about a hundredth of the interval
            let slack = 0.02 * (high - low);
            let near = (interval.low - low).abs() < slack && (interval.high - high).abs() < slack;
            assert!(near, "{interval:?}, scipy says {low} to {high}");
        }
    }
}

#[test]
fn corrections_for_several_tests() {
    for case in golden().holm {
        for (ours, theirs) in holm(&case.p).into_iter().zip(case.corrected) {
            assert_close(ours, theirs, "holm");
        }
    }
}

#[test]
fn the_normal_distribution() {
    let Normal { cdf, quantile } = golden().normal;
    for [x, expected] in cdf {
        assert!((normal_cdf(x) - expected).abs() < 1e-14, "{x}: {} and {expected}", normal_cdf(x));
    }
    for [p, expected] in quantile {
        assert!((normal_quantile(p) - expected).abs() < 1e-9, "{p}: {} and {expected}", normal_quantile(p));
    }
}
