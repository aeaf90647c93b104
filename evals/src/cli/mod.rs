//! The command line of `footnote-eval`.

mod ann;
mod answers;
mod compare;
mod gate;
mod host;
mod leakcheck;
mod report;
mod retrieval;
mod suite;
mod sweep;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures what Footnote retrieves and answers.
#[derive(Debug, Parser)]
#[command(name = "footnote-eval", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Retrieval(retrieval::Arguments),
    Answers(answers::Arguments),
    Compare(compare::Arguments),
    Report(report::Arguments),
    Gate(gate::Arguments),
    Suite(suite::Arguments),
    Sweep(sweep::Arguments),
    Ann(ann::Arguments),
    Leakcheck(leakcheck::Arguments),
}

/// Runs the program and returns its exit code: 0 ok, 1 failed, 2 usage (from the argument parser itself).
#[must_use]
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Retrieval(arguments) => retrieval::run(&arguments),
        Command::Answers(arguments) => answers::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Gate(arguments) => gate::run(&arguments),
        Command::Suite(arguments) => suite::run(&arguments),
        Command::Sweep(arguments) => sweep::run(&arguments),
        Command::Ann(arguments) => ann::run(&arguments),
        Command::Leakcheck(arguments) => leakcheck::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_definitions_are_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn usage_errors_exit_with_two() {
        for arguments in [
            vec!["footnote-eval"],
            vec!["footnote-eval", "retrieval"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--systems", "colbert"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--chunker", "words"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--top-k", "0"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--top-k", "1001"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--rerank-of", "rerank"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--precision", "int4"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--limit-queries", "0"],
            vec!["footnote-eval", "retrieval", "--dataset", "d", "--seed", "1"],
            vec!["footnote-eval", "answers"],
            vec!["footnote-eval", "answers", "--dataset", "d", "--full", "--answerable", "5"],
            vec![
                "footnote-eval",
                "retrieval",
                "--dataset",
                "d",
                "--server",
                "http://h",
                "--model",
                "all-minilm-l6-v2",
            ],
            vec!["footnote-eval", "suite"],
            vec!["footnote-eval", "sweep"],
            vec!["footnote-eval", "leakcheck", "--other-key", "k"],
            vec!["footnote-eval", "ann", "--client", "c"],
            vec!["footnote-eval", "ann", "--client", "c", "--data", "d", "--server", "http://h"],
            vec!["footnote-eval", "compare", "--baseline", "a"],
            vec!["footnote-eval", "compare", "--baseline", "a", "b", "--fail-below", "-1"],
        ] {
            let error = Cli::try_parse_from(&arguments).expect_err("refused");
            assert_eq!(error.exit_code(), 2, "{arguments:?}");
        }
    }
}
