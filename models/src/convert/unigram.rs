//! Writes a `tokenizer.json` (the `tokenizers` library's format) for a SentencePiece unigram model.

use serde_json::{Value, json};
use tokenizers::normalizers::Precompiled;

use super::charsmap;
use super::e5s1::UnigramData;

/// The word separator of SentencePiece.
const METASPACE: char = '\u{2581}';

/// The file's bytes; the error is the reason in words.
///
/// The text is composed (NFC) first: the file's table maps single characters, where the original model's also
/// composed letters and combining marks, so without it decomposed Romanian or Polish would tokenise differently
/// from composed text. Text in NFC is not changed by that step.
pub(super) fn tokenizer_json(data: &UnigramData<'_>) -> Result<Vec<u8>, String> {
    let charsmap =
        charsmap::build(&data.map).ok_or("the normalisation map cannot be written as a charsmap")?;
    let charsmap = Precompiled::from(&charsmap).map_err(|e| format!("the normalisation map: {e}"))?;
    let charsmap = serde_json::to_value(&charsmap).map_err(|e| e.to_string())?;
    let special = [data.bos, data.pad, data.eos, data.unk].map(|id| (id, data.pieces[id as usize].0));
    let mut added = special;
    added.sort_by_key(|(id, _)| *id);
    let added: Vec<Value> = added
        .iter()
        .map(|(id, piece)| {
            json!({
                "id": id, "content": piece, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true,
            })
        })
        .collect();
    let (bos, eos) = (special[0], special[2]);
    let token = |(_, piece): (u32, &str)| json!({"SpecialToken": {"id": piece, "type_id": 0}});
    let definition = |(id, piece): (u32, &str)| json!({"id": piece, "ids": [id], "tokens": [piece]});
    let first = json!({"Sequence": {"id": "A", "type_id": 0}});
    let second = json!({"Sequence": {"id": "B", "type_id": 0}});
    let metaspace =
        json!({"type": "Metaspace", "replacement": METASPACE, "prepend_scheme": "always", "split": true});
    let vocabulary: Vec<Value> =
        data.pieces.iter().map(|(piece, score)| json!([piece, f64::from(*score)])).collect();
    let tokenizer = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "NFC"},
            charsmap,
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ]},
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [token(bos), first, token(eos)],
            "pair": [token(bos), first, token(eos), token(eos), second, token(eos)],
            "special_tokens": {bos.1: definition(bos), eos.1: definition(eos)},
        },
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": data.unk, "vocab": vocabulary, "byte_fallback": false},
    });
    serde_json::to_vec(&tokenizer).map_err(|e| e.to_string())
}
