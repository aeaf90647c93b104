//! Fetching from what the operator has, and every way a stored model can be damaged.

use std::path::Path;

use footnote_models::{
    Encoder, FetchEvent, FetchOptions, ModelError, ModelStore, Precision,
    testing::{test_encoder, test_store},
};

type TestResult = Result<(), Box<dyn std::error::Error>>;

const NAME: &str = "all-minilm-l6-v2";

/// A store in `root` with a copy of the model.
fn copy_of_the_model(root: &Path) -> Result<ModelStore, Box<dyn std::error::Error>> {
    drop(test_encoder(NAME));
    let from = test_store().root().join(NAME);
    let store = ModelStore::new(root);
    store.fetch(NAME, &FetchOptions { from: Some(from), offline: true }, &mut |_| {})?;
    Ok(store)
}

#[test]
fn a_missing_model_names_the_command_and_an_unusable_source_names_itself() -> TestResult {
    let root = tempfile::tempdir()?;
    let store = ModelStore::new(root.path());
    let error = store.open(NAME).expect_err("nothing there").to_string();
    assert!(error.contains(&format!("footnote models fetch {NAME}")), "{error}");
    let options = FetchOptions { from: None, offline: true };
    let error = store.fetch(NAME, &options, &mut |_| {}).expect_err("no source").to_string();
    assert!(error.contains(NAME) && error.contains("--from") && !error.contains('\n'), "{error}");
    let missing = FetchOptions { from: Some(root.path().join("nowhere")), offline: true };
    let error = store.fetch(NAME, &missing, &mut |_| {}).expect_err("no such file").to_string();
    assert!(error.contains("nowhere") && error.contains("no such file"), "{error}");
    assert!(store.list().iter().all(|status| !status.installed && status.problem.is_none()));
    Ok(())
}

#[test]
fn a_source_with_another_hash_names_both_hashes() -> TestResult {
    let root = tempfile::tempdir()?;
    std::fs::write(root.path().join("e5-small-q4.bin"), "E5S1 but not really")?;
    let store = ModelStore::new(root.path().join("store"));
    let options = FetchOptions { from: Some(root.path().join("e5-small-q4.bin")), offline: true };
    let error = store.fetch("multilingual-e5-small-q4", &options, &mut |_| {}).expect_err("wrong file");
    let ModelError::WrongHash { file, expected, found, .. } = &error else {
        return Err(error.into());
    };
    assert!(file.contains("e5-small-q4.bin") && expected.starts_with("1571fc98") && found.len() == 64);
    assert!(store.open("multilingual-e5-small-q4").is_err(), "nothing is left behind");
    Ok(())
}

#[test]
fn damage_is_an_error_at_load_and_fetch_repairs_it() -> TestResult {
    let root = tempfile::tempdir()?;
    let store = copy_of_the_model(root.path())?;
    store.verify(NAME)?;
    let weights = root.path().join(NAME).join("model.safetensors");
    let tokenizer = root.path().join(NAME).join("tokenizer.json");
    let sound = std::fs::read(&weights)?;

    let mut flipped = sound.clone();
    flipped[50_000_000] ^= 1;
    std::fs::write(&weights, &flipped)?;
    let dir = store.open(NAME)?;
    assert!(matches!(Encoder::load(&dir, Precision::default()), Err(ModelError::WrongHash { .. })));
    assert!(matches!(store.verify(NAME), Err(ModelError::WrongHash { .. })));

    std::fs::write(&weights, &sound[..1000])?;
    assert!(matches!(store.open(NAME), Err(ModelError::Damaged { .. })), "a truncated file");
    std::fs::copy(&tokenizer, &weights)?;
    assert!(matches!(store.open(NAME), Err(ModelError::Damaged { .. })), "another file in its place");
    assert!(store.list().iter().any(|status| status.problem.is_some()));

    std::fs::write(&weights, &sound)?;
    store.verify(NAME)?;
    std::fs::remove_file(&tokenizer)?;
    let error = store.open(NAME).expect_err("no tokenizer").to_string();
    assert!(error.contains("tokenizer.json"), "{error}");

    let mut events = Vec::new();
    let from = Some(test_store().root().join(NAME));
    store
        .fetch(NAME, &FetchOptions { from: from.clone(), offline: true }, &mut |event| events.push(event))?;
    assert!(events.iter().any(|event| matches!(event, FetchEvent::Done { .. })));
    store.verify(NAME)?;
    events.clear();
    store.fetch(NAME, &FetchOptions { from, offline: true }, &mut |event| events.push(event))?;
    assert_eq!(events, [FetchEvent::AlreadyThere]);
    let leftovers = std::fs::read_dir(root.path())?.flatten();
    let leftovers: Vec<_> =
        leftovers.filter(|entry| entry.file_name().to_string_lossy().contains(".tmp-")).collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
    Ok(())
}

#[test]
fn a_tokenizer_of_another_model_is_refused_even_with_a_matching_manifest() -> TestResult {
    let root = tempfile::tempdir()?;
    let store = copy_of_the_model(root.path())?;
    let e5 = test_encoder("multilingual-e5-small-q4");
    let foreign = std::fs::read(test_store().root().join(&e5.info().name).join("tokenizer.json"))?;
    let dir = root.path().join(NAME);
    let old = std::fs::read(dir.join("tokenizer.json"))?;
    std::fs::write(dir.join("tokenizer.json"), &foreign)?;
    let manifest = std::fs::read_to_string(dir.join("manifest.toml"))?;
    let (before, after) = manifest.split_once("[[file]]").ok_or("a manifest without files")?;
    let own = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037";
    let after = after.replace(own, &e5.info().tokenizer_sha256);
    let after = after.replace(&format!("bytes = {}", old.len()), &format!("bytes = {}", foreign.len()));
    std::fs::write(dir.join("manifest.toml"), format!("{before}[[file]]{after}"))?;
    let error = Encoder::load(&store.open(NAME)?, Precision::default()).expect_err("a foreign tokenizer");
    assert!(matches!(error, ModelError::TokenizerMismatch { .. }), "{error}");
    Ok(())
}
