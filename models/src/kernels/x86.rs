//! The 8-bit tiles in x86-64 instructions. Everything here is checked against the scalar tile, bit for bit.
#![expect(unsafe_code, reason = "vector instructions by name; see the SAFETY notes")]

use std::arch::x86_64::*;

use super::int8::{PANEL, Step, Tile};

/// AVX-512 VNNI: `vpdpbusd` multiplies 64 pairs of bytes and adds them to 16 sums.
///
/// Only to be instantiated inside functions compiled for `avx512f` and `avx512vnni`, and run where they exist.
pub(super) struct Vnni;

/// AVX2: `vpmaddubsw` multiplies 32 pairs of bytes and adds neighbours in 16 bits, which cannot saturate with weights
/// packed as [`super::int8`] packs them; `vpmaddwd` by ones adds neighbours again, in 32 bits.
///
/// Only to be instantiated inside functions compiled for `avx2`, and run where it exists.
pub(super) struct Avx2;

impl<const R: usize> Tile<R> for Vnni {
    #[inline(always)]
    fn sums(rows: &[[u8; 4]], panel: &[Step]) -> [[i32; PANEL]; R] {
        // SAFETY: the type's contract: the caller was compiled for these features and runs where they exist.
        unsafe { vnni(rows, panel) }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512vnni")]
fn vnni<const R: usize>(rows: &[[u8; 4]], panel: &[Step]) -> [[i32; PANEL]; R] {
    let mut sums = [_mm512_setzero_si512(); R];
    for (quads, step) in rows.as_chunks::<R>().0.iter().zip(panel) {
        // SAFETY: a step is 64 bytes, and this load needs no alignment.
        let weights = unsafe { _mm512_loadu_si512(std::ptr::from_ref(step).cast()) };
        for r in 0..R {
            let inputs = _mm512_set1_epi32(i32::from_le_bytes(quads[r]));
            sums[r] = _mm512_dpbusd_epi32(sums[r], inputs, weights);
        }
    }
    let mut out = [[0; PANEL]; R];
    for (out, sum) in out.iter_mut().zip(sums) {
        // SAFETY: a row of sums is 16 integers, 64 bytes, and this store needs no alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), sum) };
    }
    out
}

impl<const R: usize> Tile<R> for Avx2 {
    #[inline(always)]
    fn sums(rows: &[[u8; 4]], panel: &[Step]) -> [[i32; PANEL]; R] {
        // SAFETY: the type's contract: the caller was compiled for these features and runs where they exist.
        unsafe { avx2(rows, panel) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn avx2<const R: usize>(rows: &[[u8; 4]], panel: &[Step]) -> [[i32; PANEL]; R] {
    let ones = _mm256_set1_epi16(1);
    let mut low = [_mm256_setzero_si256(); R];
    let mut high = [_mm256_setzero_si256(); R];
    for (quads, step) in rows.as_chunks::<R>().0.iter().zip(panel) {
        let at: *const __m256i = std::ptr::from_ref(step).cast();
        // SAFETY: a step is 64 bytes; each load takes 32 and needs no alignment.
        let (first, second) = unsafe { (_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))) };
        for r in 0..R {
            let inputs = _mm256_set1_epi32(i32::from_le_bytes(quads[r]));
            low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(_mm256_maddubs_epi16(inputs, first), ones));
            high[r] =
                _mm256_add_epi32(high[r], _mm256_madd_epi16(_mm256_maddubs_epi16(inputs, second), ones));
        }
    }
    let mut out = [[0; PANEL]; R];
    for ((out, low), high) in out.iter_mut().zip(low).zip(high) {
        let at: *mut __m256i = out.as_mut_ptr().cast();
        // SAFETY: a row of sums is 16 integers, 64 bytes; each store writes 32 and needs no alignment.
        unsafe {
            _mm256_storeu_si256(at, low);
            _mm256_storeu_si256(at.add(1), high);
        }
    }
    out
}
