//! The order in which the shapes of a slide are read: rows from the top, columns from the left.

use super::super::office::{Node, xml};

/// Cuts inside one another before shapes are simply sorted.
const MAX_CUTS: usize = 24;
/// A shape with this many paragraphs is running text, which is read to its end before its neighbour.
const RUNNING_TEXT: usize = 3;

/// Where a shape stands, in the units of what holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) left: i64,
    pub(super) top: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

impl Place {
    /// Reads the transform of a shape, a group or a frame.
    pub(super) fn read(shape: Node<'_>) -> Option<Self> {
        let holder =
            xml::children(shape).find(|node| matches!(xml::name(*node), "spPr" | "grpSpPr")).unwrap_or(shape);
        let transform = xml::child(holder, "xfrm")?;
        let number = |part: &str, name: &str| {
            let value = xml::attribute(xml::child(transform, part)?, name)?.parse::<i64>().ok()?;
            // Far beyond any slide, near enough that sums do not overflow.
            Some(value.clamp(-(1 << 40), 1 << 40))
        };
        Some(Self {
            left: number("off", "x")?,
            top: number("off", "y")?,
            width: number("ext", "cx").unwrap_or(0).max(0),
            height: number("ext", "cy").unwrap_or(0).max(0),
        })
    }

    /// The span from top to bottom, without the edges that neighbours often overlap.
    fn vertical(&self) -> (i64, i64) {
        (self.top + self.height / 8, self.top + self.height - self.height / 8)
    }

    /// The span from left to right, without the edges that neighbours often overlap.
    fn horizontal(&self) -> (i64, i64) {
        (self.left + self.width / 8, self.left + self.width - self.width / 8)
    }
}

/// The order in which to read shapes of the given places and numbers of paragraphs; shapes without a place come first.
pub(super) fn reading_order(shapes: &[(Option<Place>, usize)]) -> Vec<usize> {
    let mut out: Vec<usize> = (0..shapes.len()).filter(|index| shapes[*index].0.is_none()).collect();
    let placed = shapes.iter().enumerate().filter_map(|(index, (place, paragraphs))| {
        place.map(|place| Item { index, place, paragraphs: *paragraphs })
    });
    cut(placed.collect(), 0, &mut out);
    out
}

#[derive(Clone, Copy)]
struct Item {
    index: usize,
    place: Place,
    paragraphs: usize,
}

fn cut(mut items: Vec<Item>, depth: usize, out: &mut Vec<usize>) {
    if items.len() > 1 && depth < MAX_CUTS {
        let running = items.iter().any(|item| item.paragraphs >= RUNNING_TEXT);
        let rows = bands(&mut items, |place| place.vertical());
        let columns = bands(&mut items, |place| place.horizontal());
        let by_column = columns.len() > 1 && (running || rows.len() == 1);
        let parts = if by_column { columns } else { rows };
        if parts.len() > 1 {
            parts.into_iter().for_each(|part| cut(part, depth + 1, out));
            return;
        }
    }
    items.sort_by_key(|item| (item.place.top, item.place.left, item.index));
    out.extend(items.iter().map(|item| item.index));
}

/// Groups of items whose spans overlap, in the order of the spans.
fn bands(items: &mut [Item], span: impl Fn(&Place) -> (i64, i64)) -> Vec<Vec<Item>> {
    items.sort_by_key(|item| (span(&item.place), item.index));
    let mut bands: Vec<Vec<Item>> = Vec::new();
    let mut end = i64::MIN;
    for item in items.iter() {
        let (start, stop) = span(&item.place);
        match bands.last_mut() {
            Some(band) if start < end => band.push(*item),
            _ => bands.push(vec![*item]),
        }
        end = end.max(stop);
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(left: i64, top: i64, width: i64, height: i64) -> Option<Place> {
        Some(Place { left, top, width, height })
    }

    #[test]
    fn labels_are_read_by_row_and_running_text_by_column() {
        let grid = |paragraphs| {
            [
                (place(500, 0, 400, 90), 1),
                (place(0, 100, 400, 90), paragraphs),
                (place(500, 100, 400, 90), paragraphs),
                (place(0, 0, 400, 90), 1),
            ]
        };
        assert_eq!(reading_order(&grid(1)), [3, 0, 1, 2]);
        assert_eq!(reading_order(&grid(5)), [3, 1, 0, 2]);
    }

    #[test]
    fn a_wide_shape_parts_what_is_above_and_below() {
        let shapes = [
            (place(0, 400, 900, 80), 1),
            (place(500, 100, 400, 200), 4),
            (place(0, 100, 400, 200), 4),
            (place(0, 0, 900, 80), 1),
            (None, 1),
        ];
        assert_eq!(reading_order(&shapes), [4, 3, 2, 1, 0]);
    }

    #[test]
    fn every_shape_is_read_once_wherever_it_is() {
        let shapes: Vec<_> = (0..2000).map(|i| (place(i * 7 % 113, i * 31 % 97, 40, 40), 1)).collect();
        let mut order = reading_order(&shapes);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..2000));
    }
}
