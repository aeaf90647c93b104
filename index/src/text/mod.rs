//! The lexical leg: analysis and a tantivy index that is a cache over the store.

mod analyzer;
mod completion;
mod leg;
mod phrase;
mod prefix;
mod query;
mod schema;
mod snippet;
mod statistics;
mod stopwords;

pub use analyzer::{Analyzer, Language, Token};
pub(crate) use leg::{Lexical, TextLeg, TextView};
pub use phrase::quoted;
pub(crate) use prefix::Typed;
pub use prefix::without_stars;
pub use snippet::{Highlighter, SNIPPET_CHARS, Snippet};
