//! The arithmetic of the element-wise kernels, written once over slices.
//!
//! Each function is `#[inline(always)]` and generic over how a multiply-add is done, so that [`super::dispatch`]
//! can compile it for AVX-512, for AVX2+FMA and for the baseline; loops run over fixed-size chunks so that the
//! compiler vectorises them and no bounds or overflow check remains inside.

/// How `a * b + c` is computed: fused where the processor can, else with two roundings.
pub(super) trait MulAdd {
    /// `a * b + c`.
    fn mul_add(a: f32, b: f32, c: f32) -> f32;
}

/// One rounding; only for code compiled with the `fma` target feature (elsewhere it is a slow library call).
pub(super) struct Fused;

/// Two roundings; the portable fallback.
pub(super) struct Plain;

impl MulAdd for Fused {
    #[inline(always)]
    fn mul_add(a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }
}

impl MulAdd for Plain {
    #[inline(always)]
    fn mul_add(a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }
}

/// Floats a chunk handles at once: one AVX-512 register, two AVX2 ones.
const LANES: usize = 16;

/// `e^x` for `x <= 0`, relative error below 2e-7 on [-87, 0]; below -87 it returns `e^-87` (about 1.6e-38).
///
/// Cephes' `expf`: `x = n ln 2 + r`, a degree-6 polynomial in `r`, and `2^n` through the exponent bits. The
/// rounding constant 1.5 * 2^23 turns the conversion to integer into bit arithmetic, which vectorises.
#[inline(always)]
pub(super) fn exp_nonpositive<M: MulAdd>(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    const LN2_HI: f32 = 0.693_359_4;
    const LN2_LO: f32 = -2.121_944_4e-4;
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = M::mul_add(x, std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = M::mul_add(n, -LN2_LO, M::mul_add(n, -LN2_HI, x));
    let mut p = M::mul_add(1.987_569_1e-4, r, 1.398_2e-3);
    p = M::mul_add(p, r, 8.333_452e-3);
    p = M::mul_add(p, r, 4.166_579_6e-2);
    p = M::mul_add(p, r, 1.666_666_5e-1);
    p = M::mul_add(p, r, 0.5);
    let e = M::mul_add(p * r, r, r + 1.0);
    let exponent = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    e * f32::from_bits(exponent << 23)
}

/// `x * Phi(x)` (the exact, erf-based GELU), absolute error below 6e-7.
///
/// `erfc` by Abramowitz and Stegun 7.1.26; `relu(x) - |x|/2 * erfc(|x|/sqrt 2)` avoids the cancellation that
/// `1 + erf(x)` has for negative `x`.
#[inline(always)]
fn gelu<M: MulAdd>(x: f32) -> f32 {
    let magnitude = x.abs();
    let z = magnitude * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / M::mul_add(0.327_591_1, z, 1.0);
    let mut p = M::mul_add(1.061_405_4, t, -1.453_152);
    p = M::mul_add(p, t, 1.421_413_7);
    p = M::mul_add(p, t, -0.284_496_74);
    p = M::mul_add(p, t, 0.254_829_6);
    let erfc = p * t * exp_nonpositive::<M>(-z * z);
    let relu = if x < 0.0 { 0.0 } else { x };
    M::mul_add(-0.5 * magnitude, erfc, relu)
}

/// `row = gelu(row + bias)`.
#[inline(always)]
pub(super) fn bias_gelu<M: MulAdd>(row: &mut [f32], bias: &[f32]) {
    let (chunks, rest) = row.as_chunks_mut::<LANES>();
    let (bias_chunks, bias_rest) = bias.as_chunks::<LANES>();
    for (values, bias) in chunks.iter_mut().zip(bias_chunks) {
        for (value, bias) in values.iter_mut().zip(bias) {
            *value = gelu::<M>(*value + *bias);
        }
    }
    for (value, bias) in rest.iter_mut().zip(bias_rest) {
        *value = gelu::<M>(*value + *bias);
    }
}

/// `row = layer_norm(row + other + bias) * weight + shift`, variance over the row without Bessel's correction.
#[inline(always)]
pub(super) fn add_norm<M: MulAdd>(
    row: &mut [f32],
    other: &[f32],
    bias: &[f32],
    weight: &[f32],
    shift: &[f32],
    epsilon: f32,
) {
    let width = row.len();
    for ((value, other), bias) in row.iter_mut().zip(other).zip(bias) {
        *value += *other + *bias;
    }
    let mean = sum(row) / width as f32;
    let mut squares = [0.0f32; LANES];
    let (chunks, rest) = row.as_chunks_mut::<LANES>();
    for values in chunks {
        for (value, square) in values.iter_mut().zip(&mut squares) {
            *value -= mean;
            *square = M::mul_add(*value, *value, *square);
        }
    }
    let mut variance = 0.0;
    for value in rest {
        *value -= mean;
        variance += *value * *value;
    }
    variance += squares.iter().sum::<f32>();
    let scale = 1.0 / (variance / width as f32 + epsilon).sqrt();
    for ((value, weight), shift) in row.iter_mut().zip(weight).zip(shift) {
        *value = M::mul_add(*value * scale, *weight, *shift);
    }
}

/// Quantises a row to unsigned bytes: `value = (byte - zero) * scale`, with `0.0` exactly at the zero point. Returns
/// scale and zero point. Only additions and multiplications, none fused, so that every unit gives the same bytes.
#[inline(always)]
pub(super) fn quantise_row(row: &[f32], bytes: &mut [u8]) -> (f32, i32) {
    // 1.5 * 2^23: adding it rounds to the nearest integer, which is then in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let (mut least, mut greatest) = ([0.0f32; LANES], [0.0f32; LANES]);
    let (chunks, rest) = row.as_chunks::<LANES>();
    for values in chunks {
        for ((value, least), greatest) in values.iter().zip(&mut least).zip(&mut greatest) {
            *least = if *value < *least { *value } else { *least };
            *greatest = if *value > *greatest { *value } else { *greatest };
        }
    }
    let least = least.iter().chain(rest).fold(0.0f32, |a, b| a.min(*b));
    let greatest = greatest.iter().chain(rest).fold(0.0f32, |a, b| a.max(*b));
    let scale = (greatest - least) / 255.0;
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let zero = (-least * inverse).round_ties_even();
    let quantise = |value: f32| {
        let integer = (value * inverse + zero + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i32;
        integer.clamp(0, 255) as u8
    };
    let (byte_chunks, byte_rest) = bytes.as_chunks_mut::<LANES>();
    for (values, bytes) in chunks.iter().zip(byte_chunks) {
        for (value, byte) in values.iter().zip(bytes) {
            *byte = quantise(*value);
        }
    }
    for (value, byte) in rest.iter().zip(byte_rest) {
        *byte = quantise(*value);
    }
    (scale, zero as i32)
}

/// The sum of a row, in sixteen partial sums.
#[inline(always)]
fn sum(row: &[f32]) -> f32 {
    let mut totals = [0.0f32; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for values in chunks {
        for (value, total) in values.iter().zip(&mut totals) {
            *total += *value;
        }
    }
    totals.iter().chain(rest).sum()
}
