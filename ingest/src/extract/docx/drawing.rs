//! Drawings: text boxes, charts, diagrams and what pictures say, which stand behind the paragraph that they are anchored in.

use super::super::office::{Attached, Node, RichText, xml};
use super::super::ooxml::{is_on, picture, text};
use super::reader::{Object, Reader};

impl<'a> Reader<'a, '_> {
    /// Notes what a drawing holds for the end of the paragraph.
    pub(super) fn drawing(&mut self, node: Node<'a>) {
        for inner in xml::children(node) {
            match xml::name(inner) {
                "txbxContent" => self.flow.attached.push(Attached::Box(inner)),
                "txBody" => self.flow.attached.push(Attached::Text(text::body(inner))),
                "chart" => self.attach_part(inner, "id", Object::Chart),
                "relIds" => self.attach_part(inner, "dm", Object::Diagram),
                "blip" => self.picture(inner, "embed"),
                "imagedata" => self.picture(inner, "id"),
                "docPr" => self.describe(inner, "descr"),
                "shape" => {
                    self.describe(inner, "alt");
                    self.drawing(inner);
                }
                "textpath" => {
                    let words = xml::attribute(inner, "string").unwrap_or_default();
                    self.flow.attached.push(Attached::Text(RichText::from(words)));
                }
                "OLEObject" => self.lost.objects += 1,
                "AlternateContent" => {
                    if let Some(chosen) = xml::alternative(inner) {
                        self.drawing(chosen);
                    }
                }
                _ => self.drawing(inner),
            }
        }
    }

    /// Notes what a picture shows, in the words of its alternative text.
    fn describe(&mut self, node: Node<'a>, attribute: &str) {
        let shown = xml::attribute(node, "hidden").is_none_or(|value| !is_on(Some(value)));
        let text = xml::attribute(node, attribute).filter(|_| shown);
        if let Some(text) = text.and_then(|text| self.flow.builder.description(text)) {
            self.flow.attached.push(Attached::Text(RichText::from(text.as_str())));
        }
    }

    /// Notes a picture that has words.
    fn picture(&mut self, node: Node<'a>, attribute: &str) {
        let id = xml::relationship_id(node, attribute);
        let part = id.and_then(|id| self.relationships?.by_id(id));
        if let Some(part) = part.filter(|part| picture::has_words(part)) {
            self.flow.attached.push(Attached::Object(Object::Picture(part.to_owned())));
        }
    }

    fn attach_part(&mut self, node: Node<'a>, attribute: &str, object: fn(String) -> Object) {
        let id = xml::relationship_id(node, attribute);
        let part = id.and_then(|id| self.relationships?.by_id(id));
        match part {
            Some(part) => self.flow.attached.push(Attached::Object(object(part.to_owned()))),
            None => self.lost.objects += 1,
        }
    }
}
