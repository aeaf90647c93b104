//! The only way to stored data.

use crate::Name;

/// A tenant and one of its clients, resolved to the directory that holds the client's data.
///
/// A value of this type is proof that somebody with the right to do so chose the client: it has no
/// public constructor, no `Deserialize` and no `Default`. It comes from
/// [`Control::scope`](crate::Control::scope) alone, which clippy disallows outside authentication
/// (server) and the explicit `--client` flag (command line).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    tenant: Name,
    client: Name,
    directory: String,
}

impl Scope {
    pub(crate) fn new(tenant: Name, client: Name, directory: String) -> Self {
        Self { tenant, client, directory }
    }

    /// The tenant's name.
    pub fn tenant(&self) -> &Name {
        &self.tenant
    }

    /// The client's name.
    pub fn client(&self) -> &Name {
        &self.client
    }

    /// A name of the client that no other client has or will have, also one of the same name made later: what keys of
    /// caches begin with.
    pub fn opaque_id(&self) -> &str {
        &self.directory
    }

    /// Opaque id of the client's directory below `clients/`.
    pub(crate) fn directory(&self) -> &str {
        &self.directory
    }
}
