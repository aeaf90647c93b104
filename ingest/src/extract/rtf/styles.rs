//! The tables at the head of a document: which styles are headings, which colour is white.

use std::collections::HashMap;

/// The style sheet.
#[derive(Debug, Default)]
pub(super) struct Styles {
    headings: HashMap<i32, u8>,
    number: i32,
    level: Option<u8>,
    name: String,
}

impl Styles {
    /// A group of the sheet begins: a style of the number 0 unless it says another.
    pub(super) fn open(&mut self) {
        (self.number, self.level) = (0, None);
        self.name.clear();
    }

    /// A control word of a style.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "s" => self.number = number.unwrap_or(0),
            "outlinelevel" => self.level = number.and_then(|n| u8::try_from(n).ok()).filter(|&n| n < 9),
            _ => {}
        }
    }

    /// A part of the name of a style.
    pub(super) fn text(&mut self, text: &str) {
        self.name.push_str(text);
    }

    /// A style ends.
    pub(super) fn close(&mut self) {
        if let Some(level) = self.level.map(|level| level + 1).or_else(|| heading_of_name(&self.name)) {
            self.headings.insert(self.number, level);
        }
        self.open();
    }

    /// The level of the headings in a style, from 1.
    pub(super) fn heading(&self, number: i32) -> Option<u8> {
        self.headings.get(&number).copied()
    }
}

/// `heading 2;` and `Title;`, aliases behind a comma left out.
fn heading_of_name(name: &str) -> Option<u8> {
    let name = name.split([',', ';']).next()?.trim().to_ascii_lowercase();
    if name == "title" {
        return Some(1);
    }
    name.strip_prefix("heading ")?.trim().parse().ok().filter(|level| (1..=9).contains(level))
}

/// The colour table.
#[derive(Debug, Default)]
pub(super) struct Colors {
    white: Vec<bool>,
    current: [Option<i32>; 3],
}

impl Colors {
    /// A control word of the table.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        let index = match word {
            "red" => 0,
            "green" => 1,
            "blue" => 2,
            _ => return,
        };
        if let Some(part) = self.current.get_mut(index) {
            *part = number;
        }
    }

    /// Text of the table: every semicolon ends a colour.
    pub(super) fn text(&mut self, text: &str) {
        for _ in text.matches(';') {
            self.white.push(self.current == [Some(255); 3]);
            self.current = [None; 3];
        }
    }

    /// Whether the colour of that number is white.
    pub(super) fn is_white(&self, number: i32) -> bool {
        usize::try_from(number).ok().and_then(|i| self.white.get(i)).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_by_name_and_by_level() {
        let names = ["heading 2;", "Heading 3,h3;", "Title;", "heading;", "Normal;"];
        assert_eq!(names.map(heading_of_name), [Some(2), Some(3), Some(1), None, None]);
        let mut styles = Styles::default();
        styles.word("s", Some(7));
        styles.word("outlinelevel", Some(3));
        styles.text("Abschnitt;");
        styles.close();
        assert_eq!((styles.heading(7), styles.heading(0)), (Some(4), None));
    }

    #[test]
    fn white_is_all_three_colours() {
        let mut colors = Colors::default();
        colors.text(";");
        for word in ["red", "green", "blue"] {
            colors.word(word, Some(255));
        }
        colors.text(";");
        assert_eq!([0, 1, 2, -1].map(|n| colors.is_white(n)), [false, true, false, false]);
    }
}
