//! Lists and the outline: what number or sign stands before a paragraph.

use std::collections::HashMap;

use super::super::office::numbers::{NumberFormat, format_number};
use super::super::office::{Node, xml};

/// Levels of a list.
const LEVELS: usize = 10;
/// Lists whose counts are remembered for those that continue them.
const MAX_REMEMBERED: usize = 1000;

type Counters = [Option<u32>; LEVELS];

/// The list styles of a document by name; the style of the outline has no name.
#[derive(Debug, Default)]
pub(super) struct ListStyles<'a>(HashMap<&'a str, HashMap<usize, Level>>);

#[derive(Debug, Clone)]
struct Level {
    format: NumberFormat,
    prefix: String,
    suffix: String,
    /// How many levels the number shows, this one the last.
    shown: usize,
    start: u32,
}

/// The name under which the outline is kept.
const OUTLINE: &str = "";

impl<'a> ListStyles<'a> {
    /// Reads groups of styles; a later one of the same name wins.
    pub(super) fn read(groups: impl Iterator<Item = Node<'a>>) -> Self {
        let mut styles = Self::default();
        for node in groups.flat_map(xml::children) {
            let name = match xml::name(node) {
                "list-style" => xml::attribute(node, "name"),
                "outline-style" => Some(OUTLINE),
                _ => None,
            };
            if let Some(name) = name {
                styles.0.insert(name, xml::children(node).filter_map(Level::read).collect());
            }
        }
        styles
    }

    /// What stands before a paragraph, `None` when nothing does.
    fn marker(&self, style: &str, level: usize, counters: &Counters) -> Option<String> {
        let levels = self.0.get(style);
        let Some(own) = levels.and_then(|levels| levels.get(&level)) else {
            return (style != OUTLINE).then(|| "- ".to_owned());
        };
        if own.format == NumberFormat::Bullet {
            return Some("- ".to_owned());
        }
        let mut numbers = Vec::new();
        for shown in (level + 1).saturating_sub(own.shown)..=level {
            let Some(part) = levels.and_then(|levels| levels.get(&shown)) else { continue };
            let number = counters.get(shown).copied().flatten().unwrap_or(part.start);
            let text = format_number(number, part.format);
            if !text.is_empty() {
                numbers.push(text);
            }
        }
        let text = if own.format == NumberFormat::None { String::new() } else { numbers.join(".") };
        let marker = format!("{}{text}{}", own.prefix, own.suffix);
        let marker = marker.trim();
        (!marker.is_empty()).then(|| format!("{marker} "))
    }

    fn start(&self, style: &str, level: usize) -> u32 {
        self.0.get(style).and_then(|levels| levels.get(&level)).map_or(1, |level| level.start)
    }
}

impl Level {
    fn read(node: Node<'_>) -> Option<(usize, Self)> {
        let value = |name| xml::attribute(node, name);
        let level: usize = value("level")?.parse().ok().filter(|level| (1..=LEVELS).contains(level))?;
        let number = |name| value(name).and_then(|number| number.parse::<u32>().ok());
        let is_number = matches!(xml::name(node), "list-level-style-number" | "outline-level-style");
        let format = match value("num-format").unwrap_or_default() {
            _ if !is_number => NumberFormat::Bullet,
            "" => NumberFormat::None,
            "a" => NumberFormat::LowerLetter,
            "A" => NumberFormat::UpperLetter,
            "i" => NumberFormat::LowerRoman,
            "I" => NumberFormat::UpperRoman,
            _ => NumberFormat::Decimal,
        };
        let read = Self {
            format,
            prefix: value("num-prefix").unwrap_or_default().to_owned(),
            suffix: value("num-suffix").unwrap_or_default().to_owned(),
            shown: number("display-levels").map_or(1, |shown| shown as usize).clamp(1, LEVELS),
            start: number("start-value").unwrap_or(1),
        };
        Some((level - 1, read))
    }
}

/// The lists that are open and how far those before them counted.
#[derive(Debug)]
pub(super) struct Lists<'a> {
    pub(super) styles: &'a ListStyles<'a>,
    open: Vec<Open<'a>>,
    /// Counts of closed lists, by style and by identifier.
    by_style: HashMap<&'a str, Counters>,
    by_id: HashMap<&'a str, Counters>,
    outline: Counters,
}

/// An outermost list and how deep the current paragraph is in it.
#[derive(Debug)]
struct Open<'a> {
    style: &'a str,
    id: Option<&'a str>,
    counters: Counters,
    levels: Vec<OpenLevel<'a>>,
}

#[derive(Debug)]
struct OpenLevel<'a> {
    style: &'a str,
    /// Set by the item that is to be counted at its first paragraph: the number it asks for.
    item: Option<Option<u32>>,
}

impl<'a> Lists<'a> {
    pub(super) fn new(styles: &'a ListStyles<'a>) -> Self {
        Self {
            styles,
            open: Vec::new(),
            by_style: HashMap::new(),
            by_id: HashMap::new(),
            outline: [None; LEVELS],
        }
    }

    /// A list starts, inside the open one unless `outermost` (in a cell, a note, a box).
    pub(super) fn open(&mut self, node: Node<'a>, outermost: bool) {
        let named = xml::attribute(node, "style-name");
        let continues = xml::attribute(node, "continue-numbering") == Some("true");
        if let Some(list) = self.open.last_mut().filter(|_| !outermost) {
            let style = named.or(list.levels.last().map(|level| level.style)).unwrap_or(list.style);
            let level = list.levels.len();
            if !continues && let Some(counter) = list.counters.get_mut(level) {
                *counter = None;
            }
            list.levels.push(OpenLevel { style, item: None });
            return;
        }
        let style = named.unwrap_or("-");
        let earlier = xml::attribute(node, "continue-list").and_then(|id| self.by_id.get(id));
        let earlier = earlier.or_else(|| self.by_style.get(style).filter(|_| continues));
        let counters = earlier.copied().unwrap_or_default();
        let levels = vec![OpenLevel { style, item: None }];
        self.open.push(Open { style, id: xml::attribute(node, "id"), counters, levels });
    }

    /// The innermost list ends.
    pub(super) fn close(&mut self) {
        let Some(list) = self.open.last_mut() else { return };
        list.levels.pop();
        if list.levels.is_empty()
            && let Some(list) = self.open.pop()
            && self.by_id.len() < MAX_REMEMBERED
        {
            self.by_style.insert(list.style, list.counters);
            self.by_id.extend(list.id.map(|id| (id, list.counters)));
        }
    }

    /// An item starts: its first paragraph gets the marker.
    pub(super) fn start_item(&mut self, node: Node<'a>) {
        let level = self.open.last_mut().and_then(|list| list.levels.last_mut());
        if let Some(level) = level {
            level.item = Some(xml::attribute(node, "start-value").and_then(|start| start.parse().ok()));
        }
    }

    /// A list's header starts: it is not counted.
    pub(super) fn start_header(&mut self) {
        if let Some(level) = self.open.last_mut().and_then(|list| list.levels.last_mut()) {
            level.item = None;
        }
    }

    /// What stands before the paragraph that comes now: `None` when it is in no list or goes on with an item.
    pub(super) fn marker(&mut self) -> Option<String> {
        let styles = self.styles;
        let list = self.open.last_mut()?;
        let index = list.levels.len().checked_sub(1)?.min(LEVELS - 1);
        let level = list.levels.last_mut()?;
        let wanted = level.item.take()?;
        let style = level.style;
        count(&mut list.counters, index, wanted, || styles.start(style, index));
        styles.marker(style, index, &list.counters)
    }

    /// Whether a paragraph that comes now is in a list.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Counts a heading of a level from 1 that is in no list, and gives its number.
    pub(super) fn heading(&mut self, node: Node<'a>, level: u8) -> Option<String> {
        let index = usize::from(level).checked_sub(1)?.min(LEVELS - 1);
        let styles = self.styles;
        let restarts = xml::attribute(node, "restart-numbering") == Some("true");
        let wanted = xml::attribute(node, "start-value").and_then(|start| start.parse().ok());
        let wanted = wanted.or_else(|| restarts.then(|| styles.start(OUTLINE, index)));
        count(&mut self.outline, index, wanted, || styles.start(OUTLINE, index));
        styles.marker(OUTLINE, index, &self.outline)
    }
}

/// Counts one more on a level, from its start or from the number that is asked for, and starts the deeper ones again.
fn count(counters: &mut Counters, level: usize, wanted: Option<u32>, start: impl Fn() -> u32) {
    for (index, counter) in counters.iter_mut().enumerate() {
        if index == level {
            *counter =
                Some(wanted.unwrap_or_else(|| counter.map_or_else(&start, |count| count.saturating_add(1))));
        } else if index > level {
            *counter = None;
        }
    }
}
