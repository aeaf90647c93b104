//! Fetching a model, with a progress bar on a terminal and plain lines otherwise.

use footnote_models::{FetchEvent, FetchOptions, ModelDir, ModelStore};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Per cent between two plain lines of progress.
const STEP: u64 = 10;

/// Bytes in a megabyte.
const MEGABYTE: f64 = 1e6;

/// Where progress is shown.
struct Display<'a> {
    model: &'a str,
    bar: ProgressBar,
    /// The file of the last plain line, and its per cent.
    said: Option<(&'static str, u64)>,
}

/// Fetches a model unless a sound copy is there.
pub(in crate::cli) fn fetch(
    store: &ModelStore,
    name: &str,
    options: &FetchOptions,
) -> anyhow::Result<ModelDir> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template(
        "{msg} {bytes}/{total_bytes} [{bar:30}] {bytes_per_sec}, {eta} left",
    )?);
    let mut display = Display { model: name, bar, said: None };
    let fetched = store.fetch(name, options, &mut |event| display.show(event));
    display.bar.finish_and_clear();
    Ok(fetched?)
}

impl Display<'_> {
    fn show(&mut self, event: FetchEvent) {
        let name = self.model;
        match event {
            FetchEvent::Trying { source } => self.say(&format!("fetching {name} from {source}")),
            FetchEvent::SourceFailed { source, reason } => {
                self.say(&format!("{source} cannot be used: {reason}"));
            }
            FetchEvent::Progress { file, done, total } => self.progress(file, done, total),
            FetchEvent::Converting => self.say(&format!("{name}: files match their SHA-256, converting")),
            FetchEvent::Done { path } => self.say(&format!("{name} is in {}", path.display())),
            _ => {}
        }
    }

    /// One line, above the bar if there is one yet.
    fn say(&self, text: &str) {
        if self.bar.is_hidden() || self.bar.length().is_none() {
            eprintln!("{text}");
        } else {
            self.bar.println(text);
        }
    }

    fn progress(&mut self, file: &'static str, done: u64, total: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_message(file);
            self.bar.set_length(total);
            self.bar.set_position(done);
            return;
        }
        let percent = done * 100 / total.max(1) / STEP * STEP;
        if percent > 0 && self.said.is_none_or(|(of, last)| of != file || percent > last) {
            self.said = Some((file, percent));
            let (done, total) = (done as f64 / MEGABYTE, total as f64 / MEGABYTE);
            self.say(&format!("{file}: {done:.0} of {total:.0} MB ({percent} %)"));
        }
    }
}
