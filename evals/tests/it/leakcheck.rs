//! `footnote-eval leakcheck` on a server of its own, and that it can fail.

use footnote_evals::leakcheck::{LocalServer, Needs, Options, ROWS, Row, Site, World, check};
use serde_json::Value;

use crate::program::run;

/// The program that reads documents.
fn worker() -> Option<std::path::PathBuf> {
    Some(env!("CARGO_BIN_EXE_footnote-eval").into())
}

#[test]
fn nothing_crosses() {
    let output = run(&["leakcheck", "--pairs", "40", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let wrong: Vec<&Value> =
        report["matrix"].as_array().expect("cases").iter().filter(|case| case["ok"] == false).collect();
    assert_eq!(report["leaks"], 0, "{:#}", report["leaked"]);
    assert_eq!((&report["mismatches"], output.status.code()), (&0.into(), Some(0)), "{wrong:#?}");
    assert_eq!((&report["uncovered"], &report["skipped"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    let operations = report["operations"].as_u64().expect("count");
    assert_eq!(operations, footnote_server::http::ROUTES.len() as u64);
    assert!(report["cases"].as_u64() > Some(operations * 10), "{report:#}");
    for timing in report["timings"].as_array().expect("timings") {
        assert!(timing["auc"].as_f64().is_some_and(|auc| (0.0..=1.0).contains(&auc)), "{timing}");
    }
}

#[test]
fn a_wrong_expectation_and_a_missing_row_are_found() {
    let server = LocalServer::start(worker()).expect("server");
    let world =
        World::build(Site::new(&server.url), &server.admin, Some(&server.other_admin)).expect("world");
    // As if uploads were for viewers, and nobody had thought of the keys.
    let rows: Vec<Row> = ROWS
        .iter()
        .filter(|row| row.path != "/v1/keys")
        .map(|row| match (row.method, row.path) {
            ("POST", "/v1/documents") => Row { needs: Needs::Viewer, ..*row },
            _ => *row,
        })
        .collect();
    let report = check(&world, &Options { rows: &rows, pairs: 1, seed: 0 }).expect("checked");
    assert!(!report.passed());
    let wrong: Vec<_> = report.cases.iter().filter(|case| !case.ok).collect();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!((wrong[0].operation.as_str(), wrong[0].status), ("POST /v1/documents", 403));
    assert_eq!(report.uncovered, ["GET /v1/keys", "POST /v1/keys"]);
}

/// A server whose clients are one: every key limited to a client is let into all of them, as if the list were not looked at.
#[test]
fn a_server_that_leaks_is_found_out() {
    let server = LocalServer::start(worker()).expect("server");
    let mut world =
        World::build(Site::new(&server.url), &server.admin, Some(&server.other_admin)).expect("world");
    // The key that should be of client 2 alone may use client 1 as well.
    world.confuse_the_second_client();
    let report = check(&world, &Options { pairs: 1, ..Options::default() }).expect("checked");
    assert!(!report.passed());
    let told: std::collections::BTreeSet<&str> = report.leaks.iter().map(|leak| leak.what).collect();
    assert!(told.contains("secret") && told.contains("document id"), "{told:?}");
    assert!(
        report.cases.iter().any(|case| !case.ok && case.operation == "POST /v1/search"),
        "{}",
        report.text()
    );
}
