//! `RateLimit-*` headers: `RateLimit-Limit`, `-Remaining` and `-Reset` as draft-ietf-httpapi-ratelimit-headers-06 and most
//! programs have them, and `RateLimit-Policy` and `RateLimit` as the later drafts (07 to 11) have them.

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
            let window = rate.window().as_secs_f64().ceil();
            let reset = level.full_in.as_secs_f64().ceil();
            parts.push(("key", u64::from(rate.burst), window, u64::from(level.remaining), reset));
        }
        if let Some(hour) = self.hour {
            parts.push(("hour", hour.limit, WINDOW_S as f64, hour.remaining, hour.reset_s as f64));
        }
        let Some(nearest) = parts.iter().min_by_key(|part| part.3) else { return };
        let mut set = |name: HeaderName, text: String| {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        };
        set(LIMIT, nearest.1.to_string());
        set(REMAINING, nearest.3.to_string());
        set(RESET, nearest.4.to_string());
        let list = |one: &dyn Fn(&(&str, u64, f64, u64, f64)) -> String| {
            parts.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        set(POLICY, list(&|(name, limit, window, ..)| format!("\"{name}\";q={limit};w={window}")));
        set(RATELIMIT, list(&|(name, _, _, left, reset)| format!("\"{name}\";r={left};t={reset}")));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
