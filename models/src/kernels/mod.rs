//! The encoder's arithmetic over plain slices: element-wise kernels, attention, products.
//!
//! Nothing here knows tensors, models or threads.

mod attention;
mod dense;
mod dispatch;
mod int8;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use attention::{AttentionScratch, Head, QUERIES};
pub(crate) use dense::Packed;
pub(crate) use dispatch::{
    Int8Unit, Unit, add_norm, attend, bias_gelu, product_int8, product_packed, quantise_weights,
};
pub(crate) use int8::{PackedInt8, Quantised, fits_int8};

/// Outputs of a panel of 8-bit weights.
pub(crate) const PANEL_INT8: usize = int8::PANEL;

#[cfg(test)]
mod tests {
    use super::*;

    /// Every unit this processor has.
    fn units() -> Vec<Unit> {
        #[cfg(target_arch = "x86_64")]
        let all = [Unit::Avx512, Unit::Avx2, Unit::Baseline];
        #[cfg(not(target_arch = "x86_64"))]
        let all = [Unit::Baseline];
        all.into_iter().filter(|unit| unit.is_available()).collect()
    }

    /// `erfc` in f64: Taylor series of `erf` near zero, Lentz's continued fraction beyond.
    fn erfc(x: f64) -> f64 {
        let z = x.abs();
        let value = if z < 2.5 {
            let (mut term, mut sum) = (z, z);
            for n in 1..200 {
                term *= -z * z / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            1.0 - sum * 2.0 / std::f64::consts::PI.sqrt()
        } else {
            let mut fraction = z;
            for n in (1..200).rev() {
                fraction = z + f64::from(n) / 2.0 / fraction;
            }
            (-z * z).exp() / fraction / std::f64::consts::PI.sqrt()
        };
        if x < 0.0 { 2.0 - value } else { value }
    }

    #[test]
    fn gelu_is_the_erf_one_within_its_stated_error() {
        let inputs: Vec<f32> = (-12_000..=12_000).map(|i| i as f32 / 1_000.0).collect();
        for unit in units() {
            let mut row = inputs.clone();
            bias_gelu(unit, &mut row, &vec![0.0; inputs.len()]);
            for (x, y) in inputs.iter().zip(&row) {
                let expected = 0.5 * f64::from(*x) * erfc(-f64::from(*x) / std::f64::consts::SQRT_2);
                assert!(
                    (f64::from(*y) - expected).abs() < 6e-7,
                    "{unit:?} gelu({x}) = {y}, expected {expected}"
                );
            }
        }
    }

    /// Queries, keys and values of `tokens` tokens, three times `hidden` floats each.
    fn qkv(tokens: usize, hidden: usize, scale: f32) -> Vec<f32> {
        (0..tokens * 3 * hidden).map(|i| ((i * 7919 % 1013) as f32 / 506.5 - 1.0) * scale).collect()
    }

    /// The contexts of one head in f64.
    fn exact_contexts(head: &Head<'_>) -> Vec<Vec<f64>> {
        let hidden = head.query_bias.len();
        let rows = || head.qkv.chunks_exact(3 * hidden);
        let value = |row: &[f32], third: usize, d: usize| f64::from(row[third * hidden + head.column + d]);
        let context = |row: &[f32]| {
            let query = |d| value(row, 0, d) + f64::from(head.query_bias[head.column + d]);
            let scores: Vec<f64> =
                rows().map(|key| (0..head.size).map(|d| query(d) * value(key, 1, d)).sum()).collect();
            let greatest = scores.iter().copied().fold(f64::MIN, f64::max);
            let weights: Vec<f64> = scores.iter().map(|score| (score - greatest).exp()).collect();
            let total: f64 = weights.iter().sum();
            let sum = |d| rows().zip(&weights).map(|(row, w)| w * value(row, 2, d)).sum::<f64>() / total;
            (0..head.size).map(sum).collect::<Vec<f64>>()
        };
        rows().map(context).collect()
    }

    #[test]
    fn attention_matches_f64_for_every_length_range_and_head() {
        // Heads of 32 and 64 are common; 20 and 8 fill no register.
        for (hidden, size) in [(64, 32), (64, 64), (60, 20), (16, 8)] {
            let query_bias: Vec<f32> = (0..hidden).map(|i| i as f32 / 100.0 - 0.2).collect();
            // A score is a sum of `size` products below `scale` squared; its rounding is the weight's relative error.
            let bound = |scale: f32| 2e-6 + 2.0 * f32::EPSILON * size as f32 * scale * scale;
            for (tokens, scale) in
                [(1, 1.0), (2, 9.0), (15, 0.1), (16, 1.0), (17, 3.0), (100, 9.0), (512, 1.0)]
            {
                let qkv = qkv(tokens, hidden, scale);
                for unit in units() {
                    let mut out = vec![f32::NAN; tokens * hidden];
                    for column in (0..hidden).step_by(size) {
                        let head = Head { qkv: &qkv, query_bias: &query_bias, size, column };
                        for (block, out) in out.chunks_mut(2 * QUERIES * hidden).enumerate() {
                            attend(unit, &head, block * 2 * QUERIES, out, &mut AttentionScratch::default());
                        }
                        for (row, exact) in out.chunks_exact(hidden).zip(exact_contexts(&head)) {
                            for (found, exact) in row[column..column + size].iter().zip(exact) {
                                let error = (f64::from(*found) - exact).abs() / f64::from(scale);
                                assert!(
                                    error < f64::from(bound(scale)),
                                    "{unit:?} {tokens} tokens, scale {scale}: off by {error}"
                                );
                            }
                        }
                    }
                    // A query alone, with a scratch that has seen other heads, gives the same bits.
                    let (head, mut scratch) = (
                        Head { qkv: &qkv, query_bias: &query_bias, size, column: 0 },
                        AttentionScratch::default(),
                    );
                    for token in (0..tokens).step_by(7) {
                        let mut alone = vec![0.0; hidden];
                        attend(unit, &head, token, &mut alone, &mut scratch);
                        assert_eq!(alone[..size], out[token * hidden..][..size], "{unit:?} token {token}");
                    }
                }
            }
        }
    }

    #[test]
    fn layer_norm_matches_f64() {
        for unit in units() {
            for width in [1, 5, 16, 33, 384] {
                let make = |seed: usize| -> Vec<f32> {
                    (0..width).map(|i| ((i * 31 + seed * 17) % 97) as f32 / 20.0 - 2.0).collect()
                };
                let (row, other, bias, weight, shift) = (make(1), make(2), make(3), make(4), make(5));
                let mut ours = row.clone();
                add_norm(unit, &mut ours, &other, &bias, &weight, &shift, 1e-12);
                let sums: Vec<f64> = (0..width)
                    .map(|i| f64::from(row[i]) + f64::from(other[i]) + f64::from(bias[i]))
                    .collect();
                let mean = sums.iter().sum::<f64>() / width as f64;
                let variance = sums.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / width as f64;
                for i in 0..width {
                    let expected = (sums[i] - mean) / (variance + 1e-12).sqrt() * f64::from(weight[i])
                        + f64::from(shift[i]);
                    assert!((f64::from(ours[i]) - expected).abs() < 1e-4, "{unit:?} width {width} at {i}");
                }
            }
        }
    }

    #[test]
    fn packed_product_matches_f64_for_every_number_of_rows() {
        let value = |i: usize, seed: usize| ((i * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0;
        for unit in units() {
            for (rows, inputs, outputs) in
                [(1, 1, 32), (5, 7, 64), (12, 33, 32), (13, 384, 96), (30, 96, 384)]
            {
                let a: Vec<f32> = (0..rows * inputs).map(|i| value(i, 1)).collect();
                let w: Vec<f32> = (0..outputs * inputs).map(|i| value(i, 2)).collect();
                let packed =
                    Packed::new(&w, outputs, inputs, unit.columns()).expect("a multiple of 32 outputs");
                let mut out = vec![f32::NAN; rows * outputs];
                product_packed(unit, &packed, 0..outputs / unit.columns(), &a, &mut out, &mut Vec::new());
                for r in 0..rows {
                    for o in 0..outputs {
                        let exact: f64 = (0..inputs)
                            .map(|i| f64::from(a[r * inputs + i]) * f64::from(w[o * inputs + i]))
                            .sum();
                        let found = f64::from(out[r * outputs + o]);
                        assert!(
                            (found - exact).abs() < 1e-4,
                            "{unit:?} {rows}x{inputs}x{outputs} at ({r}, {o})"
                        );
                    }
                }
            }
        }
        assert!(Packed::new(&[0.0; 33], 33, 1, 16).is_none());
    }

    #[test]
    fn the_8_bit_product_is_the_same_on_every_unit_and_near_the_exact_one() {
        #[cfg(target_arch = "x86_64")]
        let units = [Int8Unit::Vnni, Int8Unit::Avx2, Int8Unit::Scalar];
        #[cfg(not(target_arch = "x86_64"))]
        let units = [Int8Unit::Scalar];
        for (count, inputs, outputs) in [(1, 32, 32), (5, 64, 96), (17, 384, 64), (33, 1536, 32)] {
            let mut rows: Vec<f32> =
                (0..count * inputs).map(|i| ((i * 7919) % 1009) as f32 / 250.0 - 1.5).collect();
            rows[..inputs].fill(-2.5);
            // The first output has the greatest pairs there may be, the second the greatest weights.
            let weights: Vec<i8> = (0..outputs * inputs)
                .map(|i| match i / inputs {
                    0 => [64, 64, -1, -127][i % 4],
                    1 => [127, -127][i % 2],
                    _ => (((i * 104_729) % 129) as i32 - 64) as i8,
                })
                .collect();
            let scales: Vec<f32> = (0..outputs).map(|o| 0.01 + o as f32 / 1000.0).collect();
            let packed = PackedInt8::new(&weights, scales.clone(), inputs).expect("multiples of 32");
            let panels = outputs / PANEL_INT8;
            let mut results = Vec::new();
            for unit in units.into_iter().filter(|unit| unit.is_available()) {
                let mut out = vec![f32::NAN; count * outputs];
                product_int8(unit, &packed, 0..panels, &rows, &mut out, &mut Quantised::default());
                // A range of panels gives just their columns.
                let mut last = vec![f32::NAN; count * PANEL_INT8];
                product_int8(unit, &packed, panels - 1..panels, &rows, &mut last, &mut Quantised::default());
                for (whole, last) in out.chunks(outputs).zip(last.chunks(PANEL_INT8)) {
                    assert!(whole.ends_with(last), "{unit:?}");
                }
                results.push((unit, out));
            }
            let (_, scalar) = results.last().expect("the scalar unit is always there");
            for (unit, out) in &results {
                assert!(out.iter().zip(scalar).all(|(a, b)| a.to_bits() == b.to_bits()), "{unit:?} differs");
            }
            for r in 0..count {
                let row = &rows[r * inputs..(r + 1) * inputs];
                let range =
                    row.iter().fold(0.0f32, |m, v| m.max(*v)) - row.iter().fold(0.0f32, |m, v| m.min(*v));
                for o in 0..outputs {
                    let weights = &weights[o * inputs..(o + 1) * inputs];
                    let pairs = row.iter().zip(weights).map(|(x, w)| (f64::from(*x), f64::from(*w)));
                    let exact = pairs.clone().map(|(x, w)| x * w).sum::<f64>() * f64::from(scales[o]);
                    // Half a step of the row's scale an input, at worst.
                    let bound = pairs.map(|(_, w)| w.abs()).sum::<f64>()
                        * f64::from(range / 255.0 * 0.51 * scales[o]);
                    let found = f64::from(scalar[r * outputs + o]);
                    assert!(
                        (found - exact).abs() <= bound + 1e-3,
                        "({r}, {o}): {found}, exact {exact}, bound {bound}"
                    );
                }
            }
        }
        assert!(PackedInt8::new(&[65; 1024], vec![1.0; 32], 32).is_none(), "pairs that saturate");
        assert!(PackedInt8::new(&[0; 1024], vec![1.0; 64], 16).is_none());
    }

    #[test]
    fn a_quantised_row_keeps_zero_and_is_within_half_a_step() {
        for row in [
            vec![0.0f32; 40],
            vec![3.0; 40],
            vec![-3.0; 40],
            (0..40).map(|i| i as f32 * 0.37 - 4.0).collect(),
        ] {
            let mut bytes = vec![9u8; 40];
            let (scale, zero) = vector::quantise_row(&row, &mut bytes);
            assert!((0..=255).contains(&zero), "{zero}");
            for (value, byte) in row.iter().zip(&bytes) {
                let back = (i32::from(*byte) - zero) as f32 * scale;
                assert!((back - value).abs() <= scale * 0.51, "{value} became {back}");
                assert!(*value != 0.0 || back == 0.0);
            }
        }
    }

    #[test]
    fn quantised_weights_fit_the_product_and_lose_little() {
        // A bell-shaped row, a row with one great weight, a row of equal ones, a row of zeros.
        let bell = |i: usize| {
            let terms =
                [(7919, 997), (104_729, 991), (31, 983), (557, 977), (8513, 971), (271, 967), (4409, 953)];
            terms
                .iter()
                .map(|(factor, modulus)| (i * factor % modulus) as f32 / *modulus as f32 - 0.5)
                .sum::<f32>()
        };
        let mut weights: Vec<f32> = (0..384).map(bell).collect();
        weights.extend((0..384).map(|i| if i == 7 { 3.0 } else { bell(i) / 10.0 }));
        weights.extend((0..384).map(|_| -0.3));
        weights.extend((0..384).map(|_| 0.0));
        let (integers, scales) = quantise_weights(Unit::Baseline, &weights, 384);
        for unit in units() {
            assert_eq!(quantise_weights(unit, &weights, 384), (integers.clone(), scales.clone()), "{unit:?}");
        }
        assert!(fits_int8(&integers));
        assert_eq!(scales[3], 0.0);
        let difference = |row: usize, of: &dyn Fn(usize) -> f32| {
            let range = row * 384..(row + 1) * 384;
            range.map(|i| (weights[i] - of(i)).powi(2)).sum::<f32>().sqrt()
        };
        for (row, most) in [(0, 1.5), (1, 1.01), (2, 1.01)] {
            let greatest = weights[row * 384..(row + 1) * 384].iter().fold(0.0f32, |m, w| m.max(w.abs()));
            let step = |bits: f32| move |weight: f32| (weight / greatest * bits).round() * greatest / bits;
            let found = difference(row, &|i| f32::from(integers[i]) * scales[row]);
            let eight_bits = difference(row, &|i| step(127.0)(weights[i]));
            let seven_bits = difference(row, &|i| step(64.0)(weights[i]));
            assert!(found <= most * eight_bits + 1e-4, "row {row}: {found}, 8 bits would be {eight_bits}");
            assert!(found < 0.8 * seven_bits + 1e-4, "row {row}: {found}, 7 bits would be {seven_bits}");
        }
    }
}
