//! `GET /v1/usage`: what was used of what, by the tenant and by each of its clients.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use footnote_index::{Name, Principal};

use super::Api;
use super::auth::{self, Administrator};
use super::error::ApiError;
use super::limits::{Rate, WINDOW_S, Window};
use crate::wire::{ClientUsageOut, LimitsOut, RateOut, UsageOut, UsedOut, WindowOut, rfc3339};

/// Hours of a day, less the one that is under way.
const HOURS_BEFORE: i64 = 23;

/// `GET /v1/usage`
#[utoipa::path(
    get, path = "/v1/usage", tag = "administration",
    responses((status = 200, description = "What was used of what", body = UsageOut)),
)]
pub(crate) async fn usage(
    State(api): State<Arc<Api>>,
    Administrator(admin): Administrator,
) -> Result<Json<UsageOut>, ApiError> {
    let of = Arc::clone(&api);
    api.work(move |_| collect(&of, &admin).map(Json)).await
}

fn collect(api: &Api, admin: &Principal) -> Result<UsageOut, ApiError> {
    let (engine, limits, window) = (api.app.engine(), &api.limits, Window::now());
    let control = engine.control();
    limits.write(control);
    let (plan, allowed) = limits.settings.plan(control.plan(&admin.tenant)?);
    let mut queries: HashMap<Name, (u64, u64)> = HashMap::new();
    let mut all = UsedOut::default();
    for count in control.queries(&admin.tenant, window.hour - HOURS_BEFORE)? {
        let now = if count.hour == window.hour { count.queries } else { 0 };
        let of = queries.entry(count.client).or_default();
        *of = (of.0 + now, of.1 + count.queries);
        // Queries of clients that are gone were asked all the same.
        (all.queries, all.queries_last_day) = (all.queries + now, all.queries_last_day + count.queries);
    }
    let mut clients = Vec::new();
    for name in auth::usable_clients(control, admin)? {
        let scope = auth::named(control, admin, Some(&name))?;
        let footprint = limits.footprint(engine, &scope)?;
        let (now, day) = queries.get(&name).copied().unwrap_or_default();
        let used = UsedOut {
            queries: now,
            queries_last_day: day,
            documents: footprint.documents,
            bytes: footprint.bytes,
        };
        (all.documents, all.bytes) = (all.documents + used.documents, all.bytes + used.bytes);
        clients.push(ClientUsageOut { name: name.to_string(), used });
    }
    let rate = |rate: Option<Rate>| rate.map(|r| RateOut { per_second: r.per_second, burst: r.burst });
    let millis = |hour: i64| hour * 1000 * i64::try_from(WINDOW_S).unwrap_or_default();
    Ok(UsageOut {
        tenant: admin.tenant.to_string(),
        plan,
        window: WindowOut {
            start: rfc3339(millis(window.hour)),
            end: rfc3339(millis(window.hour + 1)),
            seconds: WINDOW_S,
        },
        limits: LimitsOut {
            queries_per_hour: allowed.queries_per_hour,
            documents: allowed.documents,
            bytes: allowed.bytes,
            key_rate: rate(limits.settings.key),
            tenant_rate: rate(limits.settings.tenant),
        },
        used: admin.clients.is_none().then_some(all),
        clients,
    })
}
