//! Whatever an endpoint does, every question is answered from the fallback in time, and the answer says so.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::endpoint::{Does, Endpoint};
use crate::generators_support::{QUESTION, ask, priced};

/// Longest time an answer may take with the times of [`Endpoint::openai`]: those of an engine and then some for the
/// machine.
const IN_TIME: Duration = Duration::from_secs(25);

fn fell_back(answer: &Value, reason: &str) {
    assert_eq!(answer["engine"], "extractive", "{answer}");
    assert!(answer["answer"].as_str().expect("text").contains("9 EUR"), "{answer}");
    assert_eq!(answer["grounding"]["status"], "grounded", "{answer}");
    let said = answer["degraded"].as_array().expect("degraded").iter().find(|d| d["part"] == "far");
    let said = said.and_then(|d| d["reason"].as_str()).unwrap_or_else(|| panic!("degraded: {answer}"));
    assert!(said.contains(reason), "{said} lacks {reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_ends_in_the_fallback() {
    let stream = "text/event-stream";
    let mut done = tokio::task::JoinSet::new();
    for (does, reason) in [
        (Does::HangsUp, "cannot connect"),
        (Does::SaysNothing, "no first byte in time"),
        (Does::Refuses(429, "", String::new()), "HTTP 429"),
        (Does::Refuses(429, "retry-after: 3600\r\n", String::new()), "HTTP 429"),
        (Does::Refuses(500, "", "oops".into()), "HTTP 500"),
        (
            Does::Refuses(401, "", r#"{"error":{"code":"invalid_api_key"}}"#.into()),
            "HTTP 401 (invalid_api_key)",
        ),
        (Does::Refuses(302, "location: http://127.0.0.1:9/\r\n", String::new()), "HTTP 302"),
        (Does::Babbles, "cannot be read"),
        (Does::Sends("text/html", "<html>welcome</html>".into()), "media type"),
        (Does::Sends("application/json", "{}".into()), "media type"),
        (Does::Sends(stream, "data: nonsense\n\n".into()), "no chat chunk"),
        (Does::Sends(stream, String::new()), "broke off"),
        (Does::Sends(stream, "data: {\"error\":{\"message\":\"no\"}}\n\n".into()), "reports an error"),
        (Does::BreaksOff("The premium".into()), "broke off"),
        (Does::Stalls("The premium".into()), "stalled"),
        (Does::NoLineEnd, "a line without end"),
        (Does::Writes(String::new()), "wrote no sentence"),
        (Does::Writes("Penguins live in Antarctica. They eat fish.".into()), "none of its 2 sentences"),
    ] {
        done.spawn(async move {
            let endpoint = Endpoint::new(vec![does.clone()]);
            let server = priced(&endpoint.openai("")).await;
            let started = Instant::now();
            let answer = ask(&server, json!({ "question": QUESTION })).await;
            assert!(started.elapsed() < IN_TIME, "{does:?} took {:?}", started.elapsed());
            fell_back(&answer, reason);
        });
    }
    while let Some(result) = done.join_next().await {
        result.expect("holds");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut_and_what_it_supports_is_kept_or_nothing() {
    let endpoint = Endpoint::new(vec![Does::NeverEnds]);
    let server = priced(&endpoint.openai("")).await;
    let answer = ask(&server, json!({ "question": QUESTION })).await;
    // The one sentence it repeats is in no document.
    fell_back(&answer, "support");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listening_is_told_and_not_waited_for() {
    let endpoint = Endpoint::new(vec![Does::HangsUp]);
    let config = endpoint.openai("").replace(&endpoint.address.to_string(), "127.0.0.1:9");
    let server = priced(&config).await;
    fell_back(&ask(&server, json!({ "question": QUESTION })).await, "cannot connect");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_tried_again_and_text_is_never_asked_for_twice() {
    let good = || Does::Writes("The premium plan costs 9 EUR a month [1].".into());
    for (does, calls) in [
        (vec![Does::Refuses(429, "retry-after: 0\r\n", String::new()), good()], 2),
        (vec![Does::Refuses(503, "", String::new()), Does::HangsUp, good()], 3),
        (vec![Does::SaysNothing, good()], 2),
    ] {
        let endpoint = Endpoint::new(does.clone());
        let server = priced(&endpoint.openai("")).await;
        let answer = ask(&server, json!({ "question": QUESTION })).await;
        assert_eq!(
            (&answer["engine"], &answer["degraded"]),
            (&json!("far"), &json!([])),
            "{does:?} {answer}"
        );
        assert_eq!(endpoint.asked().len(), calls, "{does:?}");
    }
    for (does, calls) in [
        (Does::BreaksOff("The".into()), 1),
        (Does::Refuses(400, "", String::new()), 1),
        (Does::Refuses(429, "retry-after: 100\r\n", String::new()), 1),
        (Does::Refuses(500, "", String::new()), 3),
    ] {
        let endpoint = Endpoint::new(vec![does.clone()]);
        let server = priced(&endpoint.openai("")).await;
        fell_back(&ask(&server, json!({ "question": QUESTION })).await, "");
        assert_eq!(endpoint.asked().len(), calls, "{does:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sentences_verified_before_it_broke_off_are_kept_and_the_answer_says_so() {
    let text = "The premium plan costs 9 EUR a month [1]. Support answers within two hours [1]. And it is";
    for does in [Does::BreaksOff(text.into()), Does::Stalls(text.into())] {
        let endpoint = Endpoint::new(vec![does]);
        let server = priced(&endpoint.openai("")).await;
        let answer = ask(&server, json!({ "question": QUESTION })).await;
        assert_eq!(answer["engine"], "far", "{answer}");
        assert_eq!(
            answer["answer"],
            "The premium plan costs 9 EUR a month. Support answers within two hours."
        );
        assert!(answer["degraded"][0]["reason"].as_str().expect("reason").contains("not whole"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_keeps_failing_is_left_alone_and_readyz_says_so() {
    let endpoint = Endpoint::new(vec![Does::Refuses(500, "", String::new())]);
    let server = priced(&endpoint.openai("retries = 0")).await;
    let status = async || {
        let reply = server.send(crate::http_support::Call::new("GET", "/readyz")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.json()["engines"][0]["name"], "far");
        reply.json()["engines"][0]["status"].as_str().expect("status").to_owned()
    };
    assert_eq!(status().await, "connected");
    for _ in 0..3 {
        fell_back(&ask(&server, json!({ "question": QUESTION })).await, "HTTP 500");
    }
    let asked = endpoint.asked().len();
    fell_back(&ask(&server, json!({ "question": QUESTION })).await, "not asked again");
    assert_eq!(endpoint.asked().len(), asked, "no further call");
    // The outcome of the last check stands for two seconds.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(status().await, "disconnected");
}

/// What the whole process logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let builder = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        // Another test may have been first; then the log stays empty and the answers are still looked at.
        drop(builder.with_writer(move || writer.clone()).try_init());
        log
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_sent_and_is_nowhere_else() {
    let log = log();
    let folder = tempfile::tempdir().expect("tempdir");
    let path = folder.path().join("key");
    std::fs::write(&path, "sk-verysecret\n").expect("write");
    let echo = r#"{"error":{"message":"wrong key sk-verysecret","code":"sk-verysecret"}}"#.to_owned();
    for does in [
        Does::Refuses(401, "www-authenticate: sk-verysecret\r\n", echo.clone()),
        Does::Sends("text/event-stream", format!("data: {echo}\n\n")),
        Does::Babbles,
        Does::HangsUp,
    ] {
        let endpoint = Endpoint::new(vec![does.clone()]);
        let server =
            priced(&endpoint.openai(&format!("retries = 0\nkey_file = {:?}", path.display().to_string())))
                .await;
        let answer = ask(&server, json!({ "question": QUESTION })).await;
        fell_back(&answer, "");
        assert!(!answer.to_string().contains("verysecret"), "{answer}");
        assert_eq!(endpoint.asked()[0].authorization, "Bearer sk-verysecret", "{does:?}");
        let generators = format!("{:?}", server.app.generators());
        assert!(!generators.contains("verysecret"), "{generators}");
    }
    let logged = String::from_utf8_lossy(&log.0.lock().expect("log")).into_owned();
    assert!(!logged.contains("verysecret"), "the key is in the log");
    assert!(logged.is_empty() || logged.contains("did not answer"), "the failures are in the log");
}
