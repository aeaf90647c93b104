//! Progress of long work: a bar with a rate on a terminal, a plain line now and then in a log. Always on stderr.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Time between two plain lines.
const INTERVAL: Duration = Duration::from_secs(10);

/// One counted piece of work, such as `embedding 3633 chunks`.
pub struct Progress {
    what: String,
    unit: &'static str,
    total: usize,
    done: usize,
    started: Instant,
    last_line: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts to count up to `total` of `unit`.
    #[must_use]
    pub fn start(what: impl Into<String>, total: usize, unit: &'static str) -> Self {
        let what = what.into();
        let bar = stderr().is_terminal().then(|| {
            let template =
                format!("{{msg:24}} {{bar:30}} {{human_pos}}/{{human_len}} {unit}  {{per_sec}}  {{eta}}");
            let style =
                ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total as u64).with_style(style).with_message(what.clone())
        });
        let now = Instant::now();
        Self { what, unit, total, done: 0, started: now, last_line: now, bar }
    }

    /// Counts `count` more as done.
    pub fn advance(&mut self, count: usize) {
        self.done += count;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done as u64);
        } else if self.last_line.elapsed() >= INTERVAL {
            self.last_line = Instant::now();
            eprintln!("{}", self.line());
        }
    }

    /// Ends the work with one plain line, and returns how long it took.
    pub fn finish(self) -> Duration {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        eprintln!("{}", self.line());
        self.started.elapsed()
    }

    fn line(&self) -> String {
        let seconds = self.started.elapsed().as_secs_f64();
        let rate = if seconds > 0.0 { self.done as f64 / seconds } else { 0.0 };
        format!(
            "{}: {}/{} {} in {seconds:.1} s, {rate:.1} a second",
            self.what, self.done, self.total, self.unit
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_and_names_the_unit() {
        let mut progress = Progress::start("embedding", 10, "chunks");
        progress.advance(3);
        progress.advance(4);
        assert!(progress.line().starts_with("embedding: 7/10 chunks in "), "{}", progress.line());
    }
}
