//! Number formats: what a person sees of a number, `1,599.99` or `2.5%`; dates in ISO form.

mod parse;
mod render;

use super::serial::DateParts;

pub(super) use parse::builtin;

/// A format code, read once for all cells of its style.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct NumberFormat {
    sections: Vec<Section>,
}

/// What a number is written as, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// The text of the cell.
    pub(super) text: String,
    /// Whether it is a date or a time.
    pub(super) is_date: bool,
}

/// One of up to four parts of a code: for positive and negative numbers, zero and text.
#[derive(Debug, Clone, PartialEq)]
struct Section {
    condition: Option<(Comparison, f64)>,
    kind: SectionKind,
}

#[derive(Debug, Clone, PartialEq)]
enum SectionKind {
    /// As without a format.
    General,
    /// A date or a time.
    Date(DateParts),
    /// Digits and literal text.
    Digits(Vec<Token>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// Text that stands for itself.
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`; whether a plus sign is shown.
    Exponent(bool),
    Slash,
    /// `@` or `General`: the value as it is.
    Value,
}

impl NumberFormat {
    /// Reads a format code.
    pub(super) fn parse(code: &str) -> Self {
        parse::parse(code)
    }

    /// Whether the code shows no number at all: `;;;`.
    pub(super) fn shows_nothing(&self) -> bool {
        let empty =
            |section: &Section| matches!(&section.kind, SectionKind::Digits(tokens) if tokens.is_empty());
        self.sections.len() > 2 && self.sections.iter().all(empty)
    }

    /// What a person sees of `value`.
    pub(super) fn show(&self, value: f64, epoch_1904: bool) -> Shown {
        render::show(self, value, epoch_1904)
    }
}

#[cfg(test)]
mod tests;
