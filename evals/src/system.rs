//! The systems that can be measured: each leg alone, and both fused.

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
}

impl System {
    /// All systems, in the order reports show them.
    pub const ALL: [Self; 3] = [Self::Bm25, Self::Dense, Self::Hybrid];

    /// The name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bm25 => "bm25",
            Self::Dense => "dense",
            Self::Hybrid => "hybrid",
        }
    }

    /// True when a query has to be embedded for it.
    #[must_use]
    pub fn needs_vector(self) -> bool {
        self != Self::Bm25
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no system.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("unknown system `{0}`: expected bm25, dense or hybrid")]
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
        assert_eq!("rerank".parse::<System>(), Err(UnknownSystem("rerank".to_owned())));
    }
}
