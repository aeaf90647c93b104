//! Asks a running server the questions of a sample company, anew and from memory, and says how long both take.
//!
//! ```text
//! footnote demo --data DIR; footnote serve --data DIR --no-auth &
//! cached_answers http://127.0.0.1:7700 CLIENT ROUNDS [KEY]
//! ```
//! One request at a time over one connection; the times are the caller's. Prints one JSON object.

use std::time::Instant;

use footnote_datasets::sample;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (url, client, rounds, key) = match args.as_slice() {
        [url, client, rounds] => (url, client, rounds.parse::<usize>()?, None),
        [url, client, rounds, key] => (url, client, rounds.parse::<usize>()?, Some(key)),
        _ => return Err("usage: cached_answers URL CLIENT ROUNDS [KEY]".into()),
    };
    let of = sample().iter().find(|sample| sample.name == client).ok_or("no such sample company")?;
    let questions: Vec<String> = of.questions().into_iter().map(|question| question.text).collect();
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let ask = |question: &str, anew: bool| -> Result<(f64, String), Failure> {
        let mut request = agent.post(format!("{url}/v1/answers")).header("x-client-id", client);
        if let Some(key) = key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if anew {
            request = request.header("cache-control", "no-cache");
        }
        let started = Instant::now();
        let mut response = request.send_json(json!({ "question": question }))?;
        let answer: Value = response.body_mut().read_json()?;
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        if answer["grounding"].is_null() {
            return Err(format!("no answer: {answer}").into());
        }
        let status = response.headers().get("cache-status").and_then(|value| value.to_str().ok());
        Ok((ms, status.unwrap_or_default().to_owned()))
    };
    let (mut anew, mut cached, mut misses) = (Vec::new(), Vec::new(), 0);
    for _ in 0..rounds {
        for question in &questions {
            anew.push(ask(question, true)?.0);
        }
        for question in &questions {
            let (ms, status) = ask(question, false)?;
            if status == "footnote; hit" { cached.push(ms) } else { misses += 1 }
        }
    }
    println!(
        "{}",
        json!({ "questions": questions.len(), "rounds": rounds, "misses": misses,
                "anew_ms": quantiles(anew), "cached_ms": quantiles(cached) })
    );
    Ok(())
}

fn quantiles(mut values: Vec<f64>) -> Value {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (values.len() as f64 * share).ceil() as usize;
        values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    };
    json!({ "count": values.len(), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1.0) })
}
