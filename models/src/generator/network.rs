//! The forward pass of a Llama network with quantised weights, and its memory of keys and values.

use std::io::{Read, Seek};

use candle_core::quantized::gguf_file::Content;
use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{Device, Module as _, Tensor};
use rayon::prelude::*;

use super::gguf::Sizes;
use super::ops::{attend, frequencies, rms_norm, rotate, swiglu};

/// A weight matrix and its shape.
struct Matrix {
    weights: QMatMul,
    inputs: usize,
}

impl Matrix {
    /// The products of rows with the matrix.
    fn product(&self, rows: &[f32]) -> candle_core::Result<Vec<f32>> {
        let shape = (rows.len() / self.inputs, self.inputs);
        let rows = Tensor::from_slice(rows, shape, &Device::Cpu)?;
        self.weights.forward(&rows)?.flatten_all()?.to_vec1()
    }
}

struct Layer {
    attention_norm: Vec<f32>,
    query: Matrix,
    key: Matrix,
    value: Matrix,
    output: Matrix,
    feed_forward_norm: Vec<f32>,
    gate: Matrix,
    up: Matrix,
    down: Matrix,
}

/// A loaded network.
pub(super) struct Network {
    sizes: Sizes,
    frequencies: Vec<f32>,
    embedding: QMatMul,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    output: Matrix,
    vocabulary: usize,
}

/// Keys and values of the tokens seen so far.
pub(super) struct Memory {
    keys: Vec<Vec<f32>>,
    values: Vec<Vec<f32>>,
    /// Tokens seen.
    pub(super) tokens: usize,
}

/// Reads tensors of a file and checks their shapes.
struct Tensors<'a, R> {
    content: &'a Content,
    from: &'a mut R,
}

impl<R: Read + Seek> Tensors<'_, R> {
    fn tensor(&mut self, name: &str) -> Result<QTensor, String> {
        let info = self.content.tensor_infos.get(name).ok_or_else(|| format!("it has no tensor {name}"))?;
        let width = info.shape.dims().last().copied().unwrap_or(0);
        if width == 0 || !width.is_multiple_of(info.ggml_dtype.block_size()) {
            return Err(format!("{name} has rows of {width} values, not whole blocks"));
        }
        self.content.tensor(self.from, name, &Device::Cpu).map_err(|e| format!("{name}: {e}"))
    }

    /// A tensor of `outputs` rows of `inputs` values.
    fn rows(&mut self, name: &str, outputs: usize, inputs: usize) -> Result<QTensor, String> {
        let tensor = self.tensor(name)?;
        if tensor.shape().dims() != [outputs, inputs] {
            return Err(format!("{name} has the shape {:?}, expected {outputs} by {inputs}", tensor.shape()));
        }
        Ok(tensor)
    }

    fn matrix(&mut self, name: &str, outputs: usize, inputs: usize) -> Result<Matrix, String> {
        let tensor = self.rows(name, outputs, inputs)?;
        let tensor = with_kernel(tensor).map_err(|e| format!("{name}: {e}"))?;
        let weights = QMatMul::from_qtensor(tensor).map_err(|e| format!("{name}: {e}"))?;
        Ok(Matrix { weights, inputs })
    }

    fn vector(&mut self, name: &str, len: usize) -> Result<Vec<f32>, String> {
        let tensor = self.tensor(name)?;
        let values = tensor
            .dequantize(&Device::Cpu)
            .and_then(|t| t.flatten_all()?.to_vec1::<f32>())
            .map_err(|e| format!("{name}: {e}"))?;
        if values.len() == len {
            Ok(values)
        } else {
            Err(format!("{name} has {} values, expected {len}", values.len()))
        }
    }
}

/// The tensor in a format that candle multiplies with vector instructions: some 4 and 5 bit formats have scalar code
/// only, ten times as slow. In 8 bits their values are kept to one part in 254 of the largest of a block.
fn with_kernel(tensor: QTensor) -> candle_core::Result<QTensor> {
    match tensor.dtype() {
        GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1 => {
            QTensor::quantize(&tensor.dequantize(&Device::Cpu)?, GgmlDType::Q8_0)
        }
        _ => Ok(tensor),
    }
}

impl Network {
    /// Reads the weights; the error says which are missing or of another shape.
    pub(super) fn read(
        content: &Content,
        from: &mut (impl Read + Seek),
        sizes: Sizes,
    ) -> Result<Self, String> {
        let mut tensors = Tensors { content, from };
        let Sizes { hidden, heads, kv_heads, head, feed_forward, .. } = sizes;
        let (wide, narrow) = (heads * head, kv_heads * head);
        let embedding = tensors.tensor("token_embd.weight")?;
        let &[vocabulary, width] = embedding.shape().dims() else {
            return Err("token_embd.weight is no matrix".to_owned());
        };
        if width != hidden {
            return Err(format!("token_embd.weight has rows of {width} values, expected {hidden}"));
        }
        let embedding = QMatMul::from_qtensor(embedding).map_err(|e| format!("token_embd.weight: {e}"))?;
        // Without an output of its own the network uses its embedding.
        let output = match content.tensor_infos.contains_key("output.weight") {
            true => tensors.matrix("output.weight", vocabulary, hidden)?,
            false => Matrix { weights: embedding.clone(), inputs: hidden },
        };
        let factors = match content.tensor_infos.contains_key("rope_freqs.weight") {
            true => Some(tensors.vector("rope_freqs.weight", head / 2)?),
            false => None,
        };
        let mut layers = Vec::with_capacity(sizes.layers);
        for at in 0..sizes.layers {
            let name = |part: &str| format!("blk.{at}.{part}.weight");
            layers.push(Layer {
                attention_norm: tensors.vector(&name("attn_norm"), hidden)?,
                query: tensors.matrix(&name("attn_q"), wide, hidden)?,
                key: tensors.matrix(&name("attn_k"), narrow, hidden)?,
                value: tensors.matrix(&name("attn_v"), narrow, hidden)?,
                output: tensors.matrix(&name("attn_output"), hidden, wide)?,
                feed_forward_norm: tensors.vector(&name("ffn_norm"), hidden)?,
                gate: tensors.matrix(&name("ffn_gate"), feed_forward, hidden)?,
                up: tensors.matrix(&name("ffn_up"), feed_forward, hidden)?,
                down: tensors.matrix(&name("ffn_down"), hidden, feed_forward)?,
            });
        }
        let norm = tensors.vector("output_norm.weight", hidden)?;
        let frequencies = frequencies(head, sizes.rope_base, sizes.rope_scale, factors.as_deref());
        Ok(Self { sizes, frequencies, embedding, layers, norm, output, vocabulary })
    }

    /// Rows of the output: one a token it can write.
    pub(super) fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// A memory of nothing.
    pub(super) fn memory(&self) -> Memory {
        let empty = || vec![Vec::new(); self.layers.len()];
        Memory { keys: empty(), values: empty(), tokens: 0 }
    }

    /// Reads the next tokens and remembers them; returns the last one's vector before the output.
    pub(super) fn read_tokens(&self, ids: &[u32], memory: &mut Memory) -> candle_core::Result<Vec<f32>> {
        let ids = Tensor::from_slice(ids, ids.len(), &Device::Cpu)?;
        let mut x: Vec<f32> = self.embedding.embedding(&ids)?.flatten_all()?.to_vec1()?;
        for (at, layer) in self.layers.iter().enumerate() {
            self.attention(layer, at, memory, &mut x)?;
            let inner = rms_norm(&x, &layer.feed_forward_norm, self.sizes.epsilon);
            let mut gate = layer.gate.product(&inner)?;
            swiglu(&mut gate, &layer.up.product(&inner)?);
            add(&mut x, &layer.down.product(&gate)?);
        }
        memory.tokens += x.len() / self.sizes.hidden;
        Ok(x.split_off(x.len() - self.sizes.hidden))
    }

    /// Scores of every token as the next one, from the vector [`Self::read_tokens`] gave.
    pub(super) fn scores(&self, vector: &[f32]) -> candle_core::Result<Vec<f32>> {
        self.output.product(&rms_norm(vector, &self.norm, self.sizes.epsilon))
    }

    /// Adds a layer's attention to the tokens' vectors.
    fn attention(
        &self,
        layer: &Layer,
        at: usize,
        memory: &mut Memory,
        x: &mut [f32],
    ) -> candle_core::Result<()> {
        let Sizes { heads, kv_heads, head, .. } = self.sizes;
        let normed = rms_norm(x, &layer.attention_norm, self.sizes.epsilon);
        let mut queries = layer.query.product(&normed)?;
        let mut keys = layer.key.product(&normed)?;
        let first = memory.tokens;
        for (token, query) in queries.chunks_exact_mut(heads * head).enumerate() {
            rotate(query, &self.frequencies, first + token);
        }
        for (token, key) in keys.chunks_exact_mut(kv_heads * head).enumerate() {
            rotate(key, &self.frequencies, first + token);
        }
        memory.keys[at].extend_from_slice(&keys);
        memory.values[at].extend(layer.value.product(&normed)?);
        let (keys, values) = (&memory.keys[at], &memory.values[at]);
        let stride = kv_heads * head;
        let mut mixed = vec![0.0; queries.len()];
        mixed.par_chunks_mut(head).enumerate().for_each_init(Vec::new, |scores, (task, out)| {
            let (token, query) = (task / heads, task % heads);
            let seen = first + token + 1;
            scores.resize(seen, 0.0);
            let query_row = &queries[task * head..(task + 1) * head];
            let from = query / (heads / kv_heads) * head;
            let seen = (&keys[..seen * stride], &values[..seen * stride]);
            attend(query_row, seen, (stride, from), scores, out);
        });
        add(x, &layer.output.product(&mixed)?);
        Ok(())
    }
}

fn add(x: &mut [f32], y: &[f32]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x += y;
    }
}
