//! What the formats of Office Open XML have in common: document properties, charts, diagrams, formulas and the text of drawings.

pub(crate) mod chart;
pub(crate) mod diagram;
pub(crate) mod math;
pub(crate) mod properties;
pub(crate) mod text;

/// Whether the value of a switch such as `w:val` or `show` means yes; a switch without a value does.
pub(crate) fn is_on(value: Option<&str>) -> bool {
    !matches!(value, Some("0" | "false" | "off" | "none"))
}
