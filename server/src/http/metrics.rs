//! `GET /metrics`: for the operator's Prometheus. Totals of all tenants, so that no key of a tenant opens it, but only the token
//! of the configuration; without keys (`--no-auth`, on loopback alone) it is open as everything is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use footnote_index::OpenSums;
use sha2::{Digest as _, Sha256};

use super::Api;
use super::error::ApiError;
use super::gate::Load;
use super::settings::AuthMode;
use crate::app::App;
use crate::metrics::{self, Text, process};

/// How long sums over clients stand: they are read from every open client's database.
const FRESH: Duration = Duration::from_secs(15);

/// A number of a gate.
type Part = fn(&Load) -> f64;

/// The last sums.
pub(crate) type LastSums = std::sync::Mutex<Option<(Instant, OpenSums)>>;

/// `GET /metrics`
#[utoipa::path(get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "Prometheus text format 0.0.4", content_type = "text/plain")))]
pub(crate) async fn show(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<Response, ApiError> {
    if api.settings.auth == AuthMode::Required {
        let token = api.app.front().metrics_token.as_deref();
        if !token.is_some_and(|token| shows(&headers, token)) {
            return Err(ApiError::unauthorized());
        }
    }
    let gates = api.gates();
    let app = Arc::clone(&api.app);
    let shared = Arc::clone(&api);
    let page = api.control.run(move || Ok(page(&app, &gates, &shared.last_sums))).await?;
    let mut response = page.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(Text::MEDIA_TYPE));
    Ok(response)
}

/// Whether the request carries the token; takes as long for any wrong one.
fn shows(headers: &HeaderMap, token: &str) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = value.and_then(|value| value.split_once(' '));
    given.is_some_and(|(scheme, given)| {
        scheme.eq_ignore_ascii_case("bearer")
            && Sha256::digest(given.trim().as_bytes()) == Sha256::digest(token.as_bytes())
    })
}

fn page(app: &App, gates: &[(&'static str, Load)], last: &LastSums) -> String {
    let front = app.front();
    let mut text = Text::default();
    front.metrics.write(&mut text);
    let parts: [(&metrics::Family, Part); 4] = [
        (&metrics::GATE_PLACES, |load| load.places as f64),
        (&metrics::GATE_RUNNING, |load| load.running as f64),
        (&metrics::GATE_WAITING, |load| load.waiting as f64),
        (&metrics::GATE_REFUSED, |load| load.refused as f64),
    ];
    for (family, value) in parts {
        let names: Vec<[&str; 1]> = gates.iter().map(|(name, _)| [*name]).collect();
        let values = names.iter().zip(gates).map(|(name, (_, load))| (&name[..], value(load)));
        text.family(family, values);
    }
    let history = front.history_load();
    let outcomes =
        [(["written"], history.written), (["dropped"], history.dropped), (["failed"], history.failed)];
    text.family(&metrics::HISTORY_ROWS, outcomes.iter().map(|(name, n)| (&name[..], *n as f64)));
    text.value(&metrics::HISTORY_QUEUE, history.queued as f64);
    let cache = front.cache_load();
    text.value(&metrics::CACHE_ENTRIES, cache.entries as f64);
    text.value(&metrics::CACHE_BYTES, cache.bytes as f64);
    text.value(&metrics::CACHE_EVICTED, cache.evicted as f64);
    let open = app.engine().usage();
    text.value(&metrics::OPEN_CLIENTS, open.clients as f64);
    text.value(&metrics::OPEN_BYTES, open.memory_bytes as f64);
    text.value(&metrics::OPEN_FILES, open.files as f64);
    text.value(&metrics::OPEN_MAPS, open.maps as f64);
    if let Some(sums) = sums(app, last) {
        text.value(&metrics::INDEX_DOCUMENTS, sums.documents as f64);
        text.value(&metrics::INDEX_VECTORS, sums.vectors as f64);
        let states = [(["accepted"], sums.accepted), (["failed"], sums.failed)];
        text.family(&metrics::LEDGER, states.iter().map(|(name, n)| (&name[..], *n as f64)));
    }
    if let Some(free) = app.engine().free_bytes() {
        text.value(&metrics::DISK_FREE, free as f64);
    }
    let process = process();
    for (family, value) in [
        (&metrics::RESIDENT, process.resident),
        (&metrics::VIRTUAL, process.mapped),
        (&metrics::THREADS, process.threads),
        (&metrics::OPEN_FDS, process.files),
    ] {
        if let Some(value) = value {
            text.value(family, value as f64);
        }
    }
    if let Some(ticks) = process.cpu_ticks {
        text.value(&metrics::CPU_SECONDS, ticks as f64 / 100.0);
    }
    text.value(&metrics::STARTED, front.started_ms as f64 / 1000.0);
    let spec = app.pipeline().spec();
    let labels = [env!("CARGO_PKG_VERSION"), spec.model.as_str()];
    text.family(&metrics::BUILD, std::iter::once((&labels[..], 1.0)));
    text.finish()
}

/// Sums over open clients, not older than [`FRESH`]; none when a database does not answer.
fn sums(app: &App, last: &LastSums) -> Option<OpenSums> {
    let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((at, sums)) = *last
        && at.elapsed() < FRESH
    {
        return Some(sums);
    }
    match app.engine().open_sums() {
        Ok(sums) => {
            *last = Some((Instant::now(), sums));
            Some(sums)
        }
        Err(error) => {
            tracing::warn!(%error, "index sizes could not be read");
            None
        }
    }
}

/// Counts every request by method, route and status, and times it.
pub(crate) async fn observe(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let metrics = &api.app.front().metrics;
    let under_way = metrics.begin();
    let response = next.run(request).await;
    drop(under_way);
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    metrics.add(&metrics::REQUESTS, &[method, route, response.status().as_str()], 1.0);
    metrics.observe(&metrics::REQUEST_SECONDS, &[route], started.elapsed().as_secs_f64());
    response
}

/// Methods are what callers write: others than the usual ones count together.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_opens() {
        let token = "0123456789abcdef";
        for (value, opens) in [
            ("Bearer 0123456789abcdef", true),
            ("bearer  0123456789abcdef ", true),
            ("Bearer 0123456789abcde", false),
            ("Basic 0123456789abcdef", false),
            ("0123456789abcdef", false),
            ("Bearer ", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).expect("header"));
            assert_eq!(shows(&headers, token), opens, "{value}");
        }
        assert!(!shows(&HeaderMap::new(), token));
    }
}
