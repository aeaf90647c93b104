//! A request, its answer, and a server to send it to.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

use super::LeakcheckError;

/// Largest answer read, in bytes.
const MAX_ANSWER: u64 = 64 << 20;
/// Times a request is sent again when the server asks to wait.
const PATIENCE: u32 = 120;

/// A server.
pub struct Site {
    agent: Agent,
    url: String,
}

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Its method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if any.
    pub body: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers as lines.
    pub headers: String,
    /// Its body; bytes that are no UTF-8 replaced.
    pub body: String,
}

/// The outcome of a request.
pub type Reached = Result<Reply, LeakcheckError>;

impl Call {
    /// A request without a body.
    #[must_use]
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self { method: method.to_owned(), path: path.into(), ..Self::default() }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a key, when there is one.
    #[must_use]
    pub fn key(self, key: Option<&str>) -> Self {
        match key {
            Some(key) => self.header("authorization", format!("Bearer {key}")),
            None => self,
        }
    }

    /// About a client.
    #[must_use]
    pub fn client(self, client: &str) -> Self {
        self.header("x-client-id", client)
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.to_string());
        self.header("content-type", "application/json")
    }

    /// Everything of it that a server could hand back.
    #[must_use]
    pub fn text(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        format!("{} {}\n{headers}{}", self.method, self.path, self.body.as_deref().unwrap_or(""))
    }
}

impl Reply {
    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// Everything of it that could hold a secret.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}", self.headers, self.body)
    }
}

impl Site {
    /// A server at a URL such as `http://127.0.0.1:7700`.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(120)))
            .build();
        Self { agent: config.into(), url: url.trim_end_matches('/').to_owned() }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends a request; again after a pause when there were too many.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn send(&self, call: &Call) -> Reached {
        let mut reply = self.once(call)?;
        for _ in 0..PATIENCE {
            if reply.status != 429 {
                break;
            }
            let wait =
                reply.headers.lines().find_map(|line| line.strip_prefix("retry-after: ")?.parse().ok());
            std::thread::sleep(Duration::from_secs(wait.unwrap_or(1).clamp(1, 10)));
            reply = self.once(call)?;
        }
        Ok(reply)
    }

    fn once(&self, call: &Call) -> Reached {
        let failed = |reason: String| LeakcheckError::Unreachable {
            url: format!("{} {}{}", call.method, self.url, call.path),
            reason,
        };
        let mut request =
            Request::builder().method(call.method.as_str()).uri(format!("{}{}", self.url, call.path));
        // Whether an answer is long enough to be compressed hangs on the digits of its times.
        request = request.header("accept-encoding", "identity");
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let answered = match &call.body {
            Some(body) => self.agent.run(request.body(body.as_str()).map_err(|e| failed(e.to_string()))?),
            None if matches!(call.method.as_str(), "POST" | "PUT" | "PATCH") => {
                self.agent.run(request.body("").map_err(|e| failed(e.to_string()))?)
            }
            None => self.agent.run(request.body(()).map_err(|e| failed(e.to_string()))?),
        };
        let mut response = answered.map_err(|e| failed(e.to_string()))?;
        let line = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
            format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
        };
        let headers = response.headers().iter().map(line).collect();
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        let bytes = bytes.map_err(|e| failed(e.to_string()))?;
        Ok(Reply { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() })
    }
}
