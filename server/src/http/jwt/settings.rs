//! What is configured about tokens.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use footnote_index::Name;
use ureq::http::Uri;

/// Algorithms that may be allowed: signatures by keys whose private half this server never has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, PKCS#1 v1.5, SHA-256; keys of 2,048 bits or more.
    Rs256,
    /// ECDSA over P-256, SHA-256.
    Es256,
}

impl Algorithm {
    pub(super) fn named(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
        }
    }
}

impl FromStr for Algorithm {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            other => Err(format!("algorithm {other:?}: use RS256, ES256 or both")),
        }
    }
}

/// Where the issuer's keys are (a JWKS, RFC 7517).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file of this machine.
    File(PathBuf),
    /// An address; `https`, or `http` on this machine.
    Url(String),
}

impl FromStr for KeySource {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains("://") {
            return Ok(Self::File(text.into()));
        }
        let uri: Uri = text.parse().map_err(|e| format!("{text:?}: {e}"))?;
        let host = uri.host().unwrap_or_default();
        let own = is_loopback(host);
        match uri.scheme_str() {
            _ if host.is_empty() => Err(format!("{text:?} names no host")),
            _ if uri.authority().is_some_and(|a| a.as_str().contains('@')) => {
                Err("an address of keys has no user in it".to_owned())
            }
            Some("https") => Ok(Self::Url(text.to_owned())),
            Some("http") if own => Ok(Self::Url(text.to_owned())),
            Some("http") => {
                Err(format!("{text:?}: keys that decide who may enter come over https, or from this machine"))
            }
            _ => Err(format!("{text:?}: use https://, or the path of a file")),
        }
    }
}

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url) => f.write_str(url),
        }
    }
}

/// Whether `host` is a loopback name or address.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Which tokens are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtSettings {
    /// The issuer (`iss`), exactly.
    pub issuer: String,
    /// Whom tokens must be for (`aud`).
    pub audience: String,
    /// Where the issuer's keys are.
    pub keys: KeySource,
    /// Algorithms that are accepted; which of them holds for a token, its key says.
    pub algorithms: Vec<Algorithm>,
    /// Seconds by which the issuer's clock and this one may differ.
    pub skew_s: i64,
    /// Tenants (`tid`) the issuer may speak for; all if `None`.
    pub tenants: Option<Vec<Name>>,
    /// Time after which the keys are read again.
    pub refresh: Duration,
    /// Least time between two readings, whatever the reason.
    pub min_refresh: Duration,
    /// How long keys are used when they cannot be read again.
    pub stale: Duration,
    /// Longest time of one reading.
    pub timeout: Duration,
}

impl JwtSettings {
    /// Settings with everything that has a default.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, keys: KeySource) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            keys,
            algorithms: vec![Algorithm::Rs256, Algorithm::Es256],
            skew_s: 30,
            tenants: None,
            refresh: Duration::from_secs(300),
            min_refresh: Duration::from_secs(30),
            stale: Duration::from_secs(24 * 3600),
            timeout: Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_a_file_or_over_https_or_from_this_machine() {
        for good in [
            "https://issuer.example/.well-known/jwks.json",
            "http://127.0.0.1:8080/jwks",
            "http://localhost/jwks",
            "http://[::1]:1/jwks",
        ] {
            assert_eq!(good.parse(), Ok(KeySource::Url(good.into())));
        }
        assert_eq!("keys/jwks.json".parse(), Ok(KeySource::File("keys/jwks.json".into())));
        for bad in [
            "http://issuer.example/jwks",
            "http://127.0.0.1.evil.example/jwks",
            "http://127.0.0.1@evil.example/jwks",
            "https://user:secret@issuer.example/jwks",
            "ftp://issuer.example/jwks",
            "file:///etc/jwks",
            "https://",
        ] {
            assert!(bad.parse::<KeySource>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_signatures_by_other_peoples_keys_can_be_allowed() {
        assert_eq!(["RS256".parse(), "ES256".parse()], [Ok(Algorithm::Rs256), Ok(Algorithm::Es256)]);
        for bad in ["none", "HS256", "rs256", "", "RS512"] {
            assert!(bad.parse::<Algorithm>().is_err(), "{bad}");
        }
    }
}
