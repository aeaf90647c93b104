//! Reads an `E5S1` file: multilingual-e5-small with its tokenizer and Q4_0 weights.
//!
//! Little-endian, as the package's own reader (version 0.3.0) has it: magic, u32 version; i32 hidden, layers,
//! heads, feed-forward, vocabulary, positions, token types; f32 epsilon; i32 block. Tokenizer: i32 pieces, i32 ids
//! of bos, eos, pad, unk; **u64** length of the piece blob; (pieces + 1) u32 offsets; pieces f32 scores; the blob;
//! i32 count and u32 byte length of the normalisation map; entries (u32 code point, u8 count, count u32 code
//! points). Directory: i32 count; entries (u16 name length, name, u8 type, u32 elements, u64 offset, u64 bytes).

use std::borrow::Cow;

use safetensors::Dtype;

use super::tensors::{NamedTensor, safetensors};
use crate::network::{BLOCK, BLOCK_BYTES, Q4_SUFFIX};
use crate::registry::Architecture;

/// What an `E5S1` file holds.
pub(super) struct E5s1<'a> {
    pub(super) tokenizer: UnigramData<'a>,
    tensors: Vec<NamedTensor<'a>>,
}

/// A SentencePiece unigram model as the file has it.
pub(super) struct UnigramData<'a> {
    /// Pieces with their log probabilities, by id.
    pub(super) pieces: Vec<(&'a str, f32)>,
    /// Start of a text.
    pub(super) bos: u32,
    /// End of a text.
    pub(super) eos: u32,
    /// Padding.
    pub(super) pad: u32,
    /// Unknown character.
    pub(super) unk: u32,
    /// What a character is replaced with before tokenisation; others stay.
    pub(super) map: Vec<(char, String)>,
}

/// A bounds-checked reader.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| format!("it ends inside a field at byte {}", self.at))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.first_chunk().copied().ok_or_else(|| "it ends too early".to_owned())
    }

    fn u8(&mut self) -> Result<u8, String> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn u16(&mut self) -> Result<u16, String> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, String> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn f32(&mut self) -> Result<f32, String> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    fn length(&mut self) -> Result<usize, String> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| "a length is too great".to_owned())
    }

    /// An i32 that counts something.
    fn count(&mut self) -> Result<usize, String> {
        usize::try_from(i32::from_le_bytes(self.array()?)).map_err(|_| "a count is negative".to_owned())
    }
}

/// Reads the file; the error is the reason in words.
pub(super) fn read<'a>(bytes: &'a [u8], arch: &Architecture) -> Result<E5s1<'a>, String> {
    let mut cursor = Cursor { bytes, at: 0 };
    if cursor.take(4)? != b"E5S1" {
        return Err("it does not begin with E5S1".to_owned());
    }
    cursor.u32()?;
    let expected = [
        arch.hidden,
        arch.layers,
        arch.heads,
        arch.feed_forward,
        arch.vocabulary,
        arch.positions,
        arch.token_types,
    ];
    for size in expected {
        let found = cursor.count()?;
        if found != size {
            return Err(format!("a size in its header is {found}, expected {size}"));
        }
    }
    let epsilon = cursor.f32()?;
    let block = cursor.count()?;
    if epsilon != arch.norm_epsilon || block != BLOCK {
        return Err(format!(
            "epsilon {epsilon} and block {block}, expected {} and {BLOCK}",
            arch.norm_epsilon
        ));
    }
    let tokenizer = read_tokenizer(&mut cursor)?;
    let tensors = read_directory(&mut cursor, arch)?;
    Ok(E5s1 { tokenizer, tensors })
}

fn read_tokenizer<'a>(cursor: &mut Cursor<'a>) -> Result<UnigramData<'a>, String> {
    let count = cursor.count()?;
    let [bos, eos, pad, unk] = [cursor.u32()?, cursor.u32()?, cursor.u32()?, cursor.u32()?];
    let blob_length = cursor.length()?;
    let words = |bytes: &'a [u8]| bytes.as_chunks::<4>().0.iter();
    let offsets: Vec<usize> =
        words(cursor.take((count + 1) * 4)?).map(|b| u32::from_le_bytes(*b) as usize).collect();
    let scores: Vec<f32> = words(cursor.take(count * 4)?).map(|b| f32::from_le_bytes(*b)).collect();
    let blob = cursor.take(blob_length)?;
    let piece = |(range, score): (&[usize], f32)| {
        let text = blob.get(range[0]..range[1]).ok_or("a piece lies outside the blob")?;
        Ok((std::str::from_utf8(text).map_err(|_| "a piece is not UTF-8")?, score))
    };
    let pieces = offsets.windows(2).zip(scores).map(piece).collect::<Result<Vec<_>, &str>>()?;
    if [bos, eos, pad, unk].iter().any(|id| *id as usize >= count) {
        return Err("a special token is outside the vocabulary".to_owned());
    }

    let entries = cursor.count()?;
    let table = cursor.u32()? as usize;
    let mut table = Cursor { bytes: cursor.take(table)?, at: 0 };
    let mut map = Vec::new();
    for _ in 0..entries {
        let from = character(table.u32()?)?;
        let length = table.u8()?;
        let to = (0..length).map(|_| character(table.u32()?)).collect::<Result<String, String>>()?;
        map.push((from, to));
    }
    Ok(UnigramData { pieces, bos, eos, pad, unk, map })
}

fn character(code: u32) -> Result<char, String> {
    char::from_u32(code).ok_or_else(|| format!("{code:#x} in the normalisation map is no character"))
}

fn read_directory<'a>(cursor: &mut Cursor<'a>, arch: &Architecture) -> Result<Vec<NamedTensor<'a>>, String> {
    let count = cursor.count()?;
    let mut tensors = Vec::new();
    for _ in 0..count {
        let length = cursor.u16()?;
        let name =
            std::str::from_utf8(cursor.take(length.into())?).map_err(|_| "a tensor's name is not UTF-8")?;
        let quantised = cursor.u8()? == 1;
        let elements = cursor.u32()? as usize;
        let (offset, bytes) = (cursor.length()?, cursor.length()?);
        let data = Cursor { bytes: cursor.bytes, at: offset }
            .take(bytes)
            .map_err(|e| format!("tensor {name}: {e}"))?;
        let (ours, cols) = our_name(name, arch).ok_or_else(|| format!("tensor {name} is unknown"))?;
        let fits = elements.is_multiple_of(cols)
            && bytes == if quantised { elements / BLOCK * BLOCK_BYTES } else { elements * 4 };
        if !fits {
            return Err(format!("tensor {name} has {elements} elements in {bytes} bytes"));
        }
        let rows = elements / cols;
        let (name, dtype, shape) = if quantised {
            (format!("{ours}{Q4_SUFFIX}"), Dtype::U8, vec![rows, cols / BLOCK * BLOCK_BYTES])
        } else {
            (ours, Dtype::F32, if rows == 1 { vec![cols] } else { vec![rows, cols] })
        };
        tensors.push(NamedTensor { name, dtype, shape, bytes: Cow::Borrowed(data) });
    }
    Ok(tensors)
}

/// The name BERT checkpoints use for a tensor, and the length of its rows.
fn our_name(name: &str, arch: &Architecture) -> Option<(String, usize)> {
    let hidden = arch.hidden;
    let embedding = match name {
        "emb.word" => "word_embeddings.weight",
        "emb.pos" => "position_embeddings.weight",
        "emb.type" => "token_type_embeddings.weight",
        "emb.ln.w" => "LayerNorm.weight",
        "emb.ln.b" => "LayerNorm.bias",
        _ => {
            let (layer, part) = name.strip_prefix('l')?.split_once('.')?;
            let layer: usize = layer.parse().ok()?;
            let (part, kind) = part.split_once('.')?;
            let (part, inputs, outputs) = match part {
                "q" => ("attention.self.query", hidden, hidden),
                "k" => ("attention.self.key", hidden, hidden),
                "v" => ("attention.self.value", hidden, hidden),
                "ao" => ("attention.output.dense", hidden, hidden),
                "aln" => ("attention.output.LayerNorm", hidden, hidden),
                "fi" => ("intermediate.dense", hidden, arch.feed_forward),
                "fo" => ("output.dense", arch.feed_forward, hidden),
                "oln" => ("output.LayerNorm", hidden, hidden),
                _ => return None,
            };
            let (kind, cols) = match kind {
                "w" => ("weight", inputs),
                "b" => ("bias", outputs),
                _ => return None,
            };
            return Some((format!("encoder.layer.{layer}.{part}.{kind}"), cols));
        }
    };
    Some((format!("embeddings.{embedding}"), hidden))
}

impl E5s1<'_> {
    /// The tensors as a safetensors file.
    pub(super) fn safetensors(&self) -> Result<Vec<u8>, String> {
        safetensors(&self.tensors)
    }
}
