//! What is expected of each operation. A new route gets a row here; without one the check fails.

use super::Credential;
use super::operations::Operation;

/// Role an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// No key.
    Nothing,
    /// Reads.
    Viewer,
    /// Writes.
    Editor,
    /// Administrates.
    Admin,
}

/// Whose things an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Nobody's.
    Server,
    /// The client's that `X-Client-ID` names.
    Client,
    /// The key's tenant's; a key limited to client 2 gets this status where the path names nothing.
    Tenant(u16),
}

/// An operation and what is expected of it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its method, in capitals.
    pub method: &'static str,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// The role it needs.
    pub needs: Needs,
    /// Whose things it is about.
    pub about: About,
    /// Statuses that are right for who may call it.
    pub good: &'static [u16],
}

const fn row(
    method: &'static str,
    path: &'static str,
    needs: Needs,
    about: About,
    good: &'static [u16],
) -> Row {
    Row { method, path, needs, about, good }
}

/// Every operation.
pub const ROWS: &[Row] = &[
    row("GET", "/healthz", Needs::Nothing, About::Server, &[200]),
    row("GET", "/readyz", Needs::Nothing, About::Server, &[200]),
    row("GET", "/startupz", Needs::Nothing, About::Server, &[200]),
    row("GET", "/openapi.json", Needs::Nothing, About::Server, &[200]),
    row("GET", "/v1/documents", Needs::Viewer, About::Client, &[200]),
    row("POST", "/v1/documents", Needs::Editor, About::Client, &[200, 201, 202]),
    row("GET", "/v1/documents/{id}", Needs::Viewer, About::Client, &[200]),
    row("DELETE", "/v1/documents/{id}", Needs::Editor, About::Client, &[404]),
    row("GET", "/v1/documents/{id}/text", Needs::Viewer, About::Client, &[200]),
    row("GET", "/v1/documents/{id}/chunks", Needs::Viewer, About::Client, &[200]),
    row("GET", "/v1/documents/{id}/original", Needs::Viewer, About::Client, &[200]),
    row("POST", "/v1/sync", Needs::Editor, About::Client, &[200]),
    row("GET", "/v1/jobs", Needs::Viewer, About::Client, &[200]),
    row("GET", "/v1/jobs/{id}", Needs::Viewer, About::Client, &[200]),
    row("POST", "/v1/jobs/{id}/retry", Needs::Editor, About::Client, &[200]),
    row("POST", "/v1/search", Needs::Viewer, About::Client, &[200]),
    row("POST", "/v1/answers", Needs::Viewer, About::Client, &[200]),
    row("GET", "/v1/history", Needs::Viewer, About::Client, &[200]),
    row("DELETE", "/v1/history", Needs::Editor, About::Client, &[200]),
    row("GET", "/v1/history/export", Needs::Viewer, About::Client, &[200]),
    // Its entries may have been forgotten by the row above.
    row("GET", "/v1/history/{id}", Needs::Viewer, About::Client, &[200, 404]),
    row("DELETE", "/v1/history/{id}", Needs::Editor, About::Client, &[404]),
    row("POST", "/v1/history/{id}/replay", Needs::Viewer, About::Client, &[200, 404]),
    row("POST", "/v1/history/{id}/feedback", Needs::Viewer, About::Client, &[200, 404]),
    row("POST", "/v1/chat/completions", Needs::Viewer, About::Client, &[200]),
    row("GET", "/v1/models", Needs::Viewer, About::Client, &[200]),
    row("GET", "/v1/models/{id}", Needs::Viewer, About::Client, &[404]),
    row("POST", "/v1/embeddings", Needs::Viewer, About::Client, &[200]),
    // 503 where no reranker is configured.
    row("POST", "/v1/rerank", Needs::Viewer, About::Client, &[200, 503]),
    row("POST", "/mcp", Needs::Viewer, About::Client, &[200]),
    row("GET", "/v1/settings", Needs::Viewer, About::Client, &[200]),
    row("PATCH", "/v1/settings", Needs::Admin, About::Client, &[200]),
    row("GET", "/v1/usage", Needs::Admin, About::Tenant(200), &[200]),
    // It has a token of its own; no API key opens it.
    row("GET", "/metrics", Needs::Nothing, About::Server, &[401]),
    row("GET", "/v1/clients", Needs::Admin, About::Tenant(200), &[200]),
    row("POST", "/v1/clients", Needs::Admin, About::Tenant(403), &[200]),
    row("DELETE", "/v1/clients/{name}", Needs::Admin, About::Tenant(404), &[404]),
    row("GET", "/v1/clients/{name}/snapshot", Needs::Admin, About::Tenant(404), &[200]),
    row("GET", "/v1/clients/{name}/migration", Needs::Admin, About::Tenant(404), &[200]),
    row("POST", "/v1/clients/{name}/migration", Needs::Admin, About::Tenant(404), &[200, 202]),
    row("POST", "/v1/clients/{name}/migration/rollback", Needs::Admin, About::Tenant(404), &[404]),
    row("GET", "/v1/keys", Needs::Admin, About::Tenant(200), &[200]),
    row("POST", "/v1/keys", Needs::Admin, About::Tenant(403), &[201]),
    row("DELETE", "/v1/keys/{id}", Needs::Admin, About::Tenant(404), &[404]),
    row("POST", "/v1/keys/{id}/rotate", Needs::Admin, About::Tenant(404), &[404]),
];

impl Row {
    /// Whether it is of this operation.
    pub(super) fn is(&self, operation: &Operation) -> bool {
        self.method == operation.method && self.path == operation.path
    }

    /// Whether it takes something away: who may do that is given something that is not there, everybody else the real thing.
    pub(super) fn destroys(&self) -> bool {
        self.method == "DELETE" || self.path.ends_with("/rotate") || self.path.ends_with("/rollback")
    }

    /// The statuses that are right for a credential.
    pub(super) fn expected(&self, credential: Credential) -> Vec<u16> {
        if self.needs == Needs::Nothing {
            return self.good.to_vec();
        }
        if credential.is_dead() {
            return vec![401];
        }
        let has = match credential {
            Credential::Viewer => Needs::Viewer,
            Credential::Editor => Needs::Editor,
            _ => Needs::Admin,
        };
        if has < self.needs {
            return vec![403];
        }
        let by_id = self.path.contains("{id}");
        let by_name = self.path.contains("{name}");
        let good = || self.good.to_vec();
        match (self.about, credential) {
            (About::Server, _) => good(),
            (_, Credential::Viewer | Credential::Editor | Credential::Admin) => good(),
            (About::Client, Credential::OtherClient | Credential::OtherTenant) => vec![404],
            // Its own client of that name; ids in the path are of the one aimed at.
            (About::Client, _) if by_id => vec![404],
            (About::Tenant(_), Credential::Namesake) if by_name => good(),
            (About::Tenant(_), _) if by_id || by_name => vec![404],
            (About::Tenant(limited), Credential::OtherClient) => vec![limited],
            (About::Client | About::Tenant(_), _) => good(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(method: &str, path: &str) -> Vec<Vec<u16>> {
        let row = ROWS.iter().find(|row| row.method == method && row.path == path).expect("row");
        Credential::ALL.map(|credential| row.expected(credential)).into()
    }

    #[test]
    fn what_is_right_follows_from_role_and_owner() {
        let four = [401, 401, 401, 401].map(|status| vec![status]);
        let all = |rest: [u16; 6]| [four.to_vec(), rest.map(|status| vec![status]).to_vec()].concat();
        assert_eq!(expected("GET", "/v1/documents/{id}"), all([200, 200, 200, 404, 404, 404]));
        assert_eq!(expected("GET", "/v1/documents"), all([200, 200, 200, 404, 404, 200]));
        assert_eq!(expected("POST", "/v1/sync"), all([403, 200, 200, 404, 404, 200]));
        assert_eq!(expected("POST", "/v1/keys"), all([403, 403, 201, 403, 201, 201]));
        assert_eq!(expected("GET", "/v1/clients/{name}/snapshot"), all([403, 403, 200, 404, 404, 200]));
        assert_eq!(expected("DELETE", "/v1/keys/{id}"), all([403, 403, 404, 404, 404, 404]));
        assert_eq!(expected("GET", "/healthz"), vec![vec![200]; 10]);
    }

    #[test]
    fn no_operation_has_two_rows() {
        let mut seen = std::collections::HashSet::new();
        assert!(ROWS.iter().all(|row| seen.insert((row.method, row.path))));
    }
}
