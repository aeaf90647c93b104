//! Gives the text of every font its characters, leaves out what has none, and keeps book of it for the warnings.

use std::collections::{BTreeMap, HashMap};

use pdf_oxide::PdfDocument;

use super::fonts::{Marked, family, glyph_number, mark_unmapped};
use super::glyph_order::Reading;
use super::glyphs::Glyphs;
use super::noise::{Worth, worth};
use super::words::words;

/// Glyphs of a family after which no more are sampled.
const SAMPLE_GLYPHS: usize = 40_000;
/// Pages sampled at most.
const SAMPLE_PAGES: usize = 400;
/// Families that are read.
const MAX_FAMILIES: usize = 32;
/// Warnings about fonts, at most.
const MAX_WARNINGS: usize = 12;

/// How the text of fonts without a character map is read, and what became of the text of all fonts.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// The families of fonts without a character map.
    families: BTreeMap<String, Option<Reading>>,
    /// Whether glyph numbers may occur at all.
    any: bool,
    /// Pages by font and fate, in order.
    fates: BTreeMap<(String, Fate), Vec<usize>>,
}

/// What became of text, where it is not simply read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Inferred,
    Unmapped,
    Noise,
    Doubtful,
}

impl Readings {
    /// Looks for fonts without a character map on the first `pages` pages, and for readings of their glyph numbers.
    pub(super) fn of(pdf: &PdfDocument, pages: usize) -> Self {
        let Marked { families, any } = mark_unmapped(pdf, pages);
        let mut samples: HashMap<&str, Vec<Vec<u16>>> =
            families.iter().take(MAX_FAMILIES).map(|name| (name.as_str(), Vec::new())).collect();
        let mut glyphs = 0;
        for page in 0..pages.min(SAMPLE_PAGES) {
            if families.is_empty() || glyphs > SAMPLE_GLYPHS * samples.len() {
                break;
            }
            let Ok(page) = Glyphs::of_page(pdf, page) else { continue };
            for (name, sample) in &mut samples {
                let of_family = page.of_fonts(|font| family(font) == *name);
                for word in words(&of_family) {
                    let numbers: Vec<u16> = word.text.chars().filter_map(glyph_number).collect();
                    glyphs += numbers.len();
                    sample.push(numbers);
                }
            }
        }
        let read = |name: &String| samples.get(name.as_str()).and_then(|words| Reading::of(words));
        let families = families.iter().map(|name| (name.clone(), read(name))).collect();
        Self { families, any, fates: BTreeMap::new() }
    }

    /// Gives the glyphs of a page their characters, and drops those that have none or are noise.
    pub(super) fn apply(&mut self, page: usize, glyphs: &mut Glyphs) {
        let mut texts = vec![String::new(); glyphs.styles.len()];
        for glyph in &glyphs.glyphs {
            if let Some(text) = texts.get_mut(glyph.style) {
                text.push(glyph.character);
            }
        }
        let mut noise = vec![false; texts.len()];
        for ((style, text), noise) in glyphs.styles.iter().zip(texts).zip(&mut noise) {
            let text = self.decode(page, &style.font, &text);
            match worth(&text) {
                Worth::Text => {}
                Worth::Doubtful => self.note(&style.font, Fate::Doubtful, page),
                Worth::Noise => {
                    *noise = true;
                    self.note(&style.font, Fate::Noise, page);
                }
            }
        }
        let Glyphs { glyphs, styles } = glyphs;
        glyphs.retain(|glyph| noise.get(glyph.style) != Some(&true));
        for glyph in glyphs.iter_mut().filter(|glyph| glyph_number(glyph.character).is_some()) {
            let font = styles.get(glyph.style).map_or("", |style| style.font.as_str());
            glyph.character = self.character(font, glyph.character).unwrap_or(' ');
        }
    }

    /// Gives text whose glyphs are not known one by one its characters.
    pub(super) fn decode(&mut self, page: usize, font: &str, text: &str) -> String {
        if !self.any || !text.chars().any(|c| glyph_number(c).is_some()) {
            return text.to_owned();
        }
        match self.families.get(family(font)) {
            Some(Some(_)) => self.note(font, Fate::Inferred, page),
            Some(None) => self.note(font, Fate::Unmapped, page),
            // A font with a map for all but a few glyphs is not worth a word.
            None => {}
        }
        text.chars().map(|c| self.character(font, c).unwrap_or(' ')).collect()
    }

    /// The character of a glyph; `None` when nothing tells it.
    fn character(&self, font: &str, c: char) -> Option<char> {
        match glyph_number(c) {
            Some(number) if self.any => {
                self.families.get(family(font)).and_then(Option::as_ref)?.character(number)
            }
            _ => Some(c),
        }
    }

    fn note(&mut self, font: &str, fate: Fate, page: usize) {
        let pages = self.fates.entry((font.to_owned(), fate)).or_default();
        if pages.last() != Some(&page) {
            pages.push(page);
        }
    }

    /// What was left out, inferred or doubted, by font with its pages.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = self
            .fates
            .iter()
            .map(|((font, fate), pages)| {
                let font = if font.is_empty() { "a font".to_owned() } else { format!("the font {font}") };
                let what = match fate {
                    Fate::Inferred => {
                        "has no character map; its letters were told from the order of its glyphs, other signs left out"
                    }
                    Fate::Unmapped => "has no character map; its text was left out",
                    Fate::Noise => "maps its characters to noise; its text was left out",
                    Fate::Doubtful => "reads like no language; its text may be noise",
                };
                format!("{}: {font} {what}", page_ranges(pages))
            })
            .collect();
        if warnings.len() > MAX_WARNINGS {
            let more = warnings.split_off(MAX_WARNINGS - 1).len();
            warnings.push(format!("{more} more fonts have text that was left out, inferred or doubtful"));
        }
        warnings
    }
}

/// Pages, counted from zero and in order, as a reader counts them: `page 3`, `pages 2-5, 9`.
fn page_ranges(pages: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &page in pages {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == page => *last = page,
            _ => ranges.push((page, page)),
        }
    }
    let shown: Vec<String> = ranges
        .iter()
        .map(
            |&(first, last)| {
                if first == last { format!("{}", first + 1) } else { format!("{}-{}", first + 1, last + 1) }
            },
        )
        .collect();
    format!("{} {}", if pages.len() == 1 { "page" } else { "pages" }, shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_named_as_ranges() {
        assert_eq!(page_ranges(&[2]), "page 3");
        assert_eq!(page_ranges(&[1, 2, 3, 8, 10, 11]), "pages 2-4, 9, 11-12");
    }
}
