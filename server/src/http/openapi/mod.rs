//! `GET /openapi.json`: the API described by itself, OpenAPI 3.1.
//!
//! How a route gets in: annotate its handler with `#[utoipa::path(...)]` (method, `path`, `operation_id`, `tag`, `params`,
//! `request_body`, the responses that succeed, and `security(("bearer" = ["viewer"]))` with the role it needs, or no
//! `security` when it needs no key; [`complete`] has a table of roles for those that leave it out), and add one line to `paths(...)` below. [`complete`] adds what follows from that: the
//! headers every request and response has, `X-Client-ID` where a client is chosen, and the problems that can happen. Codes
//! that do not follow go into `extensions(("x-codes" = json!(["disk_full"])))`. Limits that the code enforces are in
//! [`limits`], from the code's own constants. `docs/openapi.json` is the snapshot; its test says how to renew it.

mod complete;
mod examples;
mod limits;
mod problems;

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::OpenApi;

use super::{
    answers, clients, documents, health, history, jobs, keys, mcp, metrics, migrations, openai, preferences,
    rerank, search, snapshots, sync, upload, usage,
};
use crate::wire;

/// The handlers, one a line.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Footnote",
        description = "Search and cited answers over a client's documents. Offsets count Unicode scalar values of a document \
            version's extracted text. Errors are RFC 9457 problems; docs/errors.md explains their codes.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        health::alive,
        health::ready,
        health::started,
        openapi,
        documents::list,
        upload::upload,
        documents::show,
        documents::delete,
        documents::text,
        documents::chunks,
        documents::original,
        sync::sync,
        jobs::list,
        jobs::show,
        jobs::retry,
        search::search,
        answers::answer,
        openai::chat::complete,
        openai::embeddings::embed,
        openai::models::list,
        openai::models::show,
        rerank::rerank,
        mcp::mcp,
        clients::list,
        clients::add,
        clients::remove,
        migrations::show,
        migrations::start,
        migrations::roll_back,
        snapshots::download,
        keys::list,
        keys::add,
        keys::revoke,
        keys::rotate,
        preferences::show,
        preferences::change,
        usage::usage,
        history::list,
        history::forget_all,
        history::download,
        history::show,
        history::forget,
        history::replay,
        history::feedback,
        metrics::show,
    ),
    // Events of a streamed answer, which no response names.
    components(schemas(wire::Message, wire::Citation)),
    tags(
        (name = "documents", description = "A client's documents."),
        (name = "jobs", description = "What uploads became."),
        (name = "search", description = "Search and cited answers."),
        (name = "administration", description = "Clients and keys of the key's tenant."),
        (name = "operations", description = "For supervisors and tools.")
    )
)]
struct Handlers;

/// The whole document.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(Handlers::openapi()).unwrap_or_default();
    complete::complete(&mut document);
    limits::apply(&mut document);
    examples::apply(&mut document);
    document
});

/// The document as it is sent.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&*DOCUMENT).unwrap_or_default();
    text.push('\n');
    text
});

/// The API's description, OpenAPI 3.1.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// `GET /openapi.json`: this document.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "openapi", tag = "operations",
    responses((status = 200, description = "The API's description, OpenAPI 3.1.", body = Object, example = json!({"openapi": "3.1.0"})))
)]
pub(crate) async fn openapi() -> Response {
    let mut response = TEXT.as_str().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::ROUTES;
    use super::*;

    /// Method and path of every operation.
    fn operations() -> BTreeSet<(String, String)> {
        let paths = document()["paths"].as_object().expect("paths");
        let methods = |(path, item): (&String, &Value)| {
            let item = item.as_object().expect("path item").clone();
            item.into_iter().map({
                let path = path.clone();
                move |(method, _)| (method.to_uppercase(), path.clone())
            })
        };
        paths.iter().flat_map(methods).collect()
    }

    #[test]
    fn routes_and_document_are_one() {
        let routes: BTreeSet<_> =
            ROUTES.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
        let documented = operations();
        let missing: Vec<_> = routes.difference(&documented).collect();
        let unknown: Vec<_> = documented.difference(&routes).collect();
        assert!(missing.is_empty(), "add these handlers to `paths(...)` in http/openapi/mod.rs: {missing:?}");
        assert!(unknown.is_empty(), "add these to ROUTES in http/mod.rs: {unknown:?}");
    }

    /// `router` cannot be asked for its routes, so its source is.
    #[test]
    fn the_router_serves_no_other_path() {
        let source = include_str!("../mod.rs");
        let code = source.split("#[cfg(test)]").next().expect("code");
        let served: BTreeSet<&str> =
            code.split(".route(\"").skip(1).map(|rest| rest.split('"').next().expect("path")).collect();
        let listed: BTreeSet<&str> = ROUTES.iter().map(|(_, path)| *path).collect();
        assert_eq!(served, listed);
    }

    #[test]
    fn the_snapshot_is_of_this_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        if std::env::var_os("FOOTNOTE_RENEW").is_some() {
            std::fs::write(file, TEXT.as_str()).expect("written");
        }
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        let line = |text: &str, n: usize| text.lines().nth(n).unwrap_or("(end)").to_owned();
        let differs =
            (0..kept.lines().count().max(TEXT.lines().count())).find(|&n| line(&kept, n) != line(&TEXT, n));
        assert!(
            kept == TEXT.as_str(),
            "docs/openapi.json is not what the code describes, from line {} on:\n  file {}\n  code {}\n\
             look at the change, then renew it: FOOTNOTE_RENEW=1 cargo test -p footnote-server --lib openapi",
            differs.unwrap_or(0) + 1,
            line(&kept, differs.unwrap_or(0)),
            line(&TEXT, differs.unwrap_or(0)),
        );
    }

    #[test]
    fn operations_have_a_name_of_their_own_and_their_problems() {
        let mut ids = BTreeSet::new();
        for (method, path) in operations() {
            let operation = &document()["paths"][&path][method.to_lowercase()];
            let id = operation["operationId"].as_str().expect("operationId").to_owned();
            assert!(ids.insert(id.clone()), "{id} twice");
            assert!(
                operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
                "{id} has no summary"
            );
            assert!(operation["tags"][0].is_string(), "{id} has no tag");
            assert!(operation["responses"]["500"].is_object(), "{id}");
            assert_eq!(
                operation["responses"]["401"].is_object(),
                operation.get("security").is_some(),
                "{id}"
            );
            assert!(operation.get("x-codes").is_none(), "{id}: only for `complete`");
        }
    }

    /// Every `$ref` leads somewhere.
    #[test]
    fn references_hold() {
        fn walk(value: &Value, seen: &mut BTreeSet<String>) {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(to)) = map.get("$ref") {
                        seen.insert(to.clone());
                    }
                    map.values().for_each(|inner| walk(inner, seen));
                }
                Value::Array(list) => list.iter().for_each(|inner| walk(inner, seen)),
                _ => {}
            }
        }
        let mut seen = BTreeSet::new();
        walk(document(), &mut seen);
        assert!(seen.len() > 20, "{seen:?}");
        for to in seen {
            assert!(document().pointer(to.trim_start_matches('#')).is_some(), "{to}");
        }
    }
}
