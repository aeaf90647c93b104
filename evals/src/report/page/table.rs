use serde::{Deserialize, Serialize};

/// A table of figures. A row shorter than the columns is filled with empty cells; what a row has beyond them is not
/// shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What the table shows; empty for none.
    #[serde(default)]
    pub caption: String,
    /// The columns. The first one names the rows.
    pub columns: Vec<Column>,
    /// The rows, in the order they are shown.
    pub rows: Vec<Vec<Cell>>,
    /// Where the best value is emphasised.
    #[serde(default)]
    pub best: Best,
    /// Footnotes, which cells refer to by their place in this list.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// One column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The heading.
    pub title: String,
    /// Places after the decimal point of the column's numbers.
    #[serde(default)]
    pub decimals: usize,
    /// Which numbers are the better ones; absent for figures that are neither good nor bad, such as counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better: Option<Better>,
    /// Whether the column holds words, which start at the left edge, and not numbers, which end at the right one.
    #[serde(default)]
    pub words: bool,
}

/// Which of two numbers is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// The larger one: nDCG, recall.
    Higher,
    /// The smaller one: milliseconds, calibration error.
    Lower,
}

/// Among which cells the best value is emphasised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Best {
    /// Nowhere.
    #[default]
    Nowhere,
    /// Among the numbers of a column: rows are systems.
    OfColumn,
    /// Among the numbers of a row: columns are systems.
    OfRow,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing was measured.
    #[default]
    Empty,
    /// Words; nothing in them is read as markup.
    Text(String),
    /// A number.
    Number(Number),
}

/// A number and what is known of its certainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The number.
    pub value: f64,
    /// A confidence interval around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// The footnote it refers to: a place in [`Table::notes`], counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<usize>,
}

/// A confidence interval; which level it has is for a caption or footnote to say.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(title: impl Into<String>) -> Self {
        Self { title: title.into(), words: true, ..Self::default() }
    }

    /// A column of numbers with this many places after the decimal point.
    #[must_use]
    pub fn numbers(title: impl Into<String>, decimals: usize) -> Self {
        Self { title: title.into(), decimals, ..Self::default() }
    }

    /// The same column, whose better numbers are the ones given.
    #[must_use]
    pub fn better(self, better: Better) -> Self {
        Self { better: Some(better), ..self }
    }
}

impl Cell {
    /// A cell of words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A cell with a number; an empty one when it is not finite, which JSON could not hold either.
    #[must_use]
    pub fn number(value: f64) -> Self {
        Self::with_interval(value, None)
    }

    /// A cell with a count. Counts beyond 2^53 lose their last digits.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self::number(count as f64)
    }

    /// A cell with a number and its confidence interval.
    #[must_use]
    pub fn with_interval(value: f64, interval: Option<Interval>) -> Self {
        let interval = interval.filter(|interval| interval.low.is_finite() && interval.high.is_finite());
        if value.is_finite() { Self::Number(Number { value, interval, note: None }) } else { Self::Empty }
    }

    /// The same cell with a reference to a footnote; cells that are no numbers have none.
    #[must_use]
    pub fn noted(self, note: usize) -> Self {
        match self {
            Self::Number(number) => Self::Number(Number { note: Some(note), ..number }),
            other @ (Self::Empty | Self::Text(_)) => other,
        }
    }
}

impl Table {
    /// The cell of a row and a column, an empty one where the row is too short.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &Cell {
        self.rows.get(row).and_then(|cells| cells.get(column)).unwrap_or(&Cell::Empty)
    }
}
