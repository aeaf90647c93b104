//! Another client's things, named wherever a request can name one: the answer must be that for a thing that does not exist.

use serde_json::{Value, json};

use super::canary::Watch;
use super::operations::Operation;
use super::requests::{self, mcp, unknown};
use super::table::{About, Row};
use super::world::{Holding, World, terms};
use super::{Call, Credential, LeakcheckError, ROWS, Reply};

/// Who asks for what is not theirs, from inside a client of their own.
struct Attacker<'a> {
    credential: Credential,
    key: &'a str,
    home: &'a Holding,
}

/// A place of a request that names a thing.
struct Place {
    operation: String,
    what: &'static str,
    foreign: String,
    unknown: String,
    call: Box<dyn Fn(&str) -> Call>,
}

/// Tries every place that the server's operations have.
pub(super) fn walk(world: &World, operations: &[Operation], watch: &mut Watch) -> Result<(), LeakcheckError> {
    let mut attackers = vec![Attacker {
        credential: Credential::OtherClient,
        key: &world.sibling.admin.key,
        home: &world.sibling,
    }];
    if let Some(abroad) = &world.abroad {
        let (key, home) = (abroad.admin.key.as_str(), &abroad.stranger);
        attackers.push(Attacker { credential: Credential::OtherTenant, key, home });
        let (key, home) = (abroad.admin.key.as_str(), &abroad.namesake);
        attackers.push(Attacker { credential: Credential::Namesake, key, home });
    }
    for attacker in &attackers {
        let places = in_paths(world, operations, attacker)
            .into_iter()
            .chain(in_the_header(world, operations, attacker))
            .chain(elsewhere(world, operations, attacker));
        for place in places {
            // Made anew each time: the second of two equal questions comes from the asker's own cache.
            let made = |id: &str| (place.call)(id).header("cache-control", "no-store");
            let (first, second) = (made(&place.foreign), made(&place.unknown));
            let (foreign, other) = (world.site.send(&first)?, world.site.send(&second)?);
            let difference = difference((&foreign, &place.foreign), (&other, &place.unknown));
            let at = (place.operation.as_str(), place.what);
            watch.same(world, at, attacker.credential, (&first, &foreign), (&second, &other), difference);
        }
    }
    Ok(())
}

fn row_of(operation: &Operation) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.is(operation))
}

/// Ids in paths.
fn in_paths(world: &World, operations: &[Operation], attacker: &Attacker<'_>) -> Vec<Place> {
    let with_id = operations.iter().filter(|operation| operation.path.contains('{'));
    let place = |operation: &Operation| {
        let row = row_of(operation)?;
        // A name in the path is a name in the key's own tenant.
        if attacker.credential == Credential::Namesake && row.path.contains("{name}") {
            return None;
        }
        // The other tenant has a client of the first one's name, and none of the second one's.
        let by_name = attacker.credential == Credential::OtherTenant && row.path.contains("{name}");
        let foreign = requests::id_of(row.path, if by_name { &world.sibling } else { &world.own })?;
        let base = requests::call(world, row, attacker.home, Some("\u{1}"));
        let base = authorised(base, row, attacker);
        Some(Place {
            operation: operation.title(),
            what: "id in the path",
            unknown: unknown(&foreign),
            foreign,
            call: Box::new(move |id| Call { path: base.path.replace('\u{1}', id), ..base.clone() }),
        })
    };
    with_id.filter_map(place).collect()
}

/// Clients in the header that chooses one.
fn in_the_header(world: &World, operations: &[Operation], attacker: &Attacker<'_>) -> Vec<Place> {
    if attacker.credential == Credential::Namesake {
        return Vec::new();
    }
    let place = |operation: &Operation| {
        let row = row_of(operation).filter(|row| row.about == About::Client)?;
        let base = requests::call(world, row, attacker.home, None).key(Some(attacker.key));
        let foreign =
            if attacker.credential == Credential::OtherTenant { &world.sibling } else { &world.own };
        Some(Place {
            operation: operation.title(),
            what: "client in the header",
            foreign: foreign.name.clone(),
            unknown: unknown(&foreign.name),
            call: Box::new(move |name| base.clone().client(name)),
        })
    };
    operations.iter().filter_map(place).collect()
}

fn authorised(call: Call, row: &Row, attacker: &Attacker<'_>) -> Call {
    let call = call.key(Some(attacker.key));
    if row.about == About::Client { call.client(&attacker.home.name) } else { call }
}

/// Cursors, filters, manifests, idempotency keys, contents, arguments of tools.
fn elsewhere(world: &World, operations: &[Operation], attacker: &Attacker<'_>) -> Vec<Place> {
    let own = &world.own;
    let (key, home) = (attacker.key.to_owned(), attacker.home.name.clone());
    let at_home = move |call: Call| call.key(Some(&key)).client(&home);
    let question = world.question();
    let mut places = Vec::new();
    let mut add = |title: &str, what, id: &str, call: Box<dyn Fn(&str) -> Call>| {
        if operations.iter().any(|operation| operation.title() == title) {
            let (foreign, unknown) = (id.to_owned(), unknown(id));
            places.push(Place { operation: title.to_owned(), what, foreign, unknown, call });
        }
    };
    macro_rules! post {
        ($path:literal, |$id:ident| $body:expr) => {{
            let at_home = at_home.clone();
            Box::new(move |$id: &str| at_home(Call::new("POST", $path).json(&$body)))
        }};
    }
    macro_rules! get {
        (|$id:ident| $path:expr) => {{
            let at_home = at_home.clone();
            Box::new(move |$id: &str| at_home(Call::new("GET", $path)))
        }};
    }
    add("GET /v1/documents", "cursor", &own.document, get!(|id| format!("/v1/documents?after={id}")));
    add("GET /v1/jobs", "cursor", &own.job, get!(|id| format!("/v1/jobs?after={id}")));
    let history = own.history.clone().unwrap_or_else(|| "hist_none".into());
    add("GET /v1/history", "cursor", &history, get!(|id| format!("/v1/history?after={id}")));
    let search = "POST /v1/search";
    add(
        search,
        "filter by id",
        &own.document,
        post!("/v1/search", |id| json!({ "query": question, "filter": { "document_id": id } })),
    );
    add(
        search,
        "filter by uri",
        &own.uri,
        post!("/v1/search", |id| json!({ "query": question, "filter": { "uri": id }, "facets": ["uri"] })),
    );
    add(search, "query", &own.uri, post!("/v1/search", |id| json!({ "query": id, "mode": "bm25" })));
    let answers = "POST /v1/answers";
    add(
        answers,
        "filter by id",
        &own.document,
        post!("/v1/answers", |id| json!({ "question": question, "filter": { "document_id": id } })),
    );
    add(
        answers,
        "filter by id, streamed",
        &own.document,
        post!(
            "/v1/answers",
            |id| json!({ "question": question, "stream": true, "filter": { "document_id": id } })
        ),
    );
    add(
        "POST /v1/sync",
        "uri of a manifest",
        &own.uri,
        post!("/v1/sync", |id| json!({ "dry_run": true, "manifest": { "roots": [id], "entries": [] } })),
    );
    let uri = own.uri.clone();
    add(
        "POST /v1/sync",
        "hash of a manifest",
        &own.content_hash,
        post!(
            "/v1/sync",
            |id| json!({ "dry_run": true, "manifest": { "roots": [&uri], "entries": [{ "uri": format!("{uri}-2"), "content_hash": id }] } })
        ),
    );
    let upload = "POST /v1/documents";
    let under = at_home.clone();
    // The bytes are those that every client has: the answer may tell of the caller's own copy alone.
    let sent_under = move |id: &str| {
        let call = Call::new("POST", "/v1/documents?wait=true").header("idempotency-key", id);
        // Backwards, so that the key itself stands in the header alone.
        under(call.json(&terms(&backwards(id))))
    };
    add(upload, "idempotency key", &own.idempotency, Box::new(sent_under));
    add("POST /mcp", "fetch by id", &own.document, post!("/mcp", |id| mcp("fetch", &json!({ "id": id }))));
    add(
        "POST /mcp",
        "fetch by passage",
        &own.passage,
        post!("/mcp", |id| mcp("fetch", &json!({ "id": id }))),
    );
    add(
        "POST /v1/chat/completions",
        "client named by the body",
        &own.name,
        post!(
            "/v1/chat/completions",
            |id| json!({ "model": "footnote", "user": id, "messages": [{ "role": "user", "content": question }] })
        ),
    );
    places
}

fn backwards(id: &str) -> String {
    id.chars().rev().collect()
}

/// Headers that differ from answer to answer; whether one is long enough to be compressed, too.
const PASSING: [&str; 9] = [
    "date:",
    "vary:",
    "x-request-id:",
    "content-length:",
    "traceparent:",
    "ratelimit",
    "retry-after:",
    "location:",
    "etag:",
];

/// Fields that differ from answer to answer.
const FLEETING: [&str; 11] = [
    "same_content_as",
    "request_id",
    "timings_ms",
    "trace_id",
    "created",
    "updated",
    "id",
    "answer_id",
    "document_id",
    "job_id",
    "seq",
];

/// In what two answers differ, but for the ids that were asked for.
fn difference(foreign: (&Reply, &str), unknown: (&Reply, &str)) -> Option<String> {
    if foreign.0.status != unknown.0.status {
        return Some(format!(
            "{} for a foreign thing, {} for an unknown one",
            foreign.0.status, unknown.0.status
        ));
    }
    let (one, other) = (still(foreign), still(unknown));
    (one != other).then(|| {
        let short = |text: &str| text.chars().take(300).collect::<String>();
        format!("foreign: {} unknown: {}", short(&one), short(&other))
    })
}

/// An answer without what passes.
fn still((reply, id): (&Reply, &str)) -> String {
    let headers =
        reply.headers.lines().filter(|line| !PASSING.iter().any(|passing| line.starts_with(passing)));
    let mut headers: Vec<&str> = headers.collect();
    headers.sort_unstable();
    let body = match serde_json::from_str::<Value>(&reply.body) {
        Ok(mut body) => {
            settle(&mut body);
            body.to_string()
        }
        // Events: only what they are, what they hold is searched for canaries.
        Err(_) => reply.body.lines().filter(|line| line.starts_with("event:")).collect(),
    };
    format!("{} {body}", headers.join("; ")).replace(id, "ID").replace(&backwards(id), "ID")
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| !FLEETING.contains(&name.as_str()));
            map.values_mut().for_each(settle);
        }
        Value::Array(list) => list.iter_mut().for_each(settle),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, headers: &str, body: &str) -> Reply {
        Reply { status, headers: headers.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn only_what_matters_differs() {
        let one = reply(404, "date: 1\nx-a: 1\n", r#"{"code":"not_found","request_id":"a","of":"doc_1"}"#);
        let same = reply(404, "date: 2\nx-a: 1\n", r#"{"code":"not_found","request_id":"b","of":"doc_2"}"#);
        assert_eq!(difference((&one, "doc_1"), (&same, "doc_2")), None);
        for other in [
            reply(403, "x-a: 1\n", r#"{"code":"not_found"}"#),
            reply(404, "x-a: 1\n", r#"{"code":"gone","of":"doc_2"}"#),
            reply(404, "x-a: 2\n", r#"{"code":"not_found","of":"doc_2"}"#),
        ] {
            assert!(difference((&one, "doc_1"), (&other, "doc_2")).is_some(), "{other:?}");
        }
    }
}
