//! Metrics of answers: whether they hold what was asked for, whether what they cite is true and right, and whether the
//! system knows when to be silent.
//!
//! One [`AnswerRecord`] a question is all that is read; [`AnswerRun`] holds those of a run, and [`AnswerMetrics`] is every
//! figure of it in one place. Nothing here runs an engine or a model: whether a passage supports a sentence is asked of a
//! [`SupportJudge`] that the caller brings.

mod abstention;
mod alce;
mod auroc;
mod calibration;
mod citations;
mod containment;
mod forecasts;
mod normalise;
mod overlap;
mod per_question;
mod record;
mod risk_coverage;
mod run;
mod summary;
#[cfg(test)]
mod testing;

pub use abstention::Abstention;
pub use alce::{CitationScores, MAX_CITATIONS, Statement, SupportJudge, VerbatimJudge, citation_scores};
pub use auroc::auroc;
pub use calibration::{Calibration, Forecast, ReliabilityBin, brier, equal_mass, equal_width};
pub use citations::{cites_gold, cites_gold_first, span_iou};
pub use containment::{contains, first_characters, first_sentences};
pub use normalise::{Normalisation, Normalised};
pub use overlap::{exact_match, token_f1};
pub use per_question::AnswerMetric;
pub use record::{AnswerRecord, Citation, Decision, GoldSpan};
pub use risk_coverage::{RiskCoverage, RiskPoint, risk_coverage};
pub use run::{AnswerRun, RecordError};
pub use summary::{AnswerMetrics, WhenAnswered};
