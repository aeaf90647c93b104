//! The issuer's keys in memory. They are read again when they are old, in the background, and when a token names one that
//! is not there: then whoever comes meanwhile waits for that one reading. However many tokens name keys that do not exist,
//! there is one reading in `min_refresh`. While keys cannot be read, those that were go on for `stale`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::key_set::{Keys, VerifyingKey, parse};
use super::settings::JwtSettings;
use super::source;

/// Keys with when they were read.
#[derive(Debug)]
pub(super) struct Cache {
    settings: Arc<JwtSettings>,
    state: Mutex<State>,
    /// Held by the one who reads.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: Keys,
    read: Option<Instant>,
    tried: Option<Instant>,
}

impl Cache {
    pub(super) fn new(settings: Arc<JwtSettings>) -> Self {
        Self { settings, state: Mutex::default(), reading: tokio::sync::Mutex::default() }
    }

    /// The key of that name.
    pub(super) async fn get(self: &Arc<Self>, name: &str) -> Option<Arc<VerifyingKey>> {
        if let Some(key) = self.known(name) {
            if self.is_old() && self.may_read() {
                let cache = Arc::clone(self);
                tokio::spawn(async move { cache.refresh().await });
            }
            return Some(key);
        }
        self.refresh().await;
        self.known(name)
    }

    /// Reads the keys, unless they were just read, by somebody else meanwhile or lately.
    pub(super) async fn refresh(&self) {
        let _reading = self.reading.lock().await;
        if !self.may_read() {
            return;
        }
        self.state().tried = Some(Instant::now());
        let settings = Arc::clone(&self.settings);
        let read = tokio::task::spawn_blocking(move || {
            let bytes = source::read(&settings.keys, settings.timeout)?;
            parse(&bytes, &settings.algorithms)
        });
        match read.await.unwrap_or_else(|error| Err(error.to_string())) {
            Ok(keys) => {
                tracing::info!(keys = keys.len(), "the keys of tokens were read");
                let mut state = self.state();
                state.keys = keys;
                state.read = Some(Instant::now());
            }
            Err(reason) => tracing::warn!(reason, "the keys of tokens could not be read"),
        }
    }

    fn known(&self, name: &str) -> Option<Arc<VerifyingKey>> {
        let state = self.state();
        let read = state.read?;
        if read.elapsed() >= self.settings.stale {
            return None;
        }
        state.keys.get(name).cloned()
    }

    fn is_old(&self) -> bool {
        self.state().read.is_none_or(|read| read.elapsed() >= self.settings.refresh)
    }

    fn may_read(&self) -> bool {
        self.state().tried.is_none_or(|tried| tried.elapsed() >= self.settings.min_refresh)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::http::jwt::KeySource;

    /// 2,048 bits, as base64url.
    fn modulus() -> String {
        "v".repeat(341) + "w"
    }

    fn write(path: &Path, names: &[&str]) {
        let key = |kid: &&str| json!({ "kty": "RSA", "kid": kid, "n": modulus(), "e": "AQAB" });
        let set = json!({ "keys": names.iter().map(key).collect::<Vec<_>>() });
        std::fs::write(path, set.to_string()).expect("write");
    }

    fn cache(path: &Path) -> Arc<Cache> {
        let settings = JwtSettings::new("i", "a", KeySource::File(path.to_path_buf()));
        Arc::new(Cache::new(Arc::new(settings)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_key_is_found_by_one_reading_and_a_missing_one_costs_no_more() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("jwks.json");
        write(&path, &["a"]);
        let cache = cache(&path);
        assert!(cache.get("a").await.is_some());
        write(&path, &["a", "b"]);
        assert!(cache.get("b").await.is_none(), "read a moment ago");
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(cache.get("b").await.is_some());
        // A key that was taken out is refused from the next reading on.
        write(&path, &["b"]);
        assert!(cache.get("a").await.is_some());
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(cache.get("missing").await.is_none());
        assert!(cache.get("a").await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn keys_outlive_a_source_that_fails_but_not_for_ever() {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("jwks.json");
        write(&path, &["a"]);
        let cache = cache(&path);
        assert!(cache.get("a").await.is_some());
        std::fs::remove_file(&path).expect("remove");
        tokio::time::advance(Duration::from_secs(24 * 3600 - 1)).await;
        assert!(cache.get("a").await.is_some());
        tokio::time::advance(Duration::from_secs(31)).await;
        assert!(cache.get("a").await.is_none());
        // It comes back by itself.
        write(&path, &["a"]);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(cache.get("a").await.is_some());
    }
}
