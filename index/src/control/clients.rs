//! Clients of a tenant, and the way from names to a [`Scope`].

use rusqlite::{OptionalExtension as _, params};

use super::{Control, random_hex};
use crate::{Name, Result, Scope, clock::now_ms};

impl Control {
    /// Creates `client` unless it exists; true when it is new.
    pub fn add_client(&self, tenant: &Name, client: &Name) -> Result<bool> {
        let directory = random_hex(16)?;
        let added = self.sql(self.connection().execute(
            "INSERT INTO clients (tenant, name, directory, created_ms) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            params![tenant.as_str(), client.as_str(), directory, now_ms()],
        ))?;
        Ok(added == 1)
    }

    /// Names of the tenant's clients, in order.
    pub fn clients(&self, tenant: &Name) -> Result<Vec<Name>> {
        let connection = self.reader();
        let names: Vec<String> = self.sql(
            connection
                .prepare_cached("SELECT name FROM clients WHERE tenant = ?1 ORDER BY name")
                .and_then(|mut s| s.query_map([tenant.as_str()], |row| row.get(0))?.collect()),
        )?;
        names.iter().map(|name| Name::new(name)).collect()
    }

    /// Names of the tenants that have clients, in order.
    pub fn tenants(&self) -> Result<Vec<Name>> {
        let connection = self.connection();
        let names: Vec<String> = self.sql(
            connection
                .prepare_cached("SELECT DISTINCT tenant FROM clients ORDER BY tenant")
                .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect()),
        )?;
        names.iter().map(|name| Name::new(name)).collect()
    }

    /// The scope of an existing client; `None` when the tenant has no such client.
    ///
    /// The one constructor of [`Scope`]. Callers must have established that the caller may use the
    /// client; clippy's `disallowed-methods` lists the few places that do.
    pub fn scope(&self, tenant: &Name, client: &Name) -> Result<Option<Scope>> {
        let directory: Option<String> = self.sql(
            self.reader()
                .prepare_cached("SELECT directory FROM clients WHERE tenant = ?1 AND name = ?2")
                .and_then(|mut s| {
                    s.query_row(params![tenant.as_str(), client.as_str()], |row| row.get(0)).optional()
                }),
        )?;
        Ok(directory.map(|directory| Scope::new(tenant.clone(), client.clone(), directory)))
    }

    /// Whether `scope` still names a client: a scope can outlive it.
    pub(crate) fn holds(&self, scope: &Scope) -> Result<bool> {
        self.sql(self.connection().query_row(
            "SELECT EXISTS (SELECT 1 FROM clients WHERE directory = ?1)",
            [scope.directory()],
            |row| row.get(0),
        ))
    }

    /// Forgets the client, and remembers that its directory is to be removed.
    pub(crate) fn forget_client(&self, scope: &Scope) -> Result<()> {
        let mut connection = self.connection();
        let forgotten = connection.transaction().and_then(|tx| {
            if tx.execute("DELETE FROM clients WHERE directory = ?1", [scope.directory()])? > 0 {
                tx.execute("INSERT OR IGNORE INTO removals (directory) VALUES (?1)", [scope.directory()])?;
            }
            tx.commit()
        });
        self.sql(forgotten)
    }

    /// Directories of clients that were forgotten and may not be gone yet.
    pub(crate) fn removals(&self) -> Result<Vec<String>> {
        let connection = self.connection();
        self.sql(
            connection
                .prepare_cached("SELECT directory FROM removals ORDER BY directory")
                .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect()),
        )
    }

    /// The directory is gone.
    pub(crate) fn removed(&self, directory: &str) -> Result<()> {
        let done = self.connection().execute("DELETE FROM removals WHERE directory = ?1", [directory]);
        self.sql(done).map(drop)
    }
}
