//! Texts to token ids and back, from a GGUF file's own vocabulary or a `tokenizer.json`.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::Value;
use tokenizers::decoders::byte_level::ByteLevel as ByteLevelDecoder;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{SplitDelimiterBehavior, Tokenizer};

use super::gguf::{Metadata, as_number, number, text, texts};
use super::template::{Family, Part};
use crate::error::ModelError;

/// How Llama 3 cuts text into words before pairs are merged.
const LLAMA3: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Tokens that end an answer, whichever of them a vocabulary has.
const ENDS: [&str; 6] =
    ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|endoftext|>", "<|end_of_text|>", "</s>"];

/// The value of `tokenizer.ggml.token_type` for control tokens.
const CONTROL: u64 = 3;

/// A model's tokens.
pub(super) struct Vocabulary {
    tokenizer: Tokenizer,
    /// Ids of the control tokens that conversations are laid out with.
    control: HashMap<&'static str, u32>,
    ends: Vec<u32>,
    /// Control tokens, which are never shown.
    hidden: Vec<u32>,
    largest: u32,
}

impl Vocabulary {
    /// Reads the file's vocabulary; `tokenizer_json` replaces its tokenizer.
    pub(super) fn read(
        metadata: &Metadata,
        family: Family,
        tokenizer_json: Option<&[u8]>,
    ) -> Result<Self, String> {
        let tokens = texts(metadata, "tokenizer.ggml.tokens").ok_or("it has no list of tokens")?;
        let ids: HashMap<&str, u32> = (0u32..).zip(&tokens).map(|(id, token)| (*token, id)).collect();
        let tokenizer = match tokenizer_json {
            Some(bytes) => from_json(bytes, &ids)?,
            None => from_file(metadata, &ids)?,
        };
        let id = |name: &&'static str| {
            let id = ids.get(*name).ok_or_else(|| format!("its vocabulary lacks {name}"))?;
            Ok((*name, *id))
        };
        let control = family.control().iter().map(id).collect::<Result<_, String>>()?;
        let mut ends: Vec<u32> = ENDS.iter().filter_map(|name| ids.get(name).copied()).collect();
        for key in ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"] {
            ends.extend(number(metadata, key).and_then(|id| u32::try_from(id).ok()));
        }
        let hidden = match metadata.get("tokenizer.ggml.token_type") {
            Some(Value::Array(types)) => {
                (0u32..).zip(types).filter(|(_, t)| as_number(t) == Some(CONTROL)).map(|(id, _)| id).collect()
            }
            _ => Vec::new(),
        };
        let largest = u32::try_from(tokens.len()).unwrap_or(u32::MAX).saturating_sub(1);
        Ok(Self { tokenizer, control, ends, hidden, largest })
    }

    /// The largest token id.
    pub(super) fn largest_id(&self) -> u32 {
        self.largest
    }

    /// Whether the token ends an answer.
    pub(super) fn ends(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// Whether the token is not text.
    pub(super) fn is_control(&self, id: u32) -> bool {
        self.hidden.binary_search(&id).is_ok()
    }

    /// Tokens of a text. Should one not be encodable, its bytes bound its tokens.
    pub(super) fn count(&self, text: &str) -> usize {
        self.tokenizer.encode_fast(text, false).map_or(text.len(), |encoding| encoding.len())
    }

    /// Ids of a laid-out conversation.
    pub(super) fn encode(&self, parts: &[Part]) -> Result<Vec<u32>, ModelError> {
        let mut ids = Vec::new();
        for part in parts {
            match part {
                Part::Control(name) => ids.extend(self.control.get(name)),
                Part::Text(text) => {
                    let encoding = self.tokenizer.encode_fast(text.as_str(), false);
                    ids.extend(encoding.map_err(|e| ModelError::Tokenize(e.to_string()))?.get_ids());
                }
            }
        }
        Ok(ids)
    }

    /// Turns ids into text as they come; characters of several tokens come when they are whole.
    pub(super) fn decoder(&self) -> impl FnMut(u32) -> Result<Option<String>, ModelError> + '_ {
        let mut stream = self.tokenizer.decode_stream(true);
        move |id| stream.step(id).map_err(|e| ModelError::Tokenize(e.to_string()))
    }
}

/// A `tokenizer.json`, whose ids must be those of the file. Control tokens written out in a text are text.
fn from_json(bytes: &[u8], ids: &HashMap<&str, u32>) -> Result<Tokenizer, String> {
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|e| format!("its tokenizer.json: {e}"))?;
    tokenizer.with_truncation(None).map_err(|e| format!("its tokenizer.json: {e}"))?;
    tokenizer.with_padding(None);
    tokenizer.set_encode_special_tokens(true);
    for (token, id) in tokenizer.get_vocab(true) {
        if ids.get(token.as_str()).is_some_and(|own| *own != id) || id as usize >= ids.len() {
            return Err(format!("its tokenizer.json belongs to another model: {token:?} is {id} in it"));
        }
    }
    Ok(tokenizer)
}

/// The file's own byte-level BPE.
fn from_file(metadata: &Metadata, ids: &HashMap<&str, u32>) -> Result<Tokenizer, String> {
    let beside = "put the model's tokenizer.json into the folder of the file";
    let model = text(metadata, "tokenizer.ggml.model").unwrap_or("(unnamed)");
    if model != "gpt2" {
        return Err(format!("its vocabulary is of the kind `{model}`; {beside}"));
    }
    let name = text(metadata, "tokenizer.ggml.pre").unwrap_or("default");
    let (pre, whole_words) =
        pre_tokenizer(name)?.ok_or_else(|| format!("its text is cut as `{name}` does; {beside}"))?;
    let pair = |merge: &str| merge.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
    let merges = texts(metadata, "tokenizer.ggml.merges")
        .and_then(|merges| merges.into_iter().map(pair).collect::<Option<Vec<_>>>())
        .ok_or("its list of merges is missing or damaged")?;
    let vocabulary: Vocab = ids.iter().map(|(token, id)| ((*token).to_owned(), *id)).collect();
    let bpe = BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .ignore_merges(whole_words)
        .build()
        .map_err(|e| format!("its merges: {e}"))?;
    let mut tokenizer = Tokenizer::new(bpe);
    tokenizer.with_pre_tokenizer(Some(pre));
    tokenizer.with_decoder(Some(ByteLevelDecoder::new(false, false, false)));
    Ok(tokenizer)
}

/// How text is cut before pairs are merged, and whether whole words of the vocabulary skip the merging; `None` for a
/// name that is not known.
fn pre_tokenizer(name: &str) -> Result<Option<(PreTokenizerWrapper, bool)>, String> {
    let words = ByteLevel::new(false, false, true);
    let bytes = ByteLevel::new(false, false, false);
    Ok(match name {
        "default" | "gpt-2" => Some((words.into(), false)),
        "smollm" | "starcoder" => {
            Some((Sequence::new(vec![Digits::new(true).into(), words.into()]).into(), false))
        }
        "llama-bpe" | "llama3" | "llama-v3" | "smaug-bpe" => {
            let split =
                Split::new(SplitPattern::Regex(LLAMA3.to_owned()), SplitDelimiterBehavior::Isolated, false);
            let split = split.map_err(|e| format!("its rule for words: {e}"))?;
            Some((Sequence::new(vec![split.into(), bytes.into()]).into(), true))
        }
        _ => None,
    })
}
