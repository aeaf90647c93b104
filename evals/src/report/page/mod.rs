//! Reports that a person wants to read: one plain data model, written as Markdown or as one self-contained HTML page.
//!
//! Nothing here measures, reads a clock or touches a file. A command fills a [`Page`] and asks it for text; the same page
//! gives the same bytes everywhere.

mod emphasis;
mod html;
mod markdown;
mod model;
mod number;
mod plain;
mod plots;
mod table;
mod text;

pub use model::{Block, Fact, Page, Section};
pub(super) use number::fixed;
pub use plots::{
    Bar, BarGroup, Bars, Bin, Calibration, Figures, History, HistoryLine, HistoryRun, Latencies, Plot,
    QueryPoint, Reliability, RiskCoverage, RiskCurve, RiskPoint, Samples, Scatter,
};
pub use table::{Best, Better, Cell, Column, Interval, Number, Table};

impl Section {
    /// The section for a terminal: paragraphs and tables whose columns line up. Plots are left out.
    #[must_use]
    pub fn plain(&self) -> String {
        plain::section(self)
    }
}

impl Page {
    /// The page as Markdown: GitHub's dialect, with tables and footnotes. Plots become tables of their numbers, long ones
    /// with their middle left out.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::write(self)
    }

    /// The page as one HTML file that needs nothing else: no network, no font, no library. A content security policy
    /// forbids everything but its own style sheet and its own script, which only sorts tables; without scripts the page
    /// is as complete.
    #[must_use]
    pub fn html(&self) -> String {
        html::write(self)
    }
}
