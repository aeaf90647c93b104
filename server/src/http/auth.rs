//! From a request's headers to what it may touch: credential, role, client.
//!
//! This is the only place of the server that makes a [`Scope`]. The order is fixed: no valid
//! credential is 401, a role too low is 403 before anything is looked up, then the client is chosen
//! among those the credential may use. A client that does not exist and one of somebody else take
//! the same path to the same 404.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use footnote_index::{Control, Name, Principal, Role, Scope};

use super::Api;
use super::context::RequestContext;
use super::error::{ApiError, Code};
use super::jwt::{MAX_TOKEN, Unverified};
use super::limits::{Standing, is_query};
use super::settings::AuthMode;

/// Header that chooses the client.
pub const CLIENT_ID: HeaderName = HeaderName::from_static("x-client-id");

/// Header that may carry the API key instead of `Authorization`.
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Tenant of requests without keys, in the mode that allows them.
const DEFAULT_TENANT: &str = "default";

/// Longest credential looked at; ours have 84 characters.
const MAX_KEY: usize = 256;

/// A caller who may read one client.
#[derive(Debug, Clone)]
pub(crate) struct Reader(pub(crate) Scope);

/// A caller who may read one client, and who it is.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) scope: Scope,
    pub(crate) principal: Principal,
}

/// A caller who may also write to one client.
#[derive(Debug, Clone)]
pub(crate) struct Writer(pub(crate) Scope);

/// A caller who may administrate a tenant, as far as the credential's client list goes.
#[derive(Debug, Clone)]
pub(crate) struct Administrator(pub(crate) Principal);

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        scoped(parts, api, Role::Viewer).await
    }
}

impl FromRequestParts<Arc<Api>> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        scoped(parts, api, Role::Viewer).await.map(|caller| Self(caller.scope))
    }
}

impl FromRequestParts<Arc<Api>> for Writer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        scoped(parts, api, Role::Editor).await.map(|caller| Self(caller.scope))
    }
}

impl FromRequestParts<Arc<Api>> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let context = context(parts);
        let credential = known(api, credential(&parts.headers, api.settings.auth)).await?;
        let caller = Arc::clone(api);
        let principal = api
            .control
            .run(move || {
                let principal = authenticate(caller.app.engine().control(), credential)?;
                admit(&caller, &principal, &context)?;
                require(&principal, Role::Admin)?;
                Ok(principal)
            })
            .await?;
        note(parts, &principal.tenant, None);
        Ok(Self(principal))
    }
}

/// A caller who may administrate one client.
#[derive(Debug, Clone)]
pub(crate) struct ClientAdministrator(pub(crate) Scope);

impl FromRequestParts<Arc<Api>> for ClientAdministrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        scoped(parts, api, Role::Admin).await.map(|caller| Self(caller.scope))
    }
}

/// Who calls, for which client, within its limits. What is read is a few rows of a small database in memory, and takes less time
/// than the way to another thread and back: under load that way is what a refusal would wait for.
async fn scoped(parts: &mut Parts, api: &Arc<Api>, needed: Role) -> Result<Caller, ApiError> {
    let context = context(parts);
    let credential = known(api, credential(&parts.headers, api.settings.auth)).await?;
    let control = api.app.engine().control();
    let principal = authenticate(control, credential)?;
    let standing = admit(api, &principal, &context)?;
    require(&principal, needed)?;
    let scope = choose(control, &principal, wanted_client(&parts.headers))?;
    note(parts, scope.tenant(), Some(scope.client()));
    let caller = Caller { scope, principal };
    let route = parts.extensions.get::<MatchedPath>();
    if route.is_some_and(|route| is_query(&parts.method, route.as_str())) {
        charge(api, &caller, standing, context).await?;
    }
    Ok(caller)
}

/// Counts the request as a query of the client's.
async fn charge(
    api: &Arc<Api>,
    caller: &Caller,
    mut standing: Standing,
    context: Arc<RequestContext>,
) -> Result<(), ApiError> {
    let called = Arc::clone(api);
    if let Some((counted, due)) = api.limits.count(api.app.engine().control(), &caller.scope)? {
        // It has not ended: it is here.
        context.charge(counted);
        if due {
            tokio::task::spawn_blocking(move || called.limits.write(called.app.engine().control()));
        }
        return Ok(());
    }
    let Caller { scope, principal } = caller.clone();
    api.control
        .run(move || {
            let control = called.app.engine().control();
            let charge = called.limits.charge(control, &principal, &scope, &mut standing);
            context.say(standing);
            if let Some(late) = context.charge(charge?) {
                called.limits.refund(control, &late);
            }
            Ok(())
        })
        .await
}

/// Tells the log line who called.
fn note(parts: &Parts, tenant: &Name, client: Option<&Name>) {
    if let Some(context) = parts.extensions.get::<Arc<RequestContext>>() {
        // Set once a request; a second extractor would say the same.
        let _ = context.tenant.set(tenant.clone());
        if let Some(client) = client {
            let _ = context.client.set(client.clone());
        }
    }
}

/// What is known of the request beside its parts.
fn context(parts: &Parts) -> Arc<RequestContext> {
    parts.extensions.get::<Arc<RequestContext>>().cloned().unwrap_or_default()
}

/// Takes the request's token out of the buckets, and says what is left in them.
fn admit(api: &Api, principal: &Principal, context: &RequestContext) -> Result<Standing, ApiError> {
    let standing = api.limits.admit(principal);
    context.say(match &standing {
        Ok(standing) => *standing,
        Err(_) => api.limits.standing(principal),
    });
    standing
}

/// What the request shows for itself.
#[derive(Debug)]
enum Credential {
    /// None is asked for.
    NotNeeded,
    /// A key, not yet verified.
    Key(String),
    /// A token, not yet verified, with the key that would have signed it.
    Token(Unverified),
    /// A token of which nothing was looked at.
    Unread(String),
    /// Nothing usable.
    Missing,
}

/// Finds the key of a token, which may have to be fetched.
async fn known(api: &Api, credential: Credential) -> Result<Credential, ApiError> {
    let (Credential::Unread(token), Some(tokens)) = (&credential, &api.tokens) else { return Ok(credential) };
    tokens.find_key(token).await.map(Credential::Token)
}

fn credential(headers: &HeaderMap, mode: AuthMode) -> Credential {
    if mode == AuthMode::OffLoopbackOnly {
        return Credential::NotNeeded;
    }
    let bearer = |value: &HeaderValue| {
        let (scheme, key) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
    };
    let key = match headers.get(header::AUTHORIZATION) {
        Some(value) => bearer(value),
        None => headers.get(API_KEY).and_then(|v| v.to_str().ok()).map(|key| key.trim().to_owned()),
    };
    match key {
        Some(key) if key.len() <= MAX_KEY && key.starts_with("fn_") => Credential::Key(key),
        Some(token) if token.len() <= MAX_TOKEN => Credential::Unread(token),
        _ => Credential::Missing,
    }
}

/// Whom a credential speaks for: a row of `control.db`, or a signature.
fn authenticate(control: &Control, credential: Credential) -> Result<Principal, ApiError> {
    Ok(match credential {
        Credential::NotNeeded => Principal {
            key_id: String::new(),
            tenant: Name::new(DEFAULT_TENANT)?,
            role: Role::Admin,
            clients: None,
        },
        Credential::Key(key) => control.verify_key(&key)?.ok_or_else(ApiError::unauthorized)?,
        Credential::Token(token) => token.verify()?,
        // Nobody is configured who could have signed it.
        Credential::Unread(_) | Credential::Missing => return Err(ApiError::unauthorized()),
    })
}

fn require(principal: &Principal, needed: Role) -> Result<(), ApiError> {
    if principal.role < needed {
        return Err(ApiError::new(
            Code::Forbidden,
            format!("this needs the role {}, the key has {}", needed.as_str(), principal.role.as_str()),
        ));
    }
    Ok(())
}

/// The client a request names.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// No header.
    Unnamed,
    /// One header; `None` when its value cannot be a client's name.
    Named(Option<Name>),
    /// More than one header.
    Ambiguous,
}

fn wanted_client(headers: &HeaderMap) -> Wanted {
    let mut values = headers.get_all(CLIENT_ID).iter();
    match (values.next(), values.next()) {
        (None, _) => Wanted::Unnamed,
        (Some(value), None) => Wanted::Named(value.to_str().ok().and_then(|name| Name::new(name).ok())),
        (Some(_), Some(_)) => Wanted::Ambiguous,
    }
}

fn choose(control: &Control, principal: &Principal, wanted: Wanted) -> Result<Scope, ApiError> {
    let name = match wanted {
        Wanted::Named(name) => name,
        Wanted::Ambiguous => {
            return Err(ApiError::new(
                Code::ClientRequired,
                "the header X-Client-ID was sent more than once",
            ));
        }
        Wanted::Unnamed => {
            let mut usable = usable_clients(control, principal)?;
            match usable.len() {
                1 => usable.pop(),
                0 => {
                    return Err(ApiError::new(
                        Code::ClientRequired,
                        "this credential may use no client yet; an admin adds one with POST /v1/clients",
                    ));
                }
                n => {
                    return Err(ApiError::new(
                        Code::ClientRequired,
                        format!("this credential may use {n} clients; name one in the header X-Client-ID"),
                    ));
                }
            }
        }
    };
    named(control, principal, name.as_ref())
}

/// The clients that exist and that the credential may use, in order.
pub(crate) fn usable_clients(control: &Control, principal: &Principal) -> Result<Vec<Name>, ApiError> {
    let mut names = control.clients(&principal.tenant)?;
    names.retain(|name| principal.may_use(name));
    Ok(names)
}

/// The scope of a client by name; the one 404 when it cannot be a name, does not exist or is not
/// the credential's to use.
pub(crate) fn named(
    control: &Control,
    principal: &Principal,
    name: Option<&Name>,
) -> Result<Scope, ApiError> {
    let Some(name) = name else { return Err(ApiError::not_found()) };
    // Looked up before it is judged, so that both kinds of "no" take the same time.
    let scope = lookup(control, &principal.tenant, name)?;
    scope.filter(|_| principal.may_use(name)).ok_or_else(ApiError::not_found)
}

/// The scopes of all clients of a tenant, for the worker that finishes what was accepted.
pub(crate) fn all_scopes(control: &Control, tenant: &Name) -> Result<Vec<Scope>, ApiError> {
    let mut scopes = Vec::new();
    for name in control.clients(tenant)? {
        scopes.extend(lookup(control, tenant, &name)?);
    }
    Ok(scopes)
}

/// Whether the client is still there: not removed, not removed and made anew.
pub(crate) fn still_exists(control: &Control, scope: &Scope) -> Result<bool, ApiError> {
    Ok(lookup(control, scope.tenant(), scope.client())?.as_ref() == Some(scope))
}

#[expect(
    clippy::disallowed_methods,
    reason = "authentication is where scopes come from; callers above decide who gets one"
)]
fn lookup(control: &Control, tenant: &Name, client: &Name) -> Result<Option<Scope>, ApiError> {
    Ok(control.scope(tenant, client)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    fn key(pairs: &[(&'static str, &'static str)]) -> Option<String> {
        match credential(&headers(pairs), AuthMode::Required) {
            Credential::Key(key) => Some(key),
            _ => None,
        }
    }

    #[test]
    fn keys_come_from_either_header_and_authorization_wins() {
        assert_eq!(key(&[("authorization", "Bearer fn_a_b")]).as_deref(), Some("fn_a_b"));
        assert_eq!(key(&[("authorization", "bearer  fn_a_b ")]).as_deref(), Some("fn_a_b"));
        assert_eq!(key(&[("x-api-key", "fn_a_b")]).as_deref(), Some("fn_a_b"));
        assert_eq!(key(&[("authorization", "Basic abc"), ("x-api-key", "fn_a_b")]), None);
        assert_eq!(key(&[("authorization", "fn_a_b")]), None);
        assert_eq!(key(&[("authorization", "Bearer a.b.c")]), None, "a token is no key");
        assert_eq!(key(&[]), None);
    }

    #[test]
    fn one_client_header_names_a_client_and_two_are_ambiguous() {
        assert_eq!(wanted_client(&headers(&[])), Wanted::Unnamed);
        assert_eq!(
            wanted_client(&headers(&[("x-client-id", "acme")])),
            Wanted::Named(Some(Name::new("acme").expect("name")))
        );
        assert_eq!(wanted_client(&headers(&[("x-client-id", "../acme")])), Wanted::Named(None));
        assert_eq!(wanted_client(&headers(&[("x-client-id", "")])), Wanted::Named(None));
        assert_eq!(wanted_client(&headers(&[("x-client-id", "a"), ("x-client-id", "a")])), Wanted::Ambiguous);
    }
}
