//! Who may do how much: token buckets by credential and tenant, hourly queries and stored documents and bytes by plan.
//!
//! Authentication asks [`Limits::admit`] for every request that showed a valid credential, and [`Limits::charge`] for those
//! that ask something; uploads ask for [`Limits::room`]. Nothing here knows what is searched or stored.

mod bucket;
mod headers;
mod queries;
mod settings;
mod sizes;

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use footnote_index::{Control, Engine, Footprint, Name, Principal, Scope};

pub use bucket::Rate;
pub use settings::{LimitSettings, Plan};

use super::auth;
use super::error::{ApiError, Code};
use bucket::Buckets;
pub(crate) use headers::Standing;
use queries::Queries;
pub(crate) use queries::{Charge, WINDOW_S, Window};
use sizes::Sizes;

/// Routes that ask something: each request counts as a query of the plan. What asks in other ways charges for itself.
const QUERY_ROUTES: [&str; 7] = [
    "/v1/search",
    "/v1/answers",
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/rerank",
    "/v1/history/{id}/replay",
    // Whatever its message asks for.
    "/mcp",
];

/// Whether a request for `route` asks something.
pub(crate) fn is_query(method: &axum::http::Method, route: &str) -> bool {
    method == axum::http::Method::POST && QUERY_ROUTES.contains(&route)
}

/// Whose bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Holder {
    Credential(String),
    Tenant(Name),
}

/// The server's limits and what was used of them.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) settings: LimitSettings,
    buckets: Mutex<Buckets<Holder>>,
    queries: Queries,
    sizes: Sizes,
}

impl Limits {
    pub(crate) fn new(settings: LimitSettings) -> Self {
        Self { settings, buckets: Mutex::default(), queries: Queries::default(), sizes: Sizes::default() }
    }

    /// Takes a token of the credential and one of its tenant, both or none.
    pub(crate) fn admit(&self, principal: &Principal) -> Result<Standing, ApiError> {
        self.admit_at(principal, Instant::now())
    }

    fn admit_at(&self, principal: &Principal, now: Instant) -> Result<Standing, ApiError> {
        if principal.key_id.is_empty() {
            // Without authentication there is one caller, who owns the machine.
            return Ok(Standing::default());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let holders = [
            (Holder::Credential(principal.key_id.clone()), self.settings.key, "this credential"),
            (Holder::Tenant(principal.tenant.clone()), self.settings.tenant, "its tenant"),
        ];
        for (holder, rate, whose) in &holders {
            let Some(rate) = *rate else { continue };
            let wait = buckets.wait(holder, rate, now);
            if !wait.is_zero() {
                let detail = format!(
                    "{whose} may send {} requests a second and {} at once; try again after the time in Retry-After",
                    rate.per_second, rate.burst
                );
                let seconds = wait.as_secs_f64().ceil().max(1.0) as u64;
                return Err(ApiError::new(Code::RateLimited, detail).retry_after(seconds));
            }
        }
        let mut standing = Standing::default();
        for (holder, rate, _) in holders {
            let Some(rate) = rate else { continue };
            buckets.take(holder.clone(), rate, now);
            if matches!(holder, Holder::Credential(_)) {
                standing.key = Some((rate, buckets.level(&holder, rate, now)));
            }
        }
        Ok(standing)
    }

    /// What a refused request is told of the credential's bucket.
    pub(crate) fn standing(&self, principal: &Principal) -> Standing {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = Holder::Credential(principal.key_id.clone());
        let level = |rate| (rate, buckets.level(&holder, rate, Instant::now()));
        Standing { key: self.settings.key.filter(|_| !principal.key_id.is_empty()).map(level), hour: None }
    }

    /// Counts a query in memory when the tenant's plan has no limit; whether it is time to [`Self::write`]. `None` when it has
    /// one: then [`Self::charge`] counts it.
    pub(crate) fn count(&self, control: &Control, scope: &Scope) -> Result<Option<(Charge, bool)>, ApiError> {
        let (_, plan) = self.settings.plan(control.plan(scope.tenant())?);
        let unlimited = plan.queries_per_hour.is_none();
        Ok(unlimited.then(|| self.queries.count((scope.tenant(), scope.client()), Window::now())))
    }

    /// Counts a query of a plan with a limit, or refuses it. Blocks until it is on the disk.
    pub(crate) fn charge(
        &self,
        control: &Control,
        principal: &Principal,
        scope: &Scope,
        standing: &mut Standing,
    ) -> Result<Charge, ApiError> {
        let (name, plan) = self.settings.plan(control.plan(scope.tenant())?);
        let (whose, window) = ((scope.tenant(), scope.client()), Window::now());
        // The plan was changed a moment ago.
        let Some(limit) = plan.queries_per_hour else { return Ok(self.queries.count(whose, window).0) };
        let (charge, hour) = self.queries.charge(control, whose, (name.as_str(), limit), window)?;
        // The hour is about all clients together: whoever may use only some does not learn of the others.
        standing.hour = Some(hour).filter(|_| principal.clients.is_none());
        Ok(charge)
    }

    /// Takes a query back that was not served. Blocks.
    pub(crate) fn refund(&self, control: &Control, charge: &Charge) {
        if let Err(error) = self.queries.refund(control, charge) {
            tracing::warn!(
                cause = error.cause().unwrap_or(error.detail()),
                "a query could not be taken back"
            );
        }
    }

    /// Writes what is counted in memory. Blocks.
    pub(crate) fn write(&self, control: &Control) {
        if let Err(error) = self.queries.write(control) {
            tracing::warn!(
                cause = error.cause().unwrap_or(error.detail()),
                "counts of queries could not be written"
            );
        }
    }

    /// The client changed.
    pub(crate) fn changed(&self, scope: &Scope) {
        self.sizes.forget(scope);
    }

    /// What the client takes. Blocks.
    pub(crate) fn footprint(&self, engine: &Engine, scope: &Scope) -> Result<Footprint, ApiError> {
        self.sizes.of(engine, scope)
    }

    /// What the plan leaves for the client's uploads; `None` when it has no limit. Blocks.
    pub(crate) fn room<'a>(
        &'a self,
        engine: &'a Engine,
        scope: &'a Scope,
    ) -> Result<Option<Room<'a>>, ApiError> {
        let (name, plan) = self.settings.plan(engine.control().plan(scope.tenant())?);
        if plan.documents.is_none() && plan.bytes.is_none() {
            return Ok(None);
        }
        let all = auth::all_scopes(engine.control(), scope.tenant())?;
        Ok(Some(Room { limits: self, engine, scope, all, name, plan }))
    }
}

/// What a plan leaves.
pub(crate) struct Room<'a> {
    limits: &'a Limits,
    engine: &'a Engine,
    scope: &'a Scope,
    all: Vec<Scope>,
    name: String,
    plan: Plan,
}

impl Room<'_> {
    /// Takes room for a version of `bytes`, of a document that is new or not. Blocks.
    pub(crate) fn take(&self, new: bool, bytes: usize) -> Result<(), ApiError> {
        let more = Footprint { documents: u64::from(new), bytes: bytes as u64 };
        let (whose, plan) = ((self.scope, self.all.as_slice()), (self.name.as_str(), &self.plan));
        self.limits.sizes.reserve(self.engine, whose, plan, more)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use footnote_index::Role;

    use super::*;

    fn principal(key: &str, tenant: &str) -> Principal {
        Principal {
            key_id: key.into(),
            tenant: Name::new(tenant).expect("name"),
            role: Role::Viewer,
            clients: None,
        }
    }

    #[test]
    fn both_buckets_must_have_a_token_and_a_refusal_takes_none() {
        let rate = |per_second, burst| Some(Rate { per_second, burst });
        let limits =
            Limits::new(LimitSettings { key: rate(1, 2), tenant: rate(1, 3), ..LimitSettings::default() });
        let now = Instant::now();
        let ask = |key: &str, tenant: &str| limits.admit_at(&principal(key, tenant), now).is_ok();
        assert_eq!([ask("a", "t"), ask("a", "t"), ask("a", "t")], [true, true, false]);
        // The refused one took no token of the tenant.
        assert_eq!([ask("b", "t"), ask("b", "t")], [true, false]);
        assert!(ask("c", "other"));
        let error = limits.admit_at(&principal("b", "t"), now).expect_err("refused");
        assert_eq!(error.code(), Code::RateLimited);
        assert!(error.detail().contains("its tenant"), "{}", error.detail());
        assert!(limits.admit_at(&principal("b", "t"), now + Duration::from_secs(1)).is_ok());
        for _ in 0..10 {
            assert!(ask("", "t"), "without authentication nothing is limited");
        }
    }
}
