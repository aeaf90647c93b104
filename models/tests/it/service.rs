//! The services in front of a real encoder.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use footnote_models::Priority::{Bulk, Interactive};
use footnote_models::{
    EmbeddingService, Encoder, InputKind, ModelError, ServiceOptions, testing::test_encoder,
};

use super::cosine;

type TestResult = Result<(), Box<dyn std::error::Error>>;

fn encoder() -> Encoder {
    test_encoder("all-minilm-l6-v2")
}

fn service(queue: usize) -> EmbeddingService {
    EmbeddingService::spawn(encoder(), ServiceOptions { queue, ..ServiceOptions::default() })
}

#[test]
fn answers_come_back_in_order_and_equal_the_encoders() -> TestResult {
    let encoder = encoder();
    let texts: Vec<String> = (0..40).map(|i| format!("text {i} {}", "word ".repeat(i * 3))).collect();
    let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
    let expected = encoder.encode(InputKind::Passage, &refs)?.vectors;
    let service = service(4);
    for priority in [Interactive, Bulk] {
        let found = service.embed_blocking(priority, InputKind::Passage, texts.clone())?;
        assert_eq!(found.len(), texts.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.as_ref(), expected.as_slice(), "{priority:?}");
        }
        assert!(service.embed_blocking(priority, InputKind::Passage, Vec::new())?.is_empty());
    }
    assert_eq!(service.info(), encoder.info());
    Ok(())
}

#[test]
fn jobs_that_share_slices_get_what_they_would_get_alone() -> TestResult {
    let encoder = encoder();
    let service = service(64);
    let jobs: Vec<Vec<String>> = (0..12)
        .map(|job| (0..5).map(|text| format!("{job} {text} {}", "sheep ".repeat(job * text * 2))).collect())
        .collect();
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting: Vec<_> =
        jobs.iter().map(|job| Box::pin(service.embed(Bulk, InputKind::Passage, job.clone()))).collect();
    for future in &mut waiting {
        assert!(future.as_mut().poll(&mut context).is_pending());
    }
    // Bulk jobs finish in the order they came, so when this one is answered they all are.
    service.embed_blocking(Bulk, InputKind::Passage, vec!["the last".into()])?;
    for (future, job) in waiting.iter_mut().zip(&jobs) {
        let Poll::Ready(vectors) = future.as_mut().poll(&mut context) else {
            return Err("a job is not answered though a later one is".into());
        };
        for (text, vector) in job.iter().zip(vectors?) {
            let alone = encoder.encode(InputKind::Passage, &[text])?.vectors;
            assert_eq!(vector.as_ref(), alone[0].as_slice(), "{} bytes", text.len());
        }
    }
    Ok(())
}

#[test]
fn interactive_jobs_pass_a_long_bulk_job_and_a_full_lane_refuses() -> TestResult {
    let service = service(2);
    let mut context = Context::from_waker(Waker::noop());
    let passages: Vec<String> = (0..400).map(|i| format!("{i} {}", "passage ".repeat(200))).collect();
    let mut long = Box::pin(service.embed(Bulk, InputKind::Passage, passages));
    assert!(long.as_mut().poll(&mut context).is_pending());
    for kind in [InputKind::Query, InputKind::Passage] {
        assert_eq!(service.embed_blocking(Interactive, kind, vec!["a question".into()])?.len(), 1);
    }
    assert!(long.as_mut().poll(&mut context).is_pending(), "both were answered before the passages");

    let mut next = Box::pin(service.embed(Bulk, InputKind::Passage, vec!["next".into()]));
    assert!(next.as_mut().poll(&mut context).is_pending());
    let mut refused = pin!(service.embed(Bulk, InputKind::Passage, vec!["one too many".into()]));
    assert!(matches!(
        refused.as_mut().poll(&mut context),
        Poll::Ready(Err(ModelError::Overloaded { limit: 2 }))
    ));
    // The long job is dropped with its caller, so what comes after it need not wait for its 80,000 tokens.
    drop(long);
    drop(next);
    assert_eq!(service.embed_blocking(Bulk, InputKind::Passage, vec!["fits now".into()])?.len(), 1);
    Ok(())
}

#[test]
fn a_repeated_question_is_remembered_and_nothing_else_is() -> TestResult {
    let service = service(4);
    let ask = |service: &EmbeddingService, priority, kind, text: &str| {
        service.embed_blocking(priority, kind, vec![text.to_owned()]).map(|mut vectors| vectors.pop())
    };
    let first = ask(&service, Interactive, InputKind::Query, "How long is the warranty?")?;
    let again = ask(&service, Interactive, InputKind::Query, "How long is the warranty?")?;
    assert_eq!(first, again);
    let counts = service.query_cache();
    assert_eq!((counts.hits, counts.misses, counts.entries), (1, 1, 1));

    ask(&service, Interactive, InputKind::Passage, "How long is the warranty?")?;
    ask(&service, Bulk, InputKind::Query, "How long is the warranty?")?;
    assert_eq!(service.query_cache(), counts, "passages and bulk jobs do not touch it");
    ask(&service.partition("another client"), Interactive, InputKind::Query, "How long is the warranty?")?;
    assert_eq!(service.query_cache().hits, 1, "another partition does not see it");

    // Known and unknown texts in one job keep their places.
    let texts = ["new", "How long is the warranty?", "newer"].map(str::to_owned).to_vec();
    let mixed = service.embed_blocking(Interactive, InputKind::Query, texts)?;
    assert_eq!(Some(&mixed[1]), first.as_ref());
    let newer = encoder().encode(InputKind::Query, &["newer"])?.vectors;
    assert_eq!(*mixed[2], newer[0]);
    Ok(())
}

#[test]
fn a_long_question_is_embedded_in_windows() -> TestResult {
    let service = service(4);
    let max = service.info().max_tokens;
    let word = |i: usize| ["water", "paper", "city", "school"][i % 4];
    let question = |count: usize| (0..count).map(word).collect::<Vec<_>>().join(" ");

    let fits = service.embed_query_blocking(&question(max - 2))?;
    assert_eq!((fits.windows, fits.tokens, fits.truncated), (1, max, false));
    let plain = service.embed_blocking(Interactive, InputKind::Query, vec![question(max - 2)])?;
    assert_eq!(fits.vector, plain[0]);

    let over = service.embed_query_blocking(&question(max - 1))?;
    assert_eq!((over.windows, over.tokens, over.truncated), (2, max + 1, false));
    // Two windows of 144 words, which share 33.
    let text = question(max - 1);
    let words: Vec<&str> = text.split(' ').collect();
    let windows = [&words[..144], &words[max - 1 - 144..]].map(|words| words.join(" "));
    let [first, last] = [0, 1].map(|i| encoder().encode(InputKind::Query, &[&windows[i]]));
    let (first, last) = (&first?.vectors[0], &last?.vectors[0]);
    let sum: Vec<f32> = first.iter().zip(last).map(|(a, b)| a + b).collect();
    let length = cosine(&sum, &sum).sqrt();
    assert!((cosine(&over.vector, &sum) / length - 1.0).abs() < 1e-6);
    assert!((cosine(&over.vector, &over.vector) - 1.0).abs() < 1e-6);

    // What comes late counts, which it does not when the model cuts the question.
    let late = format!("{} {}", question(max), "the warranty of a bicycle ".repeat(40));
    let [cut, whole] = [late.clone(), "the warranty of a bicycle".to_owned()]
        .map(|text| service.embed_blocking(Interactive, InputKind::Query, vec![text]));
    let (cut, whole) = (&cut?[0], &whole?[0]);
    let windowed = service.embed_query_blocking(&late)?;
    assert!(cosine(&windowed.vector, whole) > cosine(cut, whole) + 0.1);

    let endless = service.embed_query_blocking(&question(20 * max))?;
    assert_eq!((endless.windows, endless.truncated), (8, true));
    Ok(())
}
