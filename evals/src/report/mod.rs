//! What a measurement says: one line of figures per system, and the manifest needed to repeat it; and how that is told to
//! people, as pages in Markdown and HTML, beside what was measured before.

mod answer_figures;
mod comparison;
pub mod history;
mod manifest;
mod overview;
pub mod page;
mod system;
mod table;
#[cfg(test)]
pub(crate) mod testing;

pub use answer_figures::{reliability, risk_curve};
pub use comparison::Compared;
pub use manifest::{
    DatasetManifest, Manifest, ModelFile, ModelManifest, RerankerManifest, Settings, SystemManifest,
};
pub use overview::overview;
pub use system::{AnswerInTokens, SystemReport};

use std::collections::BTreeMap;

use serde::Serialize;

/// The version of the JSON layout; it grows when a key is renamed, removed or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// The result of `footnote-eval retrieval`: what `--json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetrievalReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The figures of each system, by its name.
    pub systems: BTreeMap<String, SystemReport>,
    /// What was measured with what.
    pub manifest: Manifest,
}

impl RetrievalReport {
    /// Lays the figures out as a table for people, one system a line, with what was measured above it.
    #[must_use]
    pub fn table(&self) -> String {
        table::render(self)
    }
}
