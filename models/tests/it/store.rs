//! Fetching from what the operator has, and every way a stored model can be damaged.

use footnote_models::{
    Encoder, FetchEvent, ModelError, ModelStore, Precision,
    testing::{test_encoder, test_store},
};

use crate::support::{NAME, Scratch, TestResult, copy_of_the_model, from, from_nowhere, leftovers, sources};

#[test]
fn a_missing_model_names_the_command_and_an_unusable_source_names_itself() -> TestResult {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path());
    let error = store.open(NAME).expect_err("nothing there").to_string();
    assert!(error.contains(&format!("footnote models fetch {NAME}")), "{error}");
    let error = store.fetch(NAME, &from_nowhere(), &mut |_| {}).expect_err("no source").to_string();
    assert!(error.contains(NAME) && error.contains("--from") && !error.contains('\n'), "{error}");
    let missing = root.path().join("nowhere");
    let error = store.fetch(NAME, &from(&missing), &mut |_| {}).expect_err("no such file").to_string();
    assert!(error.contains("nowhere") && error.contains("no such file"), "{error}");
    assert!(store.list().iter().all(|status| !status.installed && status.problem.is_none()));
    Ok(())
}

#[test]
fn a_source_with_another_hash_names_both_hashes() -> TestResult {
    let root = Scratch::new()?;
    std::fs::write(root.path().join("e5-small-q4.bin"), "E5S1 but not really")?;
    let store = ModelStore::new(root.path().join("store"));
    let options = from(&root.path().join("e5-small-q4.bin"));
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
    let root = Scratch::new()?;
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
    store.fetch(NAME, &from(&sources()), &mut |event| events.push(event))?;
    assert!(events.iter().any(|event| matches!(event, FetchEvent::Done { .. })));
    store.verify(NAME)?;
    events.clear();
    store.fetch(NAME, &from_nowhere(), &mut |event| events.push(event))?;
    assert_eq!(events, [FetchEvent::AlreadyThere]);
    assert!(leftovers(root.path()).is_empty(), "{:?}", leftovers(root.path()));
    Ok(())
}

#[test]
fn a_folder_of_an_older_version_is_described_anew_without_any_source() -> TestResult {
    let root = Scratch::new()?;
    let store = copy_of_the_model(root.path())?;
    let manifest = root.path().join(NAME).join("manifest.toml");
    let current = std::fs::read_to_string(&manifest)?;
    let entries = current.find("[[source]]").ok_or("no sources")?;
    let older = [
        ("format 1", format!("format = 1\nname = \"{NAME}\"\n\n{}", &current[entries..])),
        ("described differently", current.replace("max_tokens = 256", "max_tokens = 512")),
    ];
    for (what, older) in older {
        assert_ne!(older, current);
        crate::support::allow_writing(root.path());
        std::fs::write(&manifest, older)?;
        let error = store.open(NAME).expect_err(what).to_string();
        assert!(error.contains(what) && error.contains(&format!("footnote models fetch {NAME}")), "{error}");
        assert!(store.list().iter().any(|status| status.name == NAME && status.problem.is_some()));
        store.fetch(NAME, &from_nowhere(), &mut |_| {})?;
        store.verify(NAME)?;
        assert_eq!(std::fs::read_to_string(&manifest)?, current);
    }
    Ok(())
}

#[test]
fn an_older_folder_with_a_damaged_file_or_other_sources_is_not_taken_over() -> TestResult {
    let root = Scratch::new()?;
    let store = copy_of_the_model(root.path())?;
    let manifest = root.path().join(NAME).join("manifest.toml");
    let current = std::fs::read_to_string(&manifest)?;
    let older = current.replace("format = 2", "format = 1");
    let own = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";
    std::fs::write(&manifest, older.replacen(own, &"0".repeat(64), 1))?;
    assert!(matches!(store.fetch(NAME, &from_nowhere(), &mut |_| {}), Err(ModelError::Unobtainable { .. })));
    std::fs::write(&manifest, older)?;
    let tokenizer = root.path().join(NAME).join("tokenizer.json");
    let mut bytes = std::fs::read(&tokenizer)?;
    bytes[100] ^= 1;
    std::fs::write(&tokenizer, bytes)?;
    assert!(matches!(store.fetch(NAME, &from_nowhere(), &mut |_| {}), Err(ModelError::Unobtainable { .. })));
    Ok(())
}

#[test]
fn a_name_that_is_no_models_lists_those_there_are() -> TestResult {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path());
    for name in ["bert", "", "..", "../etc", ".", "A"] {
        let error = store.open(name).expect_err("no such model");
        assert!(matches!(error, ModelError::UnknownModel { .. }), "{name}: {error}");
        assert!(error.to_string().contains(NAME), "{error}");
        assert!(store.fetch(name, &from_nowhere(), &mut |_| {}).is_err());
    }
    Ok(())
}

#[test]
fn a_tokenizer_of_another_model_is_refused_even_with_a_matching_manifest() -> TestResult {
    let root = Scratch::new()?;
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
