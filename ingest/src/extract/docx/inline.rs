//! The text of a paragraph: runs, fields, symbols, references to notes.

use super::super::office::{Look, Node, RichText, xml};
use super::super::ooxml::{is_on, math};
use super::reader::Reader;
use super::styles::read_look;
use super::symbols::symbol;

/// Most fields inside one another.
const MAX_FIELDS: usize = 32;
/// Bytes of a field's instruction that are kept.
const MAX_INSTRUCTION: usize = 64;

/// What a run inherits from its paragraph.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    pub(super) look: Look,
    pub(super) shaded: bool,
}

/// An open field: an instruction, then the result that a reader sees.
#[derive(Debug, Default)]
pub(super) struct Field {
    instruction: String,
    in_result: bool,
}

impl Field {
    /// Whether the result is the number of a page, which differs from page to page.
    fn is_page_number(&self) -> bool {
        let instruction = self.instruction.trim_start();
        let word = instruction.split([' ', '\\']).next().unwrap_or_default().to_ascii_uppercase();
        matches!(word.as_str(), "PAGE" | "NUMPAGES" | "SECTIONPAGES")
    }
}

impl<'a> Reader<'a, '_> {
    /// Reads the text inside an element.
    pub(super) fn inline(&mut self, parent: Node<'a>, context: Context, out: &mut RichText) {
        for node in xml::children(parent) {
            self.inline_node(node, context, out);
        }
    }

    pub(super) fn inline_node(&mut self, node: Node<'a>, context: Context, out: &mut RichText) {
        match xml::name(node) {
            "r" => self.run(node, context, out),
            "del" | "moveFrom" | "pPr" | "rPr" | "sdtPr" | "sdtEndPr" | "rt" | "customXmlPr"
            | "smartTagPr" => {}
            "fldSimple" => {
                let instruction = xml::attribute(node, "instr").unwrap_or_default().to_owned();
                self.fields.push(Field { instruction, in_result: true });
                self.inline(node, context, out);
                self.fields.pop();
            }
            "oMath" | "oMathPara" => self.push_text(&math::text(node), false, out),
            "commentRangeStart" => self.quotes.open(xml::attribute(node, "id").unwrap_or_default()),
            "commentRangeEnd" => self.quotes.close(xml::attribute(node, "id").unwrap_or_default()),
            "AlternateContent" => {
                if let Some(chosen) = xml::alternative(node) {
                    self.inline(chosen, context, out);
                }
            }
            _ => self.inline(node, context, out),
        }
    }

    fn run(&mut self, node: Node<'a>, context: Context, out: &mut RichText) {
        let properties = xml::child(node, "rPr");
        let mut look = properties.map(read_look).unwrap_or_default();
        let property = |name| properties.and_then(|inner| xml::child(inner, name));
        if let Some(style) = property("rStyle").and_then(|inner| xml::attribute(inner, "val")) {
            look = look.over(self.styles.look(style));
        }
        let hidden = look.over(context.look).is_hidden(context.shaded || self.flow.shaded > 0);
        let font = property("rFonts").and_then(|inner| xml::attribute(inner, "ascii")).unwrap_or("Symbol");
        self.run_content(node, context, (hidden, font), out);
    }

    fn run_content(
        &mut self,
        node: Node<'a>,
        context: Context,
        (hidden, font): (bool, &str),
        out: &mut RichText,
    ) {
        for inner in xml::children(node) {
            match xml::name(inner) {
                "t" => {
                    let text = xml::text_of(inner);
                    let text = self.readable(text, font);
                    self.push_text(&text, hidden, out);
                }
                "tab" | "ptab" => self.push_text("\t", hidden, out),
                "br" | "cr" => self.push_text("\n", hidden, out),
                "noBreakHyphen" => self.push_text("-", hidden, out),
                "sym" => {
                    let code =
                        xml::attribute(inner, "char").and_then(|code| u32::from_str_radix(code, 16).ok());
                    let font = xml::attribute(inner, "font").unwrap_or(font);
                    match code.and_then(|code| symbol(code, font)) {
                        Some(c) => self.push_text(c.encode_utf8(&mut [0; 4]), hidden, out),
                        None => self.lost.symbols += 1,
                    }
                }
                "fldChar" => self.field_mark(inner, hidden, out),
                "instrText" => {
                    if let Some(field) = self.fields.last_mut().filter(|field| !field.in_result)
                        && field.instruction.len() < MAX_INSTRUCTION
                    {
                        field.instruction.push_str(&xml::text_of(inner));
                    }
                }
                "footnoteReference" | "endnoteReference" => self.note_reference(inner, out),
                "drawing" | "pict" | "object" => self.drawing(inner),
                "AlternateContent" => {
                    if let Some(chosen) = xml::alternative(inner) {
                        self.run_content(chosen, context, (hidden, font), out);
                    }
                }
                "ruby" => self.inline(inner, context, out),
                "rPr" | "delText" | "delInstrText" => {}
                _ => self.run_content(inner, context, (hidden, font), out),
            }
        }
    }

    /// Adds text unless it belongs to the instruction of a field.
    fn push_text(&mut self, text: &str, hidden: bool, out: &mut RichText) {
        let skipped = |field: &Field| !field.in_result || (self.flow.in_margin && field.is_page_number());
        if !self.fields.iter().any(skipped) {
            self.quotes.push(text);
            out.push(text, hidden);
        }
    }

    /// Letters of symbol fonts as the characters they show.
    fn readable(&mut self, text: String, font: &str) -> String {
        if !text.contains(|c| ('\u{f020}'..='\u{f0ff}').contains(&c)) {
            return text;
        }
        let known: String = text.chars().filter_map(|c| symbol(c.into(), font)).collect();
        self.lost.symbols += text.chars().count() - known.chars().count();
        known
    }

    fn field_mark(&mut self, node: Node<'a>, hidden: bool, out: &mut RichText) {
        match xml::attribute(node, "fldCharType") {
            Some("begin") => {
                let form = xml::child(node, "ffData");
                if let Some(text) = form.and_then(form_value) {
                    self.push_text(&text, hidden, out);
                }
                // Fields that are never ended must not pile up.
                if self.fields.len() >= MAX_FIELDS {
                    self.fields.remove(0);
                }
                self.fields.push(Field::default());
            }
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.in_result = true;
                }
            }
            Some("end") => drop(self.fields.pop()),
            _ => {}
        }
    }

    /// Forgets instructions that were never ended, so that a damaged field does not swallow the rest of the document.
    pub(super) fn close_field_codes(&mut self) {
        self.fields.retain(|field| field.in_result);
    }
}

/// What a check box or a drop-down list of an old form shows.
fn form_value(form: Node<'_>) -> Option<String> {
    let value = |node, name: &str| xml::child(node, name).map(|inner| xml::attribute(inner, "val"));
    if let Some(check_box) = xml::child(form, "checkBox") {
        let checked = value(check_box, "checked").or_else(|| value(check_box, "default"));
        return Some(if checked.is_some_and(is_on) { "☒" } else { "☐" }.to_owned());
    }
    let list = xml::child(form, "ddList")?;
    let chosen = value(list, "result").or_else(|| value(list, "default")).flatten();
    let index = chosen.and_then(|index| index.parse().ok()).unwrap_or(0);
    xml::attribute(xml::children_named(list, "listEntry").nth(index)?, "val").map(str::to_owned)
}
