//! Connections of a store, counted.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

/// How many connections a store has.
#[derive(Debug, Default)]
pub(super) struct Count {
    open: AtomicU64,
    most: AtomicU64,
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Counted {
    connection: Connection,
    count: Arc<Count>,
}

impl Count {
    /// Takes a connection into the count for as long as it is open.
    pub(super) fn with(self: &Arc<Self>, connection: Connection) -> Counted {
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(open, Ordering::Relaxed);
        Counted { connection, count: Arc::clone(self) }
    }

    /// The most there have been at once. SQLite keeps the descriptor of a closed one for the next while others are
    /// open: closing it would end their locks (POSIX).
    pub(super) fn most(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.count.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Deref for Counted {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Counted {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
