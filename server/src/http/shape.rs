//! The form of an error, by route: a problem (RFC 9457), OpenAI's error on the routes that have OpenAI's shape, JSON-RPC's where
//! JSON-RPC is spoken, because the clients that call those read nothing else. `context` writes it.

/// The routes with OpenAI's errors.
const OPENAI_ROUTES: [&str; 3] = ["/v1/chat/completions", "/v1/embeddings", "/v1/models"];

/// The route that speaks JSON-RPC.
const JSON_RPC_ROUTE: &str = "/mcp";

/// How an error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `application/problem+json`.
    Problem,
    /// `{"error": {"message", "type", "param", "code"}}`.
    OpenAi,
    /// `{"jsonrpc": "2.0", "id": null, "error": {"code", "message", "data"}}`, the problem in `data`.
    JsonRpc,
}

impl Shape {
    /// The shape of a path's errors.
    pub(crate) fn of(path: &str) -> Self {
        let below = |route: &str| {
            path.strip_prefix(route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if OPENAI_ROUTES.into_iter().any(below) {
            Self::OpenAi
        } else if below(JSON_RPC_ROUTE) {
            Self::JsonRpc
        } else {
            Self::Problem
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_decides() {
        for path in ["/v1/chat/completions", "/v1/embeddings", "/v1/models", "/v1/models/{id}", "/v1/models/"]
        {
            assert_eq!(Shape::of(path), Shape::OpenAi, "{path}");
        }
        for path in ["/mcp", "/mcp/"] {
            assert_eq!(Shape::of(path), Shape::JsonRpc, "{path}");
        }
        for path in
            ["/mcpx", "/v1/mcp", "/v1/search", "/v1/modelsx", "/v1/chat", "/", "", "(none)", "/x/v1/models"]
        {
            assert_eq!(Shape::of(path), Shape::Problem, "{path}");
        }
    }
}
