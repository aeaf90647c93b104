//! Settings: as typed, then resolved. A flag wins over `FOOTNOTE_*`, that over `footnote.toml`, that
//! over the default; each value remembers where it came from.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use footnote_index::Name;
use footnote_ingest::worker::ExtractLimits;
use footnote_models::{DEFAULT_MODEL, DEFAULT_RERANKER, ModelError, ModelStore, Precision};

use super::args::Common;
use super::serving::{self, Serving, ServingFlags, Sources};
use crate::app::{AppSettings, Inference};
use crate::front::FrontSettings;
use crate::generators::GeneratorsConfig;
use crate::http::CorsOrigin;

/// Something typed or configured cannot be meant: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag,
    Environment(&'static str),
    File(PathBuf),
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// One setting as `doctor` shows it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) origin: Origin,
}

/// Everything in force. No options are left but those that mean something by being absent.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    /// Whether the data directory was chosen or is the default.
    pub(crate) data_given: bool,
    pub(crate) tenant: Name,
    pub(crate) client: Option<Name>,
    pub(crate) model: String,
    pub(crate) reranker: Option<String>,
    pub(crate) inference: Inference,
    pub(crate) min_confidence: Option<f32>,
    pub(crate) server: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) bind: String,
    pub(crate) cors_origins: Vec<CorsOrigin>,
    pub(crate) log_json: bool,
    pub(crate) generators: GeneratorsConfig,
    pub(super) serving: Serving,
    pub(crate) front: FrontSettings,
    pub(crate) shown: Vec<Shown>,
}

/// Keys of `footnote.toml` with their environment variables.
const KEYS: [(&str, &str); 13] = [
    ("data", "FOOTNOTE_DATA"),
    ("tenant", "FOOTNOTE_TENANT"),
    ("client", "FOOTNOTE_CLIENT"),
    ("model", "FOOTNOTE_MODEL"),
    ("reranker", "FOOTNOTE_RERANKER"),
    ("precision", "FOOTNOTE_PRECISION"),
    ("threads", "FOOTNOTE_THREADS"),
    ("min_confidence", "FOOTNOTE_MIN_CONFIDENCE"),
    ("server", "FOOTNOTE_SERVER"),
    ("key", "FOOTNOTE_KEY"),
    ("bind", "FOOTNOTE_BIND"),
    ("cors_origins", "FOOTNOTE_CORS_ORIGINS"),
    ("log_format", "FOOTNOTE_LOG_FORMAT"),
];

/// Tables of `footnote.toml`.
const TABLES: [&str; 6] = ["generators", "answers", "history", "cache", "metrics", serving::TABLE];

impl Settings {
    /// Resolves what was typed against environment and file.
    pub(super) fn resolve(common: &Common, flags: Option<&ServingFlags>) -> anyhow::Result<Self> {
        let file = read_file(common.config.as_deref())?;
        Self::from_all(common, flags, &file, |name| std::env::var(name).ok().filter(|v| !v.is_empty()))
    }

    #[cfg(test)]
    fn from_sources(
        common: &Common,
        file: &ConfigFile,
        environment: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        Self::from_all(common, None, file, environment)
    }

    fn from_all(
        common: &Common,
        flags: Option<&ServingFlags>,
        file: &ConfigFile,
        environment: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        let mut shown = Vec::new();
        let mut get = |key: &'static str, flag: Option<String>, default: Option<String>| {
            let variable = KEYS.iter().find(|k| k.0 == key).map_or("", |k| k.1);
            let found = flag
                .map(|v| (v, Origin::Flag))
                .or_else(|| environment(variable).map(|v| (v, Origin::Environment(variable))))
                .or_else(|| file.get(key).map(|v| (v, Origin::File(file.path.clone()))))
                .or_else(|| default.map(|v| (v, Origin::Default)))?;
            let value = if key == "key" { redact(&found.0) } else { found.0.clone() };
            shown.push(Shown { key, value, origin: found.1.clone() });
            Some(found)
        };
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        let data = get("data", common.data.as_ref().map(text), Some(text(&default_data())));
        let tenant = get("tenant", common.tenant.clone(), Some("default".into()));
        let client = get("client", common.client.clone(), None);
        let model = get("model", common.model.clone(), Some(DEFAULT_MODEL.into()));
        let reranker = get("reranker", common.reranker.clone(), Some(DEFAULT_RERANKER.into()));
        let precision =
            get("precision", common.precision.clone(), Some(Precision::default().as_str().into()));
        let threads = get("threads", common.threads.clone(), None);
        let min_confidence = get("min_confidence", None, None);
        let server = get("server", common.server.clone(), None);
        let key = get("key", common.key.clone(), None);
        let bind = get("bind", None, Some("127.0.0.1:7700".into()));
        let cors_origins = get("cors_origins", None, None);
        let log_format = get("log_format", None, Some("text".into()));
        let value = |v: Option<(String, Origin)>| v.map(|v| v.0).unwrap_or_default();
        let log_format = value(log_format);
        if !matches!(log_format.as_str(), "text" | "json") {
            return Err(Usage(format!("log_format is {log_format:?}: use text or json")).into());
        }
        let generators = GeneratorsConfig::read(file.values.get("generators"), file.values.get("answers"))
            .map_err(|reason| Usage(format!("configuration file {}: {reason}", file.path.display())))?;
        for generator in &generators.generators {
            let origin = Origin::File(file.path.clone());
            shown.push(Shown { key: "generators", value: generator.to_string(), origin });
        }
        let from_file = || Origin::File(file.path.clone());
        let sources = Sources {
            flags,
            environment: &environment,
            file: &|key| file.get(key).map(|value| (value, from_file())),
            plans: file.values.get(serving::TABLE).map(|table| (table, from_file())),
        };
        let serving = Serving::read(&sources, &mut shown)?;
        let [history, cache, metrics] = ["history", "cache", "metrics"].map(|name| file.values.get(name));
        let front = FrontSettings::read(history, cache, metrics, &environment)
            .map_err(|reason| Usage(format!("configuration file {}: {reason}", file.path.display())))?;
        Ok(Self {
            data_given: data.as_ref().is_some_and(|d| d.1 != Origin::Default),
            data: value(data).into(),
            tenant: name("tenant", &value(tenant))?,
            client: client.map(|c| name("client", &c.0)).transpose()?,
            model: value(model),
            reranker: Some(value(reranker)).filter(|name| name != "none"),
            inference: inference(&value(precision), threads.map(|t| t.0).as_deref())?,
            min_confidence: min_confidence.map(|v| confidence(&v.0)).transpose()?,
            server: server.map(|s| s.0.trim_end_matches('/').to_owned()),
            key: key.map(|k| k.0),
            bind: value(bind),
            cors_origins: origins(&value(cors_origins))?,
            log_json: log_format == "json",
            generators,
            serving,
            front,
            shown,
        })
    }

    /// Settings of an in-process app.
    pub(crate) fn app(&self) -> AppSettings {
        AppSettings {
            data: self.data.clone(),
            model: self.model.clone(),
            reranker: self.reranker.clone(),
            inference: self.inference,
            min_confidence: self.min_confidence,
            limits: ExtractLimits::default(),
        }
    }

    /// The store of model files (`FOOTNOTE_MODELS`).
    pub(crate) fn models() -> anyhow::Result<ModelStore> {
        Ok(ModelStore::from_env()?)
    }
}

/// Origins with commas between them.
pub(crate) fn origins(list: &str) -> Result<Vec<CorsOrigin>, Usage> {
    let given = list.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    given.map(|origin| origin.parse().map_err(Usage)).collect()
}

fn name(what: &str, value: &str) -> Result<Name, Usage> {
    Name::new(value).map_err(|e| Usage(format!("{what}: {e}")))
}

fn inference(precision: &str, threads: Option<&str>) -> Result<Inference, Usage> {
    let count = |text: &str| {
        let wrong = || Usage(format!("threads is {text:?}: use a number from 1 to {MAX_THREADS}"));
        text.parse().ok().filter(|count: &NonZeroUsize| count.get() <= MAX_THREADS).ok_or_else(wrong)
    };
    Ok(Inference {
        precision: precision.parse().map_err(|e: ModelError| Usage(e.to_string()))?,
        threads: threads.map(count).transpose()?,
    })
}

fn confidence(text: &str) -> Result<f32, Usage> {
    let wrong = || Usage(format!("min_confidence is {text:?}: use a number from 0 to 1"));
    text.parse().ok().filter(|share: &f32| (0.0..=1.0).contains(share)).ok_or_else(wrong)
}

/// Most threads a model may be given.
const MAX_THREADS: usize = 1024;

/// Shows that a key is set, not what it is.
fn redact(key: &str) -> String {
    match key.split('_').collect::<Vec<_>>().as_slice() {
        ["fn", id, _] => format!("fn_{id}_…"),
        _ => "(set)".to_owned(),
    }
}

fn default_data() -> PathBuf {
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let base = base.or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share")));
    base.unwrap_or_else(|| PathBuf::from(".")).join("footnote")
}

#[derive(Debug, Default)]
struct ConfigFile {
    path: PathBuf,
    values: toml::Table,
}

impl ConfigFile {
    fn get(&self, key: &str) -> Option<String> {
        match self.values.get(key)? {
            toml::Value::String(s) => Some(s.clone()),
            toml::Value::Array(list) if key == "cors_origins" => {
                let texts =
                    list.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
                Some(texts.collect::<Vec<_>>().join(","))
            }
            other => Some(other.to_string()),
        }
    }
}

fn read_file(given: Option<&Path>) -> anyhow::Result<ConfigFile> {
    let from_environment = std::env::var_os("FOOTNOTE_CONFIG").map(PathBuf::from);
    let (path, must_exist) = match (given, &from_environment) {
        (Some(path), _) => (path, true),
        (None, Some(path)) => (path.as_path(), true),
        (None, None) => (Path::new("footnote.toml"), false),
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !must_exist => return Ok(ConfigFile::default()),
        Err(e) => return Err(Usage(format!("configuration file {}: {e}", path.display())).into()),
    };
    let values: toml::Table = text.parse().map_err(|e: toml::de::Error| {
        Usage(format!("configuration file {}: {}", path.display(), e.message()))
    })?;
    if let Some(unknown) = values.keys().find(|k| !known_keys().any(|known| known == k.as_str())) {
        let known: Vec<&str> = known_keys().collect();
        return Err(Usage(format!(
            "configuration file {}: unknown key {unknown:?}, known are {}",
            path.display(),
            known.join(", ")
        ))
        .into());
    }
    Ok(ConfigFile { path: path.to_path_buf(), values })
}

fn known_keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(&serving::KEYS).map(|known| known.0).chain(TABLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> ConfigFile {
        ConfigFile { path: "footnote.toml".into(), values: text.parse().expect("toml") }
    }

    #[test]
    fn a_flag_wins_over_environment_over_file_over_default() {
        let file = file("data = \"/file\"\ntenant = \"from-file\"\nmodel = \"m\"");
        let common = Common { data: Some("/flag".into()), ..Common::default() };
        let environment = |name: &str| (name == "FOOTNOTE_TENANT").then(|| "from-env".to_owned());
        let s = Settings::from_sources(&common, &file, environment).expect("resolve");
        assert_eq!((s.data, s.tenant.as_str(), s.model.as_str()), ("/flag".into(), "from-env", "m"));
        let origin = |key| s.shown.iter().find(|x| x.key == key).map(|x| x.origin.to_string());
        assert_eq!(origin("data").as_deref(), Some("flag"));
        assert_eq!(origin("tenant").as_deref(), Some("FOOTNOTE_TENANT"));
        assert_eq!(origin("model").as_deref(), Some("footnote.toml"));
        assert_eq!(origin("bind").as_deref(), Some("default"));
    }

    #[test]
    fn origins_come_from_a_list_or_from_text_with_commas() {
        let resolve = |text: &str, variable: Option<&str>| {
            let environment =
                |name: &str| variable.filter(|_| name == "FOOTNOTE_CORS_ORIGINS").map(str::to_owned);
            Settings::from_sources(&Common::default(), &file(text), environment).map(|s| s.cors_origins)
        };
        let two = origins("https://a.example,http://localhost:3000").expect("good");
        assert_eq!(two.len(), 2);
        let list = "cors_origins = [\"https://a.example\", \"http://localhost:3000\"]";
        assert_eq!(resolve(list, None).expect("list"), two);
        assert_eq!(resolve("", Some(" https://a.example , http://localhost:3000 ")).expect("text"), two);
        assert!(resolve("", None).expect("none").is_empty());
        let error = resolve("cors_origins = [\"https://a.example/\"]", None).expect_err("bad");
        assert!(error.is::<Usage>() && error.to_string().contains("https://a.example/"), "{error}");
    }

    #[test]
    fn a_key_is_never_shown() {
        let common = Common { key: Some("fn_ab_secret".into()), ..Common::default() };
        let s = Settings::from_sources(&common, &ConfigFile::default(), |_| None).expect("resolve");
        assert!(s.shown.iter().all(|x| !x.value.contains("secret")));
        assert_eq!(redact("whatever"), "(set)");
    }

    #[test]
    fn a_bad_name_or_format_is_a_usage_error() {
        let common = Common { tenant: Some("No Good".into()), ..Common::default() };
        let error = Settings::from_sources(&common, &ConfigFile::default(), |_| None).expect_err("bad");
        assert!(error.is::<Usage>() && error.to_string().starts_with("tenant: invalid name"));
        let error = Settings::from_sources(&Common::default(), &file("log_format = \"xml\""), |_| None)
            .expect_err("bad");
        assert!(error.to_string().contains("text or json"));
        for (text, part) in [
            ("precision = \"int4\"", "use int8 or f32"),
            ("threads = 0", "from 1 to 1024"),
            ("threads = 1025", "from 1 to 1024"),
            ("threads = \"many\"", "from 1 to 1024"),
            ("min_confidence = 1.01", "from 0 to 1"),
            ("min_confidence = \"nan\"", "from 0 to 1"),
        ] {
            let error = Settings::from_sources(&Common::default(), &file(text), |_| None).expect_err("bad");
            assert!(error.is::<Usage>() && error.to_string().contains(part), "{error}");
        }
        let most = file("threads = 1024\nprecision = \"f32\"\nmin_confidence = 1");
        let s = Settings::from_sources(&Common::default(), &most, |_| None).expect("resolve");
        assert_eq!(s.inference.threads.map(NonZeroUsize::get), Some(1024));
        assert_eq!((s.inference.precision, s.min_confidence), (Precision::F32, Some(1.0)));
    }
}
