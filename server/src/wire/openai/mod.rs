//! JSON shapes of the OpenAI-compatible routes. Fields that OpenAI does not have are ours and say so.

mod chat;
mod embeddings;
mod models;

pub use chat::{
    Annotation, ChatBody, ChatChoice, ChatChunk, ChatCompletion, ChatDelta, ChatOptions, ChatReply, ChatTurn,
    ChatUsage, ChunkChoice, Footnotes, StreamOptions, UrlCitation,
};
pub use embeddings::{EmbeddingOut, EmbeddingUsage, EmbeddingValue, EmbeddingsBody, EmbeddingsResult};
pub use models::{ModelKind, ModelList, ModelOut};
