//! Limits and modes of the HTTP server, resolved.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::cors::CorsOrigin;
use super::jwt::JwtSettings;
use super::limits::LimitSettings;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// Every request but the health checks needs an API key.
    Required,
    /// No key is asked for: every caller is an admin of the tenant `default`. Only on a loopback
    /// address, where the `Host` and `CorsOrigin` headers are checked so that a web page in the
    /// operator's browser cannot be one of the callers.
    OffLoopbackOnly,
}

/// Settings of the server.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Address to listen on.
    pub bind: SocketAddr,
    /// Who may call.
    pub auth: AuthMode,
    /// Origins whose web pages may call; none unless said.
    pub cors_origins: Vec<CorsOrigin>,
    /// Largest body of `POST /v1/documents`, in bytes.
    pub max_body_bytes: usize,
    /// Largest body of every other route, in bytes.
    pub max_json_bytes: usize,
    /// Work done at the same time, in units of a search: an answer is 2, a search that is reranked 4.
    pub max_concurrent: usize,
    /// Answers written by a generator at the same time.
    pub max_generating: usize,
    /// Requests that may wait for one of those places, half of them of one client; beyond that the answer is 503.
    pub max_waiting: usize,
    /// Uploads read into memory at the same time.
    pub max_uploads: usize,
    /// Open connections; more wait in the system's queue.
    pub max_connections: usize,
    /// Time until a request's headers must have come.
    pub header_timeout: Duration,
    /// Time a connection may be silent between two requests, while at least half of `max_connections` are free; else
    /// `header_timeout`.
    pub idle_timeout: Duration,
    /// Time a request may take, reading its body included.
    pub request_timeout: Duration,
    /// Time an upload may take until it is durable, reading its body included.
    pub upload_timeout: Duration,
    /// How long `?wait=true` waits; after it the answer is 202, as without it.
    pub wait_timeout: Duration,
    /// Time open requests have to end after the signal to stop.
    pub drain_timeout: Duration,
    /// Limits by credential, tenant and plan. Off unless said, for programs that have their own; the command line turns them
    /// on.
    pub limits: LimitSettings,
    /// Whose tokens are accepted beside API keys, if anybody's.
    pub jwt: Option<JwtSettings>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            bind: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7700),
            auth: AuthMode::Required,
            cors_origins: Vec::new(),
            max_body_bytes: 64 << 20,
            max_json_bytes: 1 << 20,
            max_concurrent: 2 * cores,
            max_generating: 8,
            max_waiting: 64,
            max_uploads: 4,
            max_connections: 1024,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            request_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_secs(300),
            wait_timeout: Duration::from_secs(300),
            drain_timeout: Duration::from_secs(20),
            limits: LimitSettings::off(),
            jwt: None,
        }
    }
}

impl HttpSettings {
    /// Says what is wrong with the settings, if anything, for the address really listened on.
    pub(crate) fn check(&self, listening: SocketAddr) -> Result<(), String> {
        if self.auth == AuthMode::OffLoopbackOnly && !listening.ip().is_loopback() {
            return Err(format!(
                "without API keys the server listens on a loopback address only, not on {listening}; bind to 127.0.0.1, or turn authentication on"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_keys_only_loopback_is_served() {
        let open = HttpSettings { auth: AuthMode::OffLoopbackOnly, ..HttpSettings::default() };
        for (address, off_ok) in [
            ("127.0.0.1:1", true),
            ("127.9.9.9:1", true),
            ("[::1]:1", true),
            ("0.0.0.0:1", false),
            ("10.0.0.1:1", false),
            ("[::]:1", false),
        ] {
            let address = address.parse().expect("address");
            assert_eq!(open.check(address).is_ok(), off_ok, "{address}");
            assert!(HttpSettings::default().check(address).is_ok());
        }
    }
}
