//! What a document says of itself: `docProps/core.xml`, `app.xml` and `custom.xml`.

use super::super::builder::TextBuilder;
use super::super::office::{Package, is_telling_title, xml};
use crate::error::ExtractError;

/// Properties of `core.xml` and `app.xml` and what they are called here.
const NAMES: [(&str, &str); 10] = [
    ("creator", "author"),
    ("created", "created"),
    ("modified", "modified"),
    ("keywords", "keywords"),
    ("subject", "subject"),
    ("description", "description"),
    ("category", "category"),
    ("lastModifiedBy", "last_modified_by"),
    ("Company", "company"),
    ("Manager", "manager"),
];
/// Custom properties that programs write for themselves.
const INTERNAL: [&str; 7] = [
    "AppVersion",
    "ContentTypeId",
    "DocSecurity",
    "HyperlinksChanged",
    "LinksUpToDate",
    "ScaleCrop",
    "ShareDoc",
];
/// Most properties that the user of a program added.
const MAX_CUSTOM: usize = 20;

/// Reads the properties into `builder` and gives the title, when it says something.
pub(crate) fn read(
    package: &mut Package<'_>,
    builder: &mut TextBuilder,
) -> Result<Option<String>, ExtractError> {
    let relationships = package.relationships("")?;
    let mut title = None;
    let parts = [
        ("core-properties", "coreProperties", "docProps/core.xml"),
        ("extended-properties", "extendedProperties", "docProps/app.xml"),
        ("custom-properties", "customProperties", "docProps/custom.xml"),
    ];
    for (kind, strict, usual) in parts {
        let named = relationships.of_kind(kind).chain(relationships.of_kind(strict)).next();
        let part = named.unwrap_or(usual).to_owned();
        let source = package.source(&part)?;
        let Some(tree) = package.tree(&part, source.as_ref())? else { continue };
        let mut custom = 0;
        for node in xml::children(tree.root_element()) {
            let (name, text) = (xml::name(node), xml::text_of(node));
            if let Some((_, key)) = NAMES.iter().find(|(theirs, _)| *theirs == name) {
                builder.property(key, text);
            } else if name == "title" {
                title = Some(text).filter(|text| is_telling_title(text));
            } else if let ("property", Some(key)) = (name, xml::attribute(node, "name")) {
                // Names of this form are notes that programs leave for themselves.
                let internal = key.starts_with('_') || key.starts_with("MSIP_") || INTERNAL.contains(&key);
                if custom < MAX_CUSTOM && !internal {
                    builder.property(key, text);
                    custom += 1;
                }
            }
        }
    }
    Ok(title)
}

#[cfg(test)]
mod tests {
    use super::super::super::archive::tests::zipped;
    use super::super::super::document::BlockKind;
    use super::*;

    #[test]
    fn properties_are_read_without_relationships_too() {
        let core = r#"<c xmlns:dc="d"><dc:title>Report</dc:title><dc:creator>Ana</dc:creator><dc:created>2024-05-06T07:08:09Z</dc:created></c>"#;
        let custom = r#"<Properties><property name="Project"><lpwstr>Bridge</lpwstr></property>
            <property name="_note"><lpwstr>x</lpwstr></property></Properties>"#;
        let bytes = zipped(&[("docProps/core.xml", core), ("docProps/custom.xml", custom)]);
        let mut package = Package::open(&bytes, "a test").unwrap();
        let mut builder = TextBuilder::new("text/plain", 100);
        assert_eq!(read(&mut package, &mut builder).unwrap().as_deref(), Some("Report"));
        builder.push(BlockKind::Paragraph, "x").unwrap();
        let properties = serde_json::to_string(&builder.finish().unwrap().properties).unwrap();
        assert_eq!(properties, r#"{"Project":"Bridge","author":"Ana","created":"2024-05-06T07:08:09Z"}"#);
    }
}
