//! Token ids, values and cosines of made-up sentences against values other engines computed (see the file).

use footnote_models::{InputKind, Precision, testing::test_encoder_at};
use serde::Deserialize;

use crate::cosine;

#[derive(Deserialize)]
struct Golden {
    sentences: Vec<String>,
    models: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    model: String,
    tolerance: f64,
    ids: Vec<Vec<u32>>,
    first_values: Vec<Vec<f32>>,
    cosines: Vec<Vec<f64>>,
}

#[test]
fn ids_values_and_cosines_are_those_of_the_reference() -> Result<(), Box<dyn std::error::Error>> {
    let golden: Golden = serde_json::from_str(include_str!("golden/passages.json"))?;
    let texts: Vec<&str> = golden.sentences.iter().map(String::as_str).collect();
    for model in &golden.models {
        let encoder = test_encoder_at(&model.model, Precision::F32);
        let tokenizer = encoder.tokenizer();
        let vectors = encoder.encode(InputKind::Passage, &texts)?.vectors;
        for (i, text) in texts.iter().enumerate() {
            assert_eq!(tokenizer.token_ids(text)?, model.ids[i], "{}: {text}", model.model);
            for (found, expected) in vectors[i].iter().zip(&model.first_values[i]) {
                let difference = f64::from((found - expected).abs());
                assert!(difference < model.tolerance, "{}: {text}: off by {difference}", model.model);
            }
            for (j, expected) in model.cosines[i].iter().enumerate() {
                let difference = (cosine(&vectors[i], &vectors[j]) - expected).abs();
                assert!(
                    difference < model.tolerance,
                    "{}: cosine of {i} and {j} off by {difference}",
                    model.model
                );
            }
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Vectors {
    sentences: Vec<String>,
    models: Vec<ModelVectors>,
}

#[derive(Deserialize)]
struct ModelVectors {
    model: String,
    ids: Vec<Vec<u32>>,
    vectors: Vec<Vec<f32>>,
}

/// Sentences of 8 languages, short and long, against ONNX Runtime on the same weights (`benches/encoder/golden.py`).
#[test]
fn vectors_are_those_of_onnx_runtime() -> Result<(), Box<dyn std::error::Error>> {
    let golden: Vectors = serde_json::from_str(include_str!("golden/vectors.json"))?;
    let texts: Vec<&str> = golden.sentences.iter().map(String::as_str).collect();
    for model in &golden.models {
        assert_eq!((model.ids.len(), model.vectors.len()), (texts.len(), texts.len()), "{}", model.model);
        for (precision, least) in [(Precision::F32, 0.9999), (Precision::Int8, 0.99)] {
            let encoder = test_encoder_at(&model.model, precision);
            let prefix = &encoder.info().passage_prefix;
            let vectors = encoder.encode(InputKind::Passage, &texts)?.vectors;
            for (i, text) in texts.iter().enumerate() {
                let place = format!("{} {}: {text}", model.model, precision.as_str());
                assert_eq!(
                    encoder.tokenizer().token_ids(&format!("{prefix}{text}"))?,
                    model.ids[i],
                    "{place}"
                );
                let cosine = cosine(&vectors[i], &model.vectors[i]);
                assert!(cosine >= least, "{place}: cosine {cosine}, must be {least}");
            }
        }
    }
    Ok(())
}

/// Texts of 1 to about 500 words, several times what goes through the network at once.
#[test]
fn a_vector_is_the_same_whatever_else_is_in_the_batch() -> Result<(), Box<dyn std::error::Error>> {
    const TOLERANCE: f32 = 1e-5;
    let words = ["pump", "factura", "śniadanie", "bridge", "2026", "Kühlschrank", "the", "apă", ";"];
    let text = |count: usize| {
        let word = |at: usize| words[(at * 7 + count) % words.len()];
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = [1, 490, 3, 17, 210, 120, 2, 250, 64, 33, 5, 180, 9, 400, 90, 300].map(text).into();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for (model, precision) in [
        ("all-minilm-l6-v2", Precision::F32),
        ("all-minilm-l6-v2", Precision::Int8),
        ("multilingual-e5-small-q4", Precision::Int8),
    ] {
        let encoder = test_encoder_at(model, precision);
        let together = encoder.encode(InputKind::Passage, &texts)?;
        assert!(together.tokens > 2000, "{model}: {} tokens fit in one slice", together.tokens);
        for (text, together) in texts.iter().zip(&together.vectors) {
            let alone = encoder.encode(InputKind::Passage, &[text])?.vectors.concat();
            assert_eq!(alone.len(), together.len());
            for (alone, together) in alone.iter().zip(together) {
                let difference = (alone - together).abs();
                let place = format!("{model} {}, {} bytes", precision.as_str(), text.len());
                assert!(difference <= TOLERANCE, "{place}: off by {difference}");
            }
        }
    }
    Ok(())
}
