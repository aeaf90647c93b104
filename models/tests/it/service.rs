//! The queue in front of an encoder.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use footnote_models::{EmbeddingService, InputKind, ModelError, ServiceOptions, testing::test_encoder};

fn service(queue: usize) -> EmbeddingService {
    EmbeddingService::spawn(test_encoder("all-minilm-l6-v2"), ServiceOptions { queue })
}

#[test]
fn answers_come_back_in_order_and_equal_the_encoders() -> Result<(), Box<dyn std::error::Error>> {
    let encoder = test_encoder("all-minilm-l6-v2");
    let texts: Vec<String> = (0..70).map(|i| format!("text {i} {}", "word ".repeat(i * 3))).collect();
    let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
    let expected = encoder.encode(InputKind::Passage, &refs)?.vectors;
    let service = service(4);
    let found = service.embed_blocking(InputKind::Passage, texts.clone())?;
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.as_ref(), expected.as_slice());
    }
    assert_eq!(found.len(), texts.len());
    assert!(service.embed_blocking(InputKind::Passage, Vec::new())?.is_empty());
    assert!(service.embed_blocking(InputKind::Query, Vec::new())?.is_empty());
    assert_eq!(service.info(), encoder.info());
    Ok(())
}

#[test]
fn queries_pass_a_long_passage_job_and_a_full_queue_refuses() -> Result<(), Box<dyn std::error::Error>> {
    let service = service(1);
    let mut context = Context::from_waker(Waker::noop());
    let passages: Vec<String> = (0..400).map(|i| format!("{i} {}", "passage ".repeat(200))).collect();
    let mut long = pin!(service.embed(InputKind::Passage, passages));
    assert!(long.as_mut().poll(&mut context).is_pending());
    // Waits for the one place, which the long job leaves as soon as it begins.
    assert_eq!(service.embed_blocking(InputKind::Query, vec!["a question".into()])?.len(), 1);
    assert!(long.as_mut().poll(&mut context).is_pending(), "the query was answered before the passages");

    let mut waiting = Box::pin(service.embed(InputKind::Passage, vec!["next".into()]));
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    let mut refused = pin!(service.embed(InputKind::Passage, vec!["one too many".into()]));
    assert!(matches!(
        refused.as_mut().poll(&mut context),
        Poll::Ready(Err(ModelError::Overloaded { limit: 1 }))
    ));
    // A caller that goes away makes room.
    drop(waiting);
    let mut accepted = pin!(service.embed(InputKind::Passage, vec!["fits now".into()]));
    assert!(accepted.as_mut().poll(&mut context).is_pending());
    Ok(())
}
