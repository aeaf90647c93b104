//! Suites: measurements described by a file, run by one command into one report.
//!
//! [`Suite::parse`] reads the file, [`run()`] measures, [`Outcome`] is what came of it, with systems compared within every
//! data set and over all of them; [`page()`] tells it to people.

mod file;
mod outcome;
mod page;
mod run;
mod verdicts;

pub use file::{Dataset, FusionSpec, RerankSpec, Run, Suite, SuiteError, SystemEntry};
pub use outcome::{Figures, Outcome, Part, Role};
pub use page::{page, sections};
pub use run::{RunError, Settings, run};
pub use verdicts::{Against, Group, Verdicts, verdicts};
