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
