//! A JWKS (RFC 7517) as keys by their names. Keys that cannot be used are left out, with the reason; one bad key does not
//! cost the others.

use std::collections::HashMap;
use std::sync::Arc;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use serde::Deserialize;

use super::settings::Algorithm;

/// Most keys of a set.
const MAX_KEYS: usize = 100;

/// Base64url digits of the smallest RSA modulus: 2,048 bits.
const LEAST_MODULUS: usize = 342;

/// A public key with the one algorithm it verifies.
#[derive(Debug)]
pub(super) struct VerifyingKey {
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

/// Usable keys by name.
pub(super) type Keys = HashMap<String, Arc<VerifyingKey>>;

/// A set whose members are looked at one by one.
#[derive(Deserialize)]
struct RawSet {
    keys: Vec<serde_json::Value>,
}

/// Reads a set; fails when it is none or no key of it can be used.
pub(super) fn parse(bytes: &[u8], allowed: &[Algorithm]) -> Result<Keys, String> {
    let set: RawSet =
        serde_json::from_slice(bytes).map_err(|e| format!("it is not a key set (JWKS): {e}"))?;
    if set.keys.len() > MAX_KEYS {
        return Err(format!("it has {} keys, the limit is {MAX_KEYS}", set.keys.len()));
    }
    let (mut keys, mut left_out) = (Keys::new(), Vec::new());
    for value in set.keys {
        match usable(value, allowed) {
            Ok((name, key)) => {
                if keys.insert(name, Arc::new(key)).is_some() {
                    return Err("two of its keys have the same kid".to_owned());
                }
            }
            Err(reason) => left_out.push(reason),
        }
    }
    if keys.is_empty() {
        left_out.dedup();
        return Err(format!("none of its keys can be used ({})", left_out.join("; ")));
    }
    if !left_out.is_empty() {
        tracing::debug!(keys = left_out.len(), reasons = left_out.join("; "), "keys that cannot be used");
    }
    Ok(keys)
}

fn usable(value: serde_json::Value, allowed: &[Algorithm]) -> Result<(String, VerifyingKey), String> {
    let jwk: Jwk = serde_json::from_value(value).map_err(|e| format!("a key cannot be read: {e}"))?;
    let name = jwk.common.key_id.clone().filter(|kid| !kid.is_empty() && kid.len() <= super::MAX_KID);
    let name = name.ok_or("a key has no kid")?;
    let wrong = |what: &str| format!("key {:?} {what}", name.chars().take(40).collect::<String>());
    if jwk.common.public_key_use.as_ref().is_some_and(|it| *it != PublicKeyUse::Signature)
        || jwk.common.key_operations.as_ref().is_some_and(|list| !list.contains(&KeyOperations::Verify))
    {
        return Err(wrong("is not for signatures"));
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) if rsa.n.len() < LEAST_MODULUS => {
            return Err(wrong("has fewer than 2048 bits"));
        }
        AlgorithmParameters::RSA(_) => Algorithm::Rs256,
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => Algorithm::Es256,
        _ => return Err(wrong("is neither RSA nor P-256")),
    };
    if !allowed.contains(&algorithm) {
        return Err(wrong("is of an algorithm that is not allowed"));
    }
    // What the key says of itself must agree.
    if jwk.common.key_algorithm.is_some_and(|it| it.to_string() != format!("{:?}", algorithm.named())) {
        return Err(wrong("is for another algorithm"));
    }
    let decoding = DecodingKey::from_jwk(&jwk).map_err(|e| wrong(&format!("cannot be used: {e}")))?;
    Ok((name, VerifyingKey { algorithm, decoding }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const BOTH: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

    /// 2,048 bits, as base64url.
    fn modulus() -> String {
        "v".repeat(341) + "w"
    }

    fn rsa(kid: &str) -> Value {
        json!({ "kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": modulus(), "e": "AQAB" })
    }

    /// The P-256 key of RFC 7517, appendix A.1.
    fn ec(kid: &str) -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "kid": kid,
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        })
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    fn names(keys: &[Value], allowed: &[Algorithm]) -> Result<Vec<String>, String> {
        let set = json!({ "keys": keys }).to_string();
        let mut names: Vec<String> = parse(set.as_bytes(), allowed)?.into_keys().collect();
        names.sort();
        Ok(names)
    }

    #[test]
    fn keys_that_can_be_used_are_told_from_others() {
        let others = [
            json!({ "kty": "oct", "kid": "secret", "k": "AAAA" }),
            with(rsa("weak"), "n", json!("v".repeat(341))),
            with(rsa("enc"), "use", json!("enc")),
            with(rsa("sign"), "key_ops", json!(["sign"])),
            with(rsa("other"), "alg", json!("RS512")),
            with(rsa("mac"), "alg", json!("HS256")),
            with(rsa(""), "kid", json!("")),
            with(ec("curve"), "crv", json!("P-384")),
            json!({ "kty": "new", "kid": "x" }),
            json!(1),
        ];
        let keys: Vec<Value> = [rsa("a"), ec("b")].into_iter().chain(others.clone()).collect();
        assert_eq!(names(&keys, &BOTH), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(names(&keys, &[Algorithm::Es256]), Ok(vec!["b".into()]));
        for other in others {
            assert!(names(std::slice::from_ref(&other), &BOTH).is_err(), "{other}");
        }
    }

    #[test]
    fn a_set_that_cannot_be_meant_is_refused() {
        for bad in ["", "[]", "{}", "{\"keys\": []}", "{\"keys\": 1}"] {
            assert!(parse(bad.as_bytes(), &BOTH).is_err(), "{bad}");
        }
        assert!(names(&[rsa("a"), rsa("a")], &BOTH).is_err(), "one name, two keys");
        let many = |n: usize| (0..n).map(|i| rsa(&i.to_string())).collect::<Vec<_>>();
        assert_eq!(names(&many(100), &BOTH).map(|names| names.len()), Ok(100));
        assert!(names(&many(101), &BOTH).is_err());
    }
}
