//! OpenAPI descriptions: one heading for every operation, `GET /users`.

use super::value::Value;
use super::write::{TOP, Writer};
use crate::error::ExtractError;
use crate::extract::document::BlockKind;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Whether a document describes an interface.
pub(super) fn describes_interface(document: &Value<'_>) -> bool {
    let version = document.get("openapi").or_else(|| document.get("swagger"));
    version.is_some() && matches!(document.get("paths"), Some(Value::Object(_)))
}

/// Adds the operations of the paths.
pub(super) fn operations(writer: &mut Writer<'_>, paths: &Value<'_>) -> Result<(), ExtractError> {
    writer.heading("paths", TOP)?;
    let Value::Object(paths) = paths else { return Ok(()) };
    for (path, item) in paths {
        let Value::Object(entries) = item else { continue };
        let is_operation = |key: &str| METHODS.contains(&key.to_ascii_lowercase().as_str());
        let shared: Vec<_> =
            entries.iter().filter(|(key, _)| !is_operation(key)).map(|(k, v)| (k.as_ref(), v)).collect();
        if !shared.is_empty() {
            writer.heading(path, TOP + 1)?;
            writer.object("", &shared, TOP + 2)?;
        }
        for (method, operation) in entries.iter().filter(|(key, _)| is_operation(key)) {
            writer.heading(&format!("{} {path}", method.to_ascii_uppercase()), TOP + 1)?;
            let Value::Object(entries) = operation else { continue };
            for key in ["summary", "description"] {
                if let Some(text) = operation.get(key).and_then(Value::scalar) {
                    writer.builder.push(BlockKind::Paragraph, text)?;
                }
            }
            let told = |key: &str| matches!(key, "summary" | "description");
            let rest: Vec<_> =
                entries.iter().filter(|(key, _)| !told(key)).map(|(k, v)| (k.as_ref(), v)).collect();
            writer.object("", &rest, TOP + 2)?;
        }
    }
    Ok(())
}
