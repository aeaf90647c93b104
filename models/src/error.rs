//! What can go wrong with a model, and what to do about it.

use std::path::{Path, PathBuf};

use crate::config::ModelKind;

/// Every failure of this crate. Texts name the failing thing and, where there is one, the fix.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The name is neither in the registry nor that of an added model.
    #[error("unknown model `{name}`; known models: {known}; others can be added with `footnote models add`")]
    UnknownModel {
        /// The name that was asked for.
        name: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// The model is in the registry but not in the store.
    #[error("model `{name}` is not in {}; run `footnote models fetch {name}`", root.display())]
    NotInstalled {
        /// The model's name.
        name: String,
        /// The store's folder.
        root: PathBuf,
    },
    /// No source of the model could be used.
    #[error(
        "cannot get model `{name}`: tried {tried}; connect to the network, or give the file with `footnote models fetch {name} --from PATH`"
    )]
    Unobtainable {
        /// The model's name.
        name: String,
        /// Each source with its reason.
        tried: String,
    },
    /// A file's SHA-256 differs from the pinned one.
    #[error("wrong SHA-256 for {file}: expected {expected}, found {found}; {fix}")]
    WrongHash {
        /// The file, as the user would name it.
        file: String,
        /// The pinned hash.
        expected: String,
        /// The hash of what was found.
        found: String,
        /// What to do.
        fix: String,
    },
    /// A file cannot be understood.
    #[error("damaged model file {file}: {reason}; fetch or add the model again with `footnote models`")]
    Damaged {
        /// The file, as the user would name it.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A model's folder was written by another version of this program, or for another version of the registry.
    #[error("model `{name}` was stored by another version ({reason}); {fix}")]
    Outdated {
        /// The model's name.
        name: String,
        /// What is different.
        reason: String,
        /// What to do.
        fix: String,
    },
    /// A folder is no model that can be added, or an option does not fit it.
    #[error("cannot add {}: {reason}", path.display())]
    CannotAdd {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The store's folder cannot be written, and something has to be.
    #[error(
        "the model folder {} cannot be written ({source}); allow it, or set FOOTNOTE_MODELS to a folder of yours",
        root.display()
    )]
    ReadOnlyStore {
        /// The store's folder.
        root: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The tokenizer and the weights do not belong together.
    #[error("tokenizer of `{name}` does not fit its weights: {reason}")]
    TokenizerMismatch {
        /// The model's name.
        name: String,
        /// What does not fit.
        reason: String,
    },
    /// A model of another kind is needed.
    #[error("`{name}` is {}, and {} is needed here", article(*found), article(*wanted))]
    WrongKind {
        /// The model's name.
        name: String,
        /// What it is.
        found: ModelKind,
        /// What is needed.
        wanted: ModelKind,
    },
    /// A GGUF file that this program cannot run.
    #[error("cannot use {}: {reason}; use a GGUF file of the Llama family with a ChatML or Llama 3 template", file.display())]
    UnsupportedGguf {
        /// The file.
        file: PathBuf,
        /// What is not supported.
        reason: String,
    },
    /// A conversation and the answer to it are longer than the model can see.
    #[error(
        "the prompt has {prompt} tokens and {answer} may be written, the model's context is {context} tokens; show it less or let it write less"
    )]
    ContextFull {
        /// Tokens of the conversation.
        prompt: usize,
        /// Tokens that may be written.
        answer: usize,
        /// Tokens the model can see.
        context: usize,
    },
    /// The system gives no threads.
    #[error("cannot start the model's threads: {0}; use fewer with --threads")]
    NoThreads(String),
    /// No precision of that name.
    #[error("unknown precision {0:?}: use int8 or f32")]
    UnknownPrecision(String),
    /// Tokenisation failed.
    #[error("cannot tokenise the text: {0}")]
    Tokenize(String),
    /// The forward pass failed.
    #[error("inference failed: {0}")]
    Inference(String),
    /// The model panicked on this input.
    #[error("the model panicked on this input (a bug: the error output says where); other work goes on")]
    Panicked,
    /// The queue of a service is full.
    #[error("the model's queue is full ({limit} jobs unfinished); try again later")]
    Overloaded {
        /// Places in the queue.
        limit: usize,
    },
    /// The inference thread has ended.
    #[error("the model's inference thread has stopped")]
    Stopped,
    /// No folder to keep models in is known.
    #[error("no folder for models: set FOOTNOTE_MODELS, XDG_CACHE_HOME or HOME")]
    NoRoot,
    /// A vector cache cannot be used.
    #[error("cannot use vector cache {}: {reason}", path.display())]
    Cache {
        /// The cache's file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was being done, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl ModelError {
    /// A closure that turns an I/O error into [`ModelError::Io`], for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { action, path, source }
    }

    /// A damaged file.
    pub(crate) fn damaged(file: impl std::fmt::Display, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { file: file.to_string(), reason: reason.to_string() }
    }
}

impl From<candle_core::Error> for ModelError {
    fn from(error: candle_core::Error) -> Self {
        Self::Inference(error.to_string())
    }
}

/// The kind with its article.
fn article(kind: ModelKind) -> &'static str {
    match kind {
        ModelKind::Encoder => "an encoder",
        ModelKind::Reranker => "a reranker",
        ModelKind::Generator => "a generator",
    }
}
