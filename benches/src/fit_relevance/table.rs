//! How well relevances hold, set by set.

use crate::Pair;
use crate::platt::Platt;

/// Equally wide bins of relevance.
const BINS: usize = 10;

/// Prints Brier score and expected calibration error of the plain sigmoid and of the fit, and the AUROC, which no
/// calibration changes.
pub(crate) fn print(sets: &[(String, Vec<Pair>)], fitted: &Platt) {
    println!(
        "{:<16} {:>7} {:>9}  {:>6}  {:>13} {:>8}  {:>12} {:>8}",
        "set", "pairs", "relevant", "AUROC", "sigmoid Brier", "ECE", "fitted Brier", "ECE"
    );
    for (name, pairs) in sets {
        let relevant = pairs.iter().filter(|pair| pair.relevant).count();
        println!(
            "{name:<16} {:>7} {relevant:>9}  {:>6.3}  {:>13.4} {:>8.4}  {:>12.4} {:>8.4}",
            pairs.len(),
            auroc(pairs),
            brier(pairs, &Platt::SIGMOID),
            calibration_error(pairs, &Platt::SIGMOID),
            brier(pairs, fitted),
            calibration_error(pairs, fitted),
        );
    }
    println!("\nshare relevant of the pairs whose fitted relevance is in each tenth (and their number):");
    for (name, pairs) in sets {
        let cells = bins(pairs, fitted).map(|bin| match bin.pairs {
            0.0 => "-".to_owned(),
            pairs => format!("{:.2} ({pairs})", bin.relevant / pairs),
        });
        println!("{name:<16} {}", cells.join("  "));
    }
}

/// Mean squared difference between relevance and truth.
fn brier(pairs: &[Pair], platt: &Platt) -> f64 {
    let error = |pair: &Pair| platt.relevance(pair.logit) - f64::from(u8::from(pair.relevant));
    pairs.iter().map(|pair| error(pair).powi(2)).sum::<f64>() / pairs.len() as f64
}

/// What falls into a bin.
#[derive(Clone, Copy, Default)]
struct Bin {
    pairs: f64,
    relevant: f64,
    relevance: f64,
}

fn bins(pairs: &[Pair], platt: &Platt) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for pair in pairs {
        let relevance = platt.relevance(pair.logit);
        let bin = &mut bins[((relevance * BINS as f64) as usize).min(BINS - 1)];
        bin.pairs += 1.0;
        bin.relevant += f64::from(u8::from(pair.relevant));
        bin.relevance += relevance;
    }
    bins
}

/// Mean over the pairs of the difference between their bin's mean relevance and its share of relevant pairs.
fn calibration_error(pairs: &[Pair], platt: &Platt) -> f64 {
    bins(pairs, platt).iter().map(|bin| (bin.relevance - bin.relevant).abs()).sum::<f64>()
        / pairs.len() as f64
}

/// How often a relevant pair has a higher logit than another, equal ones half (Mann-Whitney).
fn auroc(pairs: &[Pair]) -> f64 {
    let mut sorted: Vec<Pair> = pairs.to_vec();
    sorted.sort_by(|a, b| a.logit.total_cmp(&b.logit));
    let (mut below, mut wins) = (0.0, 0.0);
    for equal in sorted.chunk_by(|a, b| a.logit.total_cmp(&b.logit).is_eq()) {
        let relevant = equal.iter().filter(|pair| pair.relevant).count() as f64;
        let others = equal.len() as f64 - relevant;
        wins += relevant * (below + others / 2.0);
        below += others;
    }
    let relevant = pairs.len() as f64 - below;
    wins / (relevant * below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(values: &[(f64, bool)]) -> Vec<Pair> {
        values.iter().map(|(logit, relevant)| Pair { logit: *logit, relevant: *relevant }).collect()
    }

    #[test]
    fn auroc_counts_pairs_in_order_and_ties_half() {
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
        close(auroc(&pairs(&[(1.0, false), (2.0, true)])), 1.0);
        close(auroc(&pairs(&[(3.0, false), (2.0, true), (2.0, false), (1.0, false)])), 0.5);
    }

    #[test]
    fn a_perfect_calibration_has_no_error_and_a_wrong_one_its_distance() {
        let even = pairs(&[(0.0, true), (0.0, false)]);
        assert!(calibration_error(&even, &Platt::SIGMOID) < 1e-12);
        assert!((brier(&even, &Platt::SIGMOID) - 0.25).abs() < 1e-12);
        let never = pairs(&[(0.0, false), (0.0, false)]);
        assert!((calibration_error(&never, &Platt::SIGMOID) - 0.5).abs() < 1e-12);
    }
}
