//! Texts to token ids, the way a model was trained to see them.

use std::ops::Range;
use std::sync::Arc;

use tokenizers::Tokenizer;

use crate::batch::Tokens;
use crate::config::{ModelConfig, ModelKind};
use crate::error::ModelError;
use crate::store::{ModelDir, TOKENIZER};

/// Bytes of text a token is assumed to take at most, when a very long text is cut before tokenisation.
const BYTES_PER_TOKEN: usize = 32;

/// A model's tokenizer, for counting and for finding where tokens begin and end. Cheap to clone.
#[derive(Clone)]
pub struct TextTokenizer {
    inner: Arc<Inner>,
}

struct Inner {
    tokenizer: Tokenizer,
    /// The special token before a text.
    first: u32,
    /// The special token after a text.
    last: u32,
    /// The special tokens between the texts of a pair: one in BERT, two in RoBERTa.
    between: Vec<u32>,
    /// Whether the tokens of a pair's second text have another type than those of the first.
    two_types: bool,
}

impl std::fmt::Debug for TextTokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextTokenizer")
            .field("vocabulary", &self.inner.tokenizer.get_vocab_size(true))
            .finish()
    }
}

impl TextTokenizer {
    /// Reads the tokenizer of a model.
    pub(crate) fn load(dir: &ModelDir) -> Result<Self, ModelError> {
        let file = dir.path().join(TOKENIZER);
        Self::read(&dir.read(TOKENIZER)?, &file.to_string_lossy(), dir.config())
    }

    /// Reads a `tokenizer.json`; `file` names it in errors. Truncation, padding and the recognition of special
    /// tokens written out in a text (which would let a document forge them) are switched off.
    pub(crate) fn read(bytes: &[u8], file: &str, config: &ModelConfig) -> Result<Self, ModelError> {
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|e| ModelError::damaged(file, e))?;
        tokenizer.with_truncation(None).map_err(|e| ModelError::damaged(file, e))?;
        tokenizer.with_padding(None);
        tokenizer.set_encode_special_tokens(true);
        let mismatch = |reason: String| ModelError::TokenizerMismatch { name: config.name.clone(), reason };
        let size = tokenizer.get_vocab_size(true);
        if size != config.tokenizer_size {
            return Err(mismatch(format!("it has {size} entries, expected {}", config.tokenizer_size)));
        }
        let empty = tokenizer.encode_fast("", true).map_err(|e| ModelError::damaged(file, e))?;
        let &[first, last] = empty.get_ids() else {
            return Err(mismatch(format!("an empty text has {} special tokens, expected 2", empty.len())));
        };
        let pair = tokenizer.encode_fast(("", ""), true).map_err(|e| ModelError::damaged(file, e))?;
        let between = match pair.get_ids() {
            [head, between @ .., tail] if (*head, *tail) == (first, last) && !between.is_empty() => {
                between.to_vec()
            }
            _ if config.kind == ModelKind::Encoder => vec![last],
            ids => return Err(mismatch(format!("a pair of empty texts has the special tokens {ids:?}"))),
        };
        let two_types =
            config.architecture.token_types > 1 && pair.get_type_ids().last().is_some_and(|kind| *kind > 0);
        Ok(Self { inner: Arc::new(Inner { tokenizer, first, last, between, two_types }) })
    }

    /// The number of tokens of a text, without special tokens and without any prefix.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        // The models in the registry can encode every text; should one not, the text's bytes bound its tokens.
        self.inner.tokenizer.encode_fast(text, false).map_or(text.len(), |encoding| encoding.len())
    }

    /// The ids of a text's tokens, without special tokens and without any prefix.
    ///
    /// # Errors
    /// [`ModelError::Tokenize`]; not known to happen with a sound model.
    pub fn token_ids(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        self.encode("", text)
    }

    /// Where each token of a text (without special tokens and prefix) lies in it: byte ranges on character
    /// boundaries, in order. Ranges of neighbours may touch, and are equal where one character became several
    /// tokens; they do not include the spaces between words.
    #[must_use]
    pub fn offsets(&self, text: &str) -> Vec<Range<usize>> {
        let Ok(encoding) = self.inner.tokenizer.encode(text, false) else {
            return std::iter::once(0..text.len()).collect();
        };
        let range = |&(start, end): &(usize, usize)| {
            let start = text.floor_char_boundary(start);
            start..text.ceil_char_boundary(end).max(start)
        };
        encoding.get_offsets().iter().map(range).collect()
    }

    /// The ids of `prefix` and `text` between the special tokens, at most `max` in all.
    pub(crate) fn text(&self, prefix: &str, text: &str, max: usize) -> Result<Tokens, ModelError> {
        let room = max.saturating_sub(2);
        let (mut ids, truncated) = self.at_most(prefix, text, room)?;
        ids.insert(0, self.inner.first);
        ids.push(self.inner.last);
        Ok(Tokens { second: ids.len(), ids, truncated })
    }

    /// The ids of a pair, at most `max` in all: `[CLS] first [SEP] second [SEP]`, or with two separators where the
    /// tokenizer has them. The first text gets at most half of the room, and what it leaves goes to the second.
    pub(crate) fn pair(&self, first: &str, second: &str, max: usize) -> Result<Tokens, ModelError> {
        let special = self.inner.between.len() + 2;
        let room = max.saturating_sub(special);
        let (own, first_cut) = self.at_most("", first, room / 2)?;
        let (other, second_cut) = self.at_most("", second, room - own.len())?;
        let mut ids = Vec::with_capacity(own.len() + other.len() + special);
        ids.push(self.inner.first);
        ids.extend(own);
        ids.extend(&self.inner.between);
        let second = ids.len();
        ids.extend(other);
        ids.push(self.inner.last);
        let second = if self.inner.two_types { second } else { ids.len() };
        Ok(Tokens { ids, second, truncated: first_cut || second_cut })
    }

    /// The first `room` ids of a text without special tokens, and whether there are more. Of a very long text only
    /// the part that can matter is tokenised.
    fn at_most(&self, prefix: &str, text: &str, room: usize) -> Result<(Vec<u32>, bool), ModelError> {
        let head = head(text, room * BYTES_PER_TOKEN);
        let mut ids = self.encode(prefix, head)?;
        if head.len() < text.len() && ids.len() <= room {
            ids = self.encode(prefix, text)?;
        }
        let truncated = ids.len() > room;
        ids.truncate(room);
        Ok((ids, truncated))
    }

    /// The ids without special tokens.
    fn encode(&self, prefix: &str, text: &str) -> Result<Vec<u32>, ModelError> {
        let encoding = if prefix.is_empty() {
            self.inner.tokenizer.encode_fast(text, false)
        } else {
            self.inner.tokenizer.encode_fast(format!("{prefix}{text}"), false)
        };
        Ok(encoding.map_err(|e| ModelError::Tokenize(e.to_string()))?.get_ids().to_vec())
    }
}

/// At most `limit` bytes of a text, up to a space (where no token goes on): what is enough to fill a model that
/// would cut off the rest anyway. All of it if it is shorter or has no space.
fn head(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    text.get(..text.floor_char_boundary(limit))
        .and_then(|head| head.rfind(' '))
        .map_or(text, |space| &text[..space])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_space() {
        assert_eq!(head("ab cd ef", 100), "ab cd ef");
        assert_eq!(head("ab cd ef", 6), "ab cd");
        assert_eq!(head("șșșș țțțț", 10), "șșșș");
        assert_eq!(head("abcdefgh", 4), "abcdefgh");
    }
}
