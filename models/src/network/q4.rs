//! Q4_0: 32 weights in 18 bytes, the 4-bit block format of GGML.
//!
//! A block is an f16 scale and 16 bytes; byte `j` holds weight `j` in its low half and weight `j + 16` in its high
//! half; a weight is `(half - 8) * scale`.

use half::f16;

/// Weights of a block.
pub(crate) const BLOCK: usize = 32;

/// Bytes of a block.
pub(crate) const BLOCK_BYTES: usize = 18;

/// Calls `put(i, weight)` for every weight of the blocks, in order of blocks.
pub(crate) fn for_each(blocks: &[u8], mut put: impl FnMut(usize, f32)) {
    for (b, block) in blocks.chunks_exact(BLOCK_BYTES).enumerate() {
        let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
        for (j, byte) in block[2..].iter().enumerate() {
            put(b * BLOCK + j, (f32::from(byte & 0x0f) - 8.0) * scale);
            put(b * BLOCK + j + BLOCK / 2, (f32::from(byte >> 4) - 8.0) * scale);
        }
    }
}

/// All weights of the blocks.
pub(crate) fn dequantise(blocks: &[u8]) -> Vec<f32> {
    let mut weights = vec![0.0; blocks.len() / BLOCK_BYTES * BLOCK];
    for_each(blocks, |i, weight| weights[i] = weight);
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_documented_block() {
        let mut block = f16::from_f32(0.5).to_le_bytes().to_vec();
        block.extend((0..16u8).map(|j| j | (15 - j) << 4));
        let weights = dequantise(&block);
        assert_eq!(weights.len(), BLOCK);
        for j in 0..16 {
            assert_eq!(weights[j], (j as f32 - 8.0) * 0.5);
            assert_eq!(weights[j + 16], (7.0 - j as f32) * 0.5);
        }
    }
}
