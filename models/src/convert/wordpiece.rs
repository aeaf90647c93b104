//! Writes a `tokenizer.json` for BERT's WordPiece tokenizer, given its list of words.

use serde_json::{Map, Value, json};

/// The special words, which every list must have.
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// The file's bytes; the error is the reason in words. `words` has one word a line, the first one with id 0. Accents
/// are stripped where nothing is said about them and the text becomes lower case, as in BERT.
pub(crate) fn tokenizer_json(
    words: &[u8],
    lower_case: bool,
    strip_accents: Option<bool>,
    split_chinese: bool,
) -> Result<Vec<u8>, String> {
    let words = std::str::from_utf8(words).map_err(|e| format!("vocab.txt: {e}"))?;
    let ids = || words.lines().map(str::trim_end).enumerate();
    let id = |special: &str| {
        let found = ids().find(|(_, word)| *word == special);
        found.map(|(id, _)| id).ok_or_else(|| format!("vocab.txt has no {special}"))
    };
    let mut added = Vec::new();
    for special in SPECIAL {
        added.push(json!({
            "id": id(special)?, "content": special, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true,
        }));
    }
    added.sort_by_key(|token| token["id"].as_u64());
    let vocabulary: Map<String, Value> = ids().map(|(id, word)| (word.to_owned(), id.into())).collect();
    let tokenizer = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added,
        "normalizer": {
            "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": split_chinese,
            "strip_accents": strip_accents, "lowercase": lower_case,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", id("[SEP]")?], "cls": ["[CLS]", id("[CLS]")?]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary,
        },
    });
    serde_json::to_vec(&tokenizer).map_err(|e| e.to_string())
}
