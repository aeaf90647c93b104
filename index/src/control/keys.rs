//! API keys: `fn_<id>_<secret>`, 256-bit secret, stored as HMAC-SHA-256 under the directory's pepper.
//!
//! The secret has full entropy, so a fast keyed hash is enough (argon2 is for passwords).

use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::{OptionalExtension as _, Row, params};
use serde::Serialize;
use sha2::Sha256;

use super::{Control, random_hex};
use crate::{Error, Name, Result, clock::now_ms};

/// What a credential may do. Roles are ordered: each may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Ask, search and read.
    Viewer,
    /// Also ingest and delete.
    Editor,
    /// Also clients, keys and settings.
    Admin,
}

impl Role {
    /// The role's name in APIs and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        match s {
            "viewer" => Ok(Self::Viewer),
            "editor" => Ok(Self::Editor),
            "admin" => Ok(Self::Admin),
            _ => Err(Error::InvalidInput { reason: format!("role {s:?}: use viewer, editor or admin") }),
        }
    }
}

/// What a new key is to be.
#[derive(Debug, Clone)]
pub struct KeySpec {
    /// The tenant it belongs to.
    pub tenant: Name,
    /// A note for the operator.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// The clients it may use; `None` for all of the tenant's, also future ones.
    pub clients: Option<Vec<Name>>,
    /// When it stops working, in milliseconds since the Unix epoch.
    pub expires_ms: Option<i64>,
}

/// A key just made: the only time its secret is seen.
#[derive(Debug, Clone, Serialize)]
pub struct NewKey {
    /// Public id, used to revoke it.
    pub id: String,
    /// The whole credential, `fn_<id>_<secret>`.
    pub key: String,
}

/// A key as listed: everything but the secret.
#[derive(Debug, Clone, Serialize)]
pub struct KeyInfo {
    /// Public id.
    pub id: String,
    /// The operator's note.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// The clients it may use; `None` for all.
    pub clients: Option<Vec<Name>>,
    /// Creation time, milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// Expiry, milliseconds since the Unix epoch.
    pub expires_ms: Option<i64>,
    /// Revocation, milliseconds since the Unix epoch.
    pub revoked_ms: Option<i64>,
}

/// Who a valid credential speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Id of the key.
    pub key_id: String,
    /// Its tenant.
    pub tenant: Name,
    /// Its role.
    pub role: Role,
    /// Its client allow-list; `None` for all of the tenant's.
    pub clients: Option<Vec<Name>>,
}

impl Principal {
    /// Whether the allow-list holds `client`. Says nothing about whether the client exists.
    pub fn may_use(&self, client: &Name) -> bool {
        self.clients.as_ref().is_none_or(|list| list.contains(client))
    }
}

impl Control {
    /// Makes a key and returns its secret once.
    pub fn create_key(&self, spec: &KeySpec) -> Result<NewKey> {
        let id = random_hex(8)?;
        let key = format!("fn_{id}_{}", random_hex(32)?);
        let clients =
            spec.clients.as_ref().map(|list| list.iter().map(Name::as_str).collect::<Vec<_>>().join(","));
        self.sql(self.connection().execute(
            "INSERT INTO keys (id, tenant, label, hmac, role, clients, created_ms, expires_ms) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)",
            params![
                id, spec.tenant.as_str(), spec.label, self.mac(&key)?.finalize().into_bytes().as_slice(),
                spec.role.as_str(), clients, now_ms(), spec.expires_ms
            ],
        ))?;
        Ok(NewKey { id, key })
    }

    /// Whom `key` speaks for; `None` when it is malformed, unknown, wrong, expired or revoked.
    pub fn verify_key(&self, key: &str) -> Result<Option<Principal>> {
        let Some(id) = key.strip_prefix("fn_").and_then(|rest| rest.split_once('_')).map(|(id, _)| id) else {
            return Ok(None);
        };
        let row = self.sql(
            self.reader()
                .prepare_cached(
                    "SELECT id, label, role, clients, created_ms, expires_ms, revoked_ms, tenant, hmac FROM keys WHERE id = ?1",
                )
                .and_then(|mut s| {
                    let row = |row: &rusqlite::Row<'_>| {
                        Ok((key_info(row)?, row.get::<_, String>(7)?, row.get::<_, Vec<u8>>(8)?))
                    };
                    s.query_row([id], row).optional()
                }),
        )?;
        let Some((info, tenant, stored)) = row else { return Ok(None) };
        // `verify_slice` compares in constant time.
        if self.mac(key)?.verify_slice(&stored).is_err() {
            return Ok(None);
        }
        let live = info.revoked_ms.is_none() && info.expires_ms.is_none_or(|at| now_ms() < at);
        if !live {
            return Ok(None);
        }
        Ok(Some(Principal {
            key_id: info.id,
            tenant: Name::new(&tenant)?,
            role: info.role,
            clients: info.clients,
        }))
    }

    /// The tenant's keys, oldest first.
    pub fn keys(&self, tenant: &Name) -> Result<Vec<KeyInfo>> {
        self.sql(
            self.connection()
                .prepare_cached("SELECT id, label, role, clients, created_ms, expires_ms, revoked_ms FROM keys WHERE tenant = ?1 ORDER BY created_ms, id")
                .and_then(|mut s| s.query_map([tenant.as_str()], key_info)?.collect()),
        )
    }

    /// Revokes a key at once; false when the tenant has no live key of that id.
    pub fn revoke_key(&self, tenant: &Name, id: &str) -> Result<bool> {
        let changed = self.sql(self.connection().execute(
            "UPDATE keys SET revoked_ms = ?3 WHERE tenant = ?1 AND id = ?2 AND revoked_ms IS NULL",
            params![tenant.as_str(), id, now_ms()],
        ))?;
        Ok(changed == 1)
    }

    /// Lets a key expire at `at_ms` (for rotation with overlap); false when it is not live.
    pub fn expire_key(&self, tenant: &Name, id: &str, at_ms: i64) -> Result<bool> {
        let changed = self.sql(self.connection().execute(
            "UPDATE keys SET expires_ms = ?3 WHERE tenant = ?1 AND id = ?2 AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > ?4)",
            params![tenant.as_str(), id, at_ms, now_ms()],
        ))?;
        Ok(changed == 1)
    }

    fn mac(&self, key: &str) -> Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.pepper)
            .map_err(|e| Error::InvalidInput { reason: format!("pepper: {e}") })?;
        mac.update(key.as_bytes());
        Ok(mac)
    }
}

fn key_info(row: &Row<'_>) -> rusqlite::Result<KeyInfo> {
    let bad = |column| {
        move |e: Error| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e))
        }
    };
    let role: String = row.get(2)?;
    let clients: Option<String> = row.get(3)?;
    Ok(KeyInfo {
        id: row.get(0)?,
        label: row.get(1)?,
        role: role.parse().map_err(bad(2))?,
        clients: clients
            .map(|list| list.split(',').filter(|n| !n.is_empty()).map(Name::new).collect::<Result<_>>())
            .transpose()
            .map_err(bad(3))?,
        created_ms: row.get(4)?,
        expires_ms: row.get(5)?,
        revoked_ms: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control() -> (tempfile::TempDir, Control, Name) {
        let dir = tempfile::tempdir().expect("tempdir");
        let control = Control::open(dir.path()).expect("open");
        (dir, control, Name::new("default").expect("name"))
    }

    fn spec(tenant: &Name, expires_ms: Option<i64>) -> KeySpec {
        KeySpec {
            tenant: tenant.clone(),
            label: String::new(),
            role: Role::Editor,
            clients: None,
            expires_ms,
        }
    }

    #[test]
    fn only_the_exact_key_is_accepted() {
        let (_dir, control, tenant) = control();
        let made = control.create_key(&spec(&tenant, None)).expect("create");
        let who = control.verify_key(&made.key).expect("verify").expect("valid");
        assert_eq!((who.role, who.key_id.as_str()), (Role::Editor, made.id.as_str()));
        let flipped =
            format!("{}{}", &made.key[..made.key.len() - 1], if made.key.ends_with('0') { '1' } else { '0' });
        for wrong in
            [flipped.as_str(), "", "fn_", "fn__", "Bearer x", &made.id, &made.key[..made.key.len() - 1]]
        {
            assert_eq!(control.verify_key(wrong).expect("verify"), None, "{wrong}");
        }
    }

    #[test]
    fn revoked_and_expired_keys_are_refused_at_once() {
        let (_dir, control, tenant) = control();
        let made = control.create_key(&spec(&tenant, None)).expect("create");
        assert!(control.revoke_key(&tenant, &made.id).expect("revoke"));
        assert!(!control.revoke_key(&tenant, &made.id).expect("again"));
        assert_eq!(control.verify_key(&made.key).expect("verify"), None);
        let old = control.create_key(&spec(&tenant, Some(now_ms() - 1))).expect("create");
        assert_eq!(control.verify_key(&old.key).expect("verify"), None);
        assert!(
            !control.expire_key(&tenant, &old.id, now_ms() + 60_000).expect("expire"),
            "came back to life"
        );
        assert_eq!(control.verify_key(&old.key).expect("verify"), None);
    }

    #[test]
    fn another_tenant_cannot_revoke_it() {
        let (_dir, control, tenant) = control();
        let made = control.create_key(&spec(&tenant, None)).expect("create");
        assert!(!control.revoke_key(&Name::new("other").expect("name"), &made.id).expect("revoke"));
        assert!(control.verify_key(&made.key).expect("verify").is_some());
    }

    #[test]
    fn a_lost_pepper_is_an_error_while_keys_depend_on_it() {
        let (dir, control, tenant) = control();
        let pepper = dir.path().join("pepper");
        drop(control);
        std::fs::remove_file(&pepper).expect("remove");
        let control = Control::open(dir.path()).expect("no key depends on it yet");
        control.create_key(&spec(&tenant, None)).expect("create");
        drop(control);
        std::fs::remove_file(&pepper).expect("remove");
        let error = Control::open(dir.path()).expect_err("a key depends on it");
        assert!(matches!(error, Error::Corrupt { .. }), "{error}");
    }

    #[test]
    fn the_secret_is_not_in_the_database() {
        let (dir, control, tenant) = control();
        let made = control.create_key(&spec(&tenant, None)).expect("create");
        drop(control);
        let secret = made.key.rsplit('_').next().expect("secret").as_bytes().to_vec();
        for entry in std::fs::read_dir(dir.path()).expect("list") {
            let bytes = std::fs::read(entry.expect("entry").path()).expect("read");
            assert!(!bytes.windows(secret.len()).any(|w| w == secret));
        }
    }
}
