//! Holds JSON values against schemas of the OpenAPI document: the keywords that the document uses, and no others.

use serde_json::Value;

/// What is wrong with `value` by `schema`; nothing when it fits.
pub(crate) fn violations(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "$", &mut found);
    found
}

/// Keywords that say nothing about a value.
const SILENT: [&str; 7] = ["description", "example", "examples", "title", "format", "default", "deprecated"];

fn check(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else { return };
    for (keyword, argument) in keywords {
        let wrong = match keyword.as_str() {
            "$ref" => {
                let to = argument.as_str().expect("reference");
                let target = document.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("{to}"));
                check(document, target, value, at, found);
                None
            }
            "type" => (!types(argument).any(|name| is(name, value))).then(|| format!("is no {argument}")),
            "enum" => {
                let among = argument.as_array().expect("enum").contains(value);
                (!among).then(|| format!("{value} is not one of {argument}"))
            }
            "allOf" => {
                for part in argument.as_array().expect("allOf") {
                    check(document, part, value, at, found);
                }
                None
            }
            "oneOf" | "anyOf" => {
                let fits = |part: &&Value| violations(document, part, value).is_empty();
                let fitting = argument.as_array().expect("list").iter().filter(fits).count();
                (fitting == 0).then(|| format!("fits none of {keyword}: {value}"))
            }
            "properties" => {
                for (name, part) in argument.as_object().expect("properties") {
                    if let Some(inner) = value.get(name) {
                        check(document, part, inner, &format!("{at}.{name}"), found);
                    }
                }
                None
            }
            "required" => argument
                .as_array()
                .expect("required")
                .iter()
                .filter_map(Value::as_str)
                .find(|name| value.is_object() && value.get(name).is_none())
                .map(|name| format!("lacks {name}")),
            "additionalProperties" => {
                additional(document, keywords, argument, value, at, found);
                None
            }
            "propertyNames" => None,
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(document, argument, item, &format!("{at}[{n}]"), found);
                }
                None
            }
            "minimum" => {
                value.as_f64().filter(|n| Some(*n) < argument.as_f64()).map(|n| format!("{n} is too small"))
            }
            "maximum" => {
                value.as_f64().filter(|n| Some(*n) > argument.as_f64()).map(|n| format!("{n} is too large"))
            }
            "minLength" => {
                length(value).filter(|n| Some(*n) < argument.as_u64()).map(|n| format!("{n} characters"))
            }
            "maxLength" => {
                length(value).filter(|n| Some(*n) > argument.as_u64()).map(|n| format!("{n} characters"))
            }
            "minItems" => items(value).filter(|n| Some(*n) < argument.as_u64()).map(|n| format!("{n} items")),
            "maxItems" => items(value).filter(|n| Some(*n) > argument.as_u64()).map(|n| format!("{n} items")),
            // Names of clients; tested by the code that enforces it.
            "pattern" => None,
            silent if SILENT.contains(&silent) => None,
            other => panic!("{at}: the keyword {other} is new; teach schema_check what it means"),
        };
        found.extend(wrong.map(|what| format!("{at}: {what}")));
    }
}

fn additional(
    document: &Value,
    keywords: &serde_json::Map<String, Value>,
    argument: &Value,
    value: &Value,
    at: &str,
    found: &mut Vec<String>,
) {
    let known = keywords.get("properties").and_then(Value::as_object);
    for (name, inner) in value.as_object().into_iter().flatten() {
        if known.is_some_and(|known| known.contains_key(name)) {
            continue;
        }
        match argument {
            Value::Bool(false) => found.push(format!("{at}: unknown {name}")),
            part => check(document, part, inner, &format!("{at}.{name}"), found),
        }
    }
}

fn types(argument: &Value) -> impl Iterator<Item = &str> {
    let one = argument.as_str().into_iter();
    one.chain(argument.as_array().into_iter().flatten().filter_map(Value::as_str))
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    }
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
}

fn items(value: &Value) -> Option<u64> {
    value.as_array().map(|list| list.len() as u64)
}

#[test]
fn what_does_not_fit_is_told() {
    let document = serde_json::json!({ "s": { "N": { "type": "integer", "minimum": 1 } } });
    let schema = serde_json::json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "$ref": "#/s/N" }, "b": { "type": ["array", "null"], "items": { "type": "string" } } }
    });
    for (value, wrong) in [
        (serde_json::json!({ "a": 1, "b": ["x"] }), 0),
        (serde_json::json!({ "a": 1, "b": null }), 0),
        (serde_json::json!({ "a": 0 }), 1),
        (serde_json::json!({ "b": [1, 2] }), 3),
        (serde_json::json!({ "a": 1, "c": 1 }), 1),
        (serde_json::json!([]), 1),
    ] {
        let found = violations(&document, &schema, &value);
        assert_eq!(found.len(), wrong, "{value}: {found:?}");
    }
}
