//! Settings of a client that may change while it is served, kept with the client; and what a client takes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Engine, Error, Result, Scope};

/// Longest name of a setting, and longest value.
const MAX_NAME: usize = 64;
const MAX_VALUE: usize = 4096;

/// What a client takes, for quotas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Footprint {
    /// Documents, in whatever state.
    pub documents: u64,
    /// Bytes: originals as they were sent, and the database with texts and vectors. Caches are not counted.
    pub bytes: u64,
}

impl Engine {
    /// The settings that were made for the client, as JSON by name.
    pub fn settings(&self, scope: &Scope) -> Result<BTreeMap<String, String>> {
        self.client(scope)?.store.settings()
    }

    /// Makes settings, or removes those without a value; all or none, durable when it returns.
    pub fn change_settings(&self, scope: &Scope, changes: &BTreeMap<&str, Option<String>>) -> Result<()> {
        for (name, value) in changes {
            if name.is_empty() || name.len() > MAX_NAME {
                let reason = format!("the name of a setting has 1 to {MAX_NAME} bytes");
                return Err(Error::InvalidInput { reason });
            }
            if value.as_ref().is_some_and(|value| value.len() > MAX_VALUE) {
                let reason = format!("setting {name}: a value has at most {MAX_VALUE} bytes");
                return Err(Error::InvalidInput { reason });
            }
        }
        self.client(scope)?.store.change_settings(changes)
    }

    /// What the client takes.
    pub fn footprint(&self, scope: &Scope) -> Result<Footprint> {
        self.client(scope)?.store.footprint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EngineOptions, Name, NewDocument};

    fn opened(dir: &std::path::Path) -> (Engine, Scope) {
        let engine = Engine::open(dir, EngineOptions::default()).expect("open");
        let (tenant, client) = (Name::new("default").expect("name"), Name::new("acme").expect("name"));
        engine.control().add_client(&tenant, &client).expect("client");
        #[expect(clippy::disallowed_methods, reason = "tests choose their own clients")]
        let scope = engine.control().scope(&tenant, &client).expect("scope").expect("there");
        (engine, scope)
    }

    #[test]
    fn settings_outlive_the_process_and_are_taken_back() {
        let dir = tempfile::tempdir().expect("tempdir");
        {
            let (engine, scope) = opened(dir.path());
            let changes =
                BTreeMap::from([("rerank", Some("true".to_owned())), ("top_k", Some("5".to_owned()))]);
            engine.change_settings(&scope, &changes).expect("change");
        }
        let (engine, scope) = opened(dir.path());
        engine.change_settings(&scope, &BTreeMap::from([("rerank", None)])).expect("change");
        let left = engine.settings(&scope).expect("settings");
        assert_eq!(left, BTreeMap::from([("top_k".to_owned(), "5".to_owned())]));
        for (name, value) in [("", 1), (&*"n".repeat(65), 1), ("n", 4097)] {
            let changes = BTreeMap::from([(name, Some("x".repeat(value)))]);
            assert!(engine.change_settings(&scope, &changes).is_err(), "{name} {value}");
        }
    }

    #[test]
    fn a_client_takes_its_originals_once_and_gives_them_back() {
        let dir = tempfile::tempdir().expect("tempdir");
        let (engine, scope) = opened(dir.path());
        let before = engine.footprint(&scope).expect("footprint");
        assert_eq!(before.documents, 0);
        let bytes = vec![b'x'; 1 << 20];
        let metadata = serde_json::Map::new();
        let new = |uri| NewDocument { uri, title: None, mime: None, metadata: &metadata, bytes: &bytes };
        let mut ids = Vec::new();
        for uri in ["a", "b"] {
            ids.push(engine.accept(&scope, &new(uri)).expect("accept").document_id);
        }
        let after = engine.footprint(&scope).expect("footprint");
        assert_eq!(after.documents, 2);
        let grown = after.bytes - before.bytes;
        assert!((1 << 20..(1 << 20) + (1 << 18)).contains(&grown), "{grown}: one content, counted once");
        for id in &ids {
            engine.delete(&scope, id).expect("delete");
        }
        let left = engine.footprint(&scope).expect("footprint");
        assert_eq!(left.documents, 0);
        assert!(left.bytes < before.bytes + (1 << 18), "{} after {}", left.bytes, before.bytes);
    }
}
