use std::collections::HashSet;

use super::*;
use crate::http::context::RequestContext;
use crate::http::error::Code;

fn context(client: &str, deadline: Option<Duration>) -> Arc<RequestContext> {
    let context = RequestContext::default();
    context.tenant.set(Name::new("default").expect("name")).expect("fresh");
    context.client.set(Name::new(client).expect("name")).expect("fresh");
    if let Some(within) = deadline {
        context.deadline.set(Instant::now() + within).expect("fresh");
    }
    Arc::new(context)
}

/// Waits in a task of its own for `client`.
fn stand(gate: &Gate, client: &str, cost: Cost) -> tokio::task::JoinHandle<Result<Pass, ApiError>> {
    let (gate, context) = (gate.clone(), context(client, None));
    tokio::spawn(REQUEST.scope(context, async move { gate.enter(cost).await }))
}

async fn until_waiting(gate: &Gate, count: usize) {
    while gate.waiting() != count {
        tokio::task::yield_now().await;
    }
}

fn free(gate: &Gate) -> u32 {
    gate.state().free
}

#[tokio::test]
async fn what_costs_more_takes_more() {
    let gate = Gate::new(4, 0);
    let rerank = gate.enter(Cost::RERANK).await.expect("all of it");
    assert_eq!(gate.enter(Cost::SEARCH).await.expect_err("full").code(), Code::Overloaded);
    drop(rerank);
    let answers = [gate.enter(Cost::ANSWER).await, gate.enter(Cost::ANSWER).await];
    assert!(answers.iter().all(Result::is_ok));
    assert!(gate.enter(Cost::SEARCH).await.is_err());
    drop(answers);
    assert_eq!(free(&gate), 4);
    // More than everything is everything.
    let all = gate.enter(Cost(100)).await.expect("alone");
    assert_eq!(free(&gate), 0);
    drop(all);
    assert_eq!(free(&gate), 4);
}

#[tokio::test]
async fn a_burst_of_one_client_does_not_stand_before_another() {
    let gate = Gate::new(1, 20);
    let running = gate.enter(Cost::SEARCH).await.expect("free");
    let mut burst = Vec::new();
    for n in 0..8 {
        burst.push(stand(&gate, "loud", Cost::SEARCH));
        until_waiting(&gate, n + 1).await;
    }
    let single = stand(&gate, "quiet", Cost::SEARCH);
    until_waiting(&gate, 9).await;
    drop(running);
    let first = burst.remove(0).await.expect("join").expect("its turn");
    assert!(!single.is_finished());
    drop(first);
    // The second turn is the quiet client's, before seven of the burst.
    let pass = single.await.expect("join").expect("its turn");
    assert!(burst.iter().all(|task| !task.is_finished()));
    drop(pass);
    for task in burst {
        drop(task.await.expect("join").expect("its turn"));
    }
    assert_eq!((gate.waiting(), free(&gate)), (0, 1));
}

#[tokio::test]
async fn one_client_fills_half_of_the_line_and_others_find_the_rest() {
    let gate = Gate::new(1, 4);
    let _running = gate.enter(Cost::SEARCH).await.expect("free");
    let _loud = [stand(&gate, "loud", Cost::SEARCH), stand(&gate, "loud", Cost::SEARCH)];
    until_waiting(&gate, 2).await;
    let error = stand(&gate, "loud", Cost::SEARCH).await.expect("join").expect_err("its half is full");
    assert_eq!(error.code(), Code::Overloaded);
    let _quiet = stand(&gate, "quiet", Cost::SEARCH);
    until_waiting(&gate, 3).await;
}

#[tokio::test]
async fn whoever_goes_away_leaves_the_line_and_loses_no_units() {
    let gate = Gate::new(2, 10);
    let running = gate.enter(Cost(2)).await.expect("free");
    let gone = stand(&gate, "a", Cost(2));
    until_waiting(&gate, 1).await;
    gone.abort();
    assert!(gone.await.expect_err("aborted").is_cancelled());
    assert_eq!((gate.waiting(), gate.state().queued), (0, 0));
    drop(running);
    assert_eq!(free(&gate), 2);
    // Called and gone before it heard: the call and the going away meet.
    for _ in 0..200 {
        let running = gate.enter(Cost(2)).await.expect("free");
        let task = stand(&gate, "a", Cost(1));
        until_waiting(&gate, 1).await;
        drop(running);
        task.abort();
        drop(task.await);
        assert_eq!((gate.waiting(), free(&gate)), (0, 2));
    }
}

#[tokio::test]
async fn whoever_would_wait_too_long_is_refused_before_it_waits() {
    let gate = Gate::new(1, 10);
    gate.state().pace = 0.5;
    let _running = gate.enter(Cost::SEARCH).await.expect("free");
    let enter = |within| {
        let gate = gate.clone();
        REQUEST.scope(context("a", Some(within)), async move {
            tokio::time::timeout(Duration::from_millis(20), gate.enter(Cost::SEARCH)).await
        })
    };
    let refused = enter(Duration::from_millis(400)).await.expect("at once").expect_err("too slow");
    assert_eq!(refused.code(), Code::Overloaded);
    enter(Duration::from_secs(10)).await.expect_err("it waits");
    // Eleven rounds of half a second are more than anybody should wait.
    gate.state().queued = 10;
    assert!(enter(Duration::from_secs(60)).await.expect("at once").is_err());
    gate.state().queued = 0;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_any_mixture_no_unit_is_lost_and_everybody_is_served() {
    let gate = Gate::new(4, 1000);
    let mut tasks = Vec::new();
    for n in 0..400u32 {
        let gate = gate.clone();
        let client = ["a", "b", "c"][n as usize % 3];
        tasks.push(tokio::spawn(REQUEST.scope(context(client, None), async move {
            let pass = gate.enter(Cost(1 + n % 5)).await.map_err(|e| e.code())?;
            tokio::task::yield_now().await;
            drop(pass);
            Ok::<_, Code>(n)
        })));
    }
    let mut served = HashSet::new();
    for task in tasks {
        served.insert(task.await.expect("join").expect("served"));
    }
    assert_eq!(served.len(), 400);
    assert_eq!((gate.waiting(), free(&gate), gate.state().queued), (0, 4, 0));
}
