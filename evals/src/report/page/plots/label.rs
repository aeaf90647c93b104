//! How wide a label is, and which labels fit beside each other.

/// The size of text in drawings, in user units; the style sheet sets the same.
pub(in super::super) const SIZE: f64 = 11.5;

/// An estimate of a text's width in user units, on the wide side: the reader's font is not known here, so widths are
/// those of DejaVu Sans, one of the widest of the usual interface fonts.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(em).sum::<f64>() * SIZE
}

/// The width of a character as a share of the font size.
fn em(c: char) -> f64 {
    match c {
        // combining marks and what joins letters
        '\u{0300}'..='\u{036f}'
        | '\u{0591}'..='\u{05bd}'
        | '\u{064b}'..='\u{065f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{fe00}'..='\u{fe0f}' => 0.0,
        'i' | 'j' | 'l' | 'I' | 'J' | '\'' | '|' => 0.3,
        ' ' | ',' | '.' | ':' | ';' | '!' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.41,
        'c' | 's' | 'z' => 0.55,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '\u{2026}' => 1.0,
        'A'..='Z' => 0.79,
        c if c < '\u{0250}' => 0.64,
        // from Hangul to emoji: East Asian scripts fill a square
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f000}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 1.2,
        _ => 0.75,
    }
}

/// How much wider a text is in bold.
pub(super) const BOLD: f64 = 1.15;

/// The text, or as much of it as fits into `room` with an ellipsis in place of its middle: names of systems differ at
/// their end as often as at their start.
pub(super) fn fit(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let room = (room - width("\u{2026}")).max(0.0);
    let start = taken(text.chars(), room * 0.6);
    let rest = text.chars().count() - start.chars().count();
    let end = taken(text.chars().rev().take(rest), room - width(&start));
    format!("{}\u{2026}{}", start.trim_end(), end.chars().rev().collect::<String>().trim_start())
}

/// As many of the first characters as fit.
fn taken(characters: impl Iterator<Item = char>, room: f64) -> String {
    let mut used = 0.0;
    let fits = |c: &char| {
        used += em(*c) * SIZE;
        used <= room
    };
    characters.take_while(fits).collect()
}

/// A stretch of an axis that a label would take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stretch {
    /// Its centre.
    pub centre: f64,
    /// Its extent.
    pub extent: f64,
}

/// Which of the labels along an axis to show so that all that are shown keep `gap` between them. The last is always
/// shown, as the newest run and the greatest value are asked for most; then the first where it fits, then the others
/// from the first on.
pub(super) fn shown(labels: &[Stretch], gap: f64) -> Vec<bool> {
    let mut shown = vec![false; labels.len()];
    let others = labels.len().saturating_sub(1);
    for index in std::iter::once(others).chain(0..others) {
        let Some(label) = labels.get(index) else { continue };
        let free = labels.iter().zip(&shown).filter(|(_, shown)| **shown).all(|(other, _)| {
            (other.centre - label.centre).abs() >= (other.extent + label.extent) / 2.0 + gap
        });
        if let Some(shown) = shown.get_mut(index) {
            *shown = free;
        }
    }
    shown
}

/// Whether all labels along an axis can be shown with `gap` between them.
pub(super) fn all_fit(labels: &[Stretch], gap: f64) -> bool {
    shown(labels, gap).into_iter().all(|shown| shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wide_letters_are_wider() {
        assert!(width("illi") < width("nnnn") && width("nnnn") < width("MWMW"));
        assert!(width("漢字") > width("ab"));
        assert_eq!(width("e\u{301}"), width("e"));
    }

    #[test]
    fn what_is_too_long_loses_its_middle() {
        assert_eq!(fit("bm25", 100.0), "bm25");
        let fitted = fit("multilingual-e5-small-q4, reranked", 90.0);
        assert!(
            fitted.starts_with("multi") && fitted.contains('\u{2026}') && fitted.ends_with("ked"),
            "{fitted}"
        );
        assert!(width(&fitted) <= 90.0);
        assert_eq!(fit("anything", 0.0), "\u{2026}");
    }

    #[test]
    fn the_last_label_is_shown_and_the_first_where_it_fits() {
        let labels = |centres: &[f64]| -> Vec<Stretch> {
            centres.iter().map(|&centre| Stretch { centre, extent: 30.0 }).collect()
        };
        assert_eq!(shown(&labels(&[0.0, 20.0, 40.0, 60.0, 80.0]), 4.0), [true, false, true, false, true]);
        assert_eq!(shown(&labels(&[0.0, 10.0]), 4.0), [false, true]);
        assert_eq!(shown(&labels(&[]), 4.0), [false; 0]);
    }

    proptest! {
        #[test]
        fn labels_that_are_shown_never_overlap(
            places in prop::collection::vec((0.0..400.0f64, 1.0..80.0f64), 0..30)
        ) {
            let labels: Vec<Stretch> =
                places.into_iter().map(|(centre, extent)| Stretch { centre, extent }).collect();
            let kept: Vec<Stretch> = labels
                .iter()
                .zip(shown(&labels, 3.0))
                .filter_map(|(label, shown)| shown.then_some(*label))
                .collect();
            prop_assert_eq!(kept.is_empty(), labels.is_empty());
            for (place, a) in kept.iter().enumerate() {
                for b in &kept[place + 1..] {
                    prop_assert!((a.centre - b.centre).abs() >= (a.extent + b.extent) / 2.0 + 3.0);
                }
            }
        }

        #[test]
        fn what_was_fitted_fits(text in "\\PC{0,40}", room in 20.0..200.0f64) {
            prop_assert!(width(&fit(&text, room)) <= room);
        }
    }
}
