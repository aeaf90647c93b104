//! Writes a small data directory in this release's format, for `tests/fixtures`.

#[path = "../tests/it/support.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use std::path::Path;

use footnote_index::{KeySpec, Name, Role};
use support::{accept, client, ingest, open};

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
    engine.fail(&acme, &broken.document_id, broken.version, "unreadable", "not a PDF")?;
    accept(&engine, &acme, "waiting.txt", "common waiting");
    let other = client(&engine, "other");
    ingest(&engine, &other, "contract.txt", "common contract of somebody else");
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
