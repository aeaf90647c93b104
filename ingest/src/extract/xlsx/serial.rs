//! Dates and times that a workbook counts in days.

/// The last day that has a number: 31 December 9999.
const MAX_SERIAL: f64 = 2_958_466.0;
const SECONDS_PER_DAY: i64 = 86_400;

/// What of a date and time a format shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct DateParts {
    /// The year.
    pub(super) year: bool,
    /// The month.
    pub(super) month: bool,
    /// The day of the month or of the week.
    pub(super) day: bool,
    /// The time of day.
    pub(super) time: bool,
    /// Seconds of it.
    pub(super) seconds: bool,
    /// Hours are counted beyond a day.
    pub(super) elapsed: bool,
}

/// The ISO form of what a format shows of a day number, `None` for numbers that are no date.
pub(super) fn iso(serial: f64, parts: DateParts, epoch_1904: bool) -> Option<String> {
    if !(0.0..MAX_SERIAL).contains(&serial) {
        return None;
    }
    let seconds = (serial * SECONDS_PER_DAY as f64).round() as i64;
    let (day, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    let clock = |hours: i64| {
        let (minutes, rest) = (second / 60 % 60, second % 60);
        if parts.seconds {
            format!("{hours:02}:{minutes:02}:{rest:02}")
        } else {
            format!("{hours:02}:{minutes:02}")
        }
    };
    if parts.elapsed {
        return Some(clock(seconds / 3600));
    }
    let time = parts.time.then(|| clock(second / 3600));
    if !(parts.year || parts.month || parts.day) {
        return time;
    }
    // Days before the first one are times only.
    if day == 0 && !epoch_1904 && parts.time {
        return time;
    }
    let (year, month, day) = civil(day, epoch_1904)?;
    let date = match (parts.year, parts.month, parts.day) {
        (true, false, false) => format!("{year:04}"),
        (true, true, false) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    };
    Some(match time {
        Some(time) => format!("{date} {time}"),
        None => date,
    })
}

/// Year, month and day of a day number. Day 60 of the 1900 system is a 29 February that never was.
fn civil(day: i64, epoch_1904: bool) -> Option<(i64, u32, u32)> {
    let days_from_1970 = match (epoch_1904, day) {
        (true, day) => day - 24_107,
        (false, 0) => return None,
        (false, 60) => return Some((1900, 2, 29)),
        (false, day @ ..60) => day - 25_568,
        (false, day) => day - 25_569,
    };
    // Howard Hinnant's algorithm, eras of 400 years from 1 March.
    let shifted = days_from_1970 + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = u32::try_from(day_of_year - (153 * shifted_month + 2) / 5 + 1).ok()?;
    let month = u32::try_from(if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 }).ok()?;
    Some((year_of_era + era * 400 + i64::from(month <= 2), month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: DateParts =
        DateParts { year: true, month: true, day: true, time: false, seconds: false, elapsed: false };

    fn date(serial: f64) -> Option<String> {
        iso(serial, DATE, false)
    }

    #[test]
    fn day_numbers_are_dates_of_both_systems() {
        assert_eq!(date(1.0).as_deref(), Some("1900-01-01"));
        assert_eq!(date(59.0).as_deref(), Some("1900-02-28"));
        assert_eq!(date(60.0).as_deref(), Some("1900-02-29"));
        assert_eq!(date(61.0).as_deref(), Some("1900-03-01"));
        assert_eq!(date(45_351.0).as_deref(), Some("2024-02-29"));
        assert_eq!(date(2_958_465.0).as_deref(), Some("9999-12-31"));
        assert_eq!(iso(0.0, DATE, true).as_deref(), Some("1904-01-01"));
        assert_eq!(iso(43_889.0, DATE, true).as_deref(), Some("2024-02-29"));
        assert_eq!([date(-1.0), date(0.0), date(3e6), date(f64::NAN)], [None, None, None, None]);
    }

    #[test]
    fn times_are_rounded_to_what_is_shown() {
        let time = DateParts { time: true, ..DateParts::default() };
        let seconds = DateParts { seconds: true, ..time };
        assert_eq!(iso(33_966.260_424_8, time, false).as_deref(), Some("06:15"));
        assert_eq!(iso(0.999_999_99, seconds, false), Some("00:00:00".into()));
        assert_eq!(iso(1.5, DateParts { elapsed: true, ..seconds }, false).as_deref(), Some("36:00:00"));
        let both = DateParts { time: true, ..DATE };
        assert_eq!(iso(39_219.18, both, false).as_deref(), Some("2007-05-17 04:19"));
        assert_eq!(iso(0.5, both, false).as_deref(), Some("12:00"));
    }

    #[test]
    fn only_what_the_format_shows_is_said() {
        let month = DateParts { day: false, ..DATE };
        assert_eq!(iso(45_351.0, month, false).as_deref(), Some("2024-02"));
        assert_eq!(iso(45_351.0, DateParts { month: false, ..month }, false).as_deref(), Some("2024"));
    }
}
