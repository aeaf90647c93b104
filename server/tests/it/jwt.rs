//! Tokens of an identity provider: forged, stale, for somebody else, and good ones, against a running router with a real
//! issuer of keys on loopback.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use footnote_index::Role;
use footnote_server::http::{HttpSettings, JwtAlgorithm, JwtSettings, KeySource};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::pkcs8::EncodePrivateKey as _;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use serde_json::{Value, json};

use crate::http_support::{Call, Server, name};

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "footnote";

/// A key pair of an issuer.
struct Signer {
    key: EncodingKey,
    algorithm: Algorithm,
    kid: &'static str,
}

impl Signer {
    fn rsa(kid: &'static str) -> Self {
        let key = rsa::RsaPrivateKey::new(&mut rand_core::OsRng, 2048).expect("key");
        let der = key.to_pkcs1_der().expect("DER");
        Self { key: EncodingKey::from_rsa_der(der.as_bytes()), algorithm: Algorithm::RS256, kid }
    }

    fn p256(kid: &'static str) -> Self {
        let key = p256::ecdsa::SigningKey::random(&mut rand_core::OsRng);
        let der = key.to_pkcs8_der().expect("DER");
        Self { key: EncodingKey::from_ec_der(der.as_bytes()), algorithm: Algorithm::ES256, kid }
    }

    fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).expect("public half");
        jwk.common.key_id = Some(self.kid.to_owned());
        serde_json::to_value(jwk).expect("JSON")
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.kid.to_owned()), ..Header::new(self.algorithm) };
        encode(&header, claims, &self.key).expect("token")
    }
}

static RSA: LazyLock<Signer> = LazyLock::new(|| Signer::rsa("rsa-1"));
static EC: LazyLock<Signer> = LazyLock::new(|| Signer::p256("ec-1"));
static STRANGER: LazyLock<Signer> = LazyLock::new(|| Signer::rsa("rsa-1"));

fn now() -> i64 {
    i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().expect("clock").as_secs()).expect("seconds")
}

/// Good claims with changes; `null` leaves one out.
#[expect(clippy::needless_pass_by_value, reason = "calls read better")]
fn claims(changes: Value) -> Value {
    let mut all = json!({
        "iss": ISSUER, "aud": AUDIENCE, "exp": now() + 600, "sub": "user-1",
        "tid": "default", "cid": "acme", "role": "viewer",
    });
    for (name, value) in changes.as_object().expect("object") {
        if value.is_null() {
            all.as_object_mut().expect("object").remove(name);
        } else {
            all[name] = value.clone();
        }
    }
    all
}

/// Serves a key set on loopback and counts how often it was asked.
struct Issuer {
    url: String,
    keys: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    fn start(keys: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
        let url = format!("http://{}/jwks", listener.local_addr().expect("address"));
        let issuer = Self { url, keys: Arc::default(), asked: Arc::default() };
        issuer.publish(keys);
        let (keys, asked) = (Arc::clone(&issuer.keys), Arc::clone(&issuer.asked));
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("stream");
                let mut head = [0u8; 4096];
                let _ = stream.read(&mut head);
                asked.fetch_add(1, Ordering::SeqCst);
                let body = keys.lock().expect("lock").clone();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        issuer
    }

    fn publish(&self, keys: &[&Signer]) {
        let set = json!({ "keys": keys.iter().map(|signer| signer.public()).collect::<Vec<_>>() });
        *self.keys.lock().expect("lock") = set.to_string();
    }

    fn settings(&self) -> JwtSettings {
        JwtSettings::new(ISSUER, AUDIENCE, KeySource::Url(self.url.clone()))
    }

    fn server(&self) -> Server {
        with(self.settings())
    }
}

fn with(jwt: JwtSettings) -> Server {
    Server::with(HttpSettings { jwt: Some(jwt), ..HttpSettings::default() })
}

fn list(token: &str) -> Call {
    Call::new("GET", "/v1/documents").key(token)
}

fn part(value: &Value) -> String {
    encode_url(value.to_string().as_bytes())
}

/// Base64url without padding.
fn encode_url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let word =
            group.iter().fold(0u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..=group.len() {
            out.push(char::from(DIGITS[((word >> (18 - 6 * digit)) & 63) as usize]));
        }
    }
    out
}

#[tokio::test]
async fn good_tokens_enter_as_far_as_they_say() {
    let issuer = Issuer::start(&[&RSA, &EC]);
    let server = issuer.server();
    for signer in [&*RSA, &*EC] {
        let token = |changes| signer.sign(&claims(changes));
        assert_eq!(server.send(list(&token(json!({})))).await.status, 200, "{}", signer.kid);
        // Another's client, another client of its own tenant, and one that is not there are one.
        for client in ["globex", "nobody"] {
            let reply = server.send(list(&token(json!({}))).client(client)).await;
            assert_eq!(reply.problem(), (404, "not_found".into()));
        }
        let both = token(json!({ "cid": ["acme", "globex"] }));
        assert_eq!(server.send(list(&both)).await.problem(), (400, "client_required".into()));
        assert_eq!(server.send(list(&both).client("globex")).await.status, 200);
        let all = token(json!({ "cid": "*", "role": "admin" }));
        assert_eq!(server.send(Call::new("GET", "/v1/clients").key(&all)).await.status, 200);
        let other = token(json!({ "tid": "other", "cid": "*" }));
        assert_eq!(server.send(list(&other)).await.status, 200, "the other tenant's acme");
        for call in [
            Call::new("GET", "/v1/keys").key(&token(json!({}))),
            Call::new("POST", "/v1/documents")
                .key(&token(json!({ "role": "admin", "scp": "footnote:read" }))),
        ] {
            assert_eq!(server.send(call).await.problem(), (403, "forbidden".into()));
        }
        let write = token(json!({ "role": "editor" }));
        server.ingest(&write, signer.kid, "# Lift\n\nThe lift carries 400 kg.").await;
    }
    // Keys of our own go on beside them.
    assert_eq!(server.send(list(&server.editor())).await.status, 200);
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn forged_stale_and_foreign_tokens_are_one_refusal() {
    let issuer = Issuer::start(&[&RSA, &EC]);
    let server = issuer.server();
    let good = RSA.sign(&claims(json!({})));
    assert_eq!(server.send(list(&good)).await.status, 200);

    let body = part(&claims(json!({})));
    let unsigned =
        |alg: &str| format!("{}.{body}.", part(&json!({ "alg": alg, "kid": "rsa-1", "typ": "JWT" })));
    // The public key, which everybody has, as the secret of a MAC.
    let public = RSA.public();
    let mac = |secret: &[u8]| {
        let header = Header { kid: Some("rsa-1".into()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims(json!({})), &EncodingKey::from_secret(secret)).expect("token")
    };
    let kidless = encode(&Header::new(Algorithm::RS256), &claims(json!({})), &RSA.key).expect("token");
    let critical =
        Header { kid: Some("rsa-1".into()), crit: Some(vec!["exp".into()]), ..Header::new(Algorithm::RS256) };
    let critical = encode(&critical, &claims(json!({})), &RSA.key).expect("token");
    // The header says the other key's algorithm.
    let confused = Header { kid: Some("rsa-1".into()), ..Header::new(Algorithm::ES256) };
    let confused = encode(&confused, &claims(json!({})), &EC.key).expect("token");
    let (head, rest) = good.split_once('.').expect("parts");
    let (payload, signature) = rest.split_once('.').expect("parts");
    let wider = part(&claims(json!({ "role": "admin", "cid": "*" })));
    let flipped: String = signature
        .chars()
        .rev()
        .enumerate()
        .map(|(at, c)| if at == 20 { if c == 'A' { 'B' } else { 'A' } } else { c })
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let sign = |changes| RSA.sign(&claims(changes));
    let bad = [
        ("alg none", unsigned("none")),
        ("alg None", unsigned("None")),
        ("RS256 without a signature", unsigned("RS256")),
        ("a MAC with the modulus", mac(public["n"].as_str().expect("n").as_bytes())),
        ("a MAC with the key set", mac(public.to_string().as_bytes())),
        ("a MAC with nothing", mac(b"")),
        ("a stranger's key under a known name", STRANGER.sign(&claims(json!({})))),
        ("other claims under the signature", format!("{head}.{wider}.{signature}")),
        ("a signature with one digit changed", format!("{head}.{payload}.{flipped}")),
        ("a signature cut short", good[..good.len() - 2].to_owned()),
        ("no signature", format!("{head}.{payload}")),
        ("four parts", format!("{good}.x")),
        ("no kid", kidless),
        ("critical parts", critical),
        ("another algorithm than the key's", confused),
        ("another issuer", sign(json!({ "iss": "https://evil.example" }))),
        ("a list of issuers", sign(json!({ "iss": [ISSUER] }))),
        ("no issuer", sign(json!({ "iss": null }))),
        ("another audience", sign(json!({ "aud": "other" }))),
        ("no audience", sign(json!({ "aud": null }))),
        ("no audience in a list", sign(json!({ "aud": [] }))),
        ("no end", sign(json!({ "exp": null }))),
        ("an end that is no number", sign(json!({ "exp": "tomorrow" }))),
        ("expired", sign(json!({ "exp": now() - 31 }))),
        ("not yet valid", sign(json!({ "nbf": now() + 35 }))),
        ("no tenant", sign(json!({ "tid": null }))),
        ("no clients", sign(json!({ "cid": null }))),
        ("no role", sign(json!({ "role": null }))),
        ("an unknown role", sign(json!({ "role": "root" }))),
        ("larger than a token may be", sign(json!({ "padding": "x".repeat(8 * 1024) }))),
        ("dots", "...".to_owned()),
        ("two dots", "..".to_owned()),
    ];
    let unknown = server.send(list("fn_0000000000000000_garbage")).await;
    let mut refusals = std::collections::BTreeSet::from([unknown.timeless().to_string()]);
    for (what, token) in &bad {
        let reply = server.send(list(token)).await;
        assert_eq!(reply.problem(), (401, "unauthorized".into()), "{what}");
        refusals.insert(reply.timeless().to_string());
    }
    assert_eq!(refusals.len(), 1, "all refusals look the same: {refusals:?}");
    // The skew at its edge, as near as a clock allows: `claims` tests the second.
    assert_eq!(server.send(list(&sign(json!({ "exp": now() - 25 })))).await.status, 200);
    assert_eq!(server.send(list(&sign(json!({ "nbf": now() + 25 })))).await.status, 200);
    assert_eq!(server.send(list(&sign(json!({ "aud": ["other", AUDIENCE] })))).await.status, 200);
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1, "none of it made the server fetch");
}

#[tokio::test]
async fn algorithms_are_those_that_are_allowed() {
    let issuer = Issuer::start(&[&RSA, &EC]);
    let server = with(JwtSettings { algorithms: vec![JwtAlgorithm::Es256], ..issuer.settings() });
    assert_eq!(server.send(list(&EC.sign(&claims(json!({}))))).await.status, 200);
    assert_eq!(server.send(list(&RSA.sign(&claims(json!({}))))).await.status, 401);
    let only = with(JwtSettings { tenants: Some(vec![name("other")]), ..issuer.settings() });
    assert_eq!(only.send(list(&EC.sign(&claims(json!({}))))).await.status, 401);
    assert_eq!(only.send(list(&EC.sign(&claims(json!({ "tid": "other" }))))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_unknown_keys_is_one_fetch_and_a_rotated_key_is_found() {
    let issuer = Issuer::start(&[&RSA]);
    let min_refresh = Duration::from_secs(3);
    let server = Arc::new(with(JwtSettings { min_refresh, ..issuer.settings() }));
    assert_eq!(server.send(list(&RSA.sign(&claims(json!({}))))).await.status, 200);
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    tokio::time::sleep(min_refresh).await;
    // The issuer has a new key; 60 tokens with it and 60 with keys that do not exist come at once.
    issuer.publish(&[&RSA, &EC]);
    let mut tasks = Vec::new();
    for n in 0..120 {
        let header = Header { kid: Some(format!("ghost-{n}")), ..Header::new(Algorithm::RS256) };
        let ghost = encode(&header, &claims(json!({})), &STRANGER.key).expect("token");
        let token = if n % 2 == 0 { EC.sign(&claims(json!({}))) } else { ghost };
        let server = Arc::clone(&server);
        tasks.push(tokio::spawn(async move { (n % 2 == 0, server.send(list(&token)).await.status) }));
    }
    for task in tasks {
        let (known, status) = task.await.expect("join");
        assert_eq!(status, if known { 200 } else { 401 });
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2, "one fetch for all of them");
    // The old key is taken out: refused after the next fetch.
    issuer.publish(&[&EC]);
    tokio::time::sleep(min_refresh).await;
    assert_eq!(server.send(list(&STRANGER.sign(&claims(json!({}))))).await.status, 401);
    let header = Header { kid: Some("ghost".into()), ..Header::new(Algorithm::RS256) };
    let ghost = encode(&header, &claims(json!({})), &STRANGER.key).expect("token");
    assert_eq!(server.send(list(&ghost)).await.status, 401);
    assert_eq!(server.send(list(&RSA.sign(&claims(json!({}))))).await.status, 401);
    assert_eq!(server.send(list(&EC.sign(&claims(json!({}))))).await.status, 200);
    // A source that fails leaves the keys that were.
    *issuer.keys.lock().expect("lock") = "<html>".into();
    tokio::time::sleep(min_refresh).await;
    assert_eq!(server.send(list(&ghost)).await.status, 401);
    assert_eq!(server.send(list(&EC.sign(&claims(json!({}))))).await.status, 200);
}

#[tokio::test]
async fn an_issuer_that_hangs_or_floods_costs_its_time_and_nothing_else() {
    // It accepts and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let url = format!("http://{}/jwks", listener.local_addr().expect("address"));
    let timeout = Duration::from_millis(300);
    let settings = JwtSettings { timeout, ..JwtSettings::new(ISSUER, AUDIENCE, KeySource::Url(url)) };
    let server = with(settings);
    let token = RSA.sign(&claims(json!({})));
    let waiting = server.send(list(&token));
    let key = server.editor();
    let (refused, by_key) = tokio::join!(waiting, server.send(list(&key)));
    assert_eq!((refused.status, by_key.status), (401, 200), "keys of our own do not wait for it");
    let flooding = Issuer::start(&[&RSA]);
    let padded = format!("{{\"keys\":[{}],\"x\":\"{}\"}}", RSA.public(), "x".repeat(256 * 1024));
    *flooding.keys.lock().expect("lock") = padded;
    assert_eq!(flooding.server().send(list(&token)).await.status, 401);
}

#[tokio::test]
async fn without_an_issuer_no_token_enters() {
    let server = Server::new();
    let reply = server.send(list(&RSA.sign(&claims(json!({}))))).await;
    assert_eq!(reply.problem(), (401, "unauthorized".into()));
}

#[tokio::test]
async fn a_rotated_key_works_beside_the_new_one_until_its_time_and_a_revoked_one_never() {
    let server = Server::new();
    let admin = server.key("default", Role::Admin, None);
    let old = server.editor();
    let id = old.split('_').nth(1).expect("id").to_owned();
    let rotate = |overlap: i64| {
        Call::new("POST", &format!("/v1/keys/{id}/rotate")).key(&admin).json(&json!({ "overlap_s": overlap }))
    };
    let made = server.send(rotate(2)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let new = made.json()["key"].as_str().expect("key").to_owned();
    for key in [&old, &new] {
        assert_eq!(server.send(list(key)).await.status, 200, "both work side by side");
    }
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(server.send(list(&old)).await.status, 401);
    assert_eq!(server.send(list(&new)).await.status, 200);
    let id = made.json()["id"].as_str().expect("id").to_owned();
    assert_eq!(server.send(Call::new("DELETE", &format!("/v1/keys/{id}")).key(&admin)).await.status, 204);
    assert_eq!(server.send(list(&new)).await.status, 401, "from the next request on");
}
