//! The text side of generated answers: what a model is told and what is made of what it says. Pure, no network.
//!
//! [`prompt`] builds the messages, [`markers`] reads sentences and their citation numbers off a stream, [`attribute`]
//! finds the evidence of a sentence that cites none, [`refusal`] tells when the model says that it does not know.

pub mod attribute;
mod fence;
pub mod markers;
pub mod prompt;
pub mod refusal;
mod rules;
