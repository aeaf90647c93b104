//! Tokens of an identity provider (JWT, RFC 7519) as credentials: who signed it, whom it is for, until when, and what its
//! bearer may do.
//!
//! A token names its key (`kid`); the key says which algorithm holds, never the token. Finding the key may fetch
//! ([`cache`]); verifying computes, so it is done on a thread that may. Whatever is wrong with a token, its bearer gets the
//! same 401 as for a bad API key; the log says what it was.

mod cache;
mod claims;
mod key_set;
mod settings;
mod source;

use std::sync::Arc;

use footnote_index::Principal;
use jsonwebtoken::{Validation, decode, decode_header};

pub use settings::{Algorithm, JwtSettings, KeySource};

use super::error::ApiError;
use cache::Cache;
use claims::Claims;
use key_set::VerifyingKey;

/// Longest token looked at, in bytes.
pub(crate) const MAX_TOKEN: usize = 8 * 1024;

/// Longest name of a key.
const MAX_KID: usize = 256;

/// Verifies tokens of one issuer.
#[derive(Debug)]
pub(crate) struct Tokens {
    settings: Arc<JwtSettings>,
    keys: Arc<Cache>,
}

/// A token with the key it names.
#[derive(Debug)]
pub(crate) struct Unverified {
    token: String,
    key: Arc<VerifyingKey>,
    settings: Arc<JwtSettings>,
}

impl Tokens {
    pub(crate) fn new(settings: JwtSettings) -> Self {
        let settings = Arc::new(settings);
        Self { keys: Arc::new(Cache::new(Arc::clone(&settings))), settings }
    }

    /// Reads the keys for the first time. A failure is logged; keys are looked for again when a token comes.
    pub(crate) async fn warm(&self) {
        self.keys.refresh().await;
    }

    /// Finds the key that a token names.
    pub(crate) async fn find_key(&self, token: &str) -> Result<Unverified, ApiError> {
        // `alg: none` and algorithms nobody knows are no header at all.
        let header = decode_header(token).map_err(|_| refused("its header cannot be read"))?;
        if !self.settings.algorithms.iter().any(|allowed| allowed.named() == header.alg) {
            return Err(refused("its algorithm is not allowed"));
        }
        if header.crit.is_some() {
            return Err(refused("its header has critical parts, of which none is known"));
        }
        let kid = header.kid.filter(|kid| (1..=MAX_KID).contains(&kid.len()));
        let kid = kid.ok_or_else(|| refused("it names no key"))?;
        let key = self.keys.get(&kid).await.ok_or_else(|| refused("its key is not known"))?;
        if key.algorithm.named() != header.alg {
            return Err(refused("its algorithm is not its key's"));
        }
        Ok(Unverified { token: token.to_owned(), key, settings: Arc::clone(&self.settings) })
    }
}

impl Unverified {
    /// Checks the signature and what the token says. Computes.
    pub(crate) fn verify(&self) -> Result<Principal, ApiError> {
        let settings = &self.settings;
        let mut validation = Validation::new(self.key.algorithm.named());
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        // Times are checked by `claims`, with the skew that is configured.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let decoded = decode::<Claims>(&self.token, &self.key.decoding, &validation)
            .map_err(|error| refused(&error.to_string()))?;
        let now = jiff::Timestamp::now().as_second();
        decoded.claims.check_times(now, settings.skew_s).map_err(refused)?;
        decoded.claims.principal(settings).map_err(|reason| refused(&reason))
    }
}

/// Reads the keys once and says how many can be used. Blocks.
///
/// # Errors
/// Why they cannot be read, or that none can be used.
pub(crate) fn check_keys(settings: &JwtSettings) -> Result<usize, String> {
    let bytes = source::read(&settings.keys, settings.timeout)?;
    key_set::parse(&bytes, &settings.algorithms).map(|keys| keys.len())
}

/// The one refusal, with its reason in the log.
fn refused(reason: &str) -> ApiError {
    tracing::info!(reason, "a token was refused");
    ApiError::unauthorized()
}
