//! The 8-bit tiles in x86-64 instructions. Everything here is checked against the scalar tile, bit for bit.
#![expect(unsafe_code, reason = "vector instructions by name; see the SAFETY notes")]

use std::arch::x86_64::*;

use super::int8::{PANEL, Step, Tile};

/// AVX-512 VNNI: `vpdpbusd` multiplies 64 pairs of bytes and adds them to 16 sums.
///
/// Only to be instantiated inside functions compiled for `avx512f` and `avx512vnni`, and run where they exist.
pub(super) struct Vnni;

/// AVX2: bytes widened to 16 bits, `vpmaddwd` multiplies 16 pairs and adds neighbours. Two sums an output, added at
/// the end. (`vpmaddubsw` would take bytes, but saturates.)
///
/// Only to be instantiated inside functions compiled for `avx2`, and run where it exists.
pub(super) struct Avx2;

impl<const R: usize> Tile<R> for Vnni {
    type Quad = [u8; 4];

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
        for (sum, quad) in sums.iter_mut().zip(quads) {
            let inputs = _mm512_set1_epi32(i32::from_le_bytes(*quad));
            *sum = _mm512_dpbusd_epi32(*sum, inputs, weights);
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
    type Quad = [i16; 4];

    #[inline(always)]
    fn sums(rows: &[[i16; 4]], panel: &[Step]) -> [[i32; PANEL]; R] {
        let mut out = [[0; PANEL]; R];
        // SAFETY: the type's contract: the caller was compiled for these features and runs where they exist.
        unsafe {
            avx2::<0, R>(rows, panel, &mut out);
            avx2::<8, R>(rows, panel, &mut out);
        }
        out
    }
}

/// The sums of the eight outputs from `FIRST` on.
#[inline]
#[target_feature(enable = "avx2")]
fn avx2<const FIRST: usize, const R: usize>(rows: &[[i16; 4]], panel: &[Step], out: &mut [[i32; PANEL]; R]) {
    let mut low = [_mm256_setzero_si256(); R];
    let mut high = [_mm256_setzero_si256(); R];
    for (quads, step) in rows.as_chunks::<R>().0.iter().zip(panel) {
        let Some(weights) = step.as_flattened()[FIRST * 4..].first_chunk::<32>() else { continue };
        // SAFETY: 32 bytes are there; each load takes 16 and needs no alignment.
        let (first, second) = unsafe {
            let at = weights.as_ptr();
            (_mm_loadu_si128(at.cast()), _mm_loadu_si128(at.add(16).cast()))
        };
        let (first, second) = (_mm256_cvtepi8_epi16(first), _mm256_cvtepi8_epi16(second));
        for r in 0..R {
            // SAFETY: a quad is 8 bytes, and this load needs no alignment.
            let inputs = unsafe { _mm_loadl_epi64(quads[r].as_ptr().cast()) };
            let inputs = _mm256_broadcastq_epi64(inputs);
            low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(inputs, first));
            high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(inputs, second));
        }
    }
    for r in 0..R {
        // Neighbours are the two halves of an output's sum; the addition interleaves the two registers by halves.
        let pairs = _mm256_hadd_epi32(low[r], high[r]);
        let sums = _mm256_permute4x64_epi64::<0b11_01_10_00>(pairs);
        let Some(to) = out[r][FIRST..].first_chunk_mut::<8>() else { continue };
        // SAFETY: eight integers are 32 bytes, and this store needs no alignment.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), sums) };
    }
}
