//! Model folders nobody may write to, and a store nobody may write to.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use footnote_models::{Encoder, FetchEvent, InputKind, ModelError, ModelStore, Precision};

use crate::support::{
    NAME, Scratch, TestResult, allow_writing, copy_of_the_model, from, from_nowhere, sources,
};

/// Tells the test, started again as a user without rights, which store to use.
const ROOT: &str = "FOOTNOTE_TEST_READ_ONLY_ROOT";

/// A user every Unix has that may write nothing here.
const NOBODY: u32 = 65534;

fn mode(path: &Path) -> std::io::Result<u32> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o222)
}

#[test]
fn a_placed_model_cannot_be_written_and_is_still_replaced() -> TestResult {
    let root = Scratch::new()?;
    let store = copy_of_the_model(root.path())?;
    let folder = root.path().join(NAME);
    let tokenizer = folder.join("tokenizer.json");
    let mut bytes = std::fs::read(&tokenizer)?;
    bytes[100] ^= 1;
    std::fs::write(&tokenizer, bytes)?;
    for entry in std::fs::read_dir(&folder)?.flatten() {
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o444))?;
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555))?;
    store.fetch(NAME, &from(&sources()), &mut |_| {})?;
    store.verify(NAME)?;
    for path in [folder, tokenizer, root.path().join(NAME).join("manifest.toml")] {
        assert_eq!(mode(&path)?, 0, "{}", path.display());
    }
    Ok(())
}

/// What must work, and what must fail with a clear text, in a store that cannot be written.
fn use_the_store(root: &Path) -> TestResult {
    assert!(std::fs::write(root.join("probe"), "x").is_err(), "the store can be written");
    let store = ModelStore::new(root);
    let encoder = Encoder::load(&store.verify(NAME)?, Precision::default())?;
    assert_eq!(encoder.encode(InputKind::Query, &["a question"])?.vectors.len(), 1);
    assert!(store.list().iter().any(|status| status.name == NAME && status.installed));
    let mut events = Vec::new();
    store.fetch(NAME, &from_nowhere(), &mut |event| events.push(event))?;
    assert_eq!(events, [FetchEvent::AlreadyThere]);
    let error = store.fetch("bge-small-en-v1.5", &from_nowhere(), &mut |_| {}).expect_err("read-only");
    assert!(matches!(error, ModelError::ReadOnlyStore { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("FOOTNOTE_MODELS") && text.contains(&root.display().to_string()), "{text}");
    Ok(())
}

#[test]
fn a_read_only_store_serves_its_models_and_a_fetch_into_it_says_why_not() -> TestResult {
    if let Some(root) = std::env::var_os(ROOT) {
        return use_the_store(&PathBuf::from(root));
    }
    let scratch = Scratch::new()?;
    let root = scratch.path().join("models");
    copy_of_the_model(&root)?;
    allow_writing(scratch.path());
    std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o555))?;
    if std::fs::metadata(scratch.path())?.uid() != 0 {
        return use_the_store(&root);
    }
    // Nothing is forbidden to root, so somebody else has to try, with a copy of this program within reach.
    let program = scratch.path().join("test");
    std::fs::copy(std::env::current_exe()?, &program)?;
    let test = "read_only::a_read_only_store_serves_its_models_and_a_fetch_into_it_says_why_not";
    let output = Command::new(&program)
        .args([test, "--exact", "--nocapture"])
        .env(ROOT, &root)
        .current_dir(scratch.path())
        .uid(NOBODY)
        .gid(NOBODY)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    Ok(())
}
