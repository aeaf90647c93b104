//! Drawings: text boxes, charts and diagrams, which stand behind the paragraph that they are anchored in.

use super::super::office::{Attached, Node, RichText, xml};
use super::super::ooxml::text;
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

    fn attach_part(&mut self, node: Node<'a>, attribute: &str, object: fn(String) -> Object) {
        let id = xml::relationship_id(node, attribute);
        let part = id.and_then(|id| self.relationships?.by_id(id));
        match part {
            Some(part) => self.flow.attached.push(Attached::Object(object(part.to_owned()))),
            None => self.lost.objects += 1,
        }
    }
}
