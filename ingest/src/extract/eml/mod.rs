//! E-mail messages (RFC 5322 and MIME): who wrote to whom, the body once, then what is attached, read like any other document.

mod attachments;
mod body;
mod decode;
mod fields;
mod mime;
mod structure;

use self::fields::Fields;
use self::structure::{Leaf, Structure};
use super::ContentLimits;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::{BlockKind, Extracted};
use crate::error::ExtractError;

/// Reads a message that is inside `depth` others.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits, depth: usize) -> Result<Extracted, ExtractError> {
    let mut builder = TextBuilder::new("message/rfc822", limits.max_text_bytes);
    let (head, content) = mime::split_message(bytes);
    let fields = Fields::read(head);
    if fields.is_empty() {
        builder.warn("there are no header fields");
    }
    push_fields(&mut builder, &fields, depth > 0)?;
    let mut structure = Structure::default();
    structure.read(&fields, content)?;
    for warning in structure.warnings.drain(..) {
        builder.warn(warning);
    }
    let (bodies, attachments): (Vec<Leaf<'_>>, Vec<Leaf<'_>>) =
        structure.leaves.into_iter().partition(|leaf| leaf.is_body);
    if structure.encrypted {
        if bodies.is_empty() {
            return Err(encrypted());
        }
        builder.warn("a part of the message is encrypted and was not read");
    }
    for leaf in &bodies {
        body::push(&mut builder, leaf)?;
    }
    attachments::push(&mut builder, &attachments, limits, depth)?;
    builder.finish()
}

fn encrypted() -> ExtractError {
    ExtractError::Encrypted { what: Kind::Eml.what().to_owned() }
}

/// The fields that a person reads, as properties and as the first paragraph. A message inside another one has no title of its
/// own, so its subject becomes text.
fn push_fields(builder: &mut TextBuilder, fields: &Fields, nested: bool) -> Result<(), ExtractError> {
    let mut lines = String::new();
    let subject = fields.subject();
    builder.title(&subject);
    let shown = [
        ("From", "from", fields.addresses("From")),
        ("To", "to", fields.addresses("To")),
        ("Cc", "cc", fields.addresses("Cc")),
    ];
    for (label, key, value) in &shown {
        builder.property(key, value.as_str());
        push_line(&mut lines, label, value);
    }
    push_line(&mut lines, "Date", &fields.raw("Date"));
    if nested {
        push_line(&mut lines, "Subject", &subject);
    }
    builder.property("date", fields.date());
    builder.property("subject", subject);
    builder.property("message_id", fields.message_id());
    builder.push(BlockKind::Paragraph, &lines)
}

fn push_line(lines: &mut String, label: &str, value: &str) {
    if !value.trim().is_empty() {
        lines.push_str(label);
        lines.push_str(": ");
        lines.extend(value.split_whitespace().flat_map(|word| [word, " "]));
        lines.push('\n');
    }
}

#[cfg(test)]
mod tests;
