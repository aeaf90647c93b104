//! What a page says of itself in its head.

use scraper::{Html, Selector};

use super::builder::TextBuilder;

/// Names of `<meta>` elements, in lower case, and the properties they are.
const NAMES: [(&str, &str); 17] = [
    ("author", "author"),
    ("dc.creator", "author"),
    ("article:author", "author"),
    ("date", "created"),
    ("dc.date", "created"),
    ("dcterms.created", "created"),
    ("dcterms.date", "created"),
    ("article:published_time", "created"),
    ("last-modified", "modified"),
    ("dcterms.modified", "modified"),
    ("article:modified_time", "modified"),
    ("og:updated_time", "modified"),
    ("keywords", "keywords"),
    ("news_keywords", "keywords"),
    ("description", "description"),
    ("dc.description", "description"),
    ("og:description", "description"),
];

/// Reads the `<meta>` elements of a page; the first of a property stays.
pub(super) fn read(page: &Html, builder: &mut TextBuilder) {
    let Ok(selector) = Selector::parse("meta[content]") else { return };
    for meta in page.select(&selector) {
        let attribute = |name| meta.value().attr(name);
        let Some(name) = ["name", "property", "http-equiv"].into_iter().find_map(attribute) else { continue };
        let name = name.trim().to_ascii_lowercase();
        if let Some((_, key)) = NAMES.iter().find(|(known, _)| *known == name) {
            builder.property(key, attribute("content").unwrap_or_default());
        }
    }
}
