//! Downloads from a hub: a small HTTP server in the test that behaves and misbehaves.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use footnote_models::{FetchEvent, FetchOptions, ModelError, ModelStore};

use crate::support::{NAME, Scratch, TestResult, leftovers, sources};

/// How the server answers a request for the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// As it should.
    Well,
    /// From the start, whatever part is asked for.
    Whole,
    /// The connection ends after this many bytes.
    Cut(usize),
    /// With one byte changed.
    Wrong,
    /// With an error.
    Refuse,
}

/// A server on this machine, with the ranges that were asked for (empty: the whole file).
struct Hub {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    fn start(manner: Manner) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}/", listener.local_addr()?);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let folder = sources();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is no matter of the server's.
                let _ = answer(stream, manner, &folder, &seen);
            }
        });
        Ok(Self { address, asked })
    }

    fn options(&self) -> FetchOptions {
        FetchOptions { hub: Some(self.address.clone()), ..FetchOptions::default() }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic in the server").clone()
    }
}

fn answer(
    mut stream: TcpStream,
    manner: Manner,
    folder: &std::path::Path,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let path = request.split(' ').nth(1).unwrap_or_default();
    let name = path.strip_prefix("/sentence-transformers/all-MiniLM-L6-v2/resolve/main/").unwrap_or("none");
    let Ok(mut bytes) = std::fs::read(folder.join(name)) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    let range = head.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("range").then(|| value.to_owned())
    });
    let manner = if name == "model.safetensors" { manner } else { Manner::Well };
    if name == "model.safetensors" {
        asked.lock().expect("no panic in a test").push(range.clone().unwrap_or_default());
    }
    if manner == Manner::Refuse {
        let refusal = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return stream.write_all(refusal);
    }
    if manner == Manner::Wrong {
        bytes[1_000_000] ^= 1;
    }
    let start = range.filter(|_| manner != Manner::Whole);
    let start = start.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let start: usize = start.unwrap_or(0);
    let rest = &bytes[start..];
    let status = if start > 0 {
        format!("206 Partial Content\r\nContent-Range: bytes {start}-{}/{}", bytes.len() - 1, bytes.len())
    } else {
        "200 OK".to_owned()
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", rest.len())?;
    let sent = if let Manner::Cut(after) = manner { after } else { rest.len() };
    stream.write_all(&rest[..sent])
}

/// The part of the weights that is kept.
fn part(store: &ModelStore) -> PathBuf {
    store.root().join(format!(".{NAME}.model.safetensors.part"))
}

/// A store with the first million bytes of the weights.
fn begun(root: &Scratch) -> Result<ModelStore, Box<dyn std::error::Error>> {
    let store = ModelStore::new(root.path());
    let weights = std::fs::read(sources().join("model.safetensors"))?;
    std::fs::write(part(&store), &weights[..1_000_000])?;
    Ok(store)
}

#[test]
fn a_download_that_was_cut_off_goes_on_where_it_ended() -> TestResult {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path());
    let cut = Hub::start(Manner::Cut(40_000_000))?;
    let error = store.fetch(NAME, &cut.options(), &mut |_| {}).expect_err("cut off").to_string();
    assert!(error.contains("of 90868376 bytes; run it again to go on"), "{error}");
    assert!(!error.contains('\n') && error.contains("Hugging Face hub"), "{error}");
    assert!(matches!(store.open(NAME), Err(ModelError::NotInstalled { .. })));
    let have = std::fs::metadata(part(&store))?.len();
    assert!(have > 30_000_000, "{have}");

    let well = Hub::start(Manner::Well)?;
    let mut progress = Vec::new();
    store.fetch(NAME, &well.options(), &mut |event| {
        if let FetchEvent::Progress { file: "model.safetensors", done, total } = event {
            progress.push((done, total));
        }
    })?;
    assert_eq!(well.asked(), [format!("bytes={have}-")]);
    assert!(progress.is_sorted() && progress[0].0 > have, "{:?}", progress[0]);
    assert_eq!(progress.last(), Some(&(90_868_376, 90_868_376)));
    store.verify(NAME)?;
    assert!(leftovers(root.path()).is_empty(), "{:?}", leftovers(root.path()));
    Ok(())
}

#[test]
fn a_server_that_ignores_ranges_sends_it_all_again() -> TestResult {
    let root = Scratch::new()?;
    let store = begun(&root)?;
    let hub = Hub::start(Manner::Whole)?;
    store.fetch(NAME, &hub.options(), &mut |_| {})?;
    assert_eq!(hub.asked(), ["bytes=1000000-"]);
    store.verify(NAME)?;
    Ok(())
}

#[test]
fn a_wrong_file_is_refused_and_not_kept() -> TestResult {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path());
    let hub = Hub::start(Manner::Wrong)?;
    let error = store.fetch(NAME, &hub.options(), &mut |_| {}).expect_err("another file");
    let ModelError::WrongHash { file, expected, .. } = &error else { return Err(error.into()) };
    assert!(file.contains("model.safetensors") && expected.starts_with("53aa5117"), "{error}");
    assert!(!part(&store).exists(), "the part is deleted");
    assert!(matches!(store.open(NAME), Err(ModelError::NotInstalled { .. })));
    Ok(())
}

#[test]
fn a_damaged_part_is_thrown_away_and_an_error_keeps_it() -> TestResult {
    let root = Scratch::new()?;
    let store = begun(&root)?;
    let refuse = Hub::start(Manner::Refuse)?;
    let error = store.fetch(NAME, &refuse.options(), &mut |_| {}).expect_err("refused").to_string();
    assert!(error.contains("503"), "{error}");
    let mut bytes = std::fs::read(part(&store))?;
    assert_eq!(bytes.len(), 1_000_000, "what is there stays");
    bytes[500_000] ^= 1;
    std::fs::write(part(&store), bytes)?;
    let well = Hub::start(Manner::Well)?;
    store.fetch(NAME, &well.options(), &mut |_| {})?;
    assert_eq!(well.asked(), ["bytes=1000000-", ""]);
    store.verify(NAME)?;
    Ok(())
}

#[test]
fn a_model_without_a_repository_and_a_hub_that_is_not_there_say_so() -> TestResult {
    let root = Scratch::new()?;
    let store = ModelStore::new(root.path());
    let options = FetchOptions { hub: Some("http://127.0.0.1:9".into()), ..FetchOptions::default() };
    let error = store.fetch("bge-small-en-v1.5", &options, &mut |_| {}).expect_err("none").to_string();
    assert!(error.contains("no repository"), "{error}");
    let error = store.fetch(NAME, &options, &mut |_| {}).expect_err("nobody there").to_string();
    assert!(error.contains("model.safetensors") && !error.contains('\n'), "{error}");
    Ok(())
}
