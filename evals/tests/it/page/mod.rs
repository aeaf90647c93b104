//! Pages as they are written: against golden files, with hostile texts, and as large as they get.

mod golden;
mod hostile;
mod sample;
mod size;
