//! The `footnote` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Must be first: the extract worker sets its limits before any thread starts.
    footnote_ingest::worker::run_if_worker();
    footnote_server::cli::main()
}
