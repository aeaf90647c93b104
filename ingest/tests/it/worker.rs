//! The worker process: limits, faults, the handshake.

use std::time::{Duration, Instant};

use footnote_ingest::worker::{ExtractLimits, Extractor};

/// Limits that run this crate's own executable as the worker.
pub(crate) fn limits() -> ExtractLimits {
    ExtractLimits {
        executable: Some(env!("CARGO_BIN_EXE_footnote-extract").into()),
        ..ExtractLimits::default()
    }
}

fn code_of(name: &str, limits: ExtractLimits) -> (&'static str, String) {
    let error = Extractor::new(limits).extract(b"some text", name, None).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn text_comes_back_from_another_process() {
    let doc = Extractor::new(limits()).extract("# Titlu\n\nUn text scurt.".as_bytes(), "a.md", None).unwrap();
    assert_eq!((doc.title.as_deref(), doc.text.as_str()), (Some("Titlu"), "Titlu\n\nUn text scurt."));
}

#[test]
fn errors_of_the_document_cross_the_boundary() {
    let extractor = Extractor::new(limits());
    assert_eq!(extractor.extract(b"", "a.txt", None).unwrap_err().code(), "empty");
    assert_eq!(extractor.extract(b"  \n", "a.txt", None).unwrap_err().code(), "empty");
    assert_eq!(extractor.extract(b"a\0b", "a.txt", None).unwrap_err().code(), "binary");
    assert_eq!(extractor.extract(b"PK\x03\x04", "a.docx", None).unwrap_err().code(), "corrupt");
    assert_eq!(extractor.extract(b"%PDF-1.4\nnothing", "a.pdf", None).unwrap_err().code(), "corrupt");
}

#[test]
fn a_large_input_never_reaches_a_worker() {
    let limits = ExtractLimits { max_input_bytes: 10, executable: Some("/nonexistent".into()), ..limits() };
    assert_eq!(
        Extractor::new(limits).extract(b"eleven bytes", "a.txt", None).unwrap_err().code(),
        "too_large"
    );
}

#[test]
fn a_large_output_is_refused() {
    let mut limits = limits();
    limits.worker.content.max_text_bytes = 100;
    let text = "word ".repeat(100);
    assert_eq!(
        Extractor::new(limits).extract(text.as_bytes(), "a.txt", None).unwrap_err().code(),
        "too_large"
    );
}

#[test]
fn a_large_document_passes_both_pipes() {
    let text = "Un paragraf.\n\n".repeat(300_000);
    let doc = Extractor::new(limits()).extract(text.as_bytes(), "a.txt", None).unwrap();
    assert_eq!(doc.blocks.len(), 300_000);
}

#[test]
fn a_panic_is_an_error_of_the_document() {
    let (code, message) = code_of("footnote-fault-panic", limits());
    assert_eq!(code, "corrupt");
    assert!(message.contains("asked to panic"), "{message}");
}

#[test]
fn crashes_are_named() {
    let (code, message) = code_of("footnote-fault-abort", limits());
    assert!(code == "worker_crashed" && message.contains("signal 6"), "{message}");
    let (code, message) = code_of("footnote-fault-stack", limits());
    assert!(code == "worker_crashed" && message.contains("stack overflow"), "{message}");
    let (code, message) = code_of("footnote-fault-exit", limits());
    assert!(code == "worker_crashed" && message.contains("exit status 3"), "{message}");
}

#[test]
fn memory_is_limited() {
    let (code, message) = code_of("footnote-fault-memory", limits());
    assert!(code == "memory_limit" && message.contains("1024 MiB"), "{message}");
}

#[test]
fn cpu_and_wall_clock_are_limited() {
    let mut cpu = limits();
    cpu.worker.max_cpu_seconds = 1;
    let (code, message) = code_of("footnote-fault-spin", cpu);
    assert!(code == "timeout" && message.contains("CPU"), "{message}");
    let started = Instant::now();
    let (code, message) =
        code_of("footnote-fault-sleep", ExtractLimits { max_wall: Duration::from_secs(1), ..limits() });
    assert!(code == "timeout" && message.contains("wall"), "{message}");
    assert!(started.elapsed() < Duration::from_secs(300), "the worker slept to its end");
}

#[test]
fn a_missing_executable_is_reported() {
    let (code, message) =
        code_of("a.txt", ExtractLimits { executable: Some("/nonexistent/footnote".into()), ..limits() });
    assert!(code == "worker_unavailable" && message.contains("/nonexistent/footnote"), "{message}");
}

#[test]
fn another_version_is_refused() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_footnote-extract"))
        .args(["--footnote-extract-worker", "0.0.0/0", "{}"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(86));
    assert!(String::from_utf8_lossy(&output.stderr).contains("0.0.0/0"));
}

#[test]
fn many_threads_share_an_extractor() {
    let extractor = Extractor::new(limits());
    std::thread::scope(|scope| {
        for i in 0..8 {
            let extractor = &extractor;
            scope.spawn(move || {
                let text = format!("Document number {i}.");
                assert_eq!(extractor.extract(text.as_bytes(), "a.txt", None).unwrap().text, text);
            });
        }
    });
}
