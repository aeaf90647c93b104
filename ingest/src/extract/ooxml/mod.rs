//! What the formats of Office Open XML have in common: document properties, charts, diagrams, formulas, the text of drawings
//! and pictures.

pub(crate) mod chart;
pub(crate) mod diagram;
pub(crate) mod emf;
pub(crate) mod math;
pub(crate) mod picture;
pub(crate) mod properties;
pub(crate) mod text;

/// Whether the value of a switch such as `w:val` or `show` means yes; a switch without a value does.
pub(crate) fn is_on(value: Option<&str>) -> bool {
    !matches!(value, Some("0" | "false" | "off" | "none"))
}
