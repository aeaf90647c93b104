//! The operations of a server, from its OpenAPI document.

use super::{Call, LeakcheckError, Site};

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    /// In capitals.
    pub(super) method: String,
    /// With its parameters in braces.
    pub(super) path: String,
}

impl Operation {
    /// As it is shown.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// What the document lists, in its order.
pub(super) fn of(site: &Site) -> Result<Vec<Operation>, LeakcheckError> {
    let reply = site.send(&Call::new("GET", "/openapi.json"))?;
    let document = reply.json();
    let missing = || LeakcheckError::Missing {
        step: format!("GET {}/openapi.json (status {})", site.url(), reply.status),
        field: "paths".into(),
        body: reply.body.chars().take(200).collect(),
    };
    let paths = document["paths"].as_object().ok_or_else(missing)?;
    let mut operations = Vec::new();
    for (path, item) in paths {
        for method in ["get", "put", "post", "delete", "patch", "options", "head", "trace"] {
            if item.get(method).is_some() {
                operations.push(Operation { method: method.to_uppercase(), path: path.clone() });
            }
        }
    }
    Ok(operations)
}
