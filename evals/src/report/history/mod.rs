//! Earlier results: how a metric went over runs and commits.
//!
//! Results are the files that `footnote-eval retrieval --json` and `answers --json` print, kept in folders such as
//! `benches/runs/<day>-<machine>/`. Files of other measurements that lie between them are passed over. Reading is
//! separate from judging: [`Entry::parse_all`] and [`trends`] are pure, and only [`Past::read`] touches files.

mod entry;
mod figures;
mod folder;
mod setting;
mod trend;

pub use entry::{Entry, HistoryError};
pub use figures::plot;
pub use folder::Past;
pub use setting::Setting;
pub use trend::{Point, Trend, trends};
