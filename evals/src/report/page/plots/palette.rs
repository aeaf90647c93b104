//! Which colour a system has: the same one in every plot of a page.

use super::super::model::Page;

/// The colours of Okabe and Ito (*Color Universal Design*, 2008), told apart with every kind of colour blindness, in the
/// order they are given out: those that stand out most from white paper first. Their yellow is left out, as a thin line
/// of it cannot be seen there. Their black comes last and is the colour of the text, so that it is white on black.
pub(in super::super) const COLOURS: [&str; 7] =
    ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "var(--ink)"];

/// Patterns of lines, for systems beyond the seventh: SVG's `stroke-dasharray`.
pub(in super::super) const DASHES: [&str; 4] = ["", "6 3", "2 3", "8 3 2 3"];

/// The systems of a page in the order they first appear.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Palette {
    systems: Vec<String>,
}

impl Palette {
    pub(in super::super) fn of(page: &Page) -> Self {
        let mut palette = Self::default();
        for system in page.plots().flat_map(|plot| plot.figures.draw().systems()) {
            if !palette.systems.iter().any(|known| known == system) {
                palette.systems.push(system.to_owned());
            }
        }
        palette
    }

    /// The classes of a system's marks: `c0` to `c6` for the colour, and `d1` to `d3` for the pattern of its lines where
    /// the colours had to begin anew.
    pub(super) fn class(&self, system: &str) -> String {
        let place = self.systems.iter().position(|known| known == system).unwrap_or(0);
        let (colour, dash) = (place % COLOURS.len(), place / COLOURS.len() % DASHES.len());
        if dash == 0 { format!("c{colour}") } else { format!("c{colour} d{dash}") }
    }

    #[cfg(test)]
    pub(super) fn of_systems(systems: &[&str]) -> Self {
        Self { systems: systems.iter().map(|&system| system.to_owned()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_28_systems_look_alike() {
        let names: Vec<String> = (0..28).map(|number| format!("s{number}")).collect();
        let palette = Palette::of_systems(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let mut classes: Vec<String> = names.iter().map(|name| palette.class(name)).collect();
        assert_eq!((classes[0].as_str(), classes[9].as_str()), ("c0", "c2 d1"));
        classes.sort();
        classes.dedup();
        assert_eq!(classes.len(), 28);
    }
}
