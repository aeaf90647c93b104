//! The server as a process: data, clients and keys made with its own command line, then started, looked at, killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;

use crate::corpus::Corpus;

/// Data to serve.
pub(crate) struct Place {
    footnote: PathBuf,
    pub(crate) data: PathBuf,
    /// Each client's name and editor key.
    pub(crate) clients: Vec<(String, String)>,
    _temporary: Option<tempfile::TempDir>,
}

/// A running server; killed when dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) url: String,
    /// Time from the start of the process until it was ready.
    pub(crate) ready_after: Duration,
}

impl Place {
    /// Makes clients with the passages spread over them, unless `keep` has them already.
    pub(crate) fn prepare(
        footnote: &Path,
        keep: Option<&Path>,
        corpus: &Corpus,
        clients: usize,
    ) -> anyhow::Result<Self> {
        let temporary = if keep.is_none() { Some(tempfile::tempdir()?) } else { None };
        let base = keep.map(Path::to_path_buf).or_else(|| temporary.as_ref().map(|t| t.path().to_path_buf()));
        let base = base.context("no folder")?;
        let data = base.join(format!("data-{}-{clients}", corpus.passages.len()));
        let mut place =
            Self { footnote: footnote.to_path_buf(), data, clients: Vec::new(), _temporary: temporary };
        let done = place.data.join("load-ready");
        if !done.exists() {
            eprintln!("indexing {} passages for {clients} clients", corpus.passages.len());
            std::fs::create_dir_all(&place.data)?;
            place.json(&["init"])?;
            for number in 0..clients {
                let name = format!("client{number}");
                place.json(&["client", "add", &name])?;
                let file = base.join(format!("{name}.jsonl"));
                let mut lines = std::io::BufWriter::new(std::fs::File::create(&file)?);
                for (n, passage) in corpus.passages.iter().enumerate().skip(number).step_by(clients) {
                    let record = serde_json::json!({ "id": format!("passage-{n}"), "text": passage });
                    writeln!(lines, "{record}")?;
                }
                lines.flush()?;
                let started = Instant::now();
                place.json(&["ingest", "--client", &name, &file.to_string_lossy()])?;
                std::fs::remove_file(&file)?;
                eprintln!("{name}: {:.1} s", started.elapsed().as_secs_f64());
            }
            std::fs::write(&done, b"")?;
        }
        for number in 0..clients {
            let name = format!("client{number}");
            let made = place.json(&["key", "add", "--role", "editor", "--clients", &name])?;
            let key = made["key"].as_str().context("no key")?.to_owned();
            place.clients.push((name, key));
        }
        Ok(place)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.footnote);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FOOTNOTE_") && name != "FOOTNOTE_MODELS" {
                command.env_remove(name);
            }
        }
        command.env("FOOTNOTE_DATA", &self.data).current_dir(&self.data);
        command
    }

    fn json(&self, args: &[&str]) -> anyhow::Result<Value> {
        let output = self.command().args(args).arg("--json").output()?;
        anyhow::ensure!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Starts the server, with its limits by credential off, and waits until it is ready.
    pub(crate) fn start(&self) -> anyhow::Result<Running> {
        let started = Instant::now();
        let mut child = self
            .command()
            .args(["serve", "--bind", "127.0.0.1:0", "--rate-per-s", "off", "--tenant-rate-per-s", "off"])
            .env("FOOTNOTE_LOG", "warn")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| self.footnote.display().to_string())?;
        let mut lines = BufReader::new(child.stderr.take().context("no standard error")?).lines();
        let url = loop {
            let line = lines.next().context("the server ended before it listened")??;
            if let Some(url) = line.split_whitespace().find(|word| word.starts_with("http://")) {
                break url.to_owned();
            }
            eprintln!("{line}");
        };
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                eprintln!("server: {line}");
            }
        });
        let agent = agent(Duration::from_secs(5));
        loop {
            let ready = agent.get(format!("{url}/readyz")).call();
            if ready.is_ok_and(|response| response.status() == 200) {
                break;
            }
            anyhow::ensure!(
                started.elapsed() < Duration::from_secs(60),
                "the server is not ready after 60 s"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(Running { child, url, ready_after: started.elapsed() })
    }
}

impl Running {
    /// Memory that is the process's now, in MiB.
    pub(crate) fn resident_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib / 1024.0)
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that gives every status back as it is.
pub(crate) fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(timeout))
        .max_idle_connections(512)
        .max_idle_connections_per_host(512)
        .build()
        .into()
}
