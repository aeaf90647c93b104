//! Models of one's own: folders as `sentence-transformers` and `transformers` save them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use footnote_models::{
    AddOptions, Encoder, FetchEvent, InputKind, ModelError, ModelKind, ModelStore, Pooling, Precision,
    Reranker,
    testing::{test_encoder, test_encoder_at, test_store},
};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::{Value, json};

use crate::cosine;
use crate::support::{NAME, Scratch, TestResult, from_nowhere, leftovers, sources};

/// Made-up texts of several kinds.
const TEXTS: [&str; 5] = [
    "The invoice must be paid within thirty days of delivery.",
    "Café prices in ZÜRICH rose by 4.2 %; 東京 did not.",
    "unaffable [MASK] \u{fffd} ﬁn s\u{326}",
    "",
    "x",
];

/// A tensor: its type, shape and bytes.
type Raw = (Dtype, Vec<usize>, Vec<u8>);

fn write_json(path: &Path, value: &Value) -> TestResult {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(std::fs::write(path, serde_json::to_vec(value)?)?)
}

fn change(path: &Path, of: impl FnOnce(&mut Value)) -> TestResult {
    let mut value = serde_json::from_slice(&std::fs::read(path)?)?;
    of(&mut value);
    write_json(path, &value)
}

/// A folder as `sentence-transformers` saves all-MiniLM-L6-v2.
fn minilm(root: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let folder = root.join("My-MiniLM");
    write_json(&folder.join("config.json"), &minilm_config())?;
    for name in ["model.safetensors", "tokenizer.json"] {
        std::fs::copy(sources().join(name), folder.join(name))?;
    }
    crate::support::allow_writing(&folder);
    write_json(
        &folder.join("modules.json"),
        &json!([
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ]),
    )?;
    write_json(
        &folder.join("1_Pooling/config.json"),
        &json!({
            "word_embedding_dimension": 384, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true,
            "pooling_mode_max_tokens": false, "pooling_mode_mean_sqrt_len_tokens": false,
        }),
    )?;
    write_json(
        &folder.join("sentence_bert_config.json"),
        &json!({"max_seq_length": 256, "do_lower_case": false}),
    )?;
    Ok(folder)
}

fn minilm_config() -> Value {
    json!({
        "architectures": ["BertModel"], "hidden_act": "gelu", "hidden_size": 384, "intermediate_size": 1536,
        "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "model_type": "bert", "num_attention_heads": 12,
        "num_hidden_layers": 6, "pad_token_id": 0, "position_embedding_type": "absolute", "type_vocab_size": 2,
        "vocab_size": 30522,
    })
}

fn added(store: &ModelStore, name: &str) -> Result<Encoder, ModelError> {
    Encoder::load(&store.open(name)?, Precision::default())
}

fn read_weights(path: &Path) -> Result<BTreeMap<String, Raw>, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path)?;
    let file = SafeTensors::deserialize(&bytes)?;
    let raw = |view: TensorView<'_>| (view.dtype(), view.shape().to_vec(), view.data().to_vec());
    Ok(file.iter().map(|(name, view)| (name.to_owned(), raw(view))).collect())
}

fn write_weights(path: &Path, tensors: &BTreeMap<String, Raw>) -> TestResult {
    let mut views = Vec::new();
    for (name, (dtype, shape, bytes)) in tensors {
        views.push((name, TensorView::new(*dtype, shape.clone(), bytes)?));
    }
    Ok(std::fs::write(path, serialize(views, None)?)?)
}

#[test]
fn an_added_model_is_the_model_it_was_and_needs_its_folder_no_more() -> TestResult {
    let root = Scratch::new()?;
    let folder = minilm(root.path())?;
    let store = ModelStore::new(root.path().join("models"));
    let dir = store.add(&folder, &AddOptions::default())?;
    std::fs::remove_dir_all(&folder)?;
    let (ours, original) = (dir.config(), test_store().open(NAME)?.config().clone());
    assert_eq!(
        (ours.name.as_str(), ours.kind, ours.licence.as_str()),
        ("my-minilm", ModelKind::Encoder, "unknown")
    );
    assert_eq!((ours.architecture, ours.tokenizer_size), (original.architecture, original.tokenizer_size));
    assert_eq!((ours.max_tokens, ours.pooling), (256, Pooling::Mean));

    let vectors = added(&store, "my-minilm")?.encode(InputKind::Query, &TEXTS)?.vectors;
    assert_eq!(vectors, test_encoder(NAME).encode(InputKind::Query, &TEXTS)?.vectors);
    store.verify("my-minilm")?;
    let status = store.list().into_iter().find(|status| status.name == "my-minilm").ok_or("not listed")?;
    assert!(status.added && status.installed && status.problem.is_none());
    let mut events = Vec::new();
    store.fetch("my-minilm", &from_nowhere(), &mut |event| events.push(event))?;
    assert_eq!(events, [FetchEvent::AlreadyThere]);
    let error = store.open("other").expect_err("unknown").to_string();
    assert!(error.contains("my-minilm") && error.contains(NAME), "{error}");
    assert!(leftovers(store.root()).is_empty());

    crate::support::allow_writing(store.root());
    std::fs::write(dir.path().join("tokenizer.json"), "{}")?;
    let status = store.list().into_iter().find(|status| status.name == "my-minilm").ok_or("not listed")?;
    assert!(!status.installed && status.problem.is_some());
    Ok(())
}

#[test]
fn options_prompts_and_older_layouts_count() -> TestResult {
    let root = Scratch::new()?;
    let folder = minilm(root.path())?;
    let store = ModelStore::new(root.path().join("models"));
    write_json(
        &folder.join("config_sentence_transformers.json"),
        &json!({"prompts": {"query": "query: ", "document": "text: "}, "default_prompt_name": null}),
    )?;
    let dir = store.add(&folder, &AddOptions::default())?;
    assert_eq!(
        (dir.config().prefix(InputKind::Query), dir.config().prefix(InputKind::Passage)),
        ("query: ", "text: ")
    );

    let options = AddOptions {
        name: Some("mine.v2".into()),
        query_prefix: Some("q: ".into()),
        passage_prefix: Some(String::new()),
        max_tokens: Some(100),
        pooling: Some(Pooling::Cls),
        licence: Some("MIT".into()),
    };
    let config = store.add(&folder, &options)?.config().clone();
    assert_eq!((config.query_prefix.as_str(), config.passage_prefix.as_str()), ("q: ", ""));
    assert_eq!((config.max_tokens, config.pooling, config.licence.as_str()), (100, Pooling::Cls, "MIT"));

    // Words and no tokenizer.json, the network in a folder of its own, names with a prefix, half precision.
    let network = folder.join("0_Transformer");
    std::fs::create_dir(&network)?;
    for name in ["config.json", "tokenizer.json", "sentence_bert_config.json"] {
        std::fs::rename(folder.join(name), network.join(name))?;
    }
    change(&folder.join("modules.json"), |modules| modules[0]["path"] = "0_Transformer".into())?;
    let tokenizer: Value = serde_json::from_slice(&std::fs::read(network.join("tokenizer.json"))?)?;
    let words = tokenizer["model"]["vocab"].as_object().ok_or("no words")?;
    let mut lines: Vec<(u64, &String)> =
        words.iter().map(|(word, id)| (id.as_u64().unwrap_or_default(), word)).collect();
    lines.sort_unstable();
    let lines: Vec<&str> = lines.iter().map(|(_, word)| word.as_str()).collect();
    std::fs::write(network.join("vocab.txt"), lines.join("\n") + "\n")?;
    std::fs::remove_file(network.join("tokenizer.json"))?;
    write_json(
        &network.join("tokenizer_config.json"),
        &json!({"do_lower_case": true, "model_max_length": 1e30}),
    )?;
    let mut weights = BTreeMap::new();
    for (name, (dtype, shape, bytes)) in read_weights(&folder.join("model.safetensors"))? {
        assert!(dtype == Dtype::F32 || name.ends_with("position_ids"), "{name}");
        let half = |four: &[u8; 4]| half::f16::from_f32(f32::from_le_bytes(*four)).to_le_bytes();
        let raw = match dtype {
            Dtype::F32 => (Dtype::F16, shape, bytes.as_chunks().0.iter().flat_map(half).collect()),
            other => (other, shape, bytes),
        };
        weights.insert(format!("bert.{name}"), raw);
    }
    write_weights(&network.join("model.safetensors"), &weights)?;
    std::fs::remove_file(folder.join("model.safetensors"))?;
    std::fs::remove_file(folder.join("config_sentence_transformers.json"))?;
    store.add(&folder, &AddOptions { name: Some("old".into()), ..AddOptions::default() })?;
    let ours = Encoder::load(&store.open("old")?, Precision::F32)?;
    let original = test_encoder_at(NAME, Precision::F32);
    for text in TEXTS {
        assert_eq!(ours.tokenizer().token_ids(text)?, original.tokenizer().token_ids(text)?, "{text}");
    }
    let vectors = ours.encode(InputKind::Passage, &TEXTS)?.vectors;
    for (a, b) in vectors.iter().zip(original.encode(InputKind::Passage, &TEXTS)?.vectors) {
        assert!(cosine(a, &b) > 0.999_99, "{}", cosine(a, &b));
    }
    Ok(())
}

#[test]
fn what_is_not_supported_is_named_and_nothing_is_left_behind() -> TestResult {
    let root = Scratch::new()?;
    let folder = minilm(root.path())?;
    let store = ModelStore::new(root.path().join("models"));
    let refused = |options: &AddOptions| match store.add(&folder, options) {
        Err(ModelError::CannotAdd { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    let config = folder.join("config.json");
    for (field, value, named) in [
        ("hidden_act", json!("relu"), "relu"),
        ("position_embedding_type", json!("relative_key"), "relative_key"),
        ("model_type", json!("distilbert"), "distilbert"),
        ("num_attention_heads", json!(7), "7 attention heads"),
        ("hidden_size", json!(380), "380"),
        ("hidden_size", json!(1_000_000_000), "hidden_size"),
        ("vocab_size", json!(30_000), "30521"),
        ("num_hidden_layers", json!(7), "encoder.layer.6"),
        ("max_position_embeddings", json!(256), "position_embeddings"),
        ("architectures", json!(["BertForSequenceClassification"]), "2 classes"),
        ("layer_norm_eps", json!(0.0), "layer_norm_eps is 0"),
    ] {
        change(&config, |config| config[field] = value)?;
        let reason = refused(&AddOptions::default());
        assert!(reason.contains(named) && !reason.contains('\n'), "{field}: {reason}");
        write_json(&config, &minilm_config())?;
    }
    let options = |name: &str| AddOptions { name: Some(name.into()), ..AddOptions::default() };
    assert!(refused(&options(NAME)).contains("registry"));
    assert!(refused(&options("../up")).contains("--name"));
    assert!(
        refused(&AddOptions { max_tokens: Some(513), ..AddOptions::default() }).contains("512 positions")
    );
    let prefix = Some("a prefix of some words ".repeat(60));
    assert!(refused(&AddOptions { query_prefix: prefix, ..AddOptions::default() }).contains("too few"));

    let pooling = folder.join("1_Pooling/config.json");
    change(&pooling, |pooling| pooling["pooling_mode_mean_tokens"] = false.into())?;
    change(&pooling, |pooling| pooling["pooling_mode_max_tokens"] = true.into())?;
    assert!(refused(&AddOptions::default()).contains("pooling_mode_max_tokens"));
    change(&folder.join("modules.json"), |modules| {
        modules[2]["type"] = "sentence_transformers.models.Dense".into();
    })?;
    change(&pooling, |pooling| pooling["pooling_mode_max_tokens"] = false.into())?;
    change(&pooling, |pooling| pooling["pooling_mode_cls_token"] = true.into())?;
    assert!(refused(&AddOptions::default()).contains("Dense"));
    std::fs::remove_file(folder.join("modules.json"))?;
    assert!(refused(&AddOptions::default()).contains("--pooling"));

    let weights = folder.join("model.safetensors");
    let cls = AddOptions { pooling: Some(Pooling::Cls), ..AddOptions::default() };
    let mut tensors = read_weights(&weights)?;
    let last = tensors.get_mut("encoder.layer.5.output.LayerNorm.weight").ok_or("no such tensor")?;
    last.2[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    write_weights(&weights, &tensors)?;
    assert!(refused(&cls).contains("NaN"));
    std::fs::rename(&weights, folder.join("model-00001-of-00002.safetensors"))?;
    write_json(&folder.join("model.safetensors.index.json"), &json!({}))?;
    assert!(refused(&cls).contains("several files"));
    let placed = std::fs::read_dir(store.root())?.flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(placed.count(), 0);
    assert!(leftovers(store.root()).is_empty(), "{:?}", leftovers(store.root()));
    Ok(())
}

/// A small network with made-up weights: `positions` rows, of which the last 60 are the same for every number.
fn small_weights(positions: usize, prefix: &str, head: [&str; 2]) -> BTreeMap<String, Raw> {
    let mut tensors = BTreeMap::new();
    let mut add = |name: String, shape: &[usize], seed: usize| {
        let count: usize = shape.iter().product();
        let value = |i: usize| (((i + seed * 7919) * 2_654_435_761 % 1000) as f32 / 1000.0 - 0.5) * 0.5;
        let bytes = (0..count).flat_map(|i| value(i).to_le_bytes()).collect();
        tensors.insert(name, (Dtype::F32, shape.to_vec(), bytes));
    };
    let name = |part: &str| format!("{prefix}{part}");
    add(name("embeddings.word_embeddings.weight"), &[12, 32], 1);
    add(name("embeddings.token_type_embeddings.weight"), &[1, 32], 3);
    let mut parts = vec![("embeddings.LayerNorm".to_owned(), vec![32])];
    for layer in 0..2 {
        for (part, shape) in [
            ("attention.self.query", vec![32, 32]),
            ("attention.self.key", vec![32, 32]),
            ("attention.self.value", vec![32, 32]),
            ("attention.output.dense", vec![32, 32]),
            ("attention.output.LayerNorm", vec![32]),
            ("intermediate.dense", vec![64, 32]),
            ("output.dense", vec![32, 64]),
            ("output.LayerNorm", vec![32]),
        ] {
            parts.push((format!("encoder.layer.{layer}.{part}"), shape));
        }
    }
    for (i, (part, shape)) in parts.iter().enumerate() {
        add(name(&format!("{part}.weight")), shape, 10 + 2 * i);
        add(name(&format!("{part}.bias")), &shape[..1], 11 + 2 * i);
    }
    for (i, (part, outputs)) in head.into_iter().zip([32, 1]).enumerate() {
        add(format!("{part}.weight"), &[outputs, 32], 100 + i);
        add(format!("{part}.bias"), &[outputs], 200 + i);
    }
    let row = |row: usize| {
        (0..32).flat_map(move |i| (((row * 37 + i * 11) % 50) as f32 / 50.0 - 0.5).to_le_bytes())
    };
    let table = (0..positions).flat_map(|at| row(at + 60 - positions)).collect();
    tensors.insert(name("embeddings.position_embeddings.weight"), (Dtype::F32, vec![positions, 32], table));
    tensors
}

/// A folder with that network and a tokenizer of a few words; `separators` stand between the texts of a pair.
fn small(
    root: &Path,
    name: &str,
    config: &Value,
    weights: &BTreeMap<String, Raw>,
    separators: usize,
) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let folder = root.join(name);
    let mut all = json!({
        "hidden_act": "gelu", "hidden_size": 32, "intermediate_size": 64, "layer_norm_eps": 1e-5,
        "num_attention_heads": 4, "num_hidden_layers": 2, "type_vocab_size": 1, "vocab_size": 12,
        "id2label": {"0": "LABEL_0"},
    });
    for (field, value) in config.as_object().ok_or("no fields")? {
        all[field] = value.clone();
    }
    write_json(&folder.join("config.json"), &all)?;
    write_weights(&folder.join("model.safetensors"), weights)?;
    let words = ["<s>", "<pad>", "</s>", "<unk>", "a", "b", "c", "d", "e", "f", "g", "<mask>"];
    let vocabulary: serde_json::Map<String, Value> =
        words.iter().enumerate().map(|(id, word)| ((*word).to_owned(), id.into())).collect();
    let token = |id: &str| json!({"SpecialToken": {"id": id, "type_id": 0}});
    let text = |id: &str| json!({"Sequence": {"id": id, "type_id": 0}});
    let mut pair = vec![token("<s>"), text("A")];
    pair.extend(vec![token("</s>"); separators]);
    pair.extend([text("B"), token("</s>")]);
    let special = |id: usize| json!({"id": words[id], "ids": [id], "tokens": [words[id]]});
    write_json(
        &folder.join("tokenizer.json"),
        &json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
            "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
            "post_processor": {
                "type": "TemplateProcessing", "single": [token("<s>"), text("A"), token("</s>")], "pair": pair,
                "special_tokens": {"<s>": special(0), "</s>": special(2)},
            },
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "<unk>"},
        }),
    )?;
    Ok(folder)
}

#[test]
fn a_roberta_is_a_bert_whose_positions_begin_later() -> TestResult {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path().join("models"));
    let cls = AddOptions { pooling: Some(Pooling::Mean), ..AddOptions::default() };
    let head = ["pooler.dense", "unused"];
    let bert = json!({"model_type": "bert", "architectures": ["BertModel"], "max_position_embeddings": 60});
    store.add(&small(root.path(), "bert", &bert, &small_weights(60, "", head), 1)?, &cls)?;
    let roberta = json!({
        "model_type": "xlm-roberta", "architectures": ["XLMRobertaModel"], "max_position_embeddings": 62,
        "pad_token_id": 1,
    });
    let mut weights = small_weights(60, "roberta.", head);
    let name = "roberta.embeddings.position_embeddings.weight";
    let table = weights.get_mut(name).ok_or("no positions")?;
    // Two rows that no text uses.
    table.1 = vec![62, 32];
    table.2.splice(0..0, vec![0x3f; 2 * 32 * 4]);
    let dir = store.add(&small(root.path(), "roberta", &roberta, &weights, 2)?, &cls)?;
    assert_eq!((dir.config().architecture.first_position, dir.config().max_tokens), (2, 60));
    let texts = ["a b c", "g", "f e d c b a a b c d e f g"];
    let [a, b] = ["bert", "roberta"].map(|name| added(&store, name)?.encode(InputKind::Query, &texts));
    assert_eq!(a?.vectors, b?.vectors);
    Ok(())
}

#[test]
fn cross_encoders_of_both_families_become_rerankers() -> TestResult {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path().join("models"));
    let bert = json!({
        "model_type": "bert", "architectures": ["BertForSequenceClassification"], "max_position_embeddings": 60,
    });
    let weights = small_weights(60, "bert.", ["bert.pooler.dense", "classifier"]);
    store.add(&small(root.path(), "bert-cross", &bert, &weights, 1)?, &AddOptions::default())?;
    let roberta = json!({
        "model_type": "xlm-roberta", "architectures": ["XLMRobertaForSequenceClassification"],
        "max_position_embeddings": 61, "pad_token_id": 0,
    });
    let mut weights = small_weights(60, "roberta.", ["classifier.dense", "classifier.out_proj"]);
    let table = weights.get_mut("roberta.embeddings.position_embeddings.weight").ok_or("no positions")?;
    table.1 = vec![61, 32];
    table.2.splice(0..0, vec![0; 32 * 4]);
    store.add(&small(root.path(), "roberta-cross", &roberta, &weights, 2)?, &AddOptions::default())?;
    // The same weights with one separator: only the pair's form differs from the other one.
    store.add(&small(root.path(), "one-separator", &roberta, &weights, 1)?, &AddOptions::default())?;

    let score = |name: &str| -> Result<(Vec<f32>, usize), ModelError> {
        let reranker = Reranker::load(&store.open(name)?, Precision::F32)?;
        let reranked = reranker.score("a b", &["c d e", "g", "a b c"])?;
        Ok((reranked.scores.iter().map(|score| score.logit).collect(), reranked.tokens))
    };
    let (bert, bert_tokens) = score("bert-cross")?;
    let (one, one_tokens) = score("one-separator")?;
    let (two, two_tokens) = score("roberta-cross")?;
    assert_eq!((bert_tokens, one_tokens, two_tokens), (22, 22, 25));
    assert_eq!(bert, one, "the head's names and the positions' start make no difference");
    assert_ne!(one, two);
    let dir = store.open("roberta-cross")?;
    assert_eq!(
        (dir.config().kind, dir.config().calibration.map(|c| c.slope)),
        (ModelKind::Reranker, Some(1.0))
    );
    assert!(matches!(Encoder::load(&dir, Precision::F32), Err(ModelError::WrongKind { .. })));
    Ok(())
}
