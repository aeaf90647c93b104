//! The lexical leg: analysis and a tantivy index that is a cache over the store.

mod analyzer;
mod leg;
mod phrase;
mod query;
mod schema;
mod snippet;
mod stopwords;

pub use analyzer::{Analyzer, Language, Token};
pub(crate) use leg::{TextLeg, TextView};
pub use phrase::quoted;
pub use snippet::{Highlighter, SNIPPET_CHARS, Snippet};
