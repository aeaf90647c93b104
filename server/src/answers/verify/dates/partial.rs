//! Dates of which some parts may be unsaid.

/// A year, a month of a year, a day, a day without its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct PartialDate {
    pub(in super::super) year: Option<u16>,
    pub(in super::super) month: Option<u8>,
    pub(in super::super) day: Option<u8>,
}

impl PartialDate {
    /// A year alone.
    pub(in super::super) fn year(year: u16) -> Self {
        Self { year: Some(year), ..Self::default() }
    }

    /// A date whose parts are possible ones.
    pub(super) fn new(year: Option<u16>, month: u8, day: Option<u8>) -> Option<Self> {
        let days = match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        day.is_none_or(|d| (1..=days).contains(&d)).then_some(Self { year, month: Some(month), day })
    }

    /// Whether every part this date says is said by `evidence` too.
    pub(in super::super) fn is_said_by(&self, evidence: &Self) -> bool {
        said(self.year, evidence.year) && said(self.month, evidence.month) && said(self.day, evidence.day)
    }

    /// Whether no part contradicts.
    pub(in super::super) fn agrees(&self, other: &Self) -> bool {
        let agree = |a: Option<u16>, b: Option<u16>| a.is_none() || b.is_none() || a == b;
        agree(self.year, other.year)
            && agree(self.month.map(u16::from), other.month.map(u16::from))
            && agree(self.day.map(u16::from), other.day.map(u16::from))
    }

    /// Whether it is a year and nothing else.
    pub(in super::super) fn is_year(&self) -> bool {
        self.month.is_none() && self.day.is_none()
    }
}

fn said<T: PartialEq + Copy>(claim: Option<T>, evidence: Option<T>) -> bool {
    claim.is_none() || claim == evidence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_said_by_a_more_exact_one_only() {
        let day = PartialDate { year: Some(2020), month: Some(5), day: Some(3) };
        let month = PartialDate { day: None, ..day };
        assert!(month.is_said_by(&day));
        assert!(!day.is_said_by(&month));
        assert!(day.agrees(&month));
        assert!(!PartialDate::year(2021).agrees(&month));
    }

    #[test]
    fn impossible_dates_are_none() {
        assert_eq!(PartialDate::new(Some(2020), 13, Some(1)), None);
        assert_eq!(PartialDate::new(Some(2020), 2, Some(30)), None);
        assert!(PartialDate::new(None, 12, Some(31)).is_some());
    }
}
