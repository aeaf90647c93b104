//! How things stand, for caches and meters: what a search would see, and sums over open clients.

use serde::Serialize;

use crate::{Engine, Result, Scope};

/// What a search of a client sees now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Visible {
    /// The commit.
    pub seq: u64,
    /// The generation that answers; `None` before the first document.
    pub generation: Option<u32>,
    /// Whether the store holds nothing newer. What is computed between two equal settled values was computed from this
    /// commit alone.
    pub is_settled: bool,
}

/// Sums over the clients that are open; no client can be told from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OpenSums {
    /// Clients counted.
    pub clients: u64,
    /// Searchable documents.
    pub documents: u64,
    /// Vectors held in memory.
    pub vectors: u64,
    /// Versions that wait to be read.
    pub accepted: u64,
    /// Versions that failed and were not replaced.
    pub failed: u64,
}

impl Engine {
    /// What a search sees, and whether a write is on its way to it.
    pub fn visible(&self, scope: &Scope) -> Result<Visible> {
        let client = self.client(scope)?;
        let view = client.view();
        let generation = view.served.as_ref().map(|served| served.generation.id);
        let serving = client.store.serving()?.map(|generation| generation.id);
        let is_settled = serving == generation && (generation.is_none() || client.store.seq()? == view.seq);
        Ok(Visible { seq: view.seq, generation, is_settled })
    }

    /// Sums over open clients. Opens none, and keeps none from being closed for long.
    pub fn open_sums(&self) -> Result<OpenSums> {
        let mut sums = OpenSums::default();
        for client in self.open_clients() {
            let (accepted, failed) = client.store.ledger_counts()?;
            sums.clients += 1;
            sums.documents += client.store.visible_documents()?;
            sums.vectors += client.view().served.as_ref().map_or(0, |served| served.vectors.len() as u64);
            sums.accepted += accepted;
            sums.failed += failed;
        }
        Ok(sums)
    }
}
