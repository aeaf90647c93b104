//! Word embeddings, in a form small enough to keep: only the rows of a text's tokens become f32.

use half::f16;

use super::q4;

/// The table of word embeddings, a row of `width` values a token.
pub(crate) enum WordEmbeddings {
    /// Half precision: 11 bits a value.
    F16 {
        /// The values.
        values: Vec<f16>,
        /// Values of a row.
        width: usize,
    },
    /// Q4_0 blocks.
    Q4 {
        /// The blocks.
        blocks: Vec<u8>,
        /// Values of a row.
        width: usize,
    },
    /// `(value - zero) * scale`.
    Uint8 {
        /// The values.
        values: Vec<u8>,
        /// Scale of all values.
        scale: f32,
        /// Zero point of all values.
        zero: f32,
        /// Values of a row.
        width: usize,
    },
}

impl WordEmbeddings {
    /// Rounds a table of f32 to half precision: half the memory, and a change of at most 1/2048 of a value. `None` if a
    /// value is too great for it (beyond 65,504).
    pub(crate) fn half(values: &[f32], width: usize) -> Option<Self> {
        let half = |value: &f32| Some(f16::from_f32(*value)).filter(|half| half.is_finite());
        Some(Self::F16 { values: values.iter().map(half).collect::<Option<_>>()?, width })
    }

    /// Writes a token's embedding to `row`.
    ///
    /// # Panics
    /// If the table has no such token.
    pub(crate) fn read_row(&self, token: usize, row: &mut [f32]) {
        match self {
            Self::F16 { values, width } => {
                let values = &values[token * width..][..*width];
                row.iter_mut().zip(values).for_each(|(to, from)| *to = from.to_f32());
            }
            Self::Q4 { blocks, width } => {
                let bytes = width / q4::BLOCK * q4::BLOCK_BYTES;
                q4::for_each(&blocks[token * bytes..][..bytes], |i, weight| row[i] = weight);
            }
            Self::Uint8 { values, scale, zero, width } => {
                let values = &values[token * width..][..*width];
                row.iter_mut().zip(values).for_each(|(to, from)| *to = (f32::from(*from) - zero) * scale);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_the_row_of_its_token() {
        let table: Vec<f32> = (0..96).map(|i| i as f32 / 8.0 - 3.0).collect();
        let mut row = [0.0; 32];
        WordEmbeddings::half(&table, 32).expect("small values").read_row(2, &mut row);
        assert_eq!(row, table[64..]);
        assert!(WordEmbeddings::half(&[65_504.0; 32], 32).is_some());
        assert!(WordEmbeddings::half(&[65_520.0; 32], 32).is_none(), "it would become infinite");

        let values = (0..96).collect();
        WordEmbeddings::Uint8 { values, scale: 0.5, zero: 70.0, width: 32 }.read_row(1, &mut row);
        assert_eq!((row[0], row[31]), (-19.0, -3.5));

        let mut blocks = vec![0u8; 2 * q4::BLOCK_BYTES];
        blocks[q4::BLOCK_BYTES..][..2].copy_from_slice(&f16::from_f32(2.0).to_le_bytes());
        blocks[q4::BLOCK_BYTES + 2] = 0x9f;
        WordEmbeddings::Q4 { blocks, width: 32 }.read_row(1, &mut row);
        assert_eq!((row[0], row[16], row[1]), (14.0, 2.0, -16.0));
    }
}
