//! What single control words and symbols do.

use super::{Destination, Entry, Reader, StoryKind, entry};
use crate::extract::rtf::fonts::of_codepage;

impl Reader<'_> {
    /// A control word with its number.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        let optional = std::mem::take(&mut self.optional);
        let entry = entry(word);
        match self.state.destination {
            Destination::Skip => return,
            Destination::Shell => {
                match (word, entry) {
                    (_, Some(Entry::Story(StoryKind::TextBox))) => self.start_story(StoryKind::TextBox),
                    ("result", _) => self.state.destination = Destination::Text,
                    (_, Some(Entry::Group(Destination::Skip))) => self.state.destination = Destination::Skip,
                    _ => {}
                }
                return;
            }
            // Both forms may name the same property; only the new one counts.
            Destination::Twice if entry != Some(Entry::Again) => {
                if !optional && entry.is_some() {
                    self.state.destination = Destination::Skip;
                }
                return;
            }
            _ => {}
        }
        if let Some(entry) = entry {
            self.enter(entry);
        } else if optional {
            self.state.destination = Destination::Skip;
        } else {
            match self.state.destination {
                Destination::Fonts => self.fonts.word(word, number),
                Destination::Colors => self.colors.word(word, number),
                Destination::Styles => {
                    self.styles.word(word, number);
                    self.unicode(word, number);
                }
                Destination::InfoDate(_) => self.date_word(word, number),
                _ => {
                    if !self.unicode(word, number) {
                        self.text_word(word, number);
                        self.format_word(word, number);
                    }
                }
            }
        }
    }

    /// A control symbol.
    pub(super) fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.optional = true,
            b'\\' | b'{' | b'}' => self.push_text(char::from(symbol).encode_utf8(&mut [0; 4])),
            b'~' => self.push_text("\u{a0}"),
            b'_' => self.push_text("-"),
            b'\r' | b'\n' if self.state.destination == Destination::Text => self.end_paragraph(),
            _ => {}
        }
    }

    fn date_word(&mut self, word: &str, number: Option<i32>) {
        let index = match word {
            "yr" => 0,
            "mo" => 1,
            "dy" => 2,
            _ => return,
        };
        if let Some(part) = self.date.get_mut(index) {
            *part = number.unwrap_or(0);
        }
    }

    /// Characters by number; whether `word` was one.
    fn unicode(&mut self, word: &str, number: Option<i32>) -> bool {
        match word {
            "uc" => self.state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(0),
            "u" => {
                let number = number.unwrap_or(0);
                // Numbers are signed 16-bit ones; some writers pass over that.
                let code = if number < 0 { (number & 0xffff) as u32 } else { number.unsigned_abs() };
                let whole = match (self.surrogate.take(), code) {
                    (_, 0xd800..=0xdbff) => {
                        self.surrogate = Some(code);
                        None
                    }
                    (Some(high), 0xdc00..=0xdfff) => {
                        Some(0x10000 + ((high - 0xd800) << 10) + (code - 0xdc00))
                    }
                    (_, code) => Some(code),
                };
                if let Some(c) = whole.and_then(|code| self.fonts.character(code, self.state.font)) {
                    self.push_text(c.encode_utf8(&mut [0; 4]));
                }
                self.skip = self.state.fallback;
            }
            _ => return false,
        }
        true
    }

    /// Words that are text or end a part of it.
    fn text_word(&mut self, word: &str, number: Option<i32>) {
        let text = match word {
            "tab" => "\t",
            "line" | "softline" | "lbr" => "\n",
            "emdash" => "—",
            "endash" => "–",
            "bullet" => "•",
            "lquote" => "‘",
            "rquote" => "’",
            "ldblquote" => "“",
            "rdblquote" => "”",
            "emspace" | "enspace" | "qmspace" => " ",
            _ => "",
        };
        if !text.is_empty() {
            self.push_text(text);
            return;
        }
        if self.state.destination != Destination::Text {
            return;
        }
        let level = self.state.level();
        match word {
            "par" | "sect" | "page" | "column" => self.end_paragraph(),
            "cell" => self.end_cell(1),
            "nestcell" => self.end_cell(level.max(2)),
            "row" => {
                let is_header = std::mem::take(&mut self.row_is_header);
                self.end_row(1, is_header);
            }
            "nestrow" => self.end_row(level.max(2), false),
            "trowd" => self.row_is_header = false,
            "trhdr" => self.row_is_header = number != Some(0),
            _ => {}
        }
    }

    /// Words that change how the text behind them looks.
    fn format_word(&mut self, word: &str, number: Option<i32>) {
        let state = &mut self.state;
        let on = number != Some(0);
        match word {
            "f" => state.font = number.unwrap_or(0),
            "v" => state.hidden = on,
            "b" => state.bold = on,
            "deleted" => state.deleted = on,
            "cf" => state.white = self.colors.is_white(number.unwrap_or(0)),
            "fs" => state.tiny = number.is_some_and(|size| (0..=3).contains(&size)),
            "cbpat" | "chcbpat" | "highlight" | "cb" | "chshdng" | "shading" => {
                state.shaded = on && number.is_some();
            }
            "s" => state.style = number.unwrap_or(0),
            "outlinelevel" => state.outline = number.and_then(|n| u8::try_from(n).ok()),
            "intbl" => state.in_table = on,
            "itap" => state.table_level = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
            "ls" => state.in_list = number.is_some_and(|n| n > 0),
            "pard" => {
                (state.style, state.outline, state.table_level) = (0, None, 0);
                (state.in_table, state.in_list, state.shaded) = (false, false, false);
            }
            "plain" => {
                (state.hidden, state.white, state.tiny, state.bold) = (false, false, false, false);
                state.font = self.default_font;
            }
            "deff" => {
                self.default_font = number.unwrap_or(0);
                state.font = self.default_font;
            }
            "ansicpg" => match of_codepage(number.unwrap_or(0)) {
                Some(encoding) => self.fonts.fallback = encoding,
                None => self.builder.warn(format!("the code page {} is not known", number.unwrap_or(0))),
            },
            "mac" => self.fonts.fallback = encoding_rs::MACINTOSH,
            _ => {}
        }
    }

    /// Ends the paragraph of the story that is open.
    pub(super) fn end_paragraph(&mut self) {
        let level = self.state.level();
        self.end_paragraph_at(level);
    }

    fn end_paragraph_at(&mut self, level: usize) {
        let heading = match self.state.outline {
            Some(outline) if outline < 9 => Some(outline + 1),
            Some(_) => None,
            None => self.styles.heading(self.state.style),
        };
        let in_list = self.state.in_list;
        if let Some(story) = self.stories.last_mut() {
            let heading = heading.filter(|_| level == 0 && !matches!(story.kind, StoryKind::Note));
            story.end_paragraph(level, heading, in_list);
        }
    }

    fn end_cell(&mut self, level: usize) {
        self.end_paragraph_at(level);
        if let Some(story) = self.stories.last_mut() {
            story.end_cell(level);
        }
    }

    fn end_row(&mut self, level: usize, is_header: bool) {
        self.end_paragraph_at(level);
        if let Some(story) = self.stories.last_mut() {
            story.end_row(level, is_header);
        }
    }
}
