//! Two small fits by gradient ascent: a conditional logit over a question's sentences, and a logistic
//! regression over questions.

use footnote_server::answers::{Features, best};

use crate::questions::Asked;

/// A sentence's measurements as a row.
pub(crate) fn row(f: &Features) -> [f64; 7] {
    [f.cosine, f.coverage, f.context, f.kind, f.rank, f.shape, f.news].map(f64::from)
}

/// Weights that make right sentences most likely among their question's (conditional logit).
pub(crate) fn fit_ranking(asked: &[Asked]) -> [f64; 7] {
    let groups: Vec<(Vec<[f64; 7]>, &[bool])> = asked
        .iter()
        .filter(|a| a.answerable && a.right.contains(&true))
        .map(|a| (a.scored.iter().map(|(_, f)| row(f)).collect(), a.right.as_slice()))
        .collect();
    // The cosine lives in a narrow band: a larger step there keeps the fit short.
    let rate = [400.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0];
    let mut w = [10.0, 1.0, 1.0, 0.5, 0.5, 1.0, 1.0];
    for _ in 0..700 {
        let mut gradient = [0.0; 7];
        for (rows, right) in &groups {
            let scores: Vec<f64> = rows.iter().map(|r| (0..7).map(|i| r[i] * w[i]).sum()).collect();
            let top = scores.iter().copied().fold(f64::MIN, f64::max);
            let all: Vec<f64> = scores.iter().map(|s| (s - top).exp()).collect();
            let total: f64 = all.iter().sum();
            let good: f64 = all.iter().zip(*right).filter(|(_, r)| **r).map(|(p, _)| p).sum();
            for ((p, r), is_right) in all.iter().zip(rows).zip(*right) {
                let pull = if *is_right { p / good } else { 0.0 } - p / total;
                for i in 0..7 {
                    gradient[i] += pull * r[i];
                }
            }
        }
        for i in 0..7 {
            w[i] += rate[i] * (gradient[i] / groups.len().max(1) as f64 - 1e-4 * w[i] / rate[i]);
        }
    }
    w
}

/// Weights of the confidence that a question's article is in the client.
pub(crate) fn fit_confidence(asked: &[Asked]) -> [f64; 4] {
    let rows: Vec<([f64; 3], f64)> = asked
        .iter()
        .map(|a| (best(&a.scored).map(f64::from), if a.answerable { 1.0 } else { 0.0 }))
        .collect();
    let n = rows.len().max(1) as f64;
    // Standardise, fit, and give the weights back in the measurements' own units.
    let mean: [f64; 3] = std::array::from_fn(|i| rows.iter().map(|r| r.0[i]).sum::<f64>() / n);
    let deviation: [f64; 3] = std::array::from_fn(|i| {
        (rows.iter().map(|r| (r.0[i] - mean[i]).powi(2)).sum::<f64>() / n).sqrt().max(1e-6)
    });
    let (mut intercept, mut w) = (0.0, [0.0; 3]);
    for _ in 0..3000 {
        let (mut gi, mut gw) = (0.0, [0.0; 3]);
        for (x, y) in &rows {
            let z: [f64; 3] = std::array::from_fn(|i| (x[i] - mean[i]) / deviation[i]);
            let p = 1.0 / (1.0 + (-(intercept + (0..3).map(|i| w[i] * z[i]).sum::<f64>())).exp());
            gi += y - p;
            for i in 0..3 {
                gw[i] += (y - p) * z[i];
            }
        }
        intercept += 0.5 * gi / n;
        for i in 0..3 {
            w[i] += 0.5 * (gw[i] / n - 1e-3 * w[i]);
        }
    }
    let own: [f64; 3] = std::array::from_fn(|i| w[i] / deviation[i]);
    let shift: f64 = (0..3).map(|i| own[i] * mean[i]).sum();
    [intercept - shift, own[0], own[1], own[2]]
}
