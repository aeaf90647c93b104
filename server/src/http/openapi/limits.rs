//! Limits that the code enforces, written into the document from the code's own constants. Lengths in the document count
//! characters and some of the code's count bytes: the document's are then the wider ones, never narrower.

use footnote_index::{MAX_FACETS, MAX_IDEMPOTENCY_KEY, Name};
use serde_json::{Value, json};

use super::super::keys::{MAX_LABEL, MAX_OVERLAP};
use super::super::page;
use crate::answers::MAX_MESSAGES;
use crate::app::{MAX_PASSAGES, MAX_QUESTION_BYTES, MAX_TOP_K};

/// The rule for names of clients.
const NAME: &str = "^[a-z0-9][a-z0-9_-]*$";

/// Writes the limits into schemas and parameters.
pub(super) fn apply(document: &mut Value) {
    for (schema, property, limits) in properties() {
        set(&mut document["components"]["schemas"][schema]["properties"][property], limits);
    }
    plain_integers(document);
    set(&mut document["components"]["parameters"]["ClientId"]["schema"], name());
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for item in paths.values_mut() {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
                limit_parameter(parameter);
            }
        }
    }
}

/// Rust's unsigned integers are described as signed ones of their size: they get their own bounds instead.
fn plain_integers(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let unsigned = map.get("minimum").is_some_and(|least| least == 0);
            let format = map.get("format").and_then(Value::as_str).unwrap_or_default().to_owned();
            if unsigned && matches!(format.as_str(), "int32" | "int64") {
                map.remove("format");
                if format == "int32" {
                    map.insert("maximum".to_owned(), u32::MAX.into());
                }
            }
            map.values_mut().for_each(plain_integers);
        }
        Value::Array(list) => list.iter_mut().for_each(plain_integers),
        _ => {}
    }
}

/// Schema, property and its limits.
fn properties() -> Vec<(&'static str, &'static str, Value)> {
    let question = json!({ "minLength": 1, "maxLength": MAX_QUESTION_BYTES });
    vec![
        ("SearchBody", "query", question.clone()),
        ("SearchBody", "top_k", json!({ "minimum": 1, "maximum": MAX_TOP_K })),
        ("SearchBody", "facets", json!({ "maxItems": MAX_FACETS })),
        ("AnswerBody", "question", question),
        ("AnswerBody", "top_k", json!({ "minimum": 1, "maximum": MAX_PASSAGES })),
        ("AnswerBody", "messages", json!({ "maxItems": MAX_MESSAGES })),
        ("AnswerBody", "min_confidence", json!({ "minimum": 0, "maximum": 1 })),
        ("ClientSettings", "search_top_k", json!({ "minimum": 1, "maximum": MAX_TOP_K })),
        ("ClientSettings", "answer_top_k", json!({ "minimum": 1, "maximum": MAX_PASSAGES })),
        ("ClientSettings", "min_confidence", json!({ "minimum": 0, "maximum": 1 })),
        ("ClientBody", "name", name()),
        ("KeyBody", "clients", json!({ "minItems": 1 })),
        ("KeyBody", "expires_in_s", json!({ "minimum": 1 })),
        ("KeyBody", "label", json!({ "maxLength": MAX_LABEL })),
        ("Manifest", "roots", json!({ "minItems": 1 })),
        ("RotateBody", "overlap_s", json!({ "minimum": 0, "maximum": MAX_OVERLAP })),
        ("UploadDocument", "uri", json!({ "minLength": 1 })),
    ]
}

fn limit_parameter(parameter: &mut Value) {
    let limits = match (parameter["in"].as_str(), parameter["name"].as_str()) {
        (Some("query"), Some("limit")) => json!({ "minimum": 1, "maximum": page::MAX }),
        (Some("header"), Some("Idempotency-Key")) => {
            json!({ "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY, "pattern": "^[ -~]+$" })
        }
        _ => return,
    };
    set(&mut parameter["schema"], limits);
}

fn name() -> Value {
    json!({ "minLength": 1, "maxLength": Name::MAX_LEN, "pattern": NAME })
}

fn set(schema: &mut Value, limits: Value) {
    if let (Value::Object(schema), Value::Object(limits)) = (schema, limits) {
        schema.extend(limits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::openapi::document;

    #[test]
    fn every_limit_has_its_place() {
        for (schema, property, limits) in properties() {
            let described = &document()["components"]["schemas"][schema]["properties"][property];
            assert!(described.get("type").is_some(), "{schema}.{property}: {described}");
            for (keyword, value) in limits.as_object().expect("limits") {
                assert_eq!(&described[keyword], value, "{schema}.{property}");
            }
        }
    }
}
