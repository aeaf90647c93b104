//! Which parts of a message are its body, which are attached, and which say the same thing twice.

use super::fields::Fields;
use super::{body, mime};
use crate::error::ExtractError;

/// Most levels of parts inside parts.
const MAX_LEVELS: usize = 20;
/// Most parts of a message.
const MAX_PARTS: usize = 2000;

/// A part that holds content, not parts.
#[derive(Debug)]
pub(super) struct Leaf<'m> {
    /// Its own fields.
    pub(super) fields: Fields,
    /// Its media type in lower case.
    pub(super) media_type: String,
    /// Its bytes as they were sent.
    pub(super) content: &'m [u8],
    /// Whether it is text that a reader sees without opening anything.
    pub(super) is_body: bool,
    /// Words in it, once they were counted.
    words: Option<usize>,
}

/// The parts of a message in order, alternatives decided.
#[derive(Debug, Default)]
pub(super) struct Structure<'m> {
    /// Bodies and attachments.
    pub(super) leaves: Vec<Leaf<'m>>,
    /// Whether a part is encrypted.
    pub(super) encrypted: bool,
    /// What was lost or guessed.
    pub(super) warnings: Vec<String>,
    parts: usize,
}

/// The multipart that a part stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Message,
    Mixed,
    Digest,
    Alternative,
}

impl<'m> Structure<'m> {
    /// Reads the content of a message whose fields are known.
    ///
    /// # Errors
    /// [`ExtractError::UnsupportedFormat`] for a message that is one binary signed part.
    pub(super) fn read(&mut self, fields: &Fields, content: &'m [u8]) -> Result<(), ExtractError> {
        let part = Fields::clone(fields);
        self.part(part, content, Inside::Message, 0)?;
        let too_many = self.parts.saturating_sub(MAX_PARTS);
        if too_many > 0 {
            self.warnings.push(format!("{too_many} parts behind the first {MAX_PARTS} were not read"));
        }
        Ok(())
    }

    fn part(
        &mut self,
        fields: Fields,
        content: &'m [u8],
        inside: Inside,
        level: usize,
    ) -> Result<(), ExtractError> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Ok(());
        }
        let default = if inside == Inside::Digest { "message/rfc822" } else { "text/plain" };
        let media_type = fields.media_type(default);
        if media_type.starts_with("multipart/") && level < MAX_LEVELS {
            return self.multipart(fields, content, &media_type, level);
        }
        match media_type.as_str() {
            "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature" => {
                return Ok(());
            }
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                let kind = fields.parameter("smime-type").unwrap_or_default();
                if kind.eq_ignore_ascii_case("signed-data") && inside == Inside::Message {
                    let what = "an e-mail message inside one binary S/MIME signature".to_owned();
                    return Err(ExtractError::UnsupportedFormat { what });
                }
                self.encrypted |= !kind.eq_ignore_ascii_case("signed-data");
                return Ok(());
            }
            _ => {}
        }
        let media_type = if media_type.starts_with("multipart/") {
            self.warnings.push(format!("parts nested more than {MAX_LEVELS} deep were read as text"));
            "text/plain".to_owned()
        } else {
            media_type
        };
        let is_text = matches!(media_type.as_str(), "text/plain" | "text/html" | "application/xhtml+xml");
        let is_file = fields.is_attachment() || fields.file_name().is_some() && inside != Inside::Message;
        let is_body = is_text && !is_file;
        if is_body && body::is_pgp_message(content) {
            self.encrypted = true;
            return Ok(());
        }
        self.leaves.push(Leaf { fields, media_type, content, is_body, words: None });
        Ok(())
    }

    fn multipart(
        &mut self,
        fields: Fields,
        content: &'m [u8],
        media_type: &str,
        level: usize,
    ) -> Result<(), ExtractError> {
        if media_type == "multipart/encrypted" {
            self.encrypted = true;
            return Ok(());
        }
        let mut found = match fields.parameter("boundary").map(str::trim_end) {
            Some(boundary) if !boundary.is_empty() => mime::parts(content, boundary.as_bytes()),
            _ => mime::Parts { parts: Vec::new(), closed: false },
        };
        if found.parts.is_empty()
            && let Some(boundary) = mime::guess_boundary(content)
        {
            self.warnings
                .push("the boundary between the parts is not the one that the message names".to_owned());
            found = mime::parts(content, boundary);
        }
        if found.parts.is_empty() {
            self.warnings.push(format!("a part of type {media_type} has no parts and was read as text"));
            self.leaves.push(Leaf {
                fields,
                media_type: "text/plain".to_owned(),
                content,
                is_body: true,
                words: None,
            });
            return Ok(());
        }
        if !found.closed {
            self.warnings.push("the message ends before its last part does".to_owned());
        }
        let inside = match media_type {
            "multipart/alternative" => Inside::Alternative,
            "multipart/digest" => Inside::Digest,
            _ => Inside::Mixed,
        };
        let first = self.leaves.len();
        for part in found.parts {
            let (head, content) = mime::split(part);
            self.part(Fields::read(head), content, inside, level + 1)?;
        }
        if inside == Inside::Alternative {
            let choices = self.leaves.split_off(first);
            self.leaves.extend(choose(choices));
        }
        Ok(())
    }
}

/// Of the bodies that say the same, the plain text when it says as much as the HTML, else the HTML; what is attached to either
/// stays.
fn choose(mut choices: Vec<Leaf<'_>>) -> Vec<Leaf<'_>> {
    let is_plain = |leaf: &Leaf<'_>| leaf.media_type == "text/plain";
    let bodies = || choices.iter().filter(|leaf| leaf.is_body);
    if bodies().all(is_plain) || !bodies().any(is_plain) {
        return without_other_forms(choices);
    }
    for leaf in choices.iter_mut().filter(|leaf| leaf.is_body && leaf.words.is_none()) {
        leaf.words = Some(body::count_words(leaf));
    }
    let words = |plain: bool| -> usize {
        let same = choices.iter().filter(|leaf| leaf.is_body && is_plain(leaf) == plain);
        same.filter_map(|leaf| leaf.words).sum()
    };
    let (plain, html) = (words(true), words(false));
    let plain_is_real = plain > 0 && plain * 2 >= html;
    choices.retain(|leaf| !leaf.is_body || is_plain(leaf) == plain_is_real);
    without_other_forms(choices)
}

/// Leaves out what repeats the body for programs of one kind.
fn without_other_forms(mut choices: Vec<Leaf<'_>>) -> Vec<Leaf<'_>> {
    const FORMS: [&str; 6] =
        ["text/calendar", "text/x-amp-html", "text/watch-html", "text/enriched", "text/rtf", "text/richtext"];
    let has_body = choices.iter().any(|leaf| leaf.is_body && !leaf.content.trim_ascii().is_empty());
    choices.retain(|leaf| {
        leaf.is_body || !has_body || leaf.fields.is_attachment() || !FORMS.contains(&leaf.media_type.as_str())
    });
    choices
}
