//! A package: parts in a zip archive and, in the formats of Microsoft, the relationships between them.

use std::collections::HashMap;

use super::super::archive::{Archive, resolve};
use super::super::builder::TextBuilder;
use super::{Source, xml};
use crate::error::ExtractError;

/// An open package. Damage to a part that the text can do without is a warning.
pub(crate) struct Package<'a> {
    archive: Archive<'a>,
    /// Parts by their names in small letters: names of parts do not differ in case, and old writers used backslashes.
    names: HashMap<String, String>,
    warnings: Vec<String>,
    what: &'static str,
}

/// A part or an address that another part names.
#[derive(Debug, Clone)]
pub(crate) struct Relationship {
    id: String,
    /// Last step of the type: `slideLayout`, `core-properties`.
    kind: String,
    /// Name of the part.
    pub(crate) target: String,
}

/// What one part names, in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relationships {
    all: Vec<Relationship>,
    by_id: HashMap<String, usize>,
}

impl Relationships {
    /// The part with that identifier.
    pub(crate) fn by_id(&self, id: &str) -> Option<&str> {
        self.all.get(*self.by_id.get(id)?).map(|found| found.target.as_str())
    }

    /// The parts of a kind; the kinds of the strict and the transitional form differ in signs only.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.all.iter().filter(move |found| found.kind == kind).map(|found| found.target.as_str())
    }
}

impl<'a> Package<'a> {
    /// Opens a package; `what` is the format with its article.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub(crate) fn open(bytes: &'a [u8], what: &'static str) -> Result<Self, ExtractError> {
        let archive = Archive::open(bytes, what)?;
        let names = archive.names().map(|name| (plain_name(&name), name.to_string())).collect();
        Ok(Self { archive, names, warnings: Vec::new(), what })
    }

    /// Names of the parts, in small letters and in no order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The part that the package is about, `usual` when the package does not say.
    ///
    /// # Errors
    /// As [`Package::source`].
    pub(crate) fn main_part(&mut self, usual: &str) -> Result<String, ExtractError> {
        let named = self.relationships("")?.of_kind("officeDocument").next().map(str::to_owned);
        Ok(named
            .filter(|name| self.names.contains_key(&plain_name(name)))
            .unwrap_or_else(|| usual.to_owned()))
    }

    /// A part of XML, `None` when it is missing or damaged; damage is noted.
    ///
    /// # Errors
    /// [`ExtractError::Encrypted`] and [`ExtractError::TooLarge`].
    pub(crate) fn source(&mut self, part: &str) -> Result<Option<Source>, ExtractError> {
        Ok(self.bytes(part)?.map(|bytes| Source::new(&bytes)))
    }

    /// The bytes of a part, as [`Package::source`].
    ///
    /// # Errors
    /// As [`Package::source`].
    pub(crate) fn bytes(&mut self, part: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        let Some(name) = self.names.get(&plain_name(part)) else { return Ok(None) };
        match self.archive.read(name) {
            Ok(bytes) => Ok(bytes),
            Err(error @ ExtractError::Corrupt { .. }) => {
                self.warn(format!("left out: {error}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// A part without which there is no document.
    ///
    /// # Errors
    /// As [`Package::source`], and [`ExtractError::Corrupt`] when it is missing or damaged.
    pub(crate) fn require(&mut self, part: &str) -> Result<Source, ExtractError> {
        let name = self.names.get(&plain_name(part)).map_or(part, String::as_str);
        Ok(Source::new(&self.archive.require(name)?))
    }

    /// The tree of a part, `None` when it cannot be read; damage is noted.
    ///
    /// # Errors
    /// [`ExtractError::TooLarge`].
    pub(crate) fn tree<'s>(
        &mut self,
        part: &str,
        source: Option<&'s Source>,
    ) -> Result<Option<roxmltree::Document<'s>>, ExtractError> {
        let Some(source) = source else { return Ok(None) };
        match source.parse(self.what) {
            Ok(tree) => {
                if source.is_mended() {
                    self.warn(format!("the part {part} is damaged; what could be read of it is here"));
                }
                Ok(Some(tree))
            }
            Err(error @ ExtractError::Corrupt { .. }) => {
                self.warn(format!("left out the part {part}: {error}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What `part` names; the package itself is the part without a name.
    ///
    /// # Errors
    /// As [`Package::source`].
    pub(crate) fn relationships(&mut self, part: &str) -> Result<Relationships, ExtractError> {
        let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
        let rels = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let source = self.source(&rels)?;
        let Some(tree) = self.tree(&rels, source.as_ref())? else { return Ok(Relationships::default()) };
        let read = |node| {
            let target = xml::attribute(node, "Target")?;
            let external = xml::attribute(node, "TargetMode") == Some("External");
            Some(Relationship {
                id: xml::attribute(node, "Id")?.to_owned(),
                kind: xml::attribute(node, "Type")?.rsplit('/').next()?.to_owned(),
                target: if external { String::new() } else { resolve(part, target) },
            })
        };
        let all = xml::children_named(tree.root_element(), "Relationship").filter_map(read);
        let all: Vec<Relationship> = all.filter(|found| !found.target.is_empty()).collect();
        let by_id = all.iter().enumerate().map(|(index, found)| (found.id.clone(), index)).collect();
        Ok(Relationships { all, by_id })
    }

    /// Notes what was lost.
    pub(crate) fn warn(&mut self, warning: String) {
        if self.warnings.len() < 20 && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Hands the warnings to the document.
    pub(crate) fn tell(&mut self, builder: &mut TextBuilder) {
        for warning in self.warnings.drain(..) {
            builder.warn(warning);
        }
    }
}

/// The name of a part as names are compared.
fn plain_name(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::super::archive::tests::zipped;
    use super::*;

    #[test]
    fn parts_are_found_by_their_relationships() {
        let rels = r#"<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/Word\Main.xml"/>
            <Relationship Id="b" Type="x/hyperlink" Target="http://a.example" TargetMode="External"/></Relationships>"#;
        let bytes = zipped(&[
            ("_rels/.rels", rels),
            ("word\\main.xml", "<a/>"),
            ("word/_rels/main.xml.rels", "<Rel"),
        ]);
        let mut package = Package::open(&bytes, "a test").unwrap();
        assert_eq!(package.main_part("usual.xml").unwrap(), "Word\\Main.xml");
        assert!(package.source("word/main.xml").unwrap().is_some());
        assert_eq!(package.relationships("").unwrap().by_id("b"), None);
        assert!(package.relationships("word/main.xml").unwrap().by_id("a").is_none());
        assert_eq!(package.warnings.len(), 1);
    }
}
