//! Texts nobody writes on purpose, and some that somebody does.

use footnote_models::{
    InputKind, MODELS, ModelKind,
    testing::{test_encoder, test_reranker},
};

use crate::cosine;

#[test]
fn every_text_becomes_a_finite_unit_vector_with_offsets_inside_it() -> Result<(), Box<dyn std::error::Error>>
{
    let long_words = "cuvânt ".repeat(150_000);
    let no_space = "șabcdef".repeat(20_000);
    let texts = [
        "",
        " ",
        "\u{0}\u{1}\u{7f}",
        "\u{0}inside\u{0}",
        "😀👩‍👩‍👧🇷🇴",
        "שלום עולם مرحبا بالعالم",
        "𐎀𐎁𐎂 \u{e000}\u{f0000}",
        "s\u{326} e\u{301} \u{326}\u{326}",
        "\r\n\t\u{2028}\u{feff}",
        "[CLS] [SEP] </s> <s> <mask> <unk>",
        &long_words,
        &no_space,
    ];
    for spec in MODELS.iter().filter(|spec| spec.kind == ModelKind::Encoder) {
        let encoder = test_encoder(spec.name);
        for kind in [InputKind::Query, InputKind::Passage] {
            let encoded = encoder.encode(kind, &texts)?;
            assert_eq!(encoded.vectors.len(), texts.len());
            for (text, vector) in texts.iter().zip(&encoded.vectors) {
                let start: String = text.chars().take(20).collect();
                assert_eq!(vector.len(), encoder.info().dims);
                assert!((cosine(vector, vector) - 1.0).abs() < 1e-5, "{}: {start:?}", spec.name);
            }
            assert!(encoded.truncated[texts.len() - 2] && !encoded.truncated[0]);
        }
        let tokenizer = encoder.tokenizer();
        for text in &texts[..10] {
            let offsets = tokenizer.offsets(text);
            assert_eq!(offsets.len(), tokenizer.count(text), "{text:?}");
            for range in offsets {
                assert!(text.get(range.clone()).is_some(), "{}: {range:?} in {text:?}", spec.name);
            }
        }
    }
    Ok(())
}

#[test]
fn every_pair_becomes_a_finite_score() -> Result<(), Box<dyn std::error::Error>> {
    let long = "word ".repeat(150_000);
    let texts = ["", " ", "\u{0}", "😀", "[CLS] [SEP]", "plain", &long];
    for spec in MODELS.iter().filter(|spec| spec.kind == ModelKind::Reranker) {
        let reranker = test_reranker(spec.name);
        for query in ["", "[CLS] [SEP]", &long] {
            let reranked = reranker.score(query, &texts)?;
            assert_eq!(reranked.scores.len(), texts.len());
            for score in &reranked.scores {
                assert!(score.logit.is_finite() && (0.0..=1.0).contains(&score.relevance), "{score:?}");
            }
            assert!(reranked.truncated[texts.len() - 1]);
            assert_eq!(reranked.truncated[0], query.len() > 1000);
        }
    }
    Ok(())
}

#[test]
fn a_vector_does_not_depend_on_its_batch() -> Result<(), Box<dyn std::error::Error>> {
    let encoder = test_encoder("all-minilm-l6-v2");
    let texts: Vec<String> = (1..60).map(|n| "the quick fox counts sheep ".repeat(n)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = encoder.encode(InputKind::Passage, &texts)?.vectors;
    for (text, vector) in texts.iter().zip(&together).step_by(7) {
        let alone = encoder.encode(InputKind::Passage, &[text])?.vectors;
        assert!(cosine(&alone[0], vector) > 0.999_999, "{} bytes", text.len());
    }
    assert!(encoder.encode(InputKind::Passage, &[])?.vectors.is_empty());
    Ok(())
}
