//! What each tenant may use and what it has used: the plan's name, and queries by client and hour. What a plan allows is
//! the server's configuration, not stored here.

use std::path::Path;

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};

use super::Control;
use crate::{Error, Name, Result};

/// Hours kept: a month.
const KEPT_HOURS: i64 = 31 * 24;

/// Longest name of a plan.
const MAX_PLAN: usize = 64;

/// Queries of one client in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryCount {
    /// The client.
    pub client: Name,
    /// Hours since the Unix epoch.
    pub hour: i64,
    /// Queries.
    pub queries: u64,
}

impl Control {
    /// The registry of a data directory that another process may own, for what may be changed beside a running server.
    /// Fails when there is none.
    pub fn beside(dir: impl AsRef<Path>) -> Result<Self> {
        let path = dir.as_ref().join("control.db");
        if !path.is_file() {
            let reason = format!("{} is not there; `footnote init` makes a data directory", path.display());
            return Err(Error::InvalidInput { reason });
        }
        Self::open(dir.as_ref())
    }

    /// Name of the tenant's plan, when one was chosen.
    pub fn plan(&self, tenant: &Name) -> Result<Option<String>> {
        let connection = self.reader();
        self.sql(
            connection
                .prepare_cached("SELECT plan FROM tenants WHERE name = ?1")
                .and_then(|mut s| s.query_row([tenant.as_str()], |row| row.get(0)).optional()),
        )
    }

    /// Chooses the tenant's plan; with `None` the default one holds again. In force from the next request on.
    pub fn set_plan(&self, tenant: &Name, plan: Option<&str>) -> Result<()> {
        let connection = self.connection();
        let done = match plan {
            Some(plan) if plan.is_empty() || plan.len() > MAX_PLAN => {
                let reason = format!("a plan's name has 1 to {MAX_PLAN} bytes");
                return Err(Error::InvalidInput { reason });
            }
            Some(plan) => connection.execute(
                "INSERT INTO tenants (name, plan) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET plan = excluded.plan",
                [tenant.as_str(), plan],
            ),
            None => connection.execute("DELETE FROM tenants WHERE name = ?1", [tenant.as_str()]),
        };
        self.sql(done).map(drop)
    }

    /// The tenants that have clients, keys or a plan, in order, with the plan that was chosen.
    pub fn tenant_plans(&self) -> Result<Vec<(Name, Option<String>)>> {
        let connection = self.connection();
        let rows: Vec<(String, Option<String>)> = self.sql(
            connection
                .prepare_cached(
                    "SELECT known.name, tenants.plan FROM
                     (SELECT tenant AS name FROM clients UNION SELECT tenant FROM keys UNION SELECT name FROM tenants) AS known
                     LEFT JOIN tenants ON tenants.name = known.name ORDER BY known.name",
                )
                .and_then(|mut s| s.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()),
        )?;
        rows.into_iter().map(|(name, plan)| Ok((Name::new(&name)?, plan))).collect()
    }

    /// Counts a query of the client unless its tenant has asked `limit` in this hour already; the tenant's queries of the
    /// hour with this one, or `None` when it was refused. Counted durably before it returns.
    pub fn charge_query(&self, tenant: &Name, client: &Name, hour: i64, limit: u64) -> Result<Option<u64>> {
        let mut connection = self.connection();
        let charged = connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|tx| {
            let used: u64 = tx
                .prepare_cached(
                    "SELECT coalesce(sum(queries), 0) FROM query_counts WHERE tenant = ?1 AND hour = ?2",
                )?
                .query_row(params![tenant.as_str(), hour], |row| row.get(0))?;
            if used >= limit {
                return Ok(None);
            }
            add(&tx, tenant, client, hour, 1)?;
            tx.commit()?;
            Ok(Some(used + 1))
        });
        self.sql(charged)
    }

    /// Takes a counted query back: the server did not do it.
    pub fn refund_query(&self, tenant: &Name, client: &Name, hour: i64) -> Result<()> {
        let connection = self.connection();
        let done = connection.execute(
            "UPDATE query_counts SET queries = queries - 1 WHERE tenant = ?1 AND client = ?2 AND hour = ?3 AND queries > 0",
            params![tenant.as_str(), client.as_str(), hour],
        );
        self.sql(done).map(drop)
    }

    /// Adds counts that were kept in memory, and forgets what is older than a month.
    pub fn add_queries(&self, counts: &[(Name, QueryCount)]) -> Result<()> {
        let mut connection = self.connection();
        let added = connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|tx| {
            for (tenant, count) in counts {
                add(&tx, tenant, &count.client, count.hour, count.queries)?;
            }
            if let Some(newest) = counts.iter().map(|(_, count)| count.hour).max() {
                tx.execute("DELETE FROM query_counts WHERE hour < ?1", [newest - KEPT_HOURS])?;
            }
            tx.commit()
        });
        self.sql(added)
    }

    /// The tenant's queries by client and hour since `hour`, oldest first.
    pub fn queries(&self, tenant: &Name, hour: i64) -> Result<Vec<QueryCount>> {
        let connection = self.connection();
        let rows: Vec<(String, i64, u64)> = self.sql(
            connection
                .prepare_cached(
                    "SELECT client, hour, queries FROM query_counts WHERE tenant = ?1 AND hour >= ?2 ORDER BY hour, client",
                )
                .and_then(|mut s| {
                    s.query_map(params![tenant.as_str(), hour], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                        .collect()
                }),
        )?;
        rows.into_iter()
            .map(|(client, hour, queries)| Ok(QueryCount { client: Name::new(&client)?, hour, queries }))
            .collect()
    }
}

fn add(
    connection: &rusqlite::Connection,
    tenant: &Name,
    client: &Name,
    hour: i64,
    queries: u64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO query_counts (tenant, client, hour, queries) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, hour, client) DO UPDATE SET queries = queries + excluded.queries",
        )?
        .execute(params![tenant.as_str(), client.as_str(), hour, queries])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeySpec, Role};

    fn name(text: &str) -> Name {
        Name::new(text).expect("name")
    }

    #[test]
    fn the_last_query_of_the_hour_is_served_and_the_next_is_not() {
        let dir = tempfile::tempdir().expect("tempdir");
        let (tenant, acme, globex) = (name("default"), name("acme"), name("globex"));
        {
            let control = Control::open(dir.path()).expect("open");
            assert_eq!(control.charge_query(&tenant, &acme, 7, 3).expect("charge"), Some(1));
            assert_eq!(control.charge_query(&tenant, &globex, 7, 3).expect("charge"), Some(2));
        }
        // Another process, another opening: the window goes on.
        let control = Control::open(dir.path()).expect("open");
        assert_eq!(control.charge_query(&tenant, &acme, 7, 3).expect("charge"), Some(3));
        assert_eq!(control.charge_query(&tenant, &acme, 7, 3).expect("charge"), None);
        assert_eq!(
            control.charge_query(&name("other"), &acme, 7, 3).expect("charge"),
            Some(1),
            "another tenant"
        );
        assert_eq!(control.charge_query(&tenant, &acme, 8, 3).expect("charge"), Some(1), "the next hour");
        control.refund_query(&tenant, &globex, 7).expect("refund");
        assert_eq!(control.charge_query(&tenant, &acme, 7, 3).expect("charge"), Some(3));
        let counts = control.queries(&tenant, 7).expect("queries");
        let counted: Vec<(&str, i64, u64)> =
            counts.iter().map(|c| (c.client.as_str(), c.hour, c.queries)).collect();
        assert_eq!(counted, [("acme", 7, 3), ("globex", 7, 0), ("acme", 8, 1)]);
    }

    #[test]
    fn who_calls_is_read_while_a_count_waits_for_the_disk() {
        let dir = tempfile::tempdir().expect("tempdir");
        let control = Control::open(dir.path()).expect("open");
        let (tenant, client) = (name("default"), name("acme"));
        control.add_client(&tenant, &client).expect("client");
        let spec = KeySpec {
            tenant: tenant.clone(),
            label: String::new(),
            role: Role::Viewer,
            clients: None,
            expires_ms: None,
        };
        let key = control.create_key(&spec).expect("key").key;
        let other = rusqlite::Connection::open(dir.path().join("control.db")).expect("open");
        other.execute_batch("BEGIN IMMEDIATE").expect("lock");
        std::thread::scope(|threads| {
            let counted = threads.spawn(|| control.charge_query(&tenant, &client, 7, 3));
            while control.connection.try_lock().is_ok() {
                std::thread::yield_now();
            }
            assert!(control.verify_key(&key).expect("verify").is_some());
            assert_eq!(control.clients(&tenant).expect("clients"), std::slice::from_ref(&client));
            assert_eq!(control.plan(&tenant).expect("plan"), None);
            // Had they waited for the count, it would have given up by now.
            other.execute_batch("ROLLBACK").expect("unlock");
            assert_eq!(counted.join().expect("join").expect("charge"), Some(1));
        });
    }

    #[test]
    fn counts_from_memory_are_added_and_old_ones_forgotten() {
        let dir = tempfile::tempdir().expect("tempdir");
        let control = Control::open(dir.path()).expect("open");
        let (tenant, client) = (name("default"), name("acme"));
        let count = |hour, queries| (tenant.clone(), QueryCount { client: client.clone(), hour, queries });
        control.add_queries(&[count(10, 5), count(10, 2)]).expect("add");
        assert_eq!(control.queries(&tenant, 0).expect("queries"), [count(10, 7).1]);
        control.add_queries(&[count(11 + KEPT_HOURS, 1)]).expect("add");
        assert_eq!(control.queries(&tenant, 0).expect("queries"), [count(11 + KEPT_HOURS, 1).1]);
    }

    #[test]
    fn a_plan_is_chosen_beside_the_process_that_owns_the_directory() {
        let dir = tempfile::tempdir().expect("tempdir");
        assert!(Control::beside(dir.path()).is_err(), "nothing is there yet");
        let owner = Control::open(dir.path()).expect("open");
        let beside = Control::beside(dir.path()).expect("beside");
        owner.add_client(&name("acme"), &name("web")).expect("client");
        assert_eq!(owner.plan(&name("acme")).expect("plan"), None);
        beside.set_plan(&name("acme"), Some("pro")).expect("set");
        beside.set_plan(&name("later"), Some("free")).expect("set");
        assert_eq!(owner.plan(&name("acme")).expect("plan").as_deref(), Some("pro"));
        let plans = owner.tenant_plans().expect("plans");
        assert_eq!(plans, [(name("acme"), Some("pro".into())), (name("later"), Some("free".into()))]);
        beside.set_plan(&name("acme"), None).expect("set");
        assert_eq!(owner.plan(&name("acme")).expect("plan"), None);
        assert!(beside.set_plan(&name("acme"), Some("")).is_err());
        assert!(beside.set_plan(&name("acme"), Some(&"x".repeat(65))).is_err());
    }
}
