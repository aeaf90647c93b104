//! `footnote-extract FILE...`: prints what the extract worker makes of each file, one JSON object a line. A debugging tool.

use std::process::ExitCode;
use std::time::Instant;

use footnote_ingest::worker::{ExtractLimits, Extractor, run_if_worker};

fn main() -> ExitCode {
    run_if_worker();
    let paths: Vec<String> = std::env::args().skip(1).collect();
    if paths.is_empty() {
        eprintln!("usage: footnote-extract FILE...");
        return ExitCode::from(2);
    }
    let extractor = Extractor::new(ExtractLimits::default());
    let mut failed = false;
    for path in &paths {
        let started = Instant::now();
        let result =
            std::fs::read(path).map_err(|e| e.to_string()).map(|bytes| extractor.extract(&bytes, path, None));
        let ms = started.elapsed().as_millis();
        let line = match result {
            Ok(Ok(document)) => serde_json::json!({ "path": path, "ms": ms, "document": document }),
            Ok(Err(error)) => {
                serde_json::json!({ "path": path, "ms": ms, "error": error, "message": error.to_string() })
            }
            Err(message) => serde_json::json!({ "path": path, "ms": ms, "message": message }),
        };
        failed |= line.get("document").is_none();
        println!("{line}");
    }
    if failed { ExitCode::from(3) } else { ExitCode::SUCCESS }
}
