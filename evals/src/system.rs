//! The systems that can be measured: each leg alone, both fused, and any of these reranked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A way to retrieve, named on the command line and in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// The text leg alone.
    Bm25,
    /// The vector leg alone.
    Dense,
    /// Both legs, fused as the engine fuses them for users.
    Hybrid,
    /// What another system found, reordered by a cross-encoder.
    Rerank,
}

impl System {
    /// All systems, in the order reports show them.
    pub const ALL: [Self; 4] = [Self::Bm25, Self::Dense, Self::Hybrid, Self::Rerank];

    /// The name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bm25 => "bm25",
            Self::Dense => "dense",
            Self::Hybrid => "hybrid",
            Self::Rerank => "rerank",
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no system.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("unknown system `{0}`: expected bm25, dense, hybrid or rerank")]
pub struct UnknownSystem(String);

impl FromStr for System {
    type Err = UnknownSystem;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|system| system.name() == name)
            .ok_or_else(|| UnknownSystem(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_equal_the_serialised_ones() {
        for system in System::ALL {
            assert_eq!(system.name().parse::<System>(), Ok(system));
            assert_eq!(serde_json::to_value(system).expect("serialised"), system.name());
        }
        assert_eq!("colbert".parse::<System>(), Err(UnknownSystem("colbert".to_owned())));
    }
}
