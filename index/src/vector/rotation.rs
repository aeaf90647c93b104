//! A fixed random rotation: after it no coordinate says more than another, so one bit of each is worth about the same.
//!
//! Signs are flipped at random and a Walsh-Hadamard transform is done over the first and over the last `p` coordinates,
//! `p` the greatest power of two that fits; three rounds of that mix any length well (the construction of the RaBitQ
//! library for lengths that are no power of two). Each step keeps lengths and angles.

/// Rounds of flipping and transforming.
const ROUNDS: usize = 3;

/// A rotation of vectors of one length; equal for equal lengths, always.
#[derive(Debug, Clone)]
pub(super) struct Rotation {
    /// `ROUNDS` times a sign for each coordinate.
    signs: Vec<f32>,
    block: usize,
}

impl Rotation {
    /// The rotation of vectors of `dims` values (at least one).
    pub(super) fn new(dims: usize) -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut sign = || {
            // SplitMix64 (Steele, Lea, Flood 2014).
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            if (z ^ (z >> 31)) & 1 == 0 { 1.0 } else { -1.0 }
        };
        let signs = (0..ROUNDS * dims).map(|_| sign()).collect();
        Self { signs, block: 1 << dims.max(1).ilog2() }
    }

    /// Memory the rotation takes, in bytes.
    pub(super) fn bytes(dims: usize) -> usize {
        ROUNDS * dims * size_of::<f32>()
    }

    /// Rotates `L` vectors at once, given coordinate by coordinate, so that every step works on neighbours.
    pub(super) fn apply<const L: usize>(&self, x: &mut [[f32; L]]) {
        let dims = x.len();
        for signs in self.signs.chunks_exact(dims.max(1)) {
            for (values, sign) in x.iter_mut().zip(signs) {
                values.iter_mut().for_each(|value| *value *= sign);
            }
            hadamard(&mut x[..self.block]);
            if self.block < dims {
                hadamard(&mut x[dims - self.block..]);
            }
        }
    }
}

/// The Walsh-Hadamard transform of a power of two of coordinates, scaled so that it keeps lengths.
fn hadamard<const L: usize>(x: &mut [[f32; L]]) {
    let mut half = 1;
    while half < x.len() {
        for pair in x.chunks_exact_mut(half * 2) {
            let (left, right) = pair.split_at_mut(half);
            for (a, b) in left.iter_mut().zip(right) {
                for lane in 0..L {
                    (a[lane], b[lane]) = (a[lane] + b[lane], a[lane] - b[lane]);
                }
            }
        }
        half *= 2;
    }
    let scale = (x.len() as f32).sqrt().recip();
    x.iter_mut().flatten().for_each(|value| *value *= scale);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_lengths_and_angles_and_spreads_what_lies_in_one_coordinate() {
        for dims in [1, 2, 3, 5, 8, 100, 384, 768, 1000] {
            let rotation = Rotation::new(dims);
            let vector = |seed: usize| -> Vec<f32> {
                (0..dims).map(|i| ((i * 31 + seed * 17) % 23) as f32 - 11.0).collect()
            };
            let product = |a: &[f32], b: &[f32]| {
                a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>()
            };
            let (a, b) = (vector(1), vector(2));
            let (mut ra, mut rb) = (a.clone(), b.clone());
            rotation.apply(ra.as_chunks_mut::<1>().0);
            rotation.apply(rb.as_chunks_mut::<1>().0);
            let mut both: Vec<[f32; 2]> = a.iter().zip(&b).map(|(a, b)| [*a, *b]).collect();
            rotation.apply(&mut both);
            assert_eq!(both, ra.iter().zip(&rb).map(|(a, b)| [*a, *b]).collect::<Vec<_>>());
            let near = |x: f64, y: f64| (x - y).abs() <= 1e-5 * (1.0 + product(&a, &a).max(product(&b, &b)));
            assert!(near(product(&a, &a), product(&ra, &ra)), "{dims}");
            assert!(near(product(&a, &b), product(&ra, &rb)), "{dims}");
            let mut one = vec![0.0; dims];
            one[dims / 2] = 1.0;
            rotation.apply(one.as_chunks_mut::<1>().0);
            let most = one.iter().fold(0.0f32, |most, x| most.max(x.abs()));
            assert!(dims < 100 || most < 8.0 / (dims as f32).sqrt(), "{dims}: {most}");
        }
    }
}
