//! The models that come as int8 ONNX exports, against ONNX Runtime on the same files (`golden/onnx_reference.py`
//! made the numbers, a text at a time). ONNX Runtime quantises activations with one scale a tensor, and we do not at
//! [`Precision::F32`] and with one a token at [`Precision::Int8`], so values differ a little; with its activations
//! left in floating point ours at [`Precision::F32`] are the same.

use footnote_models::{
    InputKind, Precision,
    testing::{test_encoder_at, test_reranker_at},
};
use serde::Deserialize;

use crate::cosine;

/// Least cosine of a vector with ONNX Runtime's.
const LEAST_COSINE: f64 = 0.99;

/// Least cosine of an f32 vector with ONNX Runtime's from float activations.
const LEAST_EXACT_COSINE: f64 = 0.999_999;

/// Greatest difference of an f32 logit from ONNX Runtime's from float activations.
const EXACT_LOGIT: f32 = 1e-3;

/// Passages whose reference logits are nearer than this may change places.
const NEAR: f32 = 0.05;

#[derive(Deserialize)]
struct Golden {
    sentences: Vec<String>,
    vectors: Vec<Vec<f32>>,
    exact_vectors: Vec<Vec<f32>>,
    queries: Vec<String>,
    passages: Vec<String>,
    logits: Vec<Vec<f32>>,
    exact_logits: Vec<Vec<f32>>,
}

fn golden() -> Result<Golden, serde_json::Error> {
    serde_json::from_str(include_str!("golden/onnx.json"))
}

#[test]
fn vectors_are_those_of_onnx_runtime() -> Result<(), Box<dyn std::error::Error>> {
    let golden = golden()?;
    let texts: Vec<&str> = golden.sentences.iter().map(String::as_str).collect();
    for precision in [Precision::F32, Precision::Int8] {
        let encoder = test_encoder_at("bge-small-en-v1.5", precision);
        let vectors = encoder.encode(InputKind::Passage, &texts)?.vectors;
        let cosines: Vec<f64> = vectors.iter().zip(&golden.vectors).map(|(a, b)| cosine(a, b)).collect();
        println!("{precision:?}: {cosines:.5?}");
        assert!(cosines.iter().all(|cosine| *cosine >= LEAST_COSINE), "{precision:?}: {cosines:?}");
        if precision == Precision::F32 {
            let cosines = vectors.iter().zip(&golden.exact_vectors).map(|(a, b)| cosine(a, b));
            let least = cosines.fold(1.0, f64::min);
            println!("{precision:?}, float activations in both: least cosine {least:.7}");
            assert!(least >= LEAST_EXACT_COSINE, "{least}");
        }
        // The prefix of queries is part of the third sentence.
        let query = encoder.encode(InputKind::Query, &[texts[1]])?.vectors;
        assert!(cosine(&query[0], &vectors[2]) > 0.999_99);
    }
    Ok(())
}

/// Greatest difference between two lists of logits.
fn difference(ours: &[f32], theirs: &[f32]) -> f32 {
    ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn the_order_of_passages_is_that_of_onnx_runtime() -> Result<(), Box<dyn std::error::Error>> {
    let golden = golden()?;
    let passages: Vec<&str> = golden.passages.iter().map(String::as_str).collect();
    for precision in [Precision::F32, Precision::Int8] {
        let reranker = test_reranker_at("ms-marco-minilm-l12-v2", precision);
        let (mut greatest, mut exact) = (0.0f32, 0.0f32);
        for (i, query) in golden.queries.iter().enumerate() {
            let ours: Vec<f32> =
                reranker.score(query, &passages)?.scores.iter().map(|score| score.logit).collect();
            let theirs = &golden.logits[i];
            for (a, b) in (0..ours.len()).flat_map(|a| (0..ours.len()).map(move |b| (a, b))) {
                let swapped = ours[a] > ours[b] && theirs[a] < theirs[b] - NEAR;
                assert!(!swapped, "{precision:?}: {query}: passages {a} and {b}: {ours:?}");
            }
            greatest = greatest.max(difference(&ours, theirs));
            exact = exact.max(difference(&ours, &golden.exact_logits[i]));
        }
        println!(
            "{precision:?}: a logit differs by {greatest:.4} at most, by {exact:.5} from float activations"
        );
        assert!(greatest < 0.5, "{precision:?}: {greatest}");
        assert!(precision != Precision::F32 || exact < EXACT_LOGIT, "{exact}");
    }
    Ok(())
}
