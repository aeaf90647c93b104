//! Lists: what number or sign stands before a paragraph.

use std::collections::{HashMap, HashSet};

use super::super::office::numbers::{NumberFormat, format_number};
use super::super::office::{Node, xml};
use super::super::ooxml::is_on;

/// Levels of a list.
const LEVELS: usize = 9;

/// The lists of a document and how far they have counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: HashMap<String, Definition>,
    lists: HashMap<String, List>,
    counters: HashMap<String, [Option<u32>; LEVELS]>,
    /// Lists and levels whose own start was used.
    started: HashSet<(String, usize)>,
}

/// An abstract list, which several lists can share.
#[derive(Debug, Default)]
struct Definition {
    levels: HashMap<usize, Level>,
    /// The list style that it stands for.
    style: Option<String>,
    /// The list style that it takes its levels from.
    link: Option<String>,
}

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: NumberFormat,
    ordinal: bool,
    text: String,
    /// Level, from 1, after which this one starts again; 0 for never.
    restart: Option<usize>,
    style: Option<String>,
    /// Numbers of higher levels are written as decimals.
    legal: bool,
}

#[derive(Debug, Default)]
struct List {
    definition: String,
    starts: HashMap<usize, u32>,
    levels: HashMap<usize, Level>,
}

impl Numbering {
    /// Reads `numbering.xml`.
    pub(super) fn read(root: Node<'_>) -> Self {
        let mut numbering = Self::default();
        let value = |node, name: &str| {
            xml::child(node, name).and_then(|inner| xml::attribute(inner, "val")).map(str::to_owned)
        };
        for node in xml::children_named(root, "abstractNum") {
            let Some(id) = xml::attribute(node, "abstractNumId") else { continue };
            let definition = Definition {
                levels: xml::children_named(node, "lvl").filter_map(Level::read).collect(),
                style: value(node, "styleLink"),
                link: value(node, "numStyleLink"),
            };
            numbering.definitions.insert(id.to_owned(), definition);
        }
        for node in xml::children_named(root, "num") {
            let (Some(id), Some(definition)) = (xml::attribute(node, "numId"), value(node, "abstractNumId"))
            else {
                continue;
            };
            let mut list = List { definition: numbering.resolve(definition), ..List::default() };
            for change in xml::children_named(node, "lvlOverride") {
                let Some(level) = xml::attribute(change, "ilvl").and_then(|level| level.parse().ok()) else {
                    continue;
                };
                if let Some(start) = value(change, "startOverride").and_then(|start| start.parse().ok()) {
                    list.starts.insert(level, start);
                }
                list.levels.extend(xml::child(change, "lvl").and_then(Level::read));
            }
            numbering.lists.insert(id.to_owned(), list);
        }
        numbering
    }

    /// The level of a list that belongs to a paragraph style.
    pub(super) fn level_of_style(&self, list: &str, style: &str) -> Option<usize> {
        let list = self.lists.get(list)?;
        (0..LEVELS)
            .find(|level| self.level(list, *level).is_some_and(|found| found.style.as_deref() == Some(style)))
    }

    /// Counts one paragraph of a list and gives what stands before it: `- `, `2.1 `, or nothing.
    pub(super) fn marker(&mut self, id: &str, level: usize) -> Option<String> {
        let level = level.min(LEVELS - 1);
        let list = self.lists.get(id)?;
        let own = self.level(list, level)?.clone();
        let first = list.starts.get(&level).copied();
        let restarts: Vec<bool> = (0..LEVELS)
            .map(|deeper| match self.level(list, deeper).and_then(|found| found.restart) {
                None => true,
                Some(after) => after > level,
            })
            .collect();
        let counters = self.counters.entry(list.definition.clone()).or_default();
        let fresh = first.filter(|_| self.started.insert((id.to_owned(), level)));
        let count = match (fresh, counters[level]) {
            (Some(start), _) => start,
            (None, Some(count)) => count.saturating_add(1),
            (None, None) => first.unwrap_or(own.start),
        };
        counters[level] = Some(count);
        for deeper in level + 1..LEVELS {
            if restarts[deeper] {
                counters[deeper] = None;
            }
        }
        let counters = *counters;
        self.render(self.lists.get(id)?, &own, &counters)
    }

    fn level<'s>(&'s self, list: &'s List, level: usize) -> Option<&'s Level> {
        list.levels.get(&level).or_else(|| self.definitions.get(&list.definition)?.levels.get(&level))
    }

    fn render(&self, list: &List, own: &Level, counters: &[Option<u32>; LEVELS]) -> Option<String> {
        if own.format == NumberFormat::Bullet {
            return (!own.text.trim().is_empty()).then(|| "- ".to_owned());
        }
        let mut out = String::new();
        let mut rest = own.text.as_str();
        while let Some((plain, after)) = rest.split_once('%') {
            out.push_str(plain);
            let digit = after.chars().next().and_then(|c| c.to_digit(10)).filter(|digit| *digit > 0);
            rest = after;
            let Some(digit) = digit else {
                out.push('%');
                continue;
            };
            rest = after.get(1..).unwrap_or_default();
            let index = digit as usize - 1;
            let Some(level) = self.level(list, index) else { continue };
            let number = counters.get(index).copied().flatten().unwrap_or(level.start);
            let format = if own.legal { NumberFormat::Decimal } else { level.format };
            out.push_str(&format_number(number, format));
            if level.ordinal {
                out.push_str(ordinal_end(number));
            }
        }
        out.push_str(rest);
        let out = out.trim();
        (!out.is_empty()).then(|| format!("{out} "))
    }

    /// The definition whose levels count: a list style can stand between.
    fn resolve(&self, id: String) -> String {
        let link = self.definitions.get(&id).and_then(|definition| definition.link.clone());
        let Some(link) = link else { return id };
        let found = self.definitions.iter().find(|(_, definition)| definition.style.as_ref() == Some(&link));
        found.map_or(id, |(found, _)| found.clone())
    }
}

impl Level {
    fn read(node: Node<'_>) -> Option<(usize, Self)> {
        let index: usize = xml::attribute(node, "ilvl")?.parse().ok().filter(|index| *index < LEVELS)?;
        let value = |name| xml::child(node, name).and_then(|inner| xml::attribute(inner, "val"));
        // Formats that came later stand in alternatives.
        let format = xml::descendant(node, "numFmt").and_then(|inner| xml::attribute(inner, "val"));
        let level = Self {
            start: value("start").and_then(|start| start.parse().ok()).unwrap_or(0),
            format: match format.unwrap_or("decimal") {
                "bullet" => NumberFormat::Bullet,
                "none" => NumberFormat::None,
                "decimalZero" => NumberFormat::DecimalZero,
                "lowerLetter" => NumberFormat::LowerLetter,
                "upperLetter" => NumberFormat::UpperLetter,
                "lowerRoman" => NumberFormat::LowerRoman,
                "upperRoman" => NumberFormat::UpperRoman,
                _ => NumberFormat::Decimal,
            },
            ordinal: format == Some("ordinal"),
            text: value("lvlText").unwrap_or_default().to_owned(),
            restart: value("lvlRestart").and_then(|level| level.parse().ok()),
            style: value("pStyle").map(str::to_owned),
            legal: xml::child(node, "isLgl").is_some_and(|inner| is_on(xml::attribute(inner, "val"))),
        };
        Some((index, level))
    }
}

fn ordinal_end(number: u32) -> &'static str {
    match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::office::Source;
    use super::*;

    fn numbering(xml: &str) -> Numbering {
        let source = Source::new(format!("<numbering>{xml}</numbering>").as_bytes());
        let tree = source.parse("a test").unwrap();
        Numbering::read(tree.root_element())
    }

    fn level(index: usize, format: &str, text: &str) -> String {
        format!("<lvl ilvl='{index}'><start val='1'/><numFmt val='{format}'/><lvlText val='{text}'/></lvl>")
    }

    #[test]
    fn levels_count_and_start_again() {
        let mut numbering = numbering(&format!(
            "<abstractNum abstractNumId='0'>{}{}{}</abstractNum><num numId='1'><abstractNumId val='0'/></num>",
            level(0, "upperRoman", "%1."),
            level(1, "decimal", "%1.%2"),
            level(2, "bullet", "•"),
        ));
        let markers: Vec<_> = [0, 1, 1, 2, 0, 1].map(|level| numbering.marker("1", level).unwrap()).into();
        assert_eq!(markers, ["I. ", "I.1 ", "I.2 ", "- ", "II. ", "II.1 "]);
        assert_eq!(numbering.marker("7", 0), None);
        assert_eq!(numbering.marker("1", 5), None, "a level that is not defined");
    }

    #[test]
    fn a_list_with_its_own_start_counts_anew() {
        let mut numbering = numbering(&format!(
            "<abstractNum abstractNumId='0'>{}</abstractNum><num numId='1'><abstractNumId val='0'/></num>\
             <num numId='2'><abstractNumId val='0'/><lvlOverride ilvl='0'><startOverride val='5'/></lvlOverride></num>",
            level(0, "lowerLetter", "(%1)"),
        ));
        let markers: Vec<_> = ["1", "1", "2", "2"].map(|list| numbering.marker(list, 0).unwrap()).into();
        assert_eq!(markers, ["(a) ", "(b) ", "(e) ", "(f) "]);
    }

    #[test]
    fn list_styles_stand_between() {
        let mut numbering = numbering(&format!(
            "<abstractNum abstractNumId='0'><numStyleLink val='S'/></abstractNum>\
             <abstractNum abstractNumId='1'><styleLink val='S'/>{}</abstractNum><num numId='1'><abstractNumId val='0'/></num>",
            level(0, "ordinal", "%1 part"),
        ));
        assert_eq!(numbering.marker("1", 0).as_deref(), Some("1st part "));
        assert_eq!(numbering.marker("1", 0).as_deref(), Some("2nd part "));
    }
}
