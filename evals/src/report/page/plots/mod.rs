//! Plots as inline SVG, drawn by pure functions of the figures they show.
//!
//! Every kind of plot sits in a file of its own and says four things: how it is drawn, what its colours mean, what it
//! shows in words, and its numbers as a table. The drawings have no colours of their own: they name the classes of the
//! page's style sheet, so that one drawing serves light, dark and paper.

mod bars;
mod canvas;
mod frame;
mod history;
mod label;
mod latency;
mod palette;
mod panel;
mod polyline;
mod reliability;
mod risk_coverage;
mod scale;
mod scatter;
mod ticks;

pub use bars::{Bar, BarGroup, Bars};
pub use history::{History, HistoryLine, HistoryRun};
pub use latency::{Latencies, Samples};
pub use reliability::{Bin, Calibration, Reliability};
pub use risk_coverage::{RiskCoverage, RiskCurve, RiskPoint};
pub use scatter::{QueryPoint, Scatter};

#[cfg(test)]
pub(super) use label::SIZE;
pub(super) use palette::Palette;
#[cfg(test)]
pub(super) use palette::{COLOURS, DASHES};
pub(super) use panel::{Key, Panel};

use serde::{Deserialize, Serialize};

use super::table::Table;

/// A plot with its heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plot {
    /// What it shows, in a few words.
    pub title: String,
    /// What has to be known to read it, such as the level of its intervals; empty for nothing.
    #[serde(default)]
    pub caption: String,
    /// The figures.
    pub figures: Figures,
}

/// The figures of a plot; the kind of figures decides how they are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figures {
    /// A metric of several systems on several data sets, with confidence intervals.
    Bars(Bars),
    /// What abstaining buys: the error among the answers given, by the share of questions answered.
    RiskCoverage(RiskCoverage),
    /// How long queries take.
    Latencies(Latencies),
    /// How true stated confidences are.
    Reliability(Reliability),
    /// Two systems, query by query.
    Scatter(Scatter),
    /// A metric over the runs of the past.
    History(History),
}

/// What every kind of plot says of itself.
pub(super) trait Draw {
    /// The systems it shows, in the order they get their colours.
    fn systems(&self) -> Vec<&str>;
    /// What its colours and marks mean.
    fn legend(&self, palette: &Palette) -> Vec<Key>;
    /// The drawings, all to the same scales.
    fn panels(&self, palette: &Palette) -> Vec<Panel>;
    /// Its numbers.
    fn numbers(&self) -> Table;
}

impl Figures {
    pub(super) fn draw(&self) -> &dyn Draw {
        match self {
            Self::Bars(bars) => bars,
            Self::RiskCoverage(curves) => curves,
            Self::Latencies(latencies) => latencies,
            Self::Reliability(reliability) => reliability,
            Self::Scatter(scatter) => scatter,
            Self::History(history) => history,
        }
    }
}
