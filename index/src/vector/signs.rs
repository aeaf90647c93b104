//! Products of a question with the signs of many rows, 32 rows at a time.
//!
//! The layout is that of PQ Fast Scan (André, Kermarrec, Le Scouarnec, VLDB 2015) as RaBitQ uses it: four signs of a row
//! are a number below 16, which looks up the sum of four of the question's values in a table that one instruction
//! reads for 32 rows.
#![expect(
    unsafe_code,
    reason = "calling a function compiled for instructions found at run time, and its loads"
)]

/// Rows that lie together.
pub(super) const ROWS: usize = 32;

/// Most values a vector may have: sums stay below 2^16.
pub(super) const MOST_DIMS: usize = 4096;

/// Bits the question's values are rounded to.
const BITS: u32 = 4;

/// Pairs of groups whose sums of up to 60 fit in a byte.
const IN_A_BYTE: usize = 4;

/// The signs of rows, for groups of four dimensions: 16 bytes a group, byte `j` holds row `j` below and row `j + 16`
/// above. The number of groups is even.
#[derive(Debug)]
pub(super) struct Signs {
    groups: usize,
    bytes: Vec<[u8; 16]>,
}

impl Signs {
    /// Room for the signs of `rows` vectors of `dims` values, all negative.
    pub(super) fn new(rows: usize, dims: usize) -> Self {
        let groups = dims.div_ceil(8) * 2;
        Self { groups, bytes: vec![[0; 16]; rows.div_ceil(ROWS) * groups] }
    }

    /// Memory the signs of `rows` vectors take, in bytes.
    pub(super) fn bytes(rows: usize, dims: usize) -> usize {
        rows.div_ceil(ROWS) * dims.div_ceil(8) * 2 * 16
    }

    /// Sets the signs of a row.
    pub(super) fn set(&mut self, row: usize, values: &[f32]) {
        let first = row / ROWS * self.groups;
        let (byte, shift) = (row % 16, row % ROWS / 16 * 4);
        for (values, group) in values.chunks(4).zip(&mut self.bytes[first..first + self.groups]) {
            let number = (0..).zip(values).fold(0, |number, (bit, x)| number | (u8::from(*x > 0.0) << bit));
            group[byte] |= number << shift;
        }
    }

    /// The rows, 32 at a time.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[[u8; 16]]> {
        self.bytes.chunks_exact(self.groups)
    }
}

/// A question rounded to `least + step * u`, `u` in 0..16, as tables of sums of `u`.
pub(super) struct Tables {
    tables: Vec<[u8; 16]>,
    least: f32,
    step: f32,
    /// Sum of the rounded values.
    total: f32,
    dims: f32,
}

impl Tables {
    pub(super) fn new(values: &[f32]) -> Self {
        let (least, most) = values
            .iter()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
        let steps = ((1 << BITS) - 1) as f32;
        let step = if most > least { (most - least) / steps } else { 1.0 };
        let levels: Vec<u8> =
            values.iter().map(|value| ((value - least) / step).round().clamp(0.0, steps) as u8).collect();
        let mut tables = vec![[0; 16]; values.len().div_ceil(8) * 2];
        for (table, levels) in tables.iter_mut().zip(levels.chunks(4)) {
            for (number, sum) in (0u8..).zip(table) {
                *sum =
                    (0..).zip(levels).filter(|(bit, _)| number >> bit & 1 == 1).map(|(_, level)| level).sum();
            }
        }
        let sum: u32 = levels.iter().map(|level| u32::from(*level)).sum();
        let dims = values.len() as f32;
        Self { tables, least, step, total: least * dims + step * sum as f32, dims }
    }

    /// `<q, s>` of the rounded question and signs of which `ones` are positive, from a row's sum.
    #[inline(always)]
    pub(super) fn product(&self, sum: f32, ones: f32) -> f32 {
        2.0 * (self.least * ones + self.step * sum) - self.total
    }

    /// Standard deviation of `<q, s>` for the question's rounding.
    pub(super) fn rounding(&self) -> f32 {
        self.step * (self.dims / 12.0).sqrt()
    }

    /// For each of 32 rows the sum of `u` where its sign is positive.
    pub(super) fn sums(&self, block: &[[u8; 16]]) -> [u16; ROWS] {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the instructions.
            return unsafe { sums_avx2(&self.tables, block) };
        }
        sums_portable(&self.tables, block)
    }
}

fn sums_portable(tables: &[[u8; 16]], block: &[[u8; 16]]) -> [u16; ROWS] {
    let mut sums = [0; ROWS];
    for (table, group) in tables.iter().zip(block) {
        for (row, byte) in group.iter().enumerate() {
            sums[row] += u16::from(table[usize::from(byte & 15)]);
            sums[row + 16] += u16::from(table[usize::from(byte >> 4)]);
        }
    }
    sums
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sums_avx2(tables: &[[u8; 16]], block: &[[u8; 16]]) -> [u16; ROWS] {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi8, _mm256_add_epi16, _mm256_and_si256, _mm256_loadu_si256, _mm256_set1_epi8,
        _mm256_set1_epi16, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_storeu_si256,
    };
    let nibble = _mm256_set1_epi8(15);
    let even_bytes = _mm256_set1_epi16(255);
    // Rows 0..16 and 16..32, of those the even and the odd ones.
    let mut sums = [_mm256_setzero_si256(); 4];
    let pairs = tables.as_chunks::<2>().0.iter().zip(block.as_chunks::<2>().0);
    let mut bytes = [_mm256_setzero_si256(); 2];
    let mut widen = |bytes: &mut [__m256i; 2]| {
        for (half, bytes) in bytes.iter_mut().enumerate() {
            sums[half * 2] = _mm256_add_epi16(sums[half * 2], _mm256_and_si256(*bytes, even_bytes));
            sums[half * 2 + 1] = _mm256_add_epi16(sums[half * 2 + 1], _mm256_srli_epi16::<8>(*bytes));
            *bytes = _mm256_setzero_si256();
        }
    };
    for (place, (table, group)) in pairs.enumerate() {
        // SAFETY: both are two arrays of 16 bytes; the loads need no alignment.
        let (table, group) = unsafe {
            (
                _mm256_loadu_si256(table.as_ptr().cast::<__m256i>()),
                _mm256_loadu_si256(group.as_ptr().cast::<__m256i>()),
            )
        };
        let low = _mm256_and_si256(group, nibble);
        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(group), nibble);
        bytes[0] = _mm256_add_epi8(bytes[0], _mm256_shuffle_epi8(table, low));
        bytes[1] = _mm256_add_epi8(bytes[1], _mm256_shuffle_epi8(table, high));
        if place % IN_A_BYTE == IN_A_BYTE - 1 {
            widen(&mut bytes);
        }
    }
    widen(&mut bytes);
    let mut out = [0; ROWS];
    for (part, sum) in sums.iter().enumerate() {
        let mut lanes = [0u16; 16];
        // SAFETY: the array has 32 bytes; the store needs no alignment.
        unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast::<__m256i>(), *sum) };
        let first = part / 2 * 16 + part % 2;
        // The two halves of a register are the two groups of each pair.
        for lane in 0..8 {
            out[first + lane * 2] = lanes[lane] + lanes[lane + 8];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_product_is_that_of_the_rounded_values_on_every_path(
            question in prop::collection::vec(-1f32..1.0, 1..500),
            seed in any::<u64>(),
            rows in 1usize..70,
        ) {
            let dims = question.len();
            let sign = |row: usize, place: usize| {
                (seed.wrapping_mul(row as u64 * 7919 + place as u64 * 104_729 + 1) >> 33) % 3 == 0
            };
            let mut signs = Signs::new(rows, dims);
            for row in 0..rows {
                let values: Vec<f32> = (0..dims).map(|place| if sign(row, place) { 1.0 } else { -1.0 }).collect();
                signs.set(row, &values);
            }
            let tables = Tables::new(&question);
            let level = |place: usize| ((question[place] - tables.least) / tables.step).round();
            let mut found = Vec::new();
            for block in signs.blocks() {
                let sums = tables.sums(block);
                prop_assert_eq!(sums, sums_portable(&tables.tables, block));
                found.extend(sums);
            }
            prop_assert_eq!(found.len(), rows.div_ceil(ROWS) * ROWS);
            for (row, found) in found.into_iter().enumerate().take(rows) {
                let positive: Vec<usize> = (0..dims).filter(|place| sign(row, *place)).collect();
                let sum = positive.iter().map(|place| level(*place)).sum::<f32>();
                prop_assert_eq!(f32::from(found), sum);
                let exact: f64 = (0..dims).map(|p| f64::from(question[p]) * if sign(row, p) { 1.0 } else { -1.0 }).sum();
                // Each value is rounded by half a step at most.
                let most = f64::from(tables.step) * 0.51 * dims as f64 + 1e-3;
                prop_assert!((f64::from(tables.product(sum, positive.len() as f32)) - exact).abs() <= most);
            }
        }
    }

    #[test]
    fn the_greatest_sums_of_the_longest_vectors_fit() {
        let mut signs = Signs::new(ROWS, MOST_DIMS);
        for row in 0..ROWS {
            signs.set(row, &vec![1.0; MOST_DIMS]);
        }
        let question: Vec<f32> = (0..MOST_DIMS).map(|place| if place == 0 { 0.0 } else { 1.0 }).collect();
        let tables = Tables::new(&question);
        let block = signs.blocks().next().expect("one");
        assert_eq!(tables.sums(block), [(MOST_DIMS as u16 - 1) * 15; ROWS]);
        assert_eq!(sums_portable(&tables.tables, block), [(MOST_DIMS as u16 - 1) * 15; ROWS]);
    }
}
