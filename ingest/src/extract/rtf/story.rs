//! One text of a document: its paragraphs, and tables that end when text outside them begins.

use super::destinations::StoryKind;
use crate::extract::document::BlockKind;

/// Tables inside tables are told apart up to this level.
const MAX_NESTED_TABLES: usize = 8;

/// What a story is made of.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// A block of text.
    Block { kind: BlockKind, text: String, hidden: bool },
    /// A table row.
    Row { cells: Vec<String>, is_header: bool },
}

impl Piece {
    /// The text of a piece inside a cell.
    fn into_text(self) -> String {
        match self {
            Self::Block { text, .. } => text,
            Self::Row { cells, .. } => cells.join(" "),
        }
    }

    fn is_hidden(&self) -> bool {
        matches!(self, Self::Block { hidden: true, .. })
    }
}

/// The paragraph that is being read.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// Its text.
    pub(super) text: String,
    /// Text in it that a reader does not see.
    pub(super) hidden: String,
    /// The number or bullet before it.
    pub(super) marker: Option<String>,
    /// Whether a part of the text is not bold.
    pub(super) has_regular: bool,
}

#[derive(Debug, Default)]
struct Cell {
    pieces: Vec<Piece>,
    has_regular: bool,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    says_header: bool,
}

#[derive(Debug, Default)]
struct Level {
    row: Row,
    cell: Cell,
}

/// A text and where reading is in it.
#[derive(Debug)]
pub(super) struct Story {
    /// Which text it is.
    pub(super) kind: StoryKind,
    /// Groups that were open around it.
    pub(super) groups: usize,
    /// The paragraph that is being read.
    pub(super) paragraph: Paragraph,
    pieces: Vec<Piece>,
    levels: Vec<Level>,
    table: Vec<Row>,
    /// Text boxes and hidden text that wait for the end of the paragraph or table they hang on.
    after: Vec<Piece>,
}

impl Story {
    /// An empty story that ends when only `groups` groups are open.
    pub(super) fn new(kind: StoryKind, groups: usize) -> Self {
        Self {
            kind,
            groups,
            paragraph: Paragraph::default(),
            pieces: Vec::new(),
            levels: Vec::new(),
            table: Vec::new(),
            after: Vec::new(),
        }
    }

    /// Ends the paragraph, which is `level` tables deep; `heading` is its level when it is one, `in_list` when it is an item.
    pub(super) fn end_paragraph(&mut self, level: usize, heading: Option<u8>, in_list: bool) {
        let Paragraph { text, hidden, marker, has_regular } = std::mem::take(&mut self.paragraph);
        if level == 0 {
            self.end_table();
        }
        let marker = match marker.as_deref().map(str::trim) {
            Some(marker) if marker.contains(char::is_alphanumeric) => Some(format!("{marker} ")),
            Some(_) if heading.is_some() => None,
            Some(_) => Some("- ".to_owned()),
            None => (in_list && heading.is_none()).then(|| "- ".to_owned()),
        };
        let kind = match (heading, &marker) {
            (Some(level), _) => BlockKind::Heading(level.clamp(1, 6)),
            (None, Some(_)) => BlockKind::ListItem,
            (None, None) => BlockKind::Paragraph,
        };
        if !text.trim().is_empty() {
            let text = marker.unwrap_or_default() + text.trim();
            let piece = Piece::Block { kind, text, hidden: false };
            match self.level(level) {
                Some(open) => {
                    open.cell.pieces.push(piece);
                    open.cell.has_regular |= has_regular;
                }
                None => self.pieces.push(piece),
            }
        }
        if !hidden.trim().is_empty() {
            self.after.push(Piece::Block { kind: BlockKind::Paragraph, text: hidden, hidden: true });
        }
        if level == 0 {
            self.pieces.append(&mut self.after);
        }
    }

    /// Ends a cell of the table of that level, counted from 1.
    pub(super) fn end_cell(&mut self, level: usize) {
        if let Some(level) = self.level(level.max(1)) {
            let cell = std::mem::take(&mut level.cell);
            level.row.cells.push(cell);
        }
    }

    /// Ends a row of the table of that level, counted from 1.
    pub(super) fn end_row(&mut self, level: usize, says_header: bool) {
        let level = level.max(1);
        let Some(open) = self.level(level) else { return };
        if !open.cell.pieces.is_empty() {
            let cell = std::mem::take(&mut open.cell);
            open.row.cells.push(cell);
        }
        let mut row = std::mem::take(&mut open.row);
        row.says_header = says_header;
        if row.cells.is_empty() {
            return;
        }
        if level == 1 {
            self.table.push(row);
        } else {
            let piece = Piece::Row { cells: self.texts(row), is_header: false };
            if let Some(around) = self.level(level - 1) {
                around.cell.pieces.push(piece);
            }
        }
    }

    /// Adds what hangs on the paragraph that is being read: before it when nothing of it was read yet, else behind it.
    pub(super) fn hang(&mut self, pieces: Vec<Piece>) {
        let in_table = !self.table.is_empty()
            || self.levels.iter().any(|level| !level.row.cells.is_empty() || !level.cell.pieces.is_empty());
        if self.paragraph.text.trim().is_empty() && !in_table {
            self.pieces.extend(pieces);
        } else {
            self.after.extend(pieces);
        }
    }

    /// Everything, in order.
    pub(super) fn finish(mut self) -> Vec<Piece> {
        self.end_paragraph(0, None, false);
        self.pieces
    }

    fn level(&mut self, level: usize) -> Option<&mut Level> {
        let index = level.min(MAX_NESTED_TABLES).checked_sub(1)?;
        while self.levels.len() <= index {
            self.levels.push(Level::default());
        }
        self.levels.get_mut(index)
    }

    fn end_table(&mut self) {
        for level in (1..=self.levels.len()).rev() {
            self.end_row(level, false);
        }
        let mut table = std::mem::take(&mut self.table);
        // A frame of single cells is no table.
        if table.iter().all(|row| row.cells.len() < 2) {
            let cells = table.into_iter().flat_map(|row| row.cells);
            self.pieces.extend(cells.flat_map(|cell| cell.pieces));
            return;
        }
        let is_bold = |row: &Row| row.cells.iter().all(|cell| !cell.has_regular && !cell.pieces.is_empty());
        if let [first, second, ..] = table.as_mut_slice()
            && is_bold(first)
            && !is_bold(second)
        {
            first.says_header = true;
        }
        for row in table {
            let is_header = row.says_header;
            let cells = self.texts(row);
            self.pieces.push(Piece::Row { cells, is_header });
        }
    }

    /// The texts of the cells of a row; what is hidden in them waits for the end of the table.
    fn texts(&mut self, row: Row) -> Vec<String> {
        let mut texts = Vec::with_capacity(row.cells.len());
        for cell in row.cells {
            let (hidden, seen): (Vec<Piece>, Vec<Piece>) =
                cell.pieces.into_iter().partition(Piece::is_hidden);
            self.after.extend(hidden);
            texts.push(seen.into_iter().map(Piece::into_text).collect::<Vec<_>>().join(" "));
        }
        texts
    }
}
