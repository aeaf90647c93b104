//! What a token says of its bearer. Pure.
//!
//! `tid` is the tenant. `cid` (one name or a list) or `clients` (a list) are the clients; `"*"` stands for all of the
//! tenant's, and a token without any is refused, so that forgetting the claim opens nothing. `role` is `viewer`, `editor` or
//! `admin`; scopes (`scp` or `scope`, a list or words) narrow it: `footnote:read`, `footnote:write`, `footnote:admin`.
//! Without a role the widest scope is the role; without both the token is refused.

use footnote_index::{Name, Principal, Role};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::settings::JwtSettings;

/// Most clients a token may list.
const MAX_CLIENTS: usize = 1000;

/// Stands for all clients of the tenant.
const ALL: &str = "*";

/// Claims that are looked at. `aud` is checked with the signature.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    /// One text: a list that holds the issuer among others is not of the issuer.
    iss: String,
    exp: f64,
    nbf: Option<f64>,
    sub: Option<String>,
    tid: String,
    cid: Option<OneOrMany>,
    clients: Option<Vec<String>>,
    role: Option<String>,
    scp: Option<OneOrMany>,
    /// The same in the words of RFC 8693; `scp` wins.
    scope: Option<OneOrMany>,
}

/// A claim that issuers write either way.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// Whether the token is valid at `now`, on clocks that differ by less than `skew` seconds.
    pub(super) fn check_times(&self, now: i64, skew: i64) -> Result<(), &'static str> {
        let (now, skew) = (now as f64, skew as f64);
        // On or after `exp` it must not be accepted (RFC 7519, 4.1.4).
        if !self.exp.is_finite() || now >= self.exp + skew {
            return Err("it has expired");
        }
        if self.nbf.is_some_and(|nbf| !nbf.is_finite() || now < nbf - skew) {
            return Err("it is not valid yet");
        }
        Ok(())
    }

    /// Whom the token speaks for.
    pub(super) fn principal(&self, settings: &JwtSettings) -> Result<Principal, String> {
        if self.iss != settings.issuer {
            return Err("it is of another issuer".to_owned());
        }
        let tenant = Name::new(&self.tid).map_err(|_| "tid is no name of a tenant")?;
        if settings.tenants.as_ref().is_some_and(|allowed| !allowed.contains(&tenant)) {
            return Err("the issuer may not speak for this tenant".to_owned());
        }
        let bearer = self.sub.as_deref().unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [settings.issuer.as_str(), bearer, tenant.as_str()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Ok(Principal {
            // Names the bearer in limits and never reads like a key's id.
            key_id: format!("jwt:{}", &hex::encode(hash.finalize())[..32]),
            role: self.role()?,
            clients: self.clients()?,
            tenant,
        })
    }

    fn clients(&self) -> Result<Option<Vec<Name>>, String> {
        let named = match (&self.cid, &self.clients) {
            (Some(_), Some(_)) => return Err("it has both cid and clients".to_owned()),
            (Some(OneOrMany::One(name)), None) => std::slice::from_ref(name),
            (Some(OneOrMany::Many(names)), None) | (None, Some(names)) => names,
            (None, None) => return Err("it has neither cid nor clients".to_owned()),
        };
        match named {
            [all] if all == ALL => Ok(None),
            [] => Err("its list of clients is empty".to_owned()),
            names if names.len() > MAX_CLIENTS => Err(format!("it lists more than {MAX_CLIENTS} clients")),
            names => {
                let names: Result<Vec<Name>, _> = names.iter().map(|name| Name::new(name)).collect();
                names.map(Some).map_err(|_| "a client it lists is no name".to_owned())
            }
        }
    }

    fn role(&self) -> Result<Role, String> {
        let role = self.role.as_deref().map(str::parse::<Role>).transpose().map_err(|e| e.to_string())?;
        let words: Option<Vec<&str>> = self.scp.as_ref().or(self.scope.as_ref()).map(|scopes| match scopes {
            OneOrMany::One(words) => words.split_ascii_whitespace().collect(),
            OneOrMany::Many(list) => list.iter().map(String::as_str).collect(),
        });
        let granted = |word: &&str| match *word {
            "footnote:read" => Some(Role::Viewer),
            "footnote:write" => Some(Role::Editor),
            "footnote:admin" => Some(Role::Admin),
            _ => None,
        };
        let scope = words.map(|words| words.iter().filter_map(granted).max());
        match (role, scope) {
            (_, Some(None)) => Err("its scopes give nothing here".to_owned()),
            (Some(role), Some(Some(scope))) => Ok(role.min(scope)),
            (Some(role), None) | (None, Some(Some(role))) => Ok(role),
            (None, None) => Err("it has neither role nor scp".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::http::jwt::KeySource;

    fn settings() -> JwtSettings {
        JwtSettings::new("https://issuer.example", "footnote", KeySource::File("jwks".into()))
    }

    #[expect(clippy::needless_pass_by_value, reason = "calls read better")]
    fn claims(changes: Value) -> Claims {
        let mut all = json!({ "iss": "https://issuer.example", "exp": 100, "tid": "default", "cid": "acme", "role": "viewer" });
        for (name, value) in changes.as_object().expect("object") {
            all[name] = value.clone();
        }
        serde_json::from_value(all).expect("claims")
    }

    #[test]
    fn times_hold_to_the_second_with_the_skew() {
        for (claims, now, ok) in [
            (json!({}), 99, true),
            (json!({}), 100 + 29, true),
            (json!({}), 100 + 30, false),
            (json!({ "exp": 100.5 }), 130, true),
            (json!({ "exp": 100.5 }), 131, false),
            (json!({ "nbf": 50 }), 20, true),
            (json!({ "nbf": 50 }), 19, false),
            (json!({ "exp": -1.0 }), 0, true),
            (json!({ "exp": -1.0e300 }), 0, false),
            (json!({ "nbf": 1.0e300 }), 99, false),
        ] {
            assert_eq!(self::claims(claims.clone()).check_times(now, 30).is_ok(), ok, "{claims} at {now}");
        }
        assert!(claims(json!({})).check_times(99, 0).is_ok());
        assert!(claims(json!({})).check_times(100, 0).is_err());
    }

    #[test]
    fn clients_are_listed_or_all_by_name_and_never_by_omission() {
        let clients = |changes| {
            let found = claims(changes).principal(&settings());
            found.map(|p| p.clients.map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>()))
        };
        assert_eq!(clients(json!({})), Ok(Some(vec!["acme".to_owned()])));
        assert_eq!(clients(json!({ "cid": ["a", "b"] })), Ok(Some(vec!["a".to_owned(), "b".to_owned()])));
        assert_eq!(clients(json!({ "cid": null, "clients": ["a"] })), Ok(Some(vec!["a".to_owned()])));
        assert_eq!(clients(json!({ "cid": "*" })), Ok(None));
        for bad in [
            json!({ "cid": null }),
            json!({ "cid": [] }),
            json!({ "cid": "" }),
            json!({ "cid": ["*", "a"] }),
            json!({ "cid": "../a" }),
            json!({ "clients": ["a"] }),
            json!({ "cid": vec!["a"; 1001] }),
            json!({ "tid": "No Name" }),
            json!({ "tid": "" }),
        ] {
            assert!(clients(bad.clone()).is_err(), "{bad}");
        }
        assert!(clients(json!({ "cid": vec!["a"; 1000] })).is_ok());
    }

    #[test]
    fn scopes_narrow_a_role_and_never_widen_it() {
        let role = |changes| claims(changes).principal(&settings()).map(|p| p.role).ok();
        for (claims, expected) in [
            (json!({}), Some(Role::Viewer)),
            (json!({ "role": "admin" }), Some(Role::Admin)),
            (json!({ "role": "admin", "scp": "footnote:read other" }), Some(Role::Viewer)),
            (json!({ "role": "viewer", "scp": ["footnote:admin"] }), Some(Role::Viewer)),
            (json!({ "role": null, "scp": "footnote:read footnote:write" }), Some(Role::Editor)),
            (json!({ "role": null, "scope": "footnote:admin" }), Some(Role::Admin)),
            (json!({ "role": "admin", "scp": "other" }), None),
            (json!({ "role": "admin", "scp": "" }), None),
            (json!({ "role": "root" }), None),
            (json!({ "role": null }), None),
        ] {
            assert_eq!(role(claims.clone()), expected, "{claims}");
        }
    }

    #[test]
    fn an_issuer_speaks_for_the_tenants_it_may_and_bearers_are_told_apart() {
        let only = JwtSettings { tenants: Some(vec![Name::new("other").expect("name")]), ..settings() };
        assert!(claims(json!({})).principal(&only).is_err());
        assert!(claims(json!({ "tid": "other" })).principal(&only).is_ok());
        let id = |changes| claims(changes).principal(&settings()).expect("good").key_id;
        let ids =
            [id(json!({ "sub": "a" })), id(json!({ "sub": "b" })), id(json!({ "sub": "a", "tid": "x" }))];
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids.iter().all(|id| id.len() == 36), "{ids:?}");
    }
}
