//! The built binary, run as a user runs it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The command with a clean environment: no settings of whoever runs the tests.
pub(crate) fn footnote(data: &Path) -> Command {
    // The model has to be there: the helper fetches it, or fails the test.
    drop(footnote_models::testing::test_model(footnote_models::DEFAULT_MODEL));
    let mut command = Command::new(env!("CARGO_BIN_EXE_footnote"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FOOTNOTE_") && name != "FOOTNOTE_MODELS" {
            command.env_remove(name);
        }
    }
    command.env("FOOTNOTE_DATA", data).current_dir(data);
    command
}

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(data: &Path, args: &[&str]) -> Ran {
    ran(footnote(data).args(args).output().expect("footnote starts"))
}

pub(crate) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs a command that must succeed with `--json` and gives its object.
pub(crate) fn json(data: &Path, args: &[&str]) -> Value {
    let ran = run(data, &[args, &["--json"]].concat());
    assert_eq!(ran.code, Some(0), "{args:?}: {}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", ran.out))
}

/// A running `footnote serve` on a port of its own; killed when dropped.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
}

impl Serving {
    pub(crate) fn start(data: &Path, args: &[&str]) -> Self {
        let mut child = footnote(data)
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(args)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("footnote starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut seen = String::new();
        let url = loop {
            let line = lines.next().unwrap_or_else(|| panic!("no address: {seen}")).expect("readable");
            if let Some(url) = line.split_whitespace().find(|w| w.starts_with("http://")) {
                break url.to_owned();
            }
            seen.push_str(&line);
        };
        // Keep reading, or the server would block on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }
}

impl Serving {
    /// Sends SIGTERM and waits for the end.
    pub(crate) fn terminate(mut self) -> std::process::ExitStatus {
        let sent = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill starts");
        assert!(sent.success());
        self.child.wait().expect("it ends")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
