//! Follows the groups and control words of a document and writes its stories.

mod words;

use std::collections::HashSet;

use super::destinations::{Destination, Entry, StoryKind, entry};
use super::fonts::Fonts;
use super::story::{Piece, Story};
use super::styles::{Colors, Styles};
use super::token::{Token, Tokens};
use crate::error::{ExtractError, SizeLimit};
use crate::extract::builder::TextBuilder;
use crate::extract::document::BlockKind;

/// Most groups inside one another.
const MAX_GROUPS: usize = 4096;

/// What a group inherits and gives back at its end.
#[derive(Debug, Clone, Copy)]
struct State {
    destination: Destination,
    font: i32,
    /// Characters that stand after each `\u` for readers without Unicode.
    fallback: usize,
    hidden: bool,
    white: bool,
    tiny: bool,
    shaded: bool,
    bold: bool,
    deleted: bool,
    style: i32,
    outline: Option<u8>,
    in_table: bool,
    table_level: usize,
    in_list: bool,
}

impl State {
    fn is_seen(&self, kind: StoryKind) -> bool {
        // In tables and drawings white letters stand on a colour that the text does not tell.
        let on_paper = kind != StoryKind::TextBox && self.level() == 0 && !self.shaded;
        !(self.hidden || self.tiny || self.white && on_paper)
    }

    /// How many tables deep the paragraph is.
    fn level(&self) -> usize {
        if self.table_level > 0 { self.table_level } else { usize::from(self.in_table) }
    }
}

/// Reads one document.
#[derive(Debug)]
pub(super) struct Reader<'b> {
    builder: &'b mut TextBuilder,
    state: State,
    groups: Vec<State>,
    stories: Vec<Story>,
    fonts: Fonts,
    default_font: i32,
    colors: Colors,
    styles: Styles,
    /// Bytes that are not decoded yet, and whether one of them was escaped.
    bytes: Vec<u8>,
    escaped: bool,
    /// The first half of a character outside the basic plane.
    surrogate: Option<u32>,
    /// Characters still to be left out after `\u`.
    skip: usize,
    /// Whether the next control word may be unknown: `\*`.
    optional: bool,
    row_is_header: bool,
    /// Text of a marker, a property or the author of a comment.
    collected: String,
    date: [i32; 3],
    comment_author: String,
    notes: Vec<Piece>,
    note_count: usize,
    comments: Vec<Piece>,
    footers: Vec<Piece>,
    page_texts: HashSet<String>,
    deletions: bool,
    has_extra_braces: bool,
}

impl<'b> Reader<'b> {
    /// A reader that tells properties and warnings to `builder`.
    pub(super) fn new(builder: &'b mut TextBuilder) -> Self {
        let state = State {
            destination: Destination::Text,
            font: 0,
            fallback: 1,
            hidden: false,
            white: false,
            tiny: false,
            shaded: false,
            bold: false,
            deleted: false,
            style: 0,
            outline: None,
            in_table: false,
            table_level: 0,
            in_list: false,
        };
        Self {
            builder,
            state,
            groups: Vec::new(),
            stories: vec![Story::new(StoryKind::Main, 0)],
            fonts: Fonts::default(),
            default_font: 0,
            colors: Colors::default(),
            styles: Styles::default(),
            bytes: Vec::new(),
            escaped: false,
            surrogate: None,
            skip: 0,
            optional: false,
            row_is_header: false,
            collected: String::new(),
            date: [0; 3],
            comment_author: String::new(),
            notes: Vec::new(),
            note_count: 0,
            comments: Vec::new(),
            footers: Vec::new(),
            page_texts: HashSet::new(),
            deletions: false,
            has_extra_braces: false,
        }
    }

    /// The pieces of the document in reading order.
    ///
    /// # Errors
    /// [`ExtractError::TooLarge`] for groups too deep.
    pub(super) fn read(mut self, bytes: &[u8]) -> Result<Vec<Piece>, ExtractError> {
        let mut tokens = Tokens::new(bytes);
        while let Some(token) = tokens.next() {
            if self.is_skipped(&token) {
                continue;
            }
            match token {
                Token::Text(text) => self.bytes.extend_from_slice(text),
                Token::Hex(byte) => {
                    self.bytes.push(byte);
                    self.escaped = true;
                }
                Token::Open => {
                    self.decode();
                    self.open()?;
                }
                Token::Close => {
                    self.decode();
                    self.close();
                    if self.groups.is_empty() && !self.goes_on(tokens.rest()) {
                        break;
                    }
                }
                Token::Word(word, number) => {
                    self.decode();
                    self.word(word, number);
                }
                Token::Symbol(symbol) => {
                    self.decode();
                    self.symbol(symbol);
                }
            }
        }
        Ok(self.finish())
    }

    /// Whether text follows the brace that ends the document: a brace too many somewhere, not the garbage that some writers leave.
    fn goes_on(&mut self, rest: &[u8]) -> bool {
        if !self.has_extra_braces && rest.windows(4).any(|word| word == b"\\par") {
            self.has_extra_braces = true;
            self.builder.warn("a brace ends the document before its text ends");
        }
        self.has_extra_braces
    }

    /// Whether a token is one of the characters for readers without Unicode.
    fn is_skipped(&mut self, token: &Token<'_>) -> bool {
        match token {
            _ if self.skip == 0 => false,
            Token::Hex(_) | Token::Symbol(_) => {
                self.skip -= 1;
                true
            }
            Token::Text(text) => {
                let left = text.get(self.skip..).unwrap_or_default();
                self.skip -= text.len().min(self.skip);
                self.bytes.extend_from_slice(left);
                true
            }
            Token::Open | Token::Close | Token::Word(..) => {
                self.skip = 0;
                false
            }
        }
    }

    fn open(&mut self) -> Result<(), ExtractError> {
        if self.groups.len() >= MAX_GROUPS {
            let (actual, limit) = (self.groups.len() as u64 + 1, MAX_GROUPS as u64);
            return Err(ExtractError::TooLarge { what: SizeLimit::Depth, actual, limit });
        }
        self.groups.push(self.state);
        self.optional = false;
        if self.state.destination == Destination::Styles {
            self.styles.open();
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(around) = self.groups.pop() else { return };
        let ended = std::mem::replace(&mut self.state, around);
        self.optional = false;
        match (ended.destination, around.destination) {
            (Destination::Styles, _) => self.styles.close(),
            (inner, outer) if inner == outer => {}
            (Destination::Marker, _) => {
                let marker = std::mem::take(&mut self.collected);
                if let Some(story) = self.stories.last_mut() {
                    story.paragraph.marker = Some(marker);
                }
            }
            (Destination::InfoText("title"), _) => {
                let title = std::mem::take(&mut self.collected);
                self.builder.title(&title);
            }
            (Destination::InfoText(key), _) => {
                let text = std::mem::take(&mut self.collected);
                self.builder.property(key, text);
            }
            (Destination::InfoDate(key), _) => {
                let [year, month, day] = std::mem::take(&mut self.date);
                if (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day) {
                    self.builder.property(key, format!("{year:04}-{month:02}-{day:02}"));
                }
            }
            (Destination::CommentAuthor, _) => self.comment_author = std::mem::take(&mut self.collected),
            _ => {}
        }
        while self.stories.len() > 1
            && self.stories.last().is_some_and(|story| story.groups >= self.groups.len())
        {
            self.end_story();
        }
    }

    /// The group that just began is of another purpose.
    fn enter(&mut self, entry: Entry) {
        match entry {
            Entry::Group(destination) => {
                self.state.destination = destination;
                if matches!(
                    destination,
                    Destination::Marker | Destination::InfoText(_) | Destination::CommentAuthor
                ) {
                    self.collected.clear();
                }
            }
            Entry::Again => {
                let outer = self.groups.iter().rev().map(|state| state.destination);
                let mut outer = outer.skip_while(|destination| *destination == Destination::Twice);
                self.state.destination = outer.next().unwrap_or(Destination::Text);
            }
            Entry::Story(kind) => self.start_story(kind),
        }
    }

    fn start_story(&mut self, kind: StoryKind) {
        if kind == StoryKind::Note && self.story_kind() == StoryKind::Main {
            self.note_count += 1;
            let mark = format!("[{}]", self.note_count);
            self.push_text(&mark);
        }
        self.state = State {
            destination: Destination::Text,
            fallback: self.state.fallback,
            font: self.state.font,
            deleted: self.state.deleted,
            hidden: self.state.hidden,
            white: false,
            tiny: false,
            shaded: false,
            bold: false,
            style: 0,
            outline: None,
            in_table: false,
            table_level: 0,
            in_list: false,
        };
        let around = self.groups.len().saturating_sub(1);
        self.stories.push(Story::new(kind, around));
    }

    /// Puts the text of a story that ended where it belongs.
    fn end_story(&mut self) {
        let Some(story) = self.stories.pop() else { return };
        let kind = story.kind;
        let pieces = story.finish();
        match kind {
            StoryKind::Note => self.notes.extend(labelled(&format!("[{}] ", self.note_count), pieces)),
            StoryKind::Comment => {
                let author = self.comment_author.trim();
                let by = if author.is_empty() { String::new() } else { format!(" by {author}") };
                self.comments.extend(labelled(&format!("Comment{by}: "), pieces));
            }
            StoryKind::Header => {
                let pieces = self.once(pieces);
                self.hang(pieces);
            }
            StoryKind::Footer => {
                let pieces = self.once(pieces);
                self.footers.extend(pieces);
            }
            StoryKind::Main | StoryKind::TextBox => self.hang(pieces),
        }
    }

    fn hang(&mut self, pieces: Vec<Piece>) {
        if let Some(story) = self.stories.last_mut() {
            story.hang(pieces);
        }
    }

    /// The pieces of a header or footer that have words and were not seen before.
    fn once(&mut self, pieces: Vec<Piece>) -> Vec<Piece> {
        let mut new = |piece: &Piece| {
            let text = match piece {
                Piece::Block { text, .. } => text.clone(),
                Piece::Row { cells, .. } => cells.join(" "),
            };
            text.contains(char::is_alphabetic) && self.page_texts.insert(text)
        };
        pieces.into_iter().filter(|piece| new(piece)).collect()
    }

    fn story_kind(&self) -> StoryKind {
        self.stories.last().map_or(StoryKind::Main, |story| story.kind)
    }

    /// Turns the bytes read so far into text.
    fn decode(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let escaped = std::mem::take(&mut self.escaped);
        if matches!(self.state.destination, Destination::Skip | Destination::Shell | Destination::Twice) {
            return;
        }
        let text = self.fonts.decode(&bytes, escaped, self.state.font);
        self.surrogate = None;
        self.push_text(&text);
    }

    /// Text of the group, wherever it belongs.
    fn push_text(&mut self, text: &str) {
        match self.state.destination {
            Destination::Text => self.push_story_text(text),
            Destination::Marker | Destination::InfoText(_) | Destination::CommentAuthor => {
                self.collected.push_str(text);
            }
            Destination::Fonts => self.fonts.name(text),
            Destination::Colors => self.colors.text(text),
            Destination::Styles => self.styles.text(text),
            Destination::Skip
            | Destination::Shell
            | Destination::Info
            | Destination::InfoDate(_)
            | Destination::Twice => {}
        }
    }

    fn push_story_text(&mut self, text: &str) {
        if self.state.deleted {
            self.deletions |= !text.trim().is_empty();
            return;
        }
        let state = self.state;
        if let Some(story) = self.stories.last_mut() {
            if state.is_seen(story.kind) {
                story.paragraph.has_regular |= !state.bold && text.contains(char::is_alphanumeric);
                story.paragraph.text.push_str(text);
            } else {
                story.paragraph.hidden.push_str(text);
            }
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.decode();
        if !self.groups.is_empty() && !self.has_extra_braces {
            self.builder.warn("the document ends before its last group does");
        }
        while self.stories.len() > 1 {
            self.end_story();
        }
        if self.deletions {
            self.builder.warn("text that tracked changes delete was left out");
        }
        self.end_paragraph();
        let mut pieces = self.stories.pop().map(Story::finish).unwrap_or_default();
        pieces.append(&mut self.notes);
        pieces.append(&mut self.comments);
        pieces.append(&mut self.footers);
        pieces
    }
}

/// The pieces with a label before the first.
fn labelled(label: &str, mut pieces: Vec<Piece>) -> Vec<Piece> {
    match pieces.first_mut() {
        Some(Piece::Block { text, .. }) => text.insert_str(0, label),
        Some(Piece::Row { .. }) => pieces.insert(
            0,
            Piece::Block { kind: BlockKind::Paragraph, text: label.trim_end().to_owned(), hidden: false },
        ),
        None => {}
    }
    pieces
}
