//! What one query sees.

use roaring::RoaringBitmap;

use crate::Generation;
use crate::text::TextView;
use crate::vector::VectorSet;

/// One state of a client, both legs at the same commit. Swapped whole, never changed.
pub(crate) struct View {
    /// The commit it shows.
    pub(crate) seq: u64,
    /// `None` before the first document.
    pub(crate) served: Option<Served>,
}

impl View {
    /// Its vectors' graph is written to disk no more.
    pub(crate) fn close(&self) {
        if let Some(served) = &self.served {
            served.vectors.close();
        }
    }
}

/// The serving generation's legs.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) generation: Generation,
    pub(crate) text: TextView,
    pub(crate) vectors: VectorSet,
    /// Chunks that ended and may still lie in `vectors`; `text` has dropped them.
    pub(crate) dead: RoaringBitmap,
}
