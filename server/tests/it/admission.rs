//! Overload, deadlines, turns between clients, and callers who go away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use footnote_index::Role;
use footnote_server::http::HttpSettings;
use http_body_util::BodyExt as _;
use serde_json::json;

use crate::http_support::{Call, Server};

fn search(key: &str, n: usize) -> Call {
    // Each another question, so that none comes from memory.
    Call::new("POST", "/v1/search")
        .key(key)
        .json(&json!({ "query": format!("how much does lift {n} carry") }))
}

async fn stocked(settings: HttpSettings) -> (Arc<Server>, String, String) {
    let server = Server::with(settings);
    let (acme, globex) = (server.editor(), server.key("default", Role::Editor, Some(&["globex"])));
    for key in [&acme, &globex] {
        for n in 0..3 {
            let text = format!("# Lift {n}\n\nLift {n} carries {n}00 kg. It was checked in May.");
            server.ingest(key, &format!("lift{n}"), &text).await;
        }
    }
    (Arc::new(server), acme, globex)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_is_refused_at_once_and_the_rest_is_served() {
    let settings = HttpSettings { max_concurrent: 1, max_waiting: 4, ..HttpSettings::default() };
    let (server, acme, _) = stocked(settings).await;
    let mut tasks = Vec::new();
    for n in 0..60 {
        let (server, call) = (Arc::clone(&server), search(&acme, n));
        tasks.push(tokio::spawn(async move {
            let started = Instant::now();
            let reply = server.send(call).await;
            (reply, started.elapsed())
        }));
    }
    let (mut served, mut refused, mut slowest) = (0, 0, Duration::ZERO);
    for task in tasks {
        let (reply, took) = task.await.expect("join");
        if reply.status == 200 {
            served += 1;
        } else {
            assert_eq!(reply.problem(), (503, "overloaded".into()));
            let retry: u64 = reply.header("retry-after").parse().expect("seconds");
            assert!((1..=30).contains(&retry), "{retry}");
            refused += 1;
            slowest = slowest.max(took);
        }
    }
    println!("{served} served, {refused} refused, the slowest refusal after {slowest:?}");
    assert!(served >= 3 && refused >= 1, "{served} served, {refused} refused");
    assert_eq!(server.send(search(&acme, 99)).await.status, 200, "and it goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_burst_of_one_client_leaves_room_for_another() {
    let settings = HttpSettings { max_concurrent: 1, max_waiting: 8, ..HttpSettings::default() };
    let (server, acme, globex) = stocked(settings).await;
    // More than the line has places, again and again.
    let burst = tokio::spawn({
        let server = Arc::clone(&server);
        async move {
            let mut refused = 0;
            for round in 0..6 {
                let calls: Vec<_> = (0..30).map(|n| server.send(search(&acme, round * 30 + n))).collect();
                for reply in futures_join(calls).await {
                    refused += usize::from(reply == 503);
                }
            }
            refused
        }
    });
    let mut quiet = 0;
    while !burst.is_finished() {
        assert_eq!(
            server.send(search(&globex, 1000 + quiet)).await.status,
            200,
            "request {quiet} of the quiet client"
        );
        quiet += 1;
    }
    let refused = burst.await.expect("join");
    assert!(refused > 0 && quiet > 0, "{refused} of the burst refused, {quiet} quiet requests");
}

/// Runs requests side by side; their statuses.
async fn futures_join<F: Future<Output = crate::http_support::Reply>>(calls: Vec<F>) -> Vec<u16> {
    let mut calls: Vec<_> = calls.into_iter().map(|call| (Box::pin(call), None)).collect();
    std::future::poll_fn(move |context| {
        let mut all = true;
        for (call, done) in &mut calls {
            if done.is_none() {
                match call.as_mut().poll(context) {
                    std::task::Poll::Ready(reply) => *done = Some(reply.status),
                    std::task::Poll::Pending => all = false,
                }
            }
        }
        if all {
            std::task::Poll::Ready(calls.iter().filter_map(|(_, done)| *done).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_ends_what_waits_and_what_is_wrong_with_it_is_said() {
    let settings = HttpSettings { max_concurrent: 1, max_waiting: 50, ..HttpSettings::default() };
    let (server, acme, _) = stocked(settings).await;
    let late = |n| search(&acme, n).header("x-request-timeout-ms", "1");
    let calls: Vec<_> = (0..20).map(|n| server.send(late(n))).collect();
    let statuses = futures_join(calls).await;
    assert!(statuses.iter().all(|s| matches!(s, 200 | 503 | 504)), "{statuses:?}");
    assert!(statuses.contains(&504), "{statuses:?}");
    // Nothing of it stays in line.
    assert_eq!(server.send(search(&acme, 99).header("x-request-timeout-ms", "20000")).await.status, 200);
    for bad in ["0", "soon", "-1", "3600001"] {
        let reply = server.send(search(&acme, 1).header("x-request-timeout-ms", bad)).await;
        assert_eq!(reply.problem(), (400, "invalid_request".into()), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_events_who_goes_away_frees_the_place() {
    let settings = HttpSettings { max_concurrent: 2, max_waiting: 0, ..HttpSettings::default() };
    let (server, acme, _) = stocked(settings).await;
    let ask = || {
        Call::new("POST", "/v1/answers")
            .key(&acme)
            .json(&json!({ "question": "What does lift 2 carry?", "stream": true }))
    };
    for _ in 0..5 {
        // An answer takes both places: the next one is let in only because the last one's work has ended.
        let response = loop {
            let response = server.respond(ask()).await;
            if response.status() == 200 {
                break response;
            }
            assert_eq!(response.status(), 503);
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let mut body = response.into_body();
        let first = body.frame().await.expect("an event").expect("frame").into_data().expect("data");
        assert!(first.starts_with(b"event: search_results"), "{first:?}");
        drop(body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ingest_gets_on_while_queries_wait() {
    let settings = HttpSettings { max_concurrent: 1, max_waiting: 50, ..HttpSettings::default() };
    let (server, acme, globex) = stocked(settings).await;
    let asking = tokio::spawn({
        let server = Arc::clone(&server);
        async move {
            for round in 0..4 {
                let calls: Vec<_> = (0..12).map(|n| server.send(search(&acme, round * 12 + n))).collect();
                let statuses = futures_join(calls).await;
                assert!(statuses.iter().all(|s| *s == 200), "{statuses:?}");
            }
        }
    });
    for n in 10..16 {
        server
            .ingest(&globex, &format!("lift{n}"), &format!("# Lift {n}\n\nLift {n} carries {n}00 kg."))
            .await;
    }
    asking.await.expect("every query was served");
}
