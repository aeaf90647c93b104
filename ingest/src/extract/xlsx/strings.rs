//! The texts that cells share.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::error::{ExtractError, SizeLimit};
use crate::extract::grid::MAX_CELLS;
use crate::extract::office::{Package, Relationships};

/// Shared texts by their number, in one string.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    text: String,
    ends: Vec<usize>,
}

impl SharedStrings {
    /// The text of a number.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1)? };
        self.text.get(start..*self.ends.get(index)?)
    }

    /// Reads as far as the part is whole; phonetic guides are dropped.
    fn parse(text: &str) -> Result<(Self, Option<String>), ExtractError> {
        let mut strings = Self::default();
        let mut reader = Reader::from_str(text);
        let (mut in_text, mut phonetic, mut one) = (false, 0usize, String::new());
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => match element.local_name().as_ref() {
                    "si" => one.clear(),
                    "t" => in_text = true,
                    "rPh" => phonetic += 1,
                    _ => {}
                },
                Ok(Event::End(element)) => match element.local_name().as_ref() {
                    "si" => strings.push(&one)?,
                    "t" => in_text = false,
                    "rPh" => phonetic = phonetic.saturating_sub(1),
                    _ => {}
                },
                Ok(Event::Empty(element)) if element.local_name().as_ref() == "si" => strings.push("")?,
                Ok(Event::Eof) => return Ok((strings, None)),
                Ok(event) if in_text && phonetic == 0 => append(&mut one, &event),
                Ok(_) => {}
                Err(error) => return Ok((strings, Some(error.to_string()))),
            }
        }
    }

    fn push(&mut self, one: &str) -> Result<(), ExtractError> {
        if self.ends.len() >= MAX_CELLS {
            let (actual, limit) = (self.ends.len() as u64 + 1, MAX_CELLS as u64);
            return Err(ExtractError::TooLarge { what: SizeLimit::Cells, actual, limit });
        }
        self.text.push_str(&unescape(one));
        self.ends.push(self.text.len());
        Ok(())
    }
}

/// Reads the shared texts of a workbook.
///
/// # Errors
/// As [`Package::source`], and [`ExtractError::TooLarge`].
pub(super) fn read(package: &mut Package<'_>, parts: &Relationships) -> Result<SharedStrings, ExtractError> {
    let part = parts.of_kind("sharedStrings").next().unwrap_or("xl/sharedStrings.xml");
    let Some(source) = package.source(part)? else { return Ok(SharedStrings::default()) };
    let (strings, damage) = SharedStrings::parse(source.text())?;
    if let Some(damage) = damage {
        package.warn(format!("the list of texts is damaged, some cells may be blank: {damage}"));
    }
    Ok(strings)
}

/// Adds the characters of an event.
pub(super) fn append(out: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(text) => out.push_str(&text.xml10_content()),
        Event::CData(text) => out.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) => {
            let name = reference.xml10_content();
            if let Ok(Some(character)) = reference.resolve_char_ref() {
                out.push(character);
            } else if let Some(text) = quick_xml::escape::resolve_xml_entity(&name) {
                out.push_str(text);
            }
        }
        _ => {}
    }
}

/// Characters that the format writes as `_x000D_`.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let code = after.get(..4).filter(|_| after.as_bytes().get(4) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(character) => {
                out.push(character);
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_several_runs_are_one_and_phonetic_guides_are_dropped() {
        let part = "<sst><si><t>a &amp; b</t></si><si><r><t xml:space='preserve'>one </t></r><r><t>two&#33;</t></r></si><si/>\
                    <si><t>課</t><rPh sb='0' eb='1'><t>カ</t></rPh></si><si><t>x_x000D_y_x00e9_ _xyz_</t></si></sst>";
        let (strings, damage) = SharedStrings::parse(part).unwrap();
        let all: Vec<_> = (0..6).map(|i| strings.get(i)).collect();
        assert_eq!(
            all,
            [Some("a & b"), Some("one two!"), Some(""), Some("課"), Some("x\ry\u{e9} _xyz_"), None]
        );
        assert_eq!(damage, None);
    }

    #[test]
    fn a_damaged_list_keeps_what_was_read() {
        let (strings, damage) = SharedStrings::parse("<sst><si><t>a</t></si><si><t>b</x></sst>").unwrap();
        assert_eq!((strings.get(0), strings.get(1)), (Some("a"), None));
        assert!(damage.is_some());
    }
}
