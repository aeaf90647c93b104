use serde::{Deserialize, Serialize};

use super::plots::Plot;
use super::table::Table;

/// A report for people: what was found, in sections, and what it was measured with. It knows nothing of how anything
/// was measured, so that any command can fill one and every writer can write it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The heading of the page.
    pub title: String,
    /// One line below the heading; empty for none.
    #[serde(default)]
    pub subtitle: String,
    /// What has to be known to repeat the measurement, shown last.
    #[serde(default)]
    pub manifest: Vec<Fact>,
    /// The parts of the report, in reading order.
    pub sections: Vec<Section>,
}

/// One line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, such as `commit`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A part of a page with a heading of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What it says, in reading order. Plots that follow each other stand side by side where there is room.
    pub blocks: Vec<Block>,
}

/// A paragraph, a table or a plot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph of plain text; nothing in it is read as markup.
    Prose(String),
    /// A table.
    Table(Table),
    /// A plot.
    Plot(Plot),
}

impl Page {
    /// The plots of the page, in reading order: the order their figures are numbered in.
    pub fn plots(&self) -> impl Iterator<Item = &Plot> {
        self.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Plot(plot) => Some(plot),
            Block::Prose(_) | Block::Table(_) => None,
        })
    }
}

impl Fact {
    /// A line of a manifest.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}
