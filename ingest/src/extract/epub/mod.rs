//! EPUB books: the chapters of the spine in order, each read as a page that is content from end to end.

mod package;
mod xhtml;

use std::borrow::Cow;

use self::package::Package;
use super::archive::Archive;
use super::builder::TextBuilder;
use super::detect::Kind;
use super::document::Extracted;
use super::{ContentLimits, html};
use crate::error::ExtractError;

/// Encryption of fonts against copying, which leaves the text readable.
const FONT_OBFUSCATION: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// Reads a book.
pub(crate) fn extract(bytes: &[u8], limits: &ContentLimits) -> Result<Extracted, ExtractError> {
    let mut archive = Archive::open(bytes, Kind::Epub.what())?;
    if is_encrypted(&mut archive)? {
        return Err(ExtractError::Encrypted { what: Kind::Epub.what().to_owned() });
    }
    let mut builder = TextBuilder::new("application/epub+zip", limits.max_text_bytes);
    let package = Package::open(&mut archive, &mut builder)?;
    let chapters = match package {
        Some(package) => {
            package.describe(&mut builder);
            package.chapters
        }
        None => {
            builder.warn("the list of chapters is missing or damaged; the pages were read by name");
            let mut pages: Vec<String> =
                archive.names().filter(|name| is_page(name)).map(Cow::into_owned).collect();
            pages.sort_unstable();
            pages
        }
    };
    let mut read = 0u32;
    for chapter in &chapters {
        read += u32::from(push_chapter(&mut builder, &mut archive, chapter)?);
    }
    if builder.len() == 0 {
        return Err(match read {
            0 => ExtractError::corrupt(Kind::Epub.what(), "it holds no chapters"),
            pages => ExtractError::NeedsOcr { pages },
        });
    }
    builder.finish()
}

/// Adds a chapter; whether it is there. What is wrong with it is told, and the other chapters are read all the same.
fn push_chapter(
    builder: &mut TextBuilder,
    archive: &mut Archive<'_>,
    name: &str,
) -> Result<bool, ExtractError> {
    let page = match archive.read(name) {
        Ok(Some(page)) => page,
        Ok(None) => {
            builder.warn(format!("the chapter {name} is missing"));
            return Ok(false);
        }
        Err(error @ ExtractError::Corrupt { .. }) => {
            builder.warn(format!("the chapter {name} was not read: {error}"));
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    if page.trim_ascii().is_empty() {
        return Ok(true);
    }
    match html::decode(&page, None) {
        Ok(decoded) => {
            if let Some(warning) = decoded.warning {
                builder.warn(format!("{name}: {warning}"));
            }
            html::push_page(builder, &xhtml::as_html(&decoded.text))?;
            Ok(true)
        }
        Err(error) => {
            builder.warn(format!("the chapter {name} was not read: {error}"));
            Ok(false)
        }
    }
}

fn is_page(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".xhtml", ".html", ".htm"].iter().any(|end| name.ends_with(end))
}

/// Whether more than fonts is encrypted.
fn is_encrypted(archive: &mut Archive<'_>) -> Result<bool, ExtractError> {
    let Some(part) = archive.read("META-INF/encryption.xml")? else { return Ok(false) };
    let text = package::xml_text(&part);
    let Ok(tree) = roxmltree::Document::parse(&text) else { return Ok(true) };
    let methods = tree.descendants().filter(|node| {
        node.tag_name().name() == "EncryptionMethod"
            && node.parent().is_some_and(|data| data.tag_name().name() == "EncryptedData")
    });
    Ok(methods
        .filter_map(|method| method.attribute("Algorithm"))
        .any(|used| !FONT_OBFUSCATION.contains(&used)))
}

#[cfg(test)]
mod tests;
