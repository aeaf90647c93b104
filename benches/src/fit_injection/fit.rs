//! A ridge-penalised logistic regression, fitted by Adam (Kingma and Ba, arXiv 1412.6980) over all rows at once, so that
//! the same rows give the same weights.

use std::fmt::Write as _;

use crate::texts::Sentence;

/// Steps of the fit and their length.
const STEPS: i32 = 800;
const RATE: f64 = 0.05;
/// Weight of the penalty on the squared weights, against one sentence.
const RIDGE: f64 = 3.0;
/// Differences between vectors of unit length are small; the fit sees them this many times larger.
const SCALE: f64 = 20.0;

/// A direction in the vector space and where along it orders begin.
#[derive(Debug)]
pub(crate) struct Probe {
    weights: Vec<f64>,
    bias: f64,
}

impl Probe {
    /// Fits on all sentences but those of the set `without`.
    pub(crate) fn fit(sentences: &[Sentence], vectors: &[Vec<f32>], without: Option<&str>) -> Self {
        let rows: Vec<(&[f32], f64)> = sentences
            .iter()
            .zip(vectors)
            .filter(|(s, _)| without != Some(s.set.as_str()))
            .map(|(s, v)| (v.as_slice(), f64::from(u8::from(s.order))))
            .collect();
        let width = rows.first().map_or(0, |(v, _)| v.len());
        let count = rows.len().max(1) as f64;
        let mut mean = vec![0.0; width];
        for (v, _) in &rows {
            mean.iter_mut().zip(*v).for_each(|(m, x)| *m += f64::from(*x) / count);
        }
        // The last weight is the bias: its input is 1 and it is not penalised.
        let mut w = vec![0.0; width + 1];
        let (mut first, mut second) = (vec![0.0; width + 1], vec![0.0; width + 1]);
        for step in 1..=STEPS {
            let mut gradient: Vec<f64> =
                w.iter().enumerate().map(|(i, w)| if i < width { RIDGE * w / count } else { 0.0 }).collect();
            for (v, order) in &rows {
                let inputs = || v.iter().zip(&mean).map(|(x, m)| SCALE * (f64::from(*x) - m)).chain([1.0]);
                let z: f64 = inputs().zip(&w).map(|(x, w)| x * w).sum();
                let error = (1.0 / (1.0 + (-z).exp()) - order) / count;
                gradient.iter_mut().zip(inputs()).for_each(|(g, x)| *g += error * x);
            }
            let (fade1, fade2) = (1.0 - 0.9f64.powi(step), 1.0 - 0.999f64.powi(step));
            for i in 0..=width {
                first[i] = 0.9 * first[i] + 0.1 * gradient[i];
                second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
                w[i] -= RATE * (first[i] / fade1) / ((second[i] / fade2).sqrt() + 1e-8);
            }
        }
        let bias = w.pop().unwrap_or_default();
        let shift: f64 = w.iter().zip(&mean).map(|(w, m)| SCALE * w * m).sum();
        Self { weights: w.iter().map(|w| SCALE * w).collect(), bias: bias - shift }
    }

    /// The logit that a vector is of an order.
    pub(crate) fn score(&self, vector: &[f32]) -> f64 {
        self.bias + self.weights.iter().zip(vector).map(|(w, x)| w * f64::from(*x)).sum::<f64>()
    }

    /// As a Rust source file.
    pub(crate) fn table(&self) -> String {
        let mut out = String::from("//! Made by `fit-injection` (crate `benches`); not written by hand.\n\n");
        let _ = writeln!(out, "/// Added to every score.\npub(super) const BIAS: f32 = {:.3};\n", self.bias);
        let _ = writeln!(out, "/// Weights of the components of a vector, in hundredths.");
        let _ =
            writeln!(out, "#[rustfmt::skip]\npub(super) const WEIGHTS: [i16; {}] = [", self.weights.len());
        for row in self.weights.chunks(16) {
            let row: Vec<String> = row.iter().map(|w| format!("{:.0}", w * 100.0)).collect();
            let _ = writeln!(out, "    {},", row.join(", "));
        }
        out.push_str("];\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_that_separates_is_found() {
        let sentence = |order| Sentence { set: "a".into(), order, text: String::new() };
        let vectors: Vec<Vec<f32>> =
            (0..40).map(|i| vec![if i % 2 == 0 { 0.1 } else { -0.1 }, (i % 5) as f32 / 50.0]).collect();
        let sentences: Vec<Sentence> = (0..40).map(|i| sentence(i % 2 == 0)).collect();
        let probe = Probe::fit(&sentences, &vectors, None);
        for (s, v) in sentences.iter().zip(&vectors) {
            assert_eq!(probe.score(v) > 0.0, s.order);
        }
        assert!(probe.weights[0].abs() > 10.0 * probe.weights[1].abs());
        assert!(probe.table().contains("[i16; 2]"));
    }

    #[test]
    fn a_set_can_be_left_out() {
        let sentence = |set: &str, order| Sentence { set: set.into(), order, text: String::new() };
        // The left-out set says the opposite.
        let sentences =
            [sentence("a", true), sentence("a", false), sentence("b", false), sentence("b", true)];
        let vectors = vec![vec![0.1], vec![-0.1], vec![0.1], vec![-0.1]];
        assert!(Probe::fit(&sentences, &vectors, Some("b")).score(&[0.1]) > 0.0);
        assert!(Probe::fit(&sentences, &vectors, Some("a")).score(&[0.1]) < 0.0);
    }
}
