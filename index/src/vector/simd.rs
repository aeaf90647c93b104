//! Inner product, with the widest instructions the processor has, chosen once at run time.
#![expect(unsafe_code, reason = "calling functions compiled for instruction sets found at run time")]

use std::sync::OnceLock;

type Kernel = unsafe fn(&[f32], &[f32]) -> f32;

/// Sum of products of two vectors of the same length (the shorter one decides).
///
/// For unit vectors this is their cosine. Sums run in several lanes, so the last bits differ from a
/// sequential sum and between kernels; ranking ties are broken by id, not by those bits.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    // SAFETY: `kernel` returns a function whose instruction set this processor has; every kernel
    // is safe for any two slices.
    unsafe { kernel().1(a, b) }
}

/// Name of the kernel in use: `avx512f`, `avx2+fma` or `portable`.
pub fn active_kernel() -> &'static str {
    kernel().0
}

/// Says that a vector is about to be read.
#[inline]
pub(super) fn prefetch(row: &[f32]) {
    #[cfg(target_arch = "x86_64")]
    for line in row.chunks(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 processor has this instruction; it is a hint, and the address lies in `row`.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = row;
}

/// Values in a line of the cache.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 16;

fn kernel() -> (&'static str, Kernel) {
    static KERNEL: OnceLock<(&'static str, Kernel)> = OnceLock::new();
    *KERNEL.get_or_init(|| {
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx512f") {
                return ("avx512f", dot_avx512 as Kernel);
            }
            if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                return ("avx2+fma", dot_avx2 as Kernel);
            }
        }
        ("portable", dot_portable as Kernel)
    })
}

/// Plain Rust over `LANES` partial sums; the compiler turns it into the vector code of whatever
/// instruction set the caller was compiled for.
#[inline(always)]
fn dot_lanes<const LANES: usize, const FUSED: bool>(a: &[f32], b: &[f32]) -> f32 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut sums = [0f32; LANES];
    let (chunks_a, rest_a) = a.as_chunks::<LANES>();
    let (chunks_b, rest_b) = b.as_chunks::<LANES>();
    for (x, y) in chunks_a.iter().zip(chunks_b) {
        for i in 0..LANES {
            sums[i] = if FUSED { x[i].mul_add(y[i], sums[i]) } else { sums[i] + x[i] * y[i] };
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

fn dot_portable(a: &[f32], b: &[f32]) -> f32 {
    dot_lanes::<16, false>(a, b)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn dot_avx2(a: &[f32], b: &[f32]) -> f32 {
    dot_lanes::<32, true>(a, b)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn dot_avx512(a: &[f32], b: &[f32]) -> f32 {
    dot_lanes::<64, true>(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reference(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    }

    proptest! {
        #[test]
        fn every_kernel_agrees_with_f64(pairs in prop::collection::vec((-1f32..1.0, -1f32..1.0), 0..700)) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let expect = reference(&a, &b);
            let tolerance = 1e-5 * (1.0 + a.len() as f64).sqrt();
            let mut results = vec![dot(&a, &b), dot_portable(&a, &b)];
            #[cfg(target_arch = "x86_64")]
            {
                if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                    // SAFETY: the features were just found.
                    results.push(unsafe { dot_avx2(&a, &b) });
                }
                if std::arch::is_x86_feature_detected!("avx512f") {
                    // SAFETY: the feature was just found.
                    results.push(unsafe { dot_avx512(&a, &b) });
                }
            }
            for r in results {
                prop_assert!((f64::from(r) - expect).abs() < tolerance, "{r} against {expect}");
            }
        }
    }

    #[test]
    fn lengths_that_differ_use_the_shorter() {
        assert_eq!(dot(&[1.0, 2.0, 3.0], &[1.0, 1.0]), 3.0);
        assert_eq!(dot(&[], &[1.0]), 0.0);
    }
}
