//! Whether one system is better than another, or only luckier with these queries.
//!
//! Everything is paired: both systems answered the same queries, and what is tested is the mean of the differences.
//! [`randomisation_test`] gives the p-value, [`mean_intervals`] the interval, [`holm()`] corrects for several systems,
//! [`compare()`] does all of it and lists the queries to look at, and [`Tolerance`] makes a decision of it. No shape of
//! the differences is assumed, and a seed decides every draw. Smucker, Allan and Carterette (CIKM 2007) compare the tests
//! that are in use on retrieval metrics; Sakai's "Laboratory Experiments in Information Retrieval" (2018) is the textbook.

mod bootstrap;
mod compare;
mod differences;
mod holm;
mod interval;
mod macro_mean;
mod normal;
mod paired;
mod randomisation;
mod regression;

pub use bootstrap::{Intervals, bootstrap, jackknife, mean_intervals};
pub use compare::{Comparison, Settings, compare, compare_all};
pub use differences::{Differences, QueryDifference};
pub use holm::holm;
pub use interval::{Interval, bca, percentile};
pub use macro_mean::{MacroMean, macro_mean};
pub use normal::{normal_cdf, normal_quantile};
pub use paired::{Pair, Paired, PairingError};
pub use randomisation::{Alternative, Randomisation, randomisation_test};
pub use regression::{Tolerance, Verdict};
