//! Where the pages, slides, sheets and rows of a document begin in its text, so that any span can be placed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What the pages of a document are called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// Printed pages.
    #[default]
    Page,
    /// Slides of a presentation.
    Slide,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Byte offset at which it starts.
    pub start: usize,
    /// Its name.
    pub name: String,
}

/// A row of a table whose cells have addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Byte offset at which it starts.
    pub start: usize,
    /// Byte offset at which it ends.
    pub end: usize,
    /// Its number, from 1.
    pub number: u32,
    /// Its first column, from 1.
    pub first_column: u32,
    /// Its last column, from 1.
    pub last_column: u32,
}

/// Byte offsets into a version's text at which its parts begin. Every list is in order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// What [`Layout::pages`] are.
    pub page_kind: PageKind,
    /// `pages[i]` is where page `i + 1` starts; empty when the format has no pages. A page may start inside a block.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<usize>,
    /// Sheets of a workbook.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<Sheet>,
    /// Rows of workbooks and of files of rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
}

/// Where a span is, beyond its offsets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Page of its first character, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Slide of its first character, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slide: Option<u32>,
    /// Sheet of its first character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The cells it reads, `A2:F9`; rows of a text file have no sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells: Option<String>,
}

impl Layout {
    /// Where `span` is. The cells are those of the rows of the first character's sheet that the span touches.
    pub fn position(&self, span: &Range<usize>) -> Position {
        let number = at_or_before(&self.pages, span.start, |&start| start)
            .map(|i| u32::try_from(i + 1).unwrap_or(u32::MAX))
            .or(if self.pages.is_empty() { None } else { Some(1) });
        let (page, slide) = match self.page_kind {
            PageKind::Page => (number, None),
            PageKind::Slide => (None, number),
        };
        let sheet = at_or_before(&self.sheets, span.start, |s| s.start);
        let sheet_end = self.sheets.get(sheet.map_or(0, |i| i + 1)).map_or(usize::MAX, |s| s.start);
        Position {
            page,
            slide,
            sheet: sheet.map(|i| self.sheets[i].name.clone()),
            cells: self.cells(&(span.start..span.end.min(sheet_end))),
        }
    }

    /// The address of the rows that `span` touches.
    fn cells(&self, span: &Range<usize>) -> Option<String> {
        let first = self.rows.partition_point(|r| r.end <= span.start);
        let end = self.rows.partition_point(|r| r.start < span.end);
        let rows = self.rows.get(first..end).filter(|rows| !rows.is_empty())?;
        let left = rows.iter().map(|r| r.first_column).min()?;
        let right = rows.iter().map(|r| r.last_column).max()?;
        let (top, bottom) = (rows.iter().map(|r| r.number).min()?, rows.iter().map(|r| r.number).max()?);
        let (a, b) = (address(left, top), address(right, bottom));
        Some(if a == b { a } else { format!("{a}:{b}") })
    }

    /// Checks that every list is in order and on character boundaries of `text`.
    ///
    /// # Errors
    /// The first that is not, in words.
    pub fn validate(&self, text: &str) -> Result<(), String> {
        let lists: [(&str, Vec<usize>); 3] = [
            ("page", self.pages.clone()),
            ("sheet", self.sheets.iter().map(|s| s.start).collect()),
            ("row", self.rows.iter().flat_map(|r| [r.start, r.end]).collect()),
        ];
        for (what, starts) in lists {
            if !starts.is_sorted() || !starts.iter().all(|&at| text.is_char_boundary(at)) {
                return Err(format!("{what} starts are out of order or not on character boundaries"));
            }
        }
        if self.rows.iter().any(|r| r.number == 0 || r.first_column == 0 || r.last_column < r.first_column) {
            return Err("a row has an impossible address".to_owned());
        }
        Ok(())
    }
}

/// Index of the last item that starts at or before `at`.
fn at_or_before<T>(items: &[T], at: usize, start: impl Fn(&T) -> usize) -> Option<usize> {
    items.partition_point(|item| start(item) <= at).checked_sub(1)
}

/// `B7` for column 2 and row 7.
fn address(column: u32, row: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().chain(row.to_string().chars().collect::<Vec<_>>().iter()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_spreadsheets() {
        let pairs = [(1, "A1"), (26, "Z1"), (27, "AA1"), (52, "AZ1"), (703, "AAA1"), (16_384, "XFD1")];
        for (column, expected) in pairs {
            assert_eq!(address(column, 1), expected);
        }
    }

    #[test]
    fn a_span_is_placed_on_its_sheet_and_rows() {
        let row = |start, end, number, last_column| Row { start, end, number, first_column: 1, last_column };
        let layout = Layout {
            sheets: vec![
                Sheet { start: 0, name: "Prices".into() },
                Sheet { start: 30, name: "Notes".into() },
            ],
            rows: vec![row(8, 14, 1, 3), row(15, 21, 2, 3), row(22, 26, 4, 2), row(40, 45, 1, 1)],
            ..Layout::default()
        };
        let cells = |span| (layout.position(&span).sheet.unwrap(), layout.position(&span).cells);
        assert_eq!(cells(15..22), ("Prices".into(), Some("A2:C2".into())));
        assert_eq!(cells(17..24), ("Prices".into(), Some("A2:C4".into())));
        assert_eq!(cells(0..5), ("Prices".into(), None), "the sheet's name is in no cell");
        assert_eq!(cells(0..10), ("Prices".into(), Some("A1:C1".into())));
        assert_eq!(cells(22..41), ("Prices".into(), Some("A4:B4".into())));
        assert_eq!(cells(27..29), ("Prices".into(), None), "words behind the last row are in no cell");
        assert_eq!(cells(30..35), ("Notes".into(), None));
        assert_eq!(cells(40..41), ("Notes".into(), Some("A1".into())));
    }

    #[test]
    fn pages_and_slides_count_from_one() {
        let mut layout = Layout { pages: vec![0, 10, 10, 20], ..Layout::default() };
        assert_eq!([0, 9, 10, 25].map(|at| layout.position(&(at..at + 1)).page.unwrap()), [1, 1, 3, 4]);
        layout.page_kind = PageKind::Slide;
        let position = layout.position(&(20..21));
        assert_eq!((position.page, position.slide), (None, Some(4)));
        assert_eq!(Layout::default().position(&(0..5)), Position::default());
    }

    #[test]
    fn broken_layouts_are_refused() {
        let row = Row { start: 0, end: 1, number: 0, first_column: 1, last_column: 1 };
        for layout in [
            Layout { pages: vec![3, 1], ..Layout::default() },
            Layout { pages: vec![1], ..Layout::default() },
            Layout { sheets: vec![Sheet { start: 99, name: String::new() }], ..Layout::default() },
            Layout { rows: vec![row], ..Layout::default() },
        ] {
            assert!(layout.validate("ș text").is_err(), "{layout:?}");
        }
    }
}
