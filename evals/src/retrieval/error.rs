/// Why a measurement could not be made. What retrieval found, however bad, is a result and not an error.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// The model is missing, damaged or failed.
    #[error(transparent)]
    Model(#[from] footnote_models::ModelError),
    /// The engine refused.
    #[error(transparent)]
    Index(#[from] footnote_index::Error),
    /// No place for the index.
    #[error("cannot make a temporary folder: {0}; set TMPDIR to a folder with free space")]
    Folder(std::io::Error),
    /// A document that cannot be read would silently lower every figure.
    #[error("document `{id}` cannot be used: {reason}")]
    Document {
        /// The document.
        id: String,
        /// Why not.
        reason: footnote_ingest::ExtractError,
    },
    /// The encoder gave fewer vectors than it was given texts.
    #[error("the encoder gave fewer vectors than it was given texts; this is a bug, please report it")]
    MissingVector,
    /// A leg that fails would be measured as one that finds nothing.
    #[error("query `{query}`: the {part} leg did not answer: {reason}")]
    LegFailed {
        /// The query.
        query: String,
        /// The leg.
        part: &'static str,
        /// Why.
        reason: String,
    },
}
