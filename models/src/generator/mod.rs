//! Text generation on the CPU: GGUF files of the Llama family, run through candle's quantised products.
//!
//! `gguf` reads the file's description, `vocabulary` its tokenizer, `template` lays out a conversation as the model was
//! trained to see it, `network` is the forward pass with its memory of keys and values, `sample` picks the next token,
//! `decode` is the loop, `service` one model shared by many callers on a thread of its own.

mod decode;
mod gguf;
mod network;
mod ops;
mod sample;
mod service;
mod template;
mod vocabulary;

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use candle_core::quantized::gguf_file::Content;

use self::network::Network;
use self::vocabulary::Vocabulary;
use crate::config::ModelKind;
use crate::error::ModelError;
use crate::store::{GGUF, ModelDir, TOKENIZER};

pub use self::decode::{Finish, Generation, GenerationRequest};
pub use self::service::{Generating, GenerationOptions, GenerationService, Piece};
pub use self::template::Family;

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Whose it is.
    pub role: ChatRole,
    /// What is said; never read as control tokens.
    pub content: String,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatRole {
    /// The operator's rules.
    System,
    /// The person who asks.
    User,
    /// The model.
    Assistant,
}

impl ChatRole {
    /// The role's name in chat templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// What a loaded generator is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratorInfo {
    /// Its name in the registry, or the file's name.
    pub name: String,
    /// Tokens of prompt and answer together, at most.
    pub context: usize,
    /// How conversations are laid out.
    pub family: Family,
}

/// A loaded model that continues conversations.
pub struct Generator {
    info: GeneratorInfo,
    network: Network,
    vocabulary: Vocabulary,
}

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generator").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Generator {
    /// Loads a generator of the store; its file's hash is checked.
    ///
    /// # Errors
    /// [`ModelError::WrongKind`], a damaged file, and what [`Self::open`] says.
    pub fn load(dir: &ModelDir) -> Result<Self, ModelError> {
        let config = dir.config();
        if config.kind != ModelKind::Generator {
            return Err(ModelError::WrongKind {
                name: config.name.clone(),
                found: config.kind,
                wanted: ModelKind::Generator,
            });
        }
        let file = dir.path().join(GGUF);
        let mut bytes = Cursor::new(dir.read(GGUF)?);
        guarded(&file, || Self::read(&mut bytes, &file, config.name.clone(), None))
    }

    /// Loads any GGUF file of the Llama family an operator has. A `tokenizer.json` in the same folder is used instead of
    /// the file's own vocabulary.
    ///
    /// # Errors
    /// [`ModelError::Io`], [`ModelError::Damaged`]; [`ModelError::UnsupportedGguf`] for another architecture, an unknown
    /// chat template, or a vocabulary that needs a `tokenizer.json`.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let file = File::open(path).map_err(ModelError::io("open", path))?;
        let beside = path.with_file_name(TOKENIZER);
        let tokenizer = match std::fs::read(&beside) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(ModelError::io("read", &beside)(error)),
        };
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut reader = BufReader::new(file);
        guarded(path, || Self::read(&mut reader, path, name, tokenizer.as_deref()))
    }

    fn read(
        from: &mut (impl Read + Seek),
        path: &Path,
        name: String,
        tokenizer: Option<&[u8]>,
    ) -> Result<Self, ModelError> {
        let damaged = |reason: String| ModelError::damaged(path.display(), reason);
        let unsupported = |reason: String| ModelError::UnsupportedGguf { file: path.to_path_buf(), reason };
        let content = Content::read(from).map_err(|e| damaged(e.to_string()))?;
        let sizes = gguf::sizes(&content.metadata).map_err(unsupported)?;
        let family = template::family(&content.metadata).map_err(unsupported)?;
        let vocabulary = Vocabulary::read(&content.metadata, family, tokenizer).map_err(unsupported)?;
        let context = sizes.context;
        let network = Network::read(&content, from, sizes).map_err(damaged)?;
        if vocabulary.largest_id() as usize >= network.vocabulary() {
            return Err(damaged(format!(
                "its tokenizer has ids up to {}, its output {} rows",
                vocabulary.largest_id(),
                network.vocabulary()
            )));
        }
        Ok(Self { info: GeneratorInfo { name, context, family }, network, vocabulary })
    }

    /// What it is.
    #[must_use]
    pub fn info(&self) -> &GeneratorInfo {
        &self.info
    }

    /// Tokens of a text by itself.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        self.vocabulary.count(text)
    }

    /// Tokens of a conversation as it is given to the network, the opening of the answer included.
    ///
    /// # Errors
    /// [`ModelError::Tokenize`]; not known to happen with a sound model.
    pub fn count_messages(&self, messages: &[ChatMessage]) -> Result<usize, ModelError> {
        Ok(self.vocabulary.encode(&template::layout(self.info.family, messages))?.len())
    }
}

/// Reading a file whose every failure is an error: candle has assertions that a crafted file can reach.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, ModelError>) -> Result<T, ModelError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(ModelError::damaged(path.display(), "it cannot be read as a GGUF file")))
}
