//! Element-wise kernels and small matrix products of the encoder, over plain slices.
//!
//! Nothing here knows tensors, models or threads.

mod dense;
mod dispatch;
mod gemm;
mod vector;

pub(crate) use dense::Packed;
pub(crate) use dispatch::{Unit, add_norm, bias_gelu, exp_row, product_packed};
pub(crate) use gemm::{View, product};

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

    #[test]
    fn softmax_matches_f64_at_every_length_and_range() {
        for unit in units() {
            for len in [1, 2, 15, 16, 17, 100, 512] {
                for scale in [0.1f32, 5.0, 300.0] {
                    let row: Vec<f32> =
                        (0..len).map(|i| ((i * 7919 % 101) as f32 - 50.0) / 50.0 * scale).collect();
                    let mut ours = row.clone();
                    let inverse = exp_row(unit, &mut ours);
                    let max = row.iter().copied().fold(f32::MIN, f32::max);
                    let exact: Vec<f64> = row.iter().map(|v| f64::from(v - max).exp()).collect();
                    let total: f64 = exact.iter().sum();
                    for (a, b) in ours.iter().zip(&exact) {
                        let difference = (f64::from(a * inverse) - b / total).abs();
                        assert!(
                            difference < 5e-7,
                            "{unit:?} length {len} scale {scale}: off by {difference}"
                        );
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
                let packed = Packed::new(&w, outputs, inputs).expect("a multiple of 32 outputs");
                let mut out = vec![f32::NAN; rows * outputs];
                product_packed(unit, &packed, &a, &mut out, &mut Vec::new());
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
        assert!(Packed::new(&[0.0; 33], 33, 1).is_none());
    }
}
