//! An endpoint on loopback that behaves as badly as it is told, and remembers what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// What the endpoint does with a chat request.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// Closes the connection without a word.
    HangsUp,
    /// Reads the request and says nothing.
    SaysNothing,
    /// Answers with a status, headers and a body.
    Refuses(u16, &'static str, String),
    /// Sends bytes that are no HTTP.
    Babbles,
    /// Sends an answer of that media type with this body.
    Sends(&'static str, String),
    /// Writes a text as an OpenAI stream, piece by piece, to its end.
    Writes(String),
    /// The same, but breaks off without an end.
    BreaksOff(String),
    /// The same, but then says nothing more.
    Stalls(String),
    /// Writes one sentence again and again without end.
    NeverEnds,
    /// Writes a word now and then, without end.
    Drips,
    /// One line without end.
    NoLineEnd,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) body: Value,
}

pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Set when the reader of a dripping answer went away.
    pub(crate) left: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Endpoint {
    /// Does one thing after the other, the last one for ever. Anything but a chat request is answered well.
    pub(crate) fn new(does: Vec<Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
        let address = listener.local_addr().expect("address");
        let (asked, left, stop): (Arc<Mutex<Vec<Asked>>>, Arc<AtomicBool>, Arc<AtomicBool>) =
            Default::default();
        let (log, gone, ended) = (Arc::clone(&asked), Arc::clone(&left), Arc::clone(&stop));
        std::thread::spawn(move || {
            let turn = Arc::new(AtomicUsize::new(0));
            for stream in listener.incoming() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (does, turn, log, gone) =
                    (does.clone(), Arc::clone(&turn), Arc::clone(&log), Arc::clone(&gone));
                // A connection that breaks is what these tests are about.
                std::thread::spawn(move || drop(serve(stream, &does, &turn, &log, &gone)));
            }
        });
        Self { address, asked, left, stop }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("log").iter().filter(|a| !a.body.is_null()).cloned().collect()
    }

    /// A configuration of one OpenAI engine `far` here, with short times.
    pub(crate) fn openai(&self, more: &str) -> String {
        format!(
            "[generators.far]\nkind = \"openai\"\nurl = \"http://{}/v1\"\nmodel = \"m\"\ntimeout_s = 9\n\
             connect_timeout_s = 1\nfirst_byte_timeout_s = 1.5\nidle_timeout_s = 1.5\n{more}\n\
             [answers]\nengines = [\"far\"]\n",
            self.address
        )
    }

    pub(crate) fn ollama(&self) -> String {
        self.openai("").replace("\"openai\"", "\"ollama\"").replace("/v1", "")
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
    }
}

fn serve(
    mut stream: TcpStream,
    does: &[Does],
    turn: &AtomicUsize,
    log: &Mutex<Vec<Asked>>,
    left: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let path = first.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let (mut length, mut authorization) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "authorization" => authorization = value.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    log.lock().expect("log").push(Asked { path: path.clone(), authorization, body });
    if !path.contains("chat") {
        return whole(&mut stream, 200, "content-type: application/json\r\n", "{}");
    }
    let at = turn.fetch_add(1, Ordering::Relaxed).min(does.len() - 1);
    let ollama = path.starts_with("/api/");
    match &does[at] {
        Does::HangsUp => Ok(()),
        Does::SaysNothing => hold(&stream),
        Does::Refuses(status, headers, body) => whole(&mut stream, *status, headers, body),
        Does::Babbles => stream.write_all(b"\x00\x01 this is no HTTP at all\r\n\r\n"),
        Does::Sends(media, body) => whole(&mut stream, 200, &format!("content-type: {media}\r\n"), body),
        Does::Writes(text) => {
            pieces(&mut stream, text, ollama)?;
            chunk(&mut stream, &end(ollama))?;
            stream.write_all(b"0\r\n\r\n")
        }
        Does::BreaksOff(text) => pieces(&mut stream, text, ollama),
        Does::Stalls(text) => {
            pieces(&mut stream, text, ollama)?;
            hold(&stream)
        }
        Does::NeverEnds => {
            head(&mut stream, ollama)?;
            loop {
                chunk(&mut stream, &piece("The premium plan is really very good indeed. ", ollama))?;
            }
        }
        Does::Drips => {
            head(&mut stream, ollama)?;
            while chunk(&mut stream, &piece("word ", ollama)).is_ok() {
                std::thread::sleep(Duration::from_millis(100));
            }
            left.store(true, Ordering::Relaxed);
            Ok(())
        }
        Does::NoLineEnd => {
            head(&mut stream, ollama)?;
            loop {
                chunk(&mut stream, &"x".repeat(60_000))?;
            }
        }
    }
}

/// Keeps the connection open until the other side leaves.
fn hold(mut stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(40)))?;
    stream.read(&mut [0; 1]).map(drop)
}

fn whole(stream: &mut TcpStream, status: u16, headers: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

fn head(stream: &mut TcpStream, ollama: bool) -> std::io::Result<()> {
    let media = if ollama { "application/x-ndjson" } else { "text/event-stream; charset=utf-8" };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: {media}\r\ntransfer-encoding: chunked\r\n\r\n"
    )
}

fn chunk(stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
    write!(stream, "{:x}\r\n{text}\r\n", text.len())?;
    stream.flush()
}

fn pieces(stream: &mut TcpStream, text: &str, ollama: bool) -> std::io::Result<()> {
    head(stream, ollama)?;
    for word in text.split_inclusive(' ') {
        chunk(stream, &piece(word, ollama))?;
    }
    Ok(())
}

fn piece(text: &str, ollama: bool) -> String {
    if ollama {
        return format!(
            "{}\n",
            json!({ "message": { "role": "assistant", "content": text }, "done": false })
        );
    }
    format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": { "content": text } }] }))
}

fn end(ollama: bool) -> String {
    if ollama {
        let last = json!({ "message": { "content": "" }, "done": true, "done_reason": "stop", "prompt_eval_count": 321, "eval_count": 45 });
        return format!("{last}\n");
    }
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 321, "completion_tokens": 45 } });
    format!(
        "data: {}\n\ndata: {usage}\n\ndata: [DONE]\n\n",
        json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] })
    )
}
