//! What an operator says of history, cache and metrics: tables of `footnote.toml`.

use std::path::Path;
use std::time::Duration;

use footnote_index::{Name, Retention};
use serde::Deserialize;

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Settings of what surrounds a search or an answer.
#[derive(Debug, Clone, Default)]
pub struct FrontSettings {
    /// What is recorded, and how long it is kept.
    pub history: HistorySettings,
    /// What is served from memory.
    pub cache: CacheSettings,
    /// Who may read the metrics.
    pub metrics: MetricsSettings,
}

/// `[history]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistorySettings {
    /// Whether searches and answers are recorded.
    pub record: bool,
    /// Days an entry is kept, 1 to 3,650.
    pub days: u32,
    /// Entries a client keeps, 1 to 1,000,000.
    pub entries: u32,
    /// Clients that nothing is recorded of: tenant and name.
    pub off_for: Vec<(Name, Name)>,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self { record: true, days: 90, entries: 10_000, off_for: Vec::new() }
    }
}

impl HistorySettings {
    /// The same as the index knows it.
    pub fn retention(&self) -> Retention {
        Retention { max_age_ms: i64::from(self.days) * DAY_MS, max_entries: u64::from(self.entries) }
    }
}

/// `[cache]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheSettings {
    /// Memory for answers and results, in bytes; none are kept when it is 0.
    pub bytes: usize,
    /// How long one is served.
    pub lifetime: Duration,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { bytes: 32 << 20, lifetime: Duration::from_secs(600) }
    }
}

/// `[metrics]`
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MetricsSettings {
    /// What `GET /metrics` asks for.
    pub token: Option<String>,
}

impl std::fmt::Debug for MetricsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsSettings").field("token", &self.token.as_ref().map(|_| "..")).finish()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHistory {
    record: Option<bool>,
    days: Option<i64>,
    entries: Option<i64>,
    #[serde(default)]
    off_for: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCache {
    mebibytes: Option<i64>,
    seconds: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMetrics {
    token_file: Option<String>,
    token_env: Option<String>,
}

impl FrontSettings {
    /// Reads the tables of a configuration file; each may be missing. `variable` looks an environment variable up.
    ///
    /// # Errors
    /// The first thing wrong, with its key and what to write instead.
    pub fn read(
        history: Option<&toml::Value>,
        cache: Option<&toml::Value>,
        metrics: Option<&toml::Value>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let raw: RawHistory = table("history", history)?;
        let default = HistorySettings::default();
        let history = HistorySettings {
            record: raw.record.unwrap_or(default.record),
            days: within("history.days", raw.days, default.days, 1, 3650)?,
            entries: within("history.entries", raw.entries, default.entries, 1, 1_000_000)?,
            off_for: raw.off_for.iter().map(|name| client(name)).collect::<Result<_, _>>()?,
        };
        let raw: RawCache = table("cache", cache)?;
        let mebibytes = within("cache.mebibytes", raw.mebibytes, 32, 0, 16_384)?;
        let seconds = within("cache.seconds", raw.seconds, 600, 1, 86_400)?;
        let cache = CacheSettings {
            bytes: usize::try_from(mebibytes).unwrap_or(0) << 20,
            lifetime: Duration::from_secs(u64::from(seconds)),
        };
        let raw: RawMetrics = table("metrics", metrics)?;
        let token = match (raw.token_file, raw.token_env) {
            (None, None) => None,
            (Some(file), None) => Some(
                std::fs::read_to_string(Path::new(&file))
                    .map_err(|e| format!("metrics.token_file: {file}: {e}"))?,
            ),
            (None, Some(name)) => {
                Some(variable(&name).ok_or_else(|| format!("metrics.token_env: {name} is not set"))?)
            }
            (Some(_), Some(_)) => return Err("metrics: give token_file or token_env, not both".to_owned()),
        };
        let token = token.map(|text| checked(text.trim())).transpose()?;
        Ok(Self { history, cache, metrics: MetricsSettings { token } })
    }
}

fn table<T: Default + for<'de> Deserialize<'de>>(
    name: &str,
    value: Option<&toml::Value>,
) -> Result<T, String> {
    match value {
        None => Ok(T::default()),
        Some(value) => {
            value.clone().try_into().map_err(|e: toml::de::Error| format!("{name}: {}", e.message()))
        }
    }
}

fn within(key: &str, value: Option<i64>, default: u32, least: u32, most: u32) -> Result<u32, String> {
    let Some(value) = value else { return Ok(default) };
    u32::try_from(value)
        .ok()
        .filter(|value| (least..=most).contains(value))
        .ok_or_else(|| format!("{key} is {value}, use {least} to {most}"))
}

/// `tenant/client`, or the name of a client of the tenant `default`.
fn client(text: &str) -> Result<(Name, Name), String> {
    let (tenant, client) = text.split_once('/').unwrap_or(("default", text));
    let name = |part| Name::new(part).map_err(|e| format!("history.off_for: {e}"));
    Ok((name(tenant)?, name(client)?))
}

/// A token long enough not to be guessed; the error never holds it.
fn checked(token: &str) -> Result<String, String> {
    if (16..=256).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(token.to_owned());
    }
    Err("metrics: the token must have 16 to 256 printable ASCII characters without spaces".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FrontSettings, String> {
        let file: toml::Table = text.parse().expect("toml");
        let variable = |name: &str| (name == "TOKEN").then(|| "0123456789abcdef\n".to_owned());
        FrontSettings::read(file.get("history"), file.get("cache"), file.get("metrics"), variable)
    }

    #[test]
    fn without_tables_the_defaults_hold() {
        let settings = read("").expect("defaults");
        assert_eq!(settings.history, HistorySettings::default());
        assert_eq!((settings.history.days, settings.history.entries), (90, 10_000));
        assert_eq!(settings.cache.bytes, 32 << 20);
        assert_eq!(settings.metrics.token, None);
    }

    #[test]
    fn values_are_taken_up_to_their_limits_and_refused_beyond() {
        let most = read(
            "[history]\nrecord = false\ndays = 3650\nentries = 1000000\noff_for = [\"acme\", \"other/globex\"]\n\
             [cache]\nmebibytes = 0\nseconds = 86400\n[metrics]\ntoken_env = \"TOKEN\"",
        )
        .expect("good");
        let names: Vec<String> = most.history.off_for.iter().map(|(t, c)| format!("{t}/{c}")).collect();
        assert_eq!(names, ["default/acme", "other/globex"]);
        assert_eq!((most.cache.bytes, most.metrics.token.as_deref()), (0, Some("0123456789abcdef")));
        assert!(!format!("{most:?}").contains("0123456789"));
        for (text, part) in [
            ("[history]\ndays = 0", "history.days is 0, use 1 to 3650"),
            ("[history]\ndays = 3651", "use 1 to 3650"),
            ("[history]\nentries = 1000001", "use 1 to 1000000"),
            ("[history]\nforever = true", "unknown field"),
            ("[history]\noff_for = [\"No Good\"]", "history.off_for: invalid name"),
            ("[cache]\nseconds = 86401", "use 1 to 86400"),
            ("[metrics]\ntoken_env = \"NONE\"", "NONE is not set"),
            ("[metrics]\ntoken_env = \"TOKEN\"\ntoken_file = \"x\"", "not both"),
            ("[metrics]\ntoken_file = \"/does/not/exist\"", "metrics.token_file"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(checked(&"x".repeat(15)).is_err() && checked(&"x".repeat(16)).is_ok());
        assert!(checked(&"x".repeat(257)).is_err() && checked(&"x".repeat(256)).is_ok());
    }
}
