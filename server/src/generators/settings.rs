//! `[generators.NAME]` and `[answers]` of `footnote.toml`: checked before anything is opened.

use std::path::PathBuf;
use std::time::Duration;

use footnote_models::ModelStore;
use serde::Deserialize;

use super::client::Limits;
use super::engine::Engine;
use super::local::Local;
use super::remote::{Endpoint, Protocol, Remote};
use super::secret::Secret;
use super::set::{EXTRACTIVE, unknown};

/// Longest name of an engine.
const LONGEST_NAME: usize = 32;

/// What kind of engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A GGUF model run by this process.
    Local,
    /// An Ollama server.
    Ollama,
    /// Any server with OpenAI's chat completions.
    OpenAi,
}

/// One `[generators.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratorSettings {
    /// NAME.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it is, without a slash at the end; empty for a local one.
    pub url: String,
    /// The model's name there; for a local one a name of the registry or the path of a `.gguf` file.
    pub model: String,
    /// File that holds the key.
    pub key_file: Option<PathBuf>,
    /// Environment variable that holds the key.
    pub key_env: Option<String>,
    /// Longest time of one answer.
    pub timeout: Duration,
    /// Time for a connection.
    pub connect_timeout: Duration,
    /// Time until the answer's first byte.
    pub first_byte_timeout: Duration,
    /// Time between two pieces of the answer.
    pub idle_timeout: Duration,
    /// Further tries after a failure that may pass.
    pub retries: u32,
    /// Answers it may write at a time.
    pub concurrency: usize,
    /// Tokens of prompt and answer together.
    pub context: usize,
}

/// `[answers]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSettings {
    /// Engines in the order they are asked; the extractive one comes last, always.
    pub engines: Vec<String>,
    /// Longest time of a generated answer; what does not fit is answered by the extractive engine.
    pub timeout: Duration,
    /// Most tokens of a prompt.
    pub prompt_tokens: usize,
    /// Most tokens of an answer.
    pub max_tokens: usize,
}

impl Default for AnswerSettings {
    fn default() -> Self {
        Self { engines: Vec::new(), timeout: Duration::from_secs(30), prompt_tokens: 1500, max_tokens: 256 }
    }
}

/// Everything configured about generated answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GeneratorsConfig {
    /// The engines, by name.
    pub generators: Vec<GeneratorSettings>,
    /// Their order and their bounds.
    pub answers: AnswerSettings,
}

/// Bytes of one answer that are read from an endpoint.
const MAX_BYTES: u64 = 4 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGenerator {
    kind: Kind,
    url: Option<String>,
    model: Option<String>,
    key_file: Option<PathBuf>,
    key_env: Option<String>,
    timeout_s: Option<f64>,
    connect_timeout_s: Option<f64>,
    first_byte_timeout_s: Option<f64>,
    idle_timeout_s: Option<f64>,
    retries: Option<u32>,
    concurrency: Option<usize>,
    context_tokens: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswers {
    engines: Option<Vec<String>>,
    timeout_s: Option<f64>,
    prompt_tokens: Option<usize>,
    max_tokens: Option<usize>,
}

impl GeneratorsConfig {
    /// Reads the two tables of a configuration file; each may be missing.
    ///
    /// # Errors
    /// The first thing wrong, with its key and what to write instead.
    pub fn read(generators: Option<&toml::Value>, answers: Option<&toml::Value>) -> Result<Self, String> {
        let tables = match generators {
            None => toml::Table::new(),
            Some(toml::Value::Table(table)) => table.clone(),
            Some(_) => return Err("generators: write tables, such as [generators.mine]".to_owned()),
        };
        let generators =
            tables.into_iter().map(|(name, value)| generator(&name, value)).collect::<Result<Vec<_>, _>>()?;
        let answers = answer_settings(answers, &generators)?;
        Ok(Self { generators, answers })
    }

    /// What one answer needs: the engine asked for, or else those of the configured order.
    ///
    /// # Errors
    /// No engine has that name; the text lists those there are.
    pub fn only(&self, asked: Option<&str>) -> Result<Self, String> {
        let wanted = |name: &str| match asked {
            Some(asked) => asked == name,
            None => self.answers.engines.iter().any(|engine| engine == name),
        };
        let generators: Vec<_> = self.generators.iter().filter(|g| wanted(&g.name)).cloned().collect();
        match asked {
            Some(name) if generators.is_empty() && name != EXTRACTIVE => {
                Err(unknown(name, self.generators.iter().map(|g| g.name.as_str())))
            }
            _ => Ok(Self { generators, answers: self.answers.clone() }),
        }
    }
}

fn generator(name: &str, value: toml::Value) -> Result<GeneratorSettings, String> {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_name = (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().next().is_some_and(plain)
        && name.bytes().all(|c| plain(c) || b"_-".contains(&c));
    if !is_name || name == EXTRACTIVE {
        return Err(format!(
            "generators.{name}: choose another name, up to {LONGEST_NAME} of a-z, 0-9, '_' and '-', not {EXTRACTIVE}"
        ));
    }
    let key = |key: &str| format!("generators.{name}.{key}");
    let raw: RawGenerator = value.try_into().map_err(|e: toml::de::Error| {
        format!("generators.{name}: {} (kind is local, ollama or openai)", e.message().trim_end())
    })?;
    let seconds = |field: &str, value: Option<f64>, default: f64| seconds(&key(field), value, default);
    let timeout = seconds("timeout_s", raw.timeout_s, 25.0)?;
    let model = raw
        .model
        .filter(|model| !model.trim().is_empty())
        .ok_or_else(|| format!("{}: name the model", key("model")))?;
    let url = match (raw.kind, &raw.url) {
        (Kind::Local, None) => String::new(),
        (Kind::Local, Some(_)) => {
            return Err(format!(
                "{}: a local model has none; remove it, or use kind = \"ollama\"",
                key("url")
            ));
        }
        (kind, Some(url)) => address(&key("url"), url, kind)?,
        (Kind::Ollama, None) => "http://127.0.0.1:11434".to_owned(),
        (Kind::OpenAi, None) => {
            return Err(format!("{}: say where it is, for example https://host.example/v1", key("url")));
        }
    };
    if raw.key_file.is_some() && raw.key_env.is_some() {
        return Err(format!(
            "{}: remove it, or {}: the key is in one place",
            key("key_file"),
            key("key_env")
        ));
    }
    if raw.kind == Kind::Local && (raw.key_file.is_some() || raw.key_env.is_some()) {
        return Err(format!("{}: a local model needs no key; remove it", key("key_file")));
    }
    Ok(GeneratorSettings {
        name: name.to_owned(),
        kind: raw.kind,
        url,
        model,
        key_file: raw.key_file,
        key_env: raw.key_env,
        timeout,
        connect_timeout: seconds("connect_timeout_s", raw.connect_timeout_s, 3.0)?.min(timeout),
        first_byte_timeout: seconds("first_byte_timeout_s", raw.first_byte_timeout_s, 15.0)?.min(timeout),
        idle_timeout: seconds("idle_timeout_s", raw.idle_timeout_s, 10.0)?.min(timeout),
        retries: within(&key("retries"), raw.retries.unwrap_or(2) as usize, 0, 10)? as u32,
        concurrency: within(&key("concurrency"), raw.concurrency.unwrap_or(4), 1, 1024)?,
        context: within(&key("context_tokens"), raw.context_tokens.unwrap_or(4096), 512, 1 << 20)?,
    })
}

fn answer_settings(
    value: Option<&toml::Value>,
    generators: &[GeneratorSettings],
) -> Result<AnswerSettings, String> {
    let raw: RawAnswers = match value {
        None => RawAnswers::default(),
        Some(value) => value
            .clone()
            .try_into()
            .map_err(|e: toml::de::Error| format!("answers: {}", e.message().trim_end()))?,
    };
    let default = AnswerSettings::default();
    let mut engines = raw.engines.unwrap_or_default();
    if engines.last().is_some_and(|last| last == EXTRACTIVE) {
        engines.pop();
    }
    for (at, name) in engines.iter().enumerate() {
        if name == EXTRACTIVE {
            return Err(format!(
                "answers.engines: {EXTRACTIVE} always answers, so it comes last or not at all"
            ));
        }
        if !generators.iter().any(|g| g.name == *name) {
            return Err(format!(
                "answers.engines: there is no [generators.{name}]; add it or remove the name"
            ));
        }
        if engines[..at].contains(name) {
            return Err(format!("answers.engines: {name} is there twice; remove one"));
        }
    }
    Ok(AnswerSettings {
        engines,
        timeout: seconds("answers.timeout_s", raw.timeout_s, default.timeout.as_secs_f64())?,
        prompt_tokens: within(
            "answers.prompt_tokens",
            raw.prompt_tokens.unwrap_or(default.prompt_tokens),
            256,
            1 << 20,
        )?,
        max_tokens: within("answers.max_tokens", raw.max_tokens.unwrap_or(default.max_tokens), 16, 4096)?,
    })
}

fn seconds(key: &str, value: Option<f64>, default: f64) -> Result<Duration, String> {
    let value = value.unwrap_or(default);
    if (0.1..=600.0).contains(&value) {
        Ok(Duration::from_secs_f64(value))
    } else {
        Err(format!("{key} is {value}: use 0.1 to 600.0"))
    }
}

fn within(key: &str, value: usize, least: usize, most: usize) -> Result<usize, String> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(format!("{key} is {value}: use {least} to {most}"))
    }
}

/// A base address without a slash at the end. It may hold no credentials: they would reach logs.
fn address(key: &str, url: &str, kind: Kind) -> Result<String, String> {
    let wrong = |fix: &str| format!("{key}: {fix}, for example https://host.example/v1");
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or_else(|| wrong("begin with https:// or http://"))?;
    if rest.contains(['@', '?', '#']) || rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(wrong("write no user, query or fragment; the key belongs into key_file"));
    }
    let url = url.trim_end_matches('/');
    let rest = rest.trim_end_matches('/');
    if rest.is_empty() || rest.starts_with('/') {
        return Err(wrong("name a host"));
    }
    // Servers of this kind have their routes below /v1; a base without a path means that.
    let bare = kind == Kind::OpenAi && !rest.contains('/');
    Ok(if bare { format!("{url}/v1") } else { url.to_owned() })
}

impl std::fmt::Display for GeneratorSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.kind {
            Kind::Local => "local",
            Kind::Ollama => "ollama",
            Kind::OpenAi => "openai",
        };
        let place = if self.url.is_empty() { String::new() } else { format!(" at {}", self.url) };
        write!(f, "{}: {kind} {}{place}", self.name, self.model)
    }
}

impl GeneratorSettings {
    /// Opens the engine: reads its key or loads its model.
    pub(super) fn open(&self, store: &ModelStore) -> Result<Engine, String> {
        let named = |key: &str, reason: String| format!("generators.{}.{key}: {reason}", self.name);
        let protocol = match self.kind {
            Kind::Local => {
                let local = Local::open(&self.model, self.context, store)
                    .map_err(|error| named("model", error.to_string()))?;
                return Ok(Engine::new(self.name.clone(), Box::new(local), self.timeout));
            }
            Kind::Ollama => Protocol::Ollama,
            Kind::OpenAi => Protocol::OpenAi,
        };
        let key = match (&self.key_file, &self.key_env) {
            (Some(path), _) => Some(Secret::read(path).map_err(|reason| named("key_file", reason))?),
            (None, Some(variable)) => {
                let value = std::env::var(variable)
                    .map_err(|_| named("key_env", format!("the environment has no {variable}; set it")))?;
                let key = Secret::new(&value)
                    .map_err(|reason| named("key_env", format!("{variable}: {reason}")))?;
                Some(key)
            }
            (None, None) => None,
        };
        let direct = is_loopback(&self.url);
        if key.is_some() && self.url.starts_with("http://") && !direct {
            tracing::warn!(engine = %self.name, "its key goes over the network unencrypted: use https");
        }
        let limits = Limits {
            connect: self.connect_timeout,
            first_byte: self.first_byte_timeout,
            idle: self.idle_timeout,
            bytes: MAX_BYTES,
            calls: self.concurrency,
        };
        let remote = Remote::new(Endpoint {
            protocol,
            base: self.url.clone(),
            model: self.model.clone(),
            key,
            context: self.context,
            retries: self.retries,
            limits,
            direct,
        });
        Ok(Engine::new(self.name.clone(), Box::new(remote), self.timeout))
    }
}

/// Whether the address is one of this machine.
fn is_loopback(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(host, _)| host),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<GeneratorsConfig, String> {
        let table: toml::Table = text.parse().expect("toml");
        GeneratorsConfig::read(table.get("generators"), table.get("answers"))
    }

    #[test]
    fn a_full_configuration_is_read() {
        let config = read(
            r#"
            [generators.mine]
            kind = "local"
            model = "smollm2-135m-instruct-q4"
            [generators.cloud]
            kind = "openai"
            url = "https://host.example/"
            model = "m"
            key_file = "/run/key"
            timeout_s = 2
            [generators.lan]
            kind = "ollama"
            model = "llama3.2"
            [answers]
            engines = ["cloud", "mine", "extractive"]
            timeout_s = 12.5
            "#,
        )
        .expect("read");
        let find = |name: &str| config.generators.iter().find(|g| g.name == name).expect("there").clone();
        assert_eq!(config.answers.engines, ["cloud", "mine"]);
        assert_eq!(config.answers.timeout, Duration::from_millis(12_500));
        assert_eq!((find("mine").kind, find("mine").url.as_str()), (Kind::Local, ""));
        let cloud = find("cloud");
        assert_eq!(
            (cloud.url.as_str(), cloud.first_byte_timeout),
            ("https://host.example/v1", Duration::from_secs(2))
        );
        assert_eq!(find("lan").url, "http://127.0.0.1:11434");
        assert_eq!(read("").expect("nothing"), GeneratorsConfig::default());
    }

    #[test]
    fn every_mistake_names_its_key_and_the_fix() {
        let openai = "[generators.a]\nkind = \"openai\"\nmodel = \"m\"\n";
        for (text, key, fix) in [
            ("generators = 1".to_owned(), "generators", "[generators.mine]"),
            ("[generators.A]\nkind = \"local\"".to_owned(), "generators.A", "a-z"),
            ("[generators.extractive]\nkind = \"local\"".to_owned(), "generators.extractive", "another name"),
            ("[generators.a]\nkind = \"gpt\"".to_owned(), "generators.a", "local, ollama or openai"),
            ("[generators.a]\nkind = \"local\"".to_owned(), "generators.a.model", "name the model"),
            (
                "[generators.a]\nkind = \"local\"\nmodel = \"m\"\nurl = \"http://x\"".to_owned(),
                "generators.a.url",
                "remove it",
            ),
            (
                "[generators.a]\nkind = \"local\"\nmodel = \"m\"\nkey_env = \"K\"".to_owned(),
                "generators.a.key_file",
                "remove it",
            ),
            ("[generators.a]\nkind = \"local\"\nmodle = \"m\"".to_owned(), "generators.a", "modle"),
            (openai.to_owned(), "generators.a.url", "https://host.example/v1"),
            (format!("{openai}url = \"host.example\""), "generators.a.url", "begin with https://"),
            (format!("{openai}url = \"https://user:pw@host.example\""), "generators.a.url", "key_file"),
            (format!("{openai}url = \"https://host.example?key=1\""), "generators.a.url", "key_file"),
            (format!("{openai}url = \"https:///v1\""), "generators.a.url", "name a host"),
            (
                format!("{openai}url = \"https://h\"\nkey_env = \"K\"\nkey_file = \"/k\""),
                "generators.a.key_file",
                "one place",
            ),
            (format!("{openai}url = \"https://h\"\ntimeout_s = 0"), "generators.a.timeout_s", "0.1 to 600"),
            (format!("{openai}url = \"https://h\"\nretries = 11"), "generators.a.retries", "0 to 10"),
            ("[answers]\nengines = [\"a\"]".to_owned(), "answers.engines", "[generators.a]"),
            ("[answers]\nengines = [\"extractive\", \"a\"]".to_owned(), "answers.engines", "comes last"),
            (
                format!("{openai}url = \"https://h\"\n[answers]\nengines = [\"a\", \"a\"]"),
                "answers.engines",
                "twice",
            ),
            ("[answers]\nprompt_tokens = 5".to_owned(), "answers.prompt_tokens", "256"),
            ("[answers]\nengine = \"a\"".to_owned(), "answers", "engine"),
        ] {
            let error = read(&text).expect_err(&text);
            assert!(error.starts_with(key) && error.contains(fix), "{text}: {error}");
            assert!(!error.contains("user:pw"), "{error}");
        }
    }

    #[test]
    fn a_missing_or_odd_key_is_told_without_showing_it() {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("key");
        std::fs::write(&path, "two words").expect("write");
        let store = ModelStore::new(folder.path());
        let with = |line: String| {
            let text =
                format!("[generators.a]\nkind = \"openai\"\nmodel = \"m\"\nurl = \"https://h\"\n{line}");
            read(&text).expect("read").generators[0].open(&store).expect_err("refused")
        };
        let error = with(format!("key_file = {:?}", path.display().to_string()));
        assert!(error.starts_with("generators.a.key_file: ") && !error.contains("two words"), "{error}");
        let error = with("key_env = \"FOOTNOTE_TEST_NO_SUCH_VARIABLE\"".into());
        assert!(error.contains("generators.a.key_env: the environment has no"), "{error}");
        let text = "[generators.a]\nkind = \"local\"\nmodel = \"smollm2-135m-instruct-q4\"";
        let error = read(text).expect("read").generators[0].open(&store).expect_err("not there");
        assert!(error.starts_with("generators.a.model: ") && error.contains("models fetch"), "{error}");
    }

    #[test]
    fn addresses_of_this_machine_are_known() {
        for (url, own) in [
            ("http://127.0.0.1:11434", true),
            ("http://localhost/v1", true),
            ("http://[::1]:8080/v1", true),
            ("https://host.example/v1", false),
            ("http://10.0.0.1:80", false),
            ("http://localhost.example", false),
        ] {
            assert_eq!(is_loopback(url), own, "{url}");
        }
    }
}
