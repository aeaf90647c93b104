//! Settings of `footnote serve`: limits, work at a time, tokens. Every key of `footnote.toml` is also a variable and a flag;
//! plans are tables, `[plans.NAME]`.

use std::collections::BTreeMap;
use std::time::Duration;

use footnote_index::Name;

use super::config::{Origin, Shown, Usage};
use crate::http::{HttpSettings, JwtSettings, KeySource, LimitSettings, Plan, Rate};

/// Keys with their environment variables, in the order `doctor` shows them.
pub(super) const KEYS: [(&str, &str); 16] = [
    ("rate_per_s", "FOOTNOTE_RATE_PER_S"),
    ("rate_burst", "FOOTNOTE_RATE_BURST"),
    ("tenant_rate_per_s", "FOOTNOTE_TENANT_RATE_PER_S"),
    ("tenant_rate_burst", "FOOTNOTE_TENANT_RATE_BURST"),
    ("default_plan", "FOOTNOTE_DEFAULT_PLAN"),
    ("max_concurrent", "FOOTNOTE_MAX_CONCURRENT"),
    ("max_waiting", "FOOTNOTE_MAX_WAITING"),
    ("request_timeout_s", "FOOTNOTE_REQUEST_TIMEOUT_S"),
    ("jwt_issuer", "FOOTNOTE_JWT_ISSUER"),
    ("jwt_audience", "FOOTNOTE_JWT_AUDIENCE"),
    ("jwt_keys", "FOOTNOTE_JWT_KEYS"),
    ("jwt_algorithms", "FOOTNOTE_JWT_ALGORITHMS"),
    ("jwt_skew_s", "FOOTNOTE_JWT_SKEW_S"),
    ("jwt_tenants", "FOOTNOTE_JWT_TENANTS"),
    ("jwt_refresh_s", "FOOTNOTE_JWT_REFRESH_S"),
    ("jwt_stale_s", "FOOTNOTE_JWT_STALE_S"),
];

/// The table of plans.
pub(super) const TABLE: &str = "plans";

/// Flags of `footnote serve`; each is also a variable and a key of `footnote.toml`.
#[derive(Debug, Default, clap::Args)]
pub(super) struct ServingFlags {
    /// Requests a second of one credential, or off [default: 10]
    #[arg(long, value_name = "N")]
    rate_per_s: Option<String>,
    /// Requests of one credential at once, after a pause [default: 20]
    #[arg(long, value_name = "N")]
    rate_burst: Option<String>,
    /// Requests a second of all credentials of a tenant together, or off [default: 50]
    #[arg(long, value_name = "N")]
    tenant_rate_per_s: Option<String>,
    /// Requests of a tenant at once, after a pause [default: 100]
    #[arg(long, value_name = "N")]
    tenant_rate_burst: Option<String>,
    /// Plan of tenants for which none was chosen: free, pro, unlimited or one of footnote.toml [default: unlimited]
    #[arg(long, value_name = "NAME")]
    default_plan: Option<String>,
    /// Work at a time, in searches; an answer is 2, a reranked search 4 [default: two a processor]
    #[arg(long, value_name = "N")]
    max_concurrent: Option<String>,
    /// Requests that may wait for it [default: 64]
    #[arg(long, value_name = "N")]
    max_waiting: Option<String>,
    /// Seconds a request may take [default: 30]
    #[arg(long, value_name = "N")]
    request_timeout_s: Option<String>,
    /// Accept tokens (JWT) of this issuer, exactly as in their iss
    #[arg(long, value_name = "ISS")]
    jwt_issuer: Option<String>,
    /// Whom tokens must be for (aud)
    #[arg(long, value_name = "AUD")]
    jwt_audience: Option<String>,
    /// The issuer's keys (JWKS): a file, or an https address
    #[arg(long, value_name = "PATH|URL")]
    jwt_keys: Option<String>,
    /// Algorithms of tokens, separated by commas [default: RS256,ES256]
    #[arg(long, value_name = "LIST")]
    jwt_algorithms: Option<String>,
    /// Seconds by which clocks may differ, 0 to 300 [default: 30]
    #[arg(long, value_name = "N")]
    jwt_skew_s: Option<String>,
    /// Tenants the issuer may speak for, separated by commas [default: all]
    #[arg(long, value_name = "LIST")]
    jwt_tenants: Option<String>,
    /// Seconds after which the keys are read again [default: 300]
    #[arg(long, value_name = "N")]
    jwt_refresh_s: Option<String>,
    /// Seconds for which keys are used when they cannot be read again [default: 86400]
    #[arg(long, value_name = "N")]
    jwt_stale_s: Option<String>,
}

impl ServingFlags {
    fn get(&self, key: &str) -> Option<&String> {
        match key {
            "rate_per_s" => self.rate_per_s.as_ref(),
            "rate_burst" => self.rate_burst.as_ref(),
            "tenant_rate_per_s" => self.tenant_rate_per_s.as_ref(),
            "tenant_rate_burst" => self.tenant_rate_burst.as_ref(),
            "default_plan" => self.default_plan.as_ref(),
            "max_concurrent" => self.max_concurrent.as_ref(),
            "max_waiting" => self.max_waiting.as_ref(),
            "request_timeout_s" => self.request_timeout_s.as_ref(),
            "jwt_issuer" => self.jwt_issuer.as_ref(),
            "jwt_audience" => self.jwt_audience.as_ref(),
            "jwt_keys" => self.jwt_keys.as_ref(),
            "jwt_algorithms" => self.jwt_algorithms.as_ref(),
            "jwt_skew_s" => self.jwt_skew_s.as_ref(),
            "jwt_tenants" => self.jwt_tenants.as_ref(),
            "jwt_refresh_s" => self.jwt_refresh_s.as_ref(),
            "jwt_stale_s" => self.jwt_stale_s.as_ref(),
            _ => None,
        }
    }
}

/// What `footnote serve` adds to a server's settings.
#[derive(Debug, Clone)]
pub(super) struct Serving {
    pub(super) limits: LimitSettings,
    pub(super) jwt: Option<JwtSettings>,
    max_concurrent: usize,
    max_waiting: usize,
    request_timeout: Duration,
}

/// Where values are looked for, in order.
pub(super) struct Sources<'a> {
    pub(super) flags: Option<&'a ServingFlags>,
    pub(super) environment: &'a dyn Fn(&str) -> Option<String>,
    /// A key's value in the configuration file, with the file.
    pub(super) file: &'a dyn Fn(&str) -> Option<(String, Origin)>,
    /// The table of plans of the configuration file, with the file.
    pub(super) plans: Option<(&'a toml::Value, Origin)>,
}

impl Serving {
    /// Reads and checks everything; `shown` gets a line each.
    pub(super) fn read(sources: &Sources<'_>, shown: &mut Vec<Shown>) -> Result<Self, Usage> {
        let defaults = HttpSettings::default();
        let limits = LimitSettings::default();
        let rate = |rate: Option<Rate>| rate.map_or((0, 0), |r| (r.per_second, r.burst));
        let ((key, key_burst), (tenant, tenant_burst)) = (rate(limits.key), rate(limits.tenant));
        let mut get = |name: &'static str, default: Option<String>| find(sources, shown, name, default);
        let mut number = |name: &'static str, default: u64, within: (u64, u64)| {
            let text = get(name, Some(default.to_string())).unwrap_or_default();
            count(name, &text, within)
        };
        let most = u64::from(u32::MAX);
        let per_key = number("rate_per_s", key.into(), (0, 1_000_000))?;
        let burst = number("rate_burst", key_burst.into(), (1, 1_000_000))?;
        let per_tenant = number("tenant_rate_per_s", tenant.into(), (0, 1_000_000))?;
        let tenant_burst = number("tenant_rate_burst", tenant_burst.into(), (1, 1_000_000))?;
        let max_concurrent = number("max_concurrent", defaults.max_concurrent as u64, (1, 4096))?;
        let max_waiting = number("max_waiting", defaults.max_waiting as u64, (0, 100_000))?;
        let timeout = number("request_timeout_s", defaults.request_timeout.as_secs(), (1, 3600))?;
        let plans = plans(sources, shown)?;
        let mut get = |name: &'static str, default: Option<String>| find(sources, shown, name, default);
        let default_plan = get("default_plan", Some(limits.default_plan)).unwrap_or_default();
        if !plans.contains_key(&default_plan) {
            let known: Vec<&str> = plans.keys().map(String::as_str).collect();
            return Err(Usage(format!("default_plan is {default_plan:?}: there are {}", known.join(", "))));
        }
        let rate = |per_second: u64, burst: u64| {
            // Checked above to fit.
            (per_second > 0)
                .then(|| Rate { per_second: per_second.min(most) as u32, burst: burst.min(most) as u32 })
        };
        Ok(Self {
            limits: LimitSettings {
                key: rate(per_key, burst),
                tenant: rate(per_tenant, tenant_burst),
                plans,
                default_plan,
            },
            jwt: jwt(&mut get)?,
            max_concurrent: usize::try_from(max_concurrent).unwrap_or(usize::MAX),
            max_waiting: usize::try_from(max_waiting).unwrap_or(usize::MAX),
            request_timeout: Duration::from_secs(timeout),
        })
    }

    /// The settings of a server.
    pub(super) fn http(&self) -> HttpSettings {
        HttpSettings {
            limits: self.limits.clone(),
            jwt: self.jwt.clone(),
            max_concurrent: self.max_concurrent,
            max_waiting: self.max_waiting,
            request_timeout: self.request_timeout,
            ..HttpSettings::default()
        }
    }
}

/// A value, with where it came from.
fn find(
    sources: &Sources<'_>,
    shown: &mut Vec<Shown>,
    key: &'static str,
    default: Option<String>,
) -> Option<String> {
    let variable = KEYS.iter().find(|known| known.0 == key).map_or("", |known| known.1);
    let flag = sources.flags.and_then(|flags| flags.get(key));
    let (value, origin) = flag
        .map(|value| (value.clone(), Origin::Flag))
        .or_else(|| (sources.environment)(variable).map(|value| (value, Origin::Environment(variable))))
        .or_else(|| (sources.file)(key))
        .or_else(|| default.map(|value| (value, Origin::Default)))?;
    shown.push(Shown { key, value: value.clone(), origin });
    Some(value)
}

/// A whole number within bounds; `off` is 0 where 0 is allowed.
fn count(key: &str, text: &str, (least, most): (u64, u64)) -> Result<u64, Usage> {
    let number = if text == "off" { Some(0) } else { text.parse().ok() };
    number.filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        let off = if least == 0 { ", or off" } else { "" };
        Usage(format!(
            "{key} is {text:?}: use a number from {} to {most}{off}",
            least.max(u64::from(least == 0))
        ))
    })
}

/// The plans that are always there, and those of the file, which may replace them.
fn plans(sources: &Sources<'_>, shown: &mut Vec<Shown>) -> Result<BTreeMap<String, Plan>, Usage> {
    let mut plans = LimitSettings::known_plans();
    let mut origins: BTreeMap<String, Origin> = BTreeMap::new();
    if let Some((value, origin)) = &sources.plans {
        let table =
            value.as_table().ok_or_else(|| Usage("plans: write tables, such as [plans.basic]".into()))?;
        for (name, value) in table {
            let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
            if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
                return Err(Usage(format!(
                    "plans.{name}: a plan's name has 1 to 64 of a-z, 0-9, '_' and '-'"
                )));
            }
            let plan: Plan = value.clone().try_into().map_err(|e: toml::de::Error| {
                let reason = e.message().trim_end();
                Usage(format!("plans.{name}: {reason} (there are queries_per_hour, documents and bytes)"))
            })?;
            origins.insert(name.clone(), origin.clone());
            plans.insert(name.clone(), plan);
        }
    }
    for (name, plan) in &plans {
        let limit = |limit: Option<u64>| limit.map_or_else(|| "any".to_owned(), |n| n.to_string());
        let value = format!(
            "{name}: {} queries an hour, {} documents, {} bytes",
            limit(plan.queries_per_hour),
            limit(plan.documents),
            limit(plan.bytes)
        );
        let origin = origins.get(name).cloned().unwrap_or(Origin::Default);
        shown.push(Shown { key: TABLE, value, origin });
    }
    Ok(plans)
}

fn jwt(
    get: &mut dyn FnMut(&'static str, Option<String>) -> Option<String>,
) -> Result<Option<JwtSettings>, Usage> {
    let (issuer, audience, keys) =
        (get("jwt_issuer", None), get("jwt_audience", None), get("jwt_keys", None));
    let (issuer, audience, keys) = match (issuer, audience, keys) {
        (None, None, None) => return Ok(None),
        (Some(issuer), Some(audience), Some(keys)) => (issuer, audience, keys),
        (issuer, audience, _) => {
            let missing = match (issuer, audience) {
                (None, _) => "jwt_issuer",
                (_, None) => "jwt_audience",
                _ => "jwt_keys",
            };
            return Err(Usage(format!(
                "{missing} is missing: tokens need jwt_issuer, jwt_audience and jwt_keys together"
            )));
        }
    };
    let wrong = |key: &str, reason: String| Usage(format!("{key}: {reason}"));
    let source: KeySource = keys.parse().map_err(|reason| wrong("jwt_keys", reason))?;
    let defaults = JwtSettings::new(issuer, audience, source);
    let list = |text: String| -> Vec<String> {
        text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    let algorithms = list(get("jwt_algorithms", Some("RS256,ES256".to_owned())).unwrap_or_default());
    let algorithms: Vec<_> = algorithms
        .iter()
        .map(|name| name.parse())
        .collect::<Result<_, String>>()
        .map_err(|reason| wrong("jwt_algorithms", reason))?;
    if algorithms.is_empty() {
        return Err(wrong("jwt_algorithms", "name RS256, ES256 or both".to_owned()));
    }
    let tenants = get("jwt_tenants", None)
        .map(|text| list(text).iter().map(|name| Name::new(name)).collect::<Result<Vec<_>, _>>())
        .transpose()
        .map_err(|e| wrong("jwt_tenants", e.to_string()))?;
    let mut seconds = |key: &'static str, default: u64, within: (u64, u64)| {
        let text = get(key, Some(default.to_string())).unwrap_or_default();
        count(key, &text, within)
    };
    let skew = seconds("jwt_skew_s", defaults.skew_s.unsigned_abs(), (0, 300))?;
    let refresh = seconds("jwt_refresh_s", defaults.refresh.as_secs(), (30, 86_400))?;
    let stale = seconds("jwt_stale_s", defaults.stale.as_secs(), (30, 2_592_000))?;
    Ok(Some(JwtSettings {
        algorithms,
        tenants,
        skew_s: i64::try_from(skew).unwrap_or_default(),
        refresh: Duration::from_secs(refresh),
        stale: Duration::from_secs(stale),
        ..defaults
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)], plans: &str) -> Result<(Serving, Vec<Shown>), String> {
        let environment =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let table: toml::Table = plans.parse().expect("toml");
        let plans = table.get("plans").map(|value| (value, Origin::File("footnote.toml".into())));
        let sources = Sources { flags: None, environment: &environment, file: &|_| None, plans };
        let mut shown = Vec::new();
        Serving::read(&sources, &mut shown).map(|serving| (serving, shown)).map_err(|e| e.to_string())
    }

    #[test]
    fn limits_are_on_unless_they_are_turned_off() {
        let (serving, shown) = read(&[], "").expect("defaults");
        assert_eq!(serving.limits, LimitSettings::default());
        assert_eq!(serving.limits.key, Some(Rate { per_second: 10, burst: 20 }));
        assert!(serving.jwt.is_none());
        assert!(
            shown.iter().any(|s| s.key == "rate_per_s" && s.value == "10" && s.origin == Origin::Default)
        );
        let off = [("FOOTNOTE_RATE_PER_S", "off"), ("FOOTNOTE_TENANT_RATE_PER_S", "0")];
        let (serving, _) = read(&off, "").expect("off");
        assert_eq!((serving.limits.key, serving.limits.tenant), (None, None));
    }

    #[test]
    fn plans_of_the_file_are_added_and_shown() {
        let file = "[plans.basic]\nqueries_per_hour = 5\n[plans.free]\nqueries_per_hour = 7";
        let (serving, shown) = read(&[("FOOTNOTE_DEFAULT_PLAN", "basic")], file).expect("plans");
        let plan = |name: &str| serving.limits.plans[name];
        assert_eq!(plan("basic").queries_per_hour, Some(5));
        assert_eq!((plan("free").queries_per_hour, plan("free").documents), (Some(7), None));
        assert_eq!(plan("pro").queries_per_hour, Some(1000));
        assert!(shown.iter().any(|s| s.value.starts_with("basic: 5 queries an hour, any documents")));
        for bad in [
            "plans = 1",
            "[plans.Bad]",
            "[plans.a]\nqueries = 1",
            "[plans.a]\nqueries_per_hour = -1",
            "[plans.a]\ndocuments = \"x\"",
        ] {
            assert!(read(&[], bad).is_err(), "{bad}");
        }
        assert!(read(&[("FOOTNOTE_DEFAULT_PLAN", "gold")], "").expect_err("unknown").contains("free, pro"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_key() {
        for (variable, value) in [
            ("FOOTNOTE_RATE_PER_S", "fast"),
            ("FOOTNOTE_RATE_PER_S", "1000001"),
            ("FOOTNOTE_RATE_BURST", "0"),
            ("FOOTNOTE_MAX_CONCURRENT", "0"),
            ("FOOTNOTE_REQUEST_TIMEOUT_S", "0"),
            ("FOOTNOTE_JWT_ISSUER", "i"),
        ] {
            let error = read(&[(variable, value)], "").expect_err(value);
            let key = variable.trim_start_matches("FOOTNOTE_").to_lowercase();
            assert!(error.contains(&key) || error.contains("jwt_audience"), "{error}");
        }
        let jwt = [
            ("FOOTNOTE_JWT_ISSUER", "https://i.example"),
            ("FOOTNOTE_JWT_AUDIENCE", "footnote"),
            ("FOOTNOTE_JWT_KEYS", "https://i.example/jwks"),
        ];
        let (serving, _) = read(&jwt, "").expect("tokens");
        assert_eq!(serving.jwt.map(|jwt| (jwt.skew_s, jwt.algorithms.len())), Some((30, 2)));
        for (variable, value) in [
            ("FOOTNOTE_JWT_ALGORITHMS", "HS256"),
            ("FOOTNOTE_JWT_ALGORITHMS", ","),
            ("FOOTNOTE_JWT_SKEW_S", "301"),
            ("FOOTNOTE_JWT_TENANTS", "No Name"),
            ("FOOTNOTE_JWT_REFRESH_S", "29"),
        ] {
            let mut all = jwt.to_vec();
            all.push((variable, value));
            assert!(read(&all, "").is_err(), "{variable}={value}");
        }
    }
}
