use clap::ValueEnum;
use footnote_index::Mode;
use serde::{Deserialize, Serialize};

use crate::system::System;

/// What the engine is asked for: one leg, or both fused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Candidates {
    /// The text leg.
    Bm25,
    /// The vector leg.
    Dense,
    /// Both.
    #[default]
    Hybrid,
}

impl Candidates {
    /// What a system asks the engine for; `reranked` is what a reranker is given.
    pub(crate) fn of(system: System, reranked: Self) -> Self {
        match system {
            System::Bm25 => Self::Bm25,
            System::Dense => Self::Dense,
            System::Hybrid => Self::Hybrid,
            System::Rerank => reranked,
        }
    }

    /// True when a query has to be embedded.
    pub(super) fn needs_vector(self) -> bool {
        self != Self::Bm25
    }

    /// The engine's name for it.
    pub(crate) fn mode(self) -> Mode {
        match self {
            Self::Bm25 => Mode::Bm25,
            Self::Dense => Mode::Dense,
            Self::Hybrid => Mode::Hybrid,
        }
    }
}
