//! `RateLimit-*` headers: `RateLimit-Limit`, `-Remaining` and `-Reset` as draft-ietf-httpapi-ratelimit-headers-06 and most
//! programs have them, and `RateLimit-Policy` and `RateLimit` as the later drafts (07 to 11) have them.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::Rate;
use super::bucket::Level;
use super::queries::{Hourly, WINDOW_S};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What is said of the limits that a request came under.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    /// The credential's bucket after the request.
    pub(super) key: Option<(Rate, Level)>,
    /// The plan's hour after the query; only for credentials that may use every client of the tenant, as it is about all of
    /// them.
    pub(super) hour: Option<Hourly>,
}

impl Standing {
    /// Writes the headers; of two limits the one that leaves less is told in the older fields.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let mut parts = Vec::new();
        if let Some((rate, level)) = self.key {
            parts.push(Part {
                name: "key",
                limit: u64::from(rate.burst),
                window_s: ceil_s(rate.window()),
                remaining: u64::from(level.remaining),
                reset_s: ceil_s(level.full_in),
            });
        }
        if let Some(Hourly { limit, remaining, reset_s }) = self.hour {
            parts.push(Part { name: "hour", limit, window_s: WINDOW_S, remaining, reset_s });
        }
        let Some(nearest) = parts.iter().min_by_key(|part| part.remaining) else { return };
        let mut set = |name: HeaderName, text: String| {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        };
        set(LIMIT, nearest.limit.to_string());
        set(REMAINING, nearest.remaining.to_string());
        set(RESET, nearest.reset_s.to_string());
        set(POLICY, list(&parts, |p| format!("\"{}\";q={};w={}", p.name, p.limit, p.window_s)));
        set(RATELIMIT, list(&parts, |p| format!("\"{}\";r={};t={}", p.name, p.remaining, p.reset_s)));
    }
}

/// One limit as the headers tell it.
struct Part {
    name: &'static str,
    limit: u64,
    window_s: u64,
    remaining: u64,
    reset_s: u64,
}

fn list(parts: &[Part], item: impl Fn(&Part) -> String) -> String {
    parts.iter().map(item).collect::<Vec<_>>().join(", ")
}

/// Whole seconds, begun ones counted.
fn ceil_s(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_that_leaves_less_is_told() {
        let rate = Rate { per_second: 10, burst: 20 };
        let level = Level { remaining: 7, full_in: Duration::from_millis(1300) };
        let hour = |remaining| Some(Hourly { limit: 100, remaining, reset_s: 600 });
        for (standing, limit, remaining, reset) in [
            (Standing { key: Some((rate, level)), hour: None }, "20", "7", "2"),
            (Standing { key: Some((rate, level)), hour: hour(50) }, "20", "7", "2"),
            (Standing { key: Some((rate, level)), hour: hour(3) }, "100", "3", "600"),
            (Standing { key: None, hour: hour(3) }, "100", "3", "600"),
        ] {
            let mut headers = HeaderMap::new();
            standing.write(&mut headers);
            assert_eq!([&headers[LIMIT], &headers[REMAINING], &headers[RESET]], [limit, remaining, reset]);
        }
        let mut headers = HeaderMap::new();
        Standing { key: Some((rate, level)), hour: hour(3) }.write(&mut headers);
        assert_eq!(headers[POLICY], "\"key\";q=20;w=2, \"hour\";q=100;w=3600");
        assert_eq!(headers[RATELIMIT], "\"key\";r=7;t=2, \"hour\";r=3;t=600");
        let mut none = HeaderMap::new();
        Standing::default().write(&mut none);
        assert!(none.is_empty());
    }
}
