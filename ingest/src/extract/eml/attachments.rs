//! What is attached to a message, read like any other document.

use serde_json::Value;

use super::decode;
use super::structure::Leaf;
use crate::error::ExtractError;
use crate::extract::builder::TextBuilder;
use crate::extract::clean::{clean, squeeze};
use crate::extract::document::{BlockKind, Extracted};
use crate::extract::{ContentLimits, extract_nested};

/// Most levels of documents inside messages.
const MAX_DEPTH: usize = 3;
/// Most attachments of a message that are read.
const MAX_ATTACHMENTS: usize = 100;
/// How far the headings of an attachment are below those of the message: under the heading that names it.
const LEVELS_BELOW: u8 = 2;

/// Adds every attachment under a heading of its own; what cannot be read is named with the reason.
pub(super) fn push(
    builder: &mut TextBuilder,
    leaves: &[Leaf<'_>],
    limits: &ContentLimits,
    depth: usize,
) -> Result<(), ExtractError> {
    let mut names = Vec::new();
    for (number, leaf) in leaves.iter().take(MAX_ATTACHMENTS).enumerate() {
        let (name, is_named) = name_of(leaf, number + 1);
        names.push(Value::String(name.clone()));
        let is_picture = leaf.media_type.starts_with("image/");
        if is_picture && (leaf.fields.has_content_id() && !leaf.fields.is_attachment() || !is_named) {
            continue;
        }
        builder.push(BlockKind::Heading(2), &format!("Attachment: {name}"))?;
        if is_picture {
            continue;
        }
        match read(leaf, &name, limits, depth) {
            Ok(doc) => append(builder, &name, &doc)?,
            Err(reason) => builder.warn(format!("attachment {name}: {reason}")),
        }
    }
    if let Some(more) = leaves.len().checked_sub(MAX_ATTACHMENTS).filter(|&more| more > 0) {
        builder.warn(format!("{more} attachments behind the first {MAX_ATTACHMENTS} were not read"));
    }
    if !names.is_empty() {
        builder.property("attachments", Value::Array(names));
    }
    Ok(())
}

fn read(leaf: &Leaf<'_>, name: &str, limits: &ContentLimits, depth: usize) -> Result<Extracted, String> {
    if depth >= MAX_DEPTH {
        return Err(format!("it is more than {MAX_DEPTH} messages deep and was not read"));
    }
    let media_type = Some(leaf.media_type.as_str()).filter(|mime| *mime != "application/octet-stream");
    if media_type == Some("message/external-body") {
        return Err("it is not in the message, only where to find it".to_owned());
    }
    let bytes = decode::transfer(leaf.content, &leaf.fields.transfer_encoding());
    let doc = match (media_type, leaf.fields.parameter("charset")) {
        // The charset is in the fields of the part, not in the text.
        (Some("text/plain"), Some(label)) if !bytes.trim_ascii().is_empty() => {
            match decode::text(&bytes, Some(label)) {
                Ok(decoded) => extract_nested(decoded.text.as_bytes(), name, media_type, limits, depth + 1),
                Err(_) => extract_nested(&bytes, name, media_type, limits, depth + 1),
            }
        }
        _ => extract_nested(&bytes, name, media_type, limits, depth + 1),
    };
    doc.map_err(|error| error.to_string())
}

/// Adds the blocks of an attachment.
fn append(builder: &mut TextBuilder, name: &str, doc: &Extracted) -> Result<(), ExtractError> {
    let mut hidden = doc.hidden.iter().peekable();
    for block in &doc.blocks {
        let Some(text) = doc.text.get(block.span.clone()) else { continue };
        let kind = match block.kind {
            BlockKind::Heading(level) => BlockKind::Heading(level.saturating_add(LEVELS_BELOW).min(6)),
            kind => kind,
        };
        let before = builder.len();
        builder.push(kind, text)?;
        while hidden.next_if(|span| span.end <= block.span.start).is_some() {}
        if hidden.peek().is_some_and(|span| span.start <= block.span.start && span.end >= block.span.end) {
            builder.hide_since(before);
        }
    }
    for warning in &doc.warnings {
        builder.warn(format!("attachment {name}: {warning}"));
    }
    Ok(())
}

/// The name of an attachment and whether it has one of its own.
fn name_of(leaf: &Leaf<'_>, number: usize) -> (String, bool) {
    let own = leaf.fields.file_name().or_else(|| leaf.fields.description());
    let own = own.map(|name| squeeze(&clean(name))).filter(|name| !name.is_empty());
    if let Some(name) = own {
        let base = name.rsplit(['/', '\\']).next().filter(|base| !base.is_empty()).unwrap_or(&name);
        return (base.chars().take(200).collect(), true);
    }
    let extension = match leaf.media_type.as_str() {
        "message/rfc822" | "message/global" => ".eml",
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "text/csv" => ".csv",
        "text/plain" => ".txt",
        _ => "",
    };
    (format!("{number}{extension}"), false)
}
