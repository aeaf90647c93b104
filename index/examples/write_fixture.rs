//! Writes a small data directory in this release's format, for `tests/fixtures`.

#[path = "../tests/it/support.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use std::path::Path;

use footnote_index::{Engine, GenerationSpec, KeySpec, Name, NewDocument, Result, Role, Scope};
use support::{accept, client, failure, ingest, open, prepare, spec};

/// Puts every document the generation lacks, cut as the first generation's are.
fn put_all(engine: &Engine, scope: &Scope, generation: u32) -> Result<()> {
    for (document_id, version) in engine.missing_in(scope, generation, None, 100)? {
        let text = engine.text(scope, &document_id, Some(version), None)?.text;
        let accepted =
            footnote_index::Accepted { document_id, version, outcome: footnote_index::Outcome::Changed };
        let mut prepared = prepare(&accepted, &text);
        prepared.generation = generation;
        engine.put(scope, &[prepared])?;
    }
    Ok(())
}

/// A client that swapped once, can roll back, and builds a third generation.
fn swapped(engine: &Engine) -> Result<()> {
    let scope = client(engine, "swapped");
    let other = |name: &str| GenerationSpec { fingerprint: name.into(), name: name.into(), ..spec() };
    let metadata = serde_json::json!({"tags": ["hr", "2026"], "year": 2026, "author": "Ana Ionescu"});
    let bytes = "common policy of 2026".as_bytes();
    let policy = engine.accept(
        &scope,
        &NewDocument {
            uri: "policy.md",
            title: Some("Policy"),
            mime: Some("text/markdown"),
            metadata: metadata.as_object().expect("an object"),
            bytes,
        },
    )?;
    engine.publish(&scope, &[prepare(&policy, "common policy of 2026")])?;
    ingest(engine, &scope, "empty.txt", "");
    let second = engine.begin_generation(&scope, &other("second"))?.id;
    put_all(engine, &scope, second)?;
    engine.seal_generation(&scope, second)?;
    engine.swap_generation(&scope, second)?;
    engine.begin_generation(&scope, &other("third"))?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).ok_or("usage: write_fixture DIRECTORY")?;
    let dir = Path::new(&target);
    let engine = open(dir);
    let acme = client(&engine, "acme");
    ingest(&engine, &acme, "contract.txt", "common contract of 2025: old");
    ingest(&engine, &acme, "contract.txt", "common contract of 2026: preț 5 zł\ncommon second line");
    ingest(&engine, &acme, "letter.txt", "common letter");
    let gone = ingest(&engine, &acme, "gone.txt", "common gone");
    engine.delete(&acme, &gone.document_id)?;
    let broken = accept(&engine, &acme, "broken.pdf", "%PDF-broken");
    engine.fail(&acme, &broken.document_id, broken.version, &failure("unreadable", "not a PDF"))?;
    accept(&engine, &acme, "waiting.txt", "common waiting");
    let other = client(&engine, "other");
    ingest(&engine, &other, "contract.txt", "common contract of somebody else");
    swapped(&engine)?;
    let key = engine.control().create_key(&KeySpec {
        tenant: Name::new("default")?,
        label: "fixture".into(),
        role: Role::Editor,
        clients: Some(vec![Name::new("acme")?]),
        expires_ms: None,
    })?;
    // Closing folds the logs into the databases.
    drop(engine);
    std::fs::write(dir.join("key.txt"), key.key)?;
    std::fs::remove_file(dir.join("lock"))?;
    for entry in std::fs::read_dir(dir.join("clients"))? {
        std::fs::remove_dir_all(entry?.path().join("gen"))?;
    }
    Ok(())
}
