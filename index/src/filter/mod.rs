//! Conditions on what is known of a document: its language, media type, dates and the caller's own metadata.
//!
//! A filter is evaluated to the set of chunks it lets pass before either leg runs, so that a search never returns
//! fewer hits than match. The JSON form is the one Pinecone, Chroma and R2R share:
//!
//! ```json
//! {"language": "ro", "tags": {"$in": ["hr", "legal"]}, "published": {"$gte": "2024-01-01"},
//!  "$not": {"$or": [{"mime": "text/html"}, {"archived": true}]}}
//! ```

mod attributes;
mod columns;
mod parse;
mod value;

pub(crate) use attributes::Attributes;
pub use columns::FacetValue;
pub use value::Value;

/// Deepest nesting of `$and`, `$or` and `$not`.
pub const MAX_DEPTH: usize = 8;

/// Most conditions of a filter, each value of `$in` and `$nin` counted.
pub const MAX_CONDITIONS: usize = 1000;

/// Longest string, in bytes, that can be compared; a longer one in a document only exists.
pub const MAX_STRING: usize = 1024;

/// Fields every document has, in place of metadata of the same name (which `metadata.NAME` reaches).
pub const BUILT_IN: [&str; 6] = ["document_id", "uri", "title", "language", "mime", "updated"];

/// A condition on a document. [`Filter::parse`] reads one from JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All hold; none is always true.
    And(Vec<Filter>),
    /// One holds at least; none is never true.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// Something about one field.
    Field {
        /// One of [`BUILT_IN`], or the path of a metadata key, its parts joined by dots.
        name: String,
        /// What must hold for one of its values.
        test: Test,
    },
}

/// What must hold for one of a field's values.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It is one of these.
    In(Vec<Value>),
    /// It is a string that begins so.
    Prefix(String),
    /// It is a number or a date in this range; both ends are of one kind.
    Range {
        /// Least value.
        from: std::ops::Bound<Value>,
        /// Greatest value.
        to: std::ops::Bound<Value>,
    },
    /// There is one.
    Exists,
}
