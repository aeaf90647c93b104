//! What a GGUF file says about its network. Pure.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::Value;

/// A file's description, by key.
pub(super) type Metadata = HashMap<String, Value>;

/// Sizes and constants of a Llama network.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sizes {
    /// Width of a token's vector.
    pub(super) hidden: usize,
    /// Layers.
    pub(super) layers: usize,
    /// Heads of queries.
    pub(super) heads: usize,
    /// Heads of keys and values; they divide `heads`.
    pub(super) kv_heads: usize,
    /// Width of a head; even.
    pub(super) head: usize,
    /// Width inside the feed-forward part.
    pub(super) feed_forward: usize,
    /// Tokens it was trained to see.
    pub(super) context: usize,
    /// Added to the mean square in normalisation.
    pub(super) epsilon: f32,
    /// Base of the rotary frequencies.
    pub(super) rope_base: f32,
    /// What positions are divided by (linear scaling).
    pub(super) rope_scale: f32,
}

/// Bounds against files that claim absurd sizes.
const MAX_LAYERS: usize = 1024;
const MAX_WIDTH: usize = 1 << 20;

/// The sizes; the error says what is missing or not supported.
pub(super) fn sizes(metadata: &Metadata) -> Result<Sizes, String> {
    let architecture = text(metadata, "general.architecture").unwrap_or("(unnamed)");
    if architecture != "llama" {
        return Err(format!("its architecture is `{architecture}`; files of the Llama family say `llama`"));
    }
    if number(metadata, "llama.expert_count").unwrap_or(0) > 0 {
        return Err("it is a mixture of experts".to_owned());
    }
    let size = |key: &str, most: usize| {
        let value = number(metadata, key).ok_or_else(|| format!("it does not say `{key}`"))?;
        usize::try_from(value)
            .ok()
            .filter(|value| (1..=most).contains(value))
            .ok_or_else(|| format!("`{key}` is {value}"))
    };
    let hidden = size("llama.embedding_length", MAX_WIDTH)?;
    let heads = size("llama.attention.head_count", MAX_WIDTH)?;
    let kv_heads = match number(metadata, "llama.attention.head_count_kv") {
        Some(_) => size("llama.attention.head_count_kv", MAX_WIDTH)?,
        None => heads,
    };
    let head = match number(metadata, "llama.attention.key_length") {
        Some(_) => size("llama.attention.key_length", MAX_WIDTH)?,
        None => hidden / heads,
    };
    if !heads.is_multiple_of(kv_heads) || head == 0 || !head.is_multiple_of(2) {
        return Err(format!("{heads} heads of width {head} do not share {kv_heads} heads of keys"));
    }
    let rotated = number(metadata, "llama.rope.dimension_count").unwrap_or(head as u64);
    if rotated != head as u64 {
        return Err(format!("it rotates {rotated} of the {head} values of a head"));
    }
    let rope_scale = match text(metadata, "llama.rope.scaling.type") {
        None | Some("none") => 1.0,
        Some("linear") => float(metadata, "llama.rope.scaling.factor").unwrap_or(1.0),
        Some(other) => return Err(format!("its rotary scaling is `{other}`; none and linear are known")),
    };
    let epsilon = float(metadata, "llama.attention.layer_norm_rms_epsilon").unwrap_or(1e-5);
    let rope_base = float(metadata, "llama.rope.freq_base").unwrap_or(10_000.0);
    if !(rope_scale >= 1.0 && rope_base > 1.0 && epsilon > 0.0) {
        return Err("its rotary base, rotary scale or epsilon is no sensible number".to_owned());
    }
    Ok(Sizes {
        hidden,
        layers: size("llama.block_count", MAX_LAYERS)?,
        heads,
        kv_heads,
        head,
        feed_forward: size("llama.feed_forward_length", MAX_WIDTH)?,
        context: size("llama.context_length", 1 << 30)?,
        epsilon,
        rope_base,
        rope_scale,
    })
}

/// A text.
pub(super) fn text<'m>(metadata: &'m Metadata, key: &str) -> Option<&'m str> {
    match metadata.get(key)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A whole number of any width.
pub(super) fn number(metadata: &Metadata, key: &str) -> Option<u64> {
    as_number(metadata.get(key)?)
}

pub(super) fn as_number(value: &Value) -> Option<u64> {
    match value {
        Value::I8(v) => u64::try_from(*v).ok(),
        Value::I16(v) => u64::try_from(*v).ok(),
        Value::I32(v) => u64::try_from(*v).ok(),
        Value::I64(v) => u64::try_from(*v).ok(),
        other => other.to_u64().ok(),
    }
}

fn float(metadata: &Metadata, key: &str) -> Option<f32> {
    match metadata.get(key)? {
        Value::F32(v) => Some(*v),
        Value::F64(v) => Some(*v as f32),
        _ => None,
    }
}

/// Texts of a list.
pub(super) fn texts<'m>(metadata: &'m Metadata, key: &str) -> Option<Vec<&'m str>> {
    let Value::Array(values) = metadata.get(key)? else { return None };
    let text = |value: &'m Value| match value {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    };
    values.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smol() -> Metadata {
        let number = |key: &str, value: u32| (format!("llama.{key}"), Value::U32(value));
        let mut metadata: Metadata = [
            number("block_count", 30),
            number("context_length", 8192),
            number("embedding_length", 576),
            number("feed_forward_length", 1536),
            number("attention.head_count", 9),
            number("attention.head_count_kv", 3),
            number("rope.dimension_count", 64),
        ]
        .into();
        metadata.insert("general.architecture".into(), Value::String("llama".into()));
        metadata.insert("llama.rope.freq_base".into(), Value::F32(100_000.0));
        metadata
    }

    #[test]
    fn the_description_of_a_real_file_is_read() {
        let sizes = sizes(&smol()).expect("sizes");
        assert_eq!((sizes.hidden, sizes.heads, sizes.kv_heads, sizes.head), (576, 9, 3, 64));
        assert_eq!((sizes.layers, sizes.context, sizes.rope_base), (30, 8192, 100_000.0));
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (key, value, said) in [
            ("general.architecture", Value::String("gemma".into()), "`gemma`"),
            ("llama.expert_count", Value::U32(8), "mixture"),
            ("llama.rope.scaling.type", Value::String("yarn".into()), "`yarn`"),
            ("llama.rope.dimension_count", Value::U32(32), "32 of the 64"),
            ("llama.attention.head_count_kv", Value::U32(2), "9 heads"),
            ("llama.attention.head_count", Value::U32(0), "head_count` is 0"),
            ("llama.block_count", Value::U64(1 << 40), "block_count"),
            ("llama.embedding_length", Value::Bool(false), "embedding_length` is 0"),
        ] {
            let mut metadata = smol();
            metadata.insert(key.into(), value);
            let error = sizes(&metadata).expect_err(key);
            assert!(error.contains(said), "{error}");
        }
        let mut metadata = smol();
        metadata.remove("llama.feed_forward_length");
        assert!(sizes(&metadata).expect_err("missing").contains("does not say"));
    }
}
