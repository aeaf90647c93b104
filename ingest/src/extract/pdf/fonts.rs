//! Fonts whose codes no character map explains: no `/ToUnicode`, no known encoding, no glyph names that mean a character.
//!
//! `pdf_oxide` takes the bare code of such a font for a character, which gives noise. Here every such code is mapped to a private
//! use character that carries its glyph number instead, before any text is read; [`super::glyph_order`] may read the numbers,
//! and what it cannot read is left out.

use std::collections::{BTreeSet, HashSet};

use pdf_oxide::PdfDocument;
use pdf_oxide::extractors::TextExtractor;
use pdf_oxide::fonts::{CIDToGIDMap, Encoding, FontInfo, MappingProvenance};
use pdf_oxide::object::{Object, ObjectRef};

use super::glyph_names::{characters_of, index_of, repeat_their_codes};

/// First of the private use characters that stand for glyph numbers: plane 15, which no character map of a document uses.
const FIRST_TAG: u32 = 0xf_0000;
/// Glyph numbers above this have no private use character.
const MAX_NUMBER: u32 = 0xfffd;
/// Form XObjects nest no deeper than this.
const MAX_DEPTH: usize = 8;
/// Resource dictionaries looked at in one document.
const MAX_RESOURCES: usize = 50_000;
/// Composite fonts marked in one document; each takes some megabytes.
const MAX_COMPOSITE: usize = 24;

/// The glyph number that a character stands for.
pub(super) fn glyph_number(c: char) -> Option<u16> {
    (c as u32).checked_sub(FIRST_TAG).filter(|&n| n <= MAX_NUMBER).and_then(|n| u16::try_from(n).ok())
}

fn tag(number: u16) -> Option<String> {
    let number = u32::from(number);
    (number <= MAX_NUMBER).then(|| char::from_u32(FIRST_TAG + number)).flatten().map(String::from)
}

/// The name of a font without the six letters and the plus sign that mark a subset. Subsets of one font share its glyph numbers.
pub(super) fn family(font: &str) -> &str {
    match font.split_once('+') {
        Some((mark, name)) if mark.len() == 6 && mark.bytes().all(|b| b.is_ascii_uppercase()) => name,
        _ => font,
    }
}

/// What was marked in a document.
#[derive(Debug, Default)]
pub(super) struct Marked {
    /// The families of fonts most of whose codes were marked.
    pub(super) families: BTreeSet<String>,
    /// Whether any code of any font was.
    pub(super) any: bool,
}

/// Marks the codes that nothing explains in the fonts of the first `pages` pages.
pub(super) fn mark_unmapped(pdf: &PdfDocument, pages: usize) -> Marked {
    let mut marker = Marker::default();
    for page in 0..pages {
        let page = pdf.get_page(page);
        let resources = page.as_ref().ok().and_then(Object::as_dict).and_then(|page| page.get("Resources"));
        if let Some(resources) = resources.and_then(|r| pdf.resolve_object(r).ok()) {
            marker.resources(pdf, &resources, 0);
        }
    }
    marker.marked
}

#[derive(Default)]
struct Marker {
    marked: Marked,
    /// Addresses of fonts already looked at; the document keeps them alive in its caches.
    seen_fonts: HashSet<usize>,
    seen_objects: HashSet<ObjectRef>,
    resources: usize,
    composite: usize,
}

impl Marker {
    fn resources(&mut self, pdf: &PdfDocument, resources: &Object, depth: usize) {
        self.resources += 1;
        if depth > MAX_DEPTH || self.resources > MAX_RESOURCES {
            return;
        }
        let mut fonts = TextExtractor::new();
        if pdf.load_fonts_public(resources, &mut fonts).is_ok() {
            for (_, font) in fonts.get_font_set() {
                if self.seen_fonts.insert(std::sync::Arc::as_ptr(&font).addr()) {
                    self.mark(&font);
                }
            }
        }
        let Some(objects) = resources.as_dict().and_then(|d| d.get("XObject")) else { return };
        let Ok(objects) = pdf.resolve_object(objects) else { return };
        for object in objects.as_dict().into_iter().flat_map(|d| d.values()) {
            let Some(form) = object.as_reference() else { continue };
            if !self.seen_objects.insert(form) || !pdf.is_form_xobject(form) {
                continue;
            }
            let Ok(form) = pdf.load_object(form) else { continue };
            if let Some(own) =
                form.as_dict().and_then(|d| d.get("Resources")).and_then(|r| pdf.resolve_object(r).ok())
            {
                self.resources(pdf, &own, depth + 1);
            }
        }
    }

    /// Gives the codes of a font that `pdf_oxide` cannot explain their characters or marks.
    fn mark(&mut self, font: &FontInfo) {
        let codes = if font.subtype == "Type0" {
            if self.composite == MAX_COMPOSITE || !is_unmapped_composite(font) {
                return;
            }
            self.composite += 1;
            composite_codes(font)
        } else {
            simple_codes(font)
        };
        let marks = codes.iter().filter(|(_, text)| text.chars().any(|c| glyph_number(c).is_some())).count();
        self.marked.any |= marks > 0;
        if marks * 2 > codes.len().max(font.diff_glyph_names.len()) {
            self.marked.families.insert(family(&font.base_font).to_owned());
        }
        // The decoder asks this table before anything else.
        if let Ok(mut decoded) = font.type0_unicode_memo.lock() {
            decoded.extend(codes.into_iter().map(|(code, text)| (code, Some(text))));
        }
    }
}

/// Whether a composite font numbers its glyphs and says nothing of their characters.
fn is_unmapped_composite(font: &FontInfo) -> bool {
    let numbered = match &font.encoding {
        Encoding::Identity => true,
        Encoding::Standard(name) => name.starts_with("Identity"),
        Encoding::Custom(_) => false,
    };
    numbered && font.best_mapping_provenance() == MappingProvenance::Fallback
}

/// Characters, by the glyph names of the font program, or tags for all codes of a composite font.
fn composite_codes(font: &FontInfo) -> Vec<(u32, String)> {
    let names = program_names(font);
    // Codes with their glyphs and the numbers that tell the order.
    let glyphs: Vec<(u16, u16, u16)> = match (&font.cff_cid_to_gid, &font.cid_to_gid_map) {
        (Some(map), _) => map.iter().map(|(&cid, &glyph)| (cid, glyph, cid)).collect(),
        (None, Some(CIDToGIDMap::Explicit(map))) => {
            (0..=u16::MAX).zip(map).map(|(cid, &glyph)| (cid, glyph, glyph)).collect()
        }
        (None, _) => {
            let last =
                names.len().checked_sub(1).map_or(u16::MAX, |last| u16::try_from(last).unwrap_or(u16::MAX));
            (0..=last).map(|cid| (cid, cid, cid)).collect()
        }
    };
    let text = |glyph: u16, number: u16| {
        let named = names.get(usize::from(glyph));
        named
            .and_then(|name| characters_of(name).or_else(|| index_of(name).and_then(tag)))
            .or_else(|| tag(number))
    };
    glyphs
        .into_iter()
        .filter_map(|(cid, glyph, number)| Some((u32::from(cid), text(glyph, number)?)))
        .collect()
}

/// Characters or tags for the codes of a simple font that have a glyph but no character yet.
fn simple_codes(font: &FontInfo) -> Vec<(u32, String)> {
    let to_unicode = font.to_unicode.as_ref().and_then(pdf_oxide::fonts::LazyCMap::get);
    let mapped = |code: u8| to_unicode.as_ref().is_some_and(|map| map.get(&u32::from(code)).is_some());
    let listed = font.diff_glyph_names.iter().map(|(&code, name)| (code, name.as_str()));
    let nameless = || listed.clone().filter(|(_, name)| characters_of(name).is_none());
    if !font.diff_glyph_names.is_empty() {
        if repeat_their_codes(nameless()) {
            return Vec::new();
        }
        let numbered = nameless().filter(|&(code, _)| !mapped(code));
        return numbered
            .filter_map(|(code, name)| Some((u32::from(code), index_of(name).and_then(tag)?)))
            .collect();
    }
    if to_unicode.is_none()
        && matches!(&font.encoding, Encoding::Standard(name) if BUILT_IN.contains(&name.as_str()))
    {
        return truetype_codes(font);
    }
    // Without a list of names the program's own encoding holds; the codes it has a character for are in `encoding`.
    let (Some(glyphs), Encoding::Custom(read)) = (&font.cff_gid_map, &font.encoding) else {
        return Vec::new();
    };
    let names = program_names(font);
    let unread = |code: u8, glyph: u16| {
        glyph != 0 && !read.contains_key(&code) && !font.multi_char_map.contains_key(&code) && !mapped(code)
    };
    glyphs
        .iter()
        .filter(|&(&code, &glyph)| unread(code, glyph))
        .filter_map(|(&code, &glyph)| {
            let index = names.get(usize::from(glyph)).and_then(|name| index_of(name));
            Some((u32::from(code), tag(index.unwrap_or(u16::from(code)))?))
        })
        .collect()
}

/// How `pdf_oxide` calls the encoding of a font that declares none.
const BUILT_IN: [&str; 2] = ["SymbolicBuiltIn", "StandardEncoding"];

/// Characters for the codes of a TrueType font that declares no encoding, by the names of its glyphs. They are taken for codes
/// of Mac OS Roman otherwise, which they seldom are.
fn truetype_codes(font: &FontInfo) -> Vec<(u32, String)> {
    let Some(codes) = font.truetype_cmap() else { return Vec::new() };
    let names = program_names(font);
    let character = |code: u8| {
        let glyph = codes.code_to_gid(u16::from(code)).filter(|&glyph| glyph != 0)?;
        Some((u32::from(code), characters_of(names.get(usize::from(glyph))?)?))
    };
    (0..=u8::MAX).filter_map(character).collect()
}

/// The names of an embedded program's glyphs, by glyph number; empty when it has none.
fn program_names(font: &FontInfo) -> Vec<String> {
    let Some(face) = font.embedded_font_data.as_ref().and_then(|data| ttf_parser::Face::parse(data, 0).ok())
    else {
        return Vec::new();
    };
    (0..face.number_of_glyphs())
        .map(|glyph| face.glyph_name(ttf_parser::GlyphId(glyph)).unwrap_or_default().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_as_private_use_characters() {
        for number in [0, 3, 135, 0xfffd] {
            let text = tag(number).unwrap();
            assert_eq!(text.chars().map(glyph_number).collect::<Vec<_>>(), [Some(number)]);
        }
        assert_eq!((tag(0xfffe), glyph_number('a'), glyph_number('\u{e000}')), (None, None, None));
    }

    #[test]
    fn subsets_belong_to_a_family() {
        assert_eq!(
            (family("EMMOLK+Cambria"), family("Cambria"), family("C+Cambria")),
            ("Cambria", "Cambria", "C+Cambria")
        );
    }
}
