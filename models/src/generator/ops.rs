//! The network's arithmetic beside its products, over plain slices. Pure.

/// `x / rms(x) * weight`, a row at a time.
pub(super) fn rms_norm(x: &[f32], weight: &[f32], epsilon: f32) -> Vec<f32> {
    let mut out = Vec::with_capacity(x.len());
    for row in x.chunks_exact(weight.len()) {
        let square = row.iter().map(|v| v * v).sum::<f32>() / row.len() as f32;
        let scale = 1.0 / (square + epsilon).sqrt();
        out.extend(row.iter().zip(weight).map(|(v, w)| v * scale * w));
    }
    out
}

/// `silu(gate) * up` (SwiGLU), in place of `gate`.
pub(super) fn swiglu(gate: &mut [f32], up: &[f32]) {
    for (gate, up) in gate.iter_mut().zip(up) {
        *gate = *gate / (1.0 + (-*gate).exp()) * up;
    }
}

/// Rotary frequencies of a head, one a pair of values.
pub(super) fn frequencies(head: usize, base: f32, scale: f32, factors: Option<&[f32]>) -> Vec<f32> {
    (0..head / 2)
        .map(|pair| {
            let frequency = base.powf(-2.0 * pair as f32 / head as f32) / scale;
            factors.and_then(|f| f.get(pair)).map_or(frequency, |factor| frequency / factor)
        })
        .collect()
}

/// Rotates neighbouring pairs of each head of one token at `position`: the order in which GGUF files of this family
/// keep the rows of their query and key weights.
pub(super) fn rotate(token: &mut [f32], frequencies: &[f32], position: usize) {
    let turns: Vec<(f32, f32)> = frequencies.iter().map(|f| (position as f32 * f).sin_cos()).collect();
    for head in token.chunks_exact_mut(2 * frequencies.len()) {
        for (pair, (sin, cos)) in head.chunks_exact_mut(2).zip(&turns) {
            let (x, y) = (pair[0], pair[1]);
            pair[0] = x * cos - y * sin;
            pair[1] = x * sin + y * cos;
        }
    }
}

/// Softmax, in place.
pub(super) fn softmax(scores: &mut [f32]) {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in &mut *scores {
        *score = (*score - top).exp();
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

/// The scalar product, eight sums at a time so that the compiler can use vector instructions.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Attention of one query over the keys and values of its head, into `out`. Rows of `keys` and `values` are `stride`
/// apart and begin at `at`; `scores` is scratch of one value a key.
pub(super) fn attend(
    query: &[f32],
    (keys, values): (&[f32], &[f32]),
    (stride, at): (usize, usize),
    scores: &mut [f32],
    out: &mut [f32],
) {
    let head = query.len();
    let scale = 1.0 / (head as f32).sqrt();
    for (score, row) in scores.iter_mut().zip(keys.chunks_exact(stride)) {
        *score = dot(query, &row[at..at + head]) * scale;
    }
    softmax(scores);
    out.fill(0.0);
    for (score, row) in scores.iter().zip(values.chunks_exact(stride)) {
        for (out, value) in out.iter_mut().zip(&row[at..at + head]) {
            *out += score * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: &[f32], b: &[f32]) {
        assert_eq!(a.len(), b.len());
        for (x, y) in a.iter().zip(b) {
            assert!((x - y).abs() < 1e-5, "{a:?} {b:?}");
        }
    }

    #[test]
    fn rows_are_normalised_by_themselves() {
        near(&rms_norm(&[3.0, 4.0, 0.0, 2.0], &[1.0, 2.0], 0.0), &[0.848_528, 2.262_742, 0.0, 2.828_427]);
    }

    #[test]
    fn the_gate_is_a_silu() {
        let mut gate = [0.0, 1.0, -20.0];
        swiglu(&mut gate, &[5.0, 2.0, 1.0]);
        near(&gate, &[0.0, 1.462_117, 0.0]);
    }

    #[test]
    fn rotation_keeps_lengths_and_the_product_depends_on_the_distance_only() {
        let frequencies = frequencies(4, 10_000.0, 1.0, None);
        near(&frequencies, &[1.0, 0.01]);
        let turned = |position| {
            let mut token = [1.0, 2.0, 3.0, 4.0];
            rotate(&mut token, &frequencies, position);
            token
        };
        let mut quarter = [1.0, 0.0];
        rotate(&mut quarter, &[std::f32::consts::FRAC_PI_2], 1);
        near(&quarter, &[0.0, 1.0]);
        near(&[dot(&turned(3), &turned(5))], &[dot(&turned(10), &turned(12))]);
        near(&[dot(&turned(9), &turned(9))], &[30.0]);
        near(&frequencies_with_factor(), &[0.5, 0.01]);
    }

    fn frequencies_with_factor() -> Vec<f32> {
        frequencies(4, 10_000.0, 1.0, Some(&[2.0, 1.0]))
    }

    #[test]
    fn attention_is_a_mean_weighed_by_likeness() {
        let keys = [9.0, 0.0, 0.0, 9.0, 9.0, 0.0];
        let values = [0.0, 1.0, 0.0, 3.0, 0.0, 8.0];
        let (mut scores, mut out) = ([0.0; 3], [0.0; 1]);
        attend(&[0.0], (&keys, &values), (2, 1), &mut scores, &mut out);
        near(&out, &[4.0]);
        attend(&[100.0], (&keys, &values), (2, 1), &mut scores, &mut out);
        near(&out, &[3.0]);
    }

    #[test]
    fn products_of_any_length() {
        let a: Vec<f32> = (0..19).map(|i| i as f32).collect();
        near(&[dot(&a, &a)], &[2109.0]);
    }
}
