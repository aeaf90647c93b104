//! Products of a question with signs, as counts of bits.
#![expect(unsafe_code, reason = "calling a function compiled for an instruction found at run time")]

/// Bits the question's values are rounded to.
const BITS: usize = 4;

/// A question rounded to `least + step * u`, `u` in 0..16, kept as one plane for each bit of `u`.
pub(super) struct Planes {
    /// For each word of a code, the four planes' words.
    planes: Vec<[u64; BITS]>,
    least: f32,
    step: f32,
    /// Sum of the rounded values.
    total: f32,
    dims: f32,
}

impl Planes {
    pub(super) fn new(values: &[f32]) -> Self {
        let (least, most) = values
            .iter()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
        let steps = ((1 << BITS) - 1) as f32;
        let step = if most > least { (most - least) / steps } else { 1.0 };
        let mut planes = vec![[0u64; BITS]; values.len().div_ceil(64)];
        let mut sum = 0u32;
        for (place, value) in values.iter().enumerate() {
            let level = ((value - least) / step).round().clamp(0.0, steps) as u32;
            sum += level;
            for (bit, plane) in planes[place / 64].iter_mut().enumerate() {
                *plane |= u64::from(level >> bit & 1) << (place % 64);
            }
        }
        let dims = values.len() as f32;
        Self { planes, least, step, total: least * dims + step * sum as f32, dims }
    }

    /// `<q, s>` of the rounded question and the signs of a code with `ones` bits set, from [`Planes::sum`].
    #[inline(always)]
    pub(super) fn product(&self, sum: f32, ones: f32) -> f32 {
        2.0 * (self.least * ones + self.step * sum) - self.total
    }

    /// Standard deviation of `<q, s>` for the question's rounding.
    pub(super) fn rounding(&self) -> f32 {
        self.step * (self.dims / 12.0).sqrt()
    }

    /// For each code the sum of `u` where it has a bit (exact: it stays far below 2^24).
    pub(super) fn sums(&self, codes: &[u64], sums: &mut [f32]) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("popcnt") {
            // SAFETY: the processor has the instruction.
            return unsafe { self.sums_popcnt(codes, sums) };
        }
        self.sums_any(codes, sums);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "popcnt")]
    fn sums_popcnt(&self, codes: &[u64], sums: &mut [f32]) {
        self.sums_any(codes, sums);
    }

    #[inline(always)]
    fn sums_any(&self, codes: &[u64], sums: &mut [f32]) {
        // The usual lengths, with loops the compiler unrolls.
        match self.planes.len() {
            6 => self.sums_fixed::<6>(codes, sums),
            8 => self.sums_fixed::<8>(codes, sums),
            12 => self.sums_fixed::<12>(codes, sums),
            16 => self.sums_fixed::<16>(codes, sums),
            words => {
                for (code, sum) in codes.chunks_exact(words).zip(sums) {
                    *sum = weigh(code, &self.planes);
                }
            }
        }
    }

    #[inline(always)]
    fn sums_fixed<const W: usize>(&self, codes: &[u64], sums: &mut [f32]) {
        let Some(planes) = self.planes.first_chunk::<W>() else { return };
        for (code, sum) in codes.as_chunks::<W>().0.iter().zip(sums) {
            *sum = weigh(code, planes);
        }
    }
}

/// The sum of one code.
#[inline(always)]
fn weigh(code: &[u64], planes: &[[u64; BITS]]) -> f32 {
    let mut counts = [0u32; BITS];
    for (word, planes) in code.iter().zip(planes) {
        for bit in 0..BITS {
            counts[bit] += (word & planes[bit]).count_ones();
        }
    }
    (0..).zip(counts).map(|(bit, count)| count << bit).sum::<u32>() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_product_is_that_of_the_rounded_values_on_every_path(
            pairs in prop::collection::vec((-1f32..1.0, any::<bool>()), 1..1100),
            width in prop::sample::select(vec![1usize, 6, 8, 12, 16]),
        ) {
            let dims = pairs.len().min(width * 64);
            let (values, signs): (Vec<f32>, Vec<bool>) = pairs.into_iter().take(dims).unzip();
            let planes = Planes::new(&values);
            let mut code = vec![0u64; dims.div_ceil(64)];
            for (place, _) in signs.iter().enumerate().filter(|(_, sign)| **sign) {
                code[place / 64] |= 1 << (place % 64);
            }
            let ones = signs.iter().filter(|sign| **sign).count() as f32;
            let exact: f64 = values.iter().zip(&signs).map(|(v, s)| f64::from(*v) * if *s { 1.0 } else { -1.0 }).sum();
            let both: Vec<u64> = [code.clone(), code.clone()].concat();
            let (mut fast, mut any) = ([0.0; 2], [0.0; 2]);
            planes.sums(&both, &mut fast);
            planes.sums_any(&both, &mut any);
            prop_assert_eq!(fast, any);
            prop_assert_eq!(fast, [weigh(&code, &planes.planes); 2]);
            // Each value is rounded by half a step at most.
            let most = f64::from(planes.step) * 0.51 * dims as f64 + 1e-3;
            prop_assert!((f64::from(planes.product(fast[0], ones)) - exact).abs() <= most);
        }
    }
}
