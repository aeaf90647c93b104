//! The binary `footnote-eval`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: this process may have been started as an extract worker, which sets its own limits.
    footnote_ingest::worker::run_if_worker();
    footnote_evals::cli::main()
}
