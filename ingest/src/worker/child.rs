//! The worker's side: confine, read one request, answer, exit.

use std::ffi::OsString;
use std::io::Write;
use std::panic::AssertUnwindSafe;

use super::frame::{self, Reply, Request};
use super::{EXIT_PROTOCOL, EXIT_VERSION, WORKER_ARG, WorkerLimits, handshake, sys};
use crate::error::ExtractError;
use crate::extract::{Extracted, extract_in_process};

/// Stack of the parsing thread: parsers recurse as deep as a document nests.
const STACK_BYTES: usize = 64 << 20;

/// Turns this process into an extract worker when it was started as one; then it never returns.
///
/// Call it first thing in `main` of every binary that extracts documents, before any thread starts and any file is opened.
pub fn run_if_worker() {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|arg| arg == WORKER_ARG) {
        std::process::exit(run(args));
    }
}

/// The worker's life; returns its exit status.
fn run(mut args: impl Iterator<Item = OsString>) -> i32 {
    let version = args.next().unwrap_or_default();
    if version.to_str() != Some(&handshake()) {
        eprintln!("this is extract worker {}, started by {}", handshake(), version.display());
        return EXIT_VERSION;
    }
    let limits = args.next().and_then(|a| serde_json::from_str::<WorkerLimits>(a.to_str()?).ok());
    let Some(limits) = limits else {
        eprintln!("the limits in the arguments are unreadable");
        return EXIT_PROTOCOL;
    };
    if let Err(error) = sys::confine(&limits) {
        eprintln!("limits could not be set: {error}");
        return EXIT_PROTOCOL;
    }
    let (request, body) =
        match frame::read::<Request>(&mut std::io::stdin().lock(), frame::MAX_REQUEST_HEADER_BYTES, u64::MAX)
        {
            Ok(frame) => frame,
            Err(error) => {
                eprintln!("the request is unreadable: {error}");
                return EXIT_PROTOCOL;
            }
        };
    let (reply, text) = match extract_guarded(&request, &body, &limits) {
        Ok(mut doc) => {
            let text = std::mem::take(&mut doc.text);
            (Reply::Ok(Box::new(doc)), text)
        }
        Err(error) => (Reply::Err(error), String::new()),
    };
    let written =
        frame::write(&mut std::io::BufWriter::new(std::io::stdout().lock()), &reply, text.as_bytes());
    i32::from(written.is_err()) * EXIT_PROTOCOL
}

/// Extracts on a thread with a large stack; a panic of a parser becomes an error of the document.
fn extract_guarded(request: &Request, body: &[u8], limits: &WorkerLimits) -> Result<Extracted, ExtractError> {
    std::panic::set_hook(Box::new(|info| {
        // One line for the parent's error text; a backtrace would be noise.
        let place = info.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "panic{place}");
    }));
    std::thread::scope(|scope| {
        let work = || {
            let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
                injected_fault(&request.name);
                extract_in_process(body, &request.name, request.mime.as_deref(), &limits.content)
            }));
            result.unwrap_or_else(|panic| {
                Err(ExtractError::corrupt(
                    "the document",
                    format!("the parser failed: {}", panic_text(&*panic)),
                ))
            })
        };
        let thread = std::thread::Builder::new()
            .name("extract".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work);
        match thread {
            Ok(handle) => handle
                .join()
                .unwrap_or_else(|_| Err(ExtractError::corrupt("the document", "the parser failed"))),
            Err(_) => Err(ExtractError::MemoryLimit { limit_mib: limits.max_memory_bytes >> 20 }),
        }
    })
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

/// Faults that a test provokes by the name of a document, in builds with debug assertions. They hurt only the worker that was asked.
fn injected_fault(name: &str) {
    if !cfg!(debug_assertions) {
        return;
    }
    match name {
        "footnote-fault-panic" => std::panic::panic_any("asked to panic".to_owned()),
        "footnote-fault-abort" => std::process::abort(),
        "footnote-fault-stack" => {
            std::hint::black_box(recurse(0));
        }
        "footnote-fault-memory" => {
            std::hint::black_box(vec![1u8; 8 << 30]);
        }
        "footnote-fault-spin" => loop {
            std::hint::spin_loop();
        },
        "footnote-fault-sleep" => std::thread::sleep(std::time::Duration::from_secs(600)),
        "footnote-fault-exit" => std::process::exit(3),
        _ => {}
    }
}

#[expect(unconditional_recursion, reason = "the point is to overflow the stack")]
fn recurse(depth: u64) -> u64 {
    std::hint::black_box(recurse(std::hint::black_box(depth + 1))) + 1
}
