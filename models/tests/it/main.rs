//! Integration tests with the real models.
mod golden;
