//! Values of fields, ordered.

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// One value of a field. A string that is a date (`2024-05-01`) or a time (RFC 3339) is compared as what it is, too.
#[derive(Debug, Clone)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// Any JSON number, as a 64-bit float; never NaN.
    Number(f64),
    /// A date or a time, in milliseconds since 1970 in UTC.
    Time(i64),
    /// A string, compared byte for byte.
    Text(String),
}

impl Value {
    /// Kinds are ordered among each other, so that a range of one kind meets no other.
    fn kind(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Number(_) => 1,
            Self::Time(_) => 2,
            Self::Text(_) => 3,
        }
    }

    /// Memory it takes beside its own size, in bytes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }

    /// The milliseconds of a date (its first moment in UTC) or of a time with an offset.
    pub(super) fn time(text: &str) -> Option<Self> {
        // Cheap refusal of what cannot be one: most strings.
        if !text
            .as_bytes()
            .get(..5)?
            .iter()
            .enumerate()
            .all(|(i, b)| (i == 4 && *b == b'-') || b.is_ascii_digit())
        {
            return None;
        }
        let timestamp = match text.parse::<jiff::Timestamp>() {
            Ok(timestamp) => timestamp,
            Err(_) => text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
        };
        Some(Self::Time(timestamp.as_millisecond()))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.kind().cmp(&other.kind()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

impl From<f64> for Value {
    /// Negative zero is zero.
    fn from(number: f64) -> Self {
        Self::Number(if number == 0.0 { 0.0 } else { number })
    }
}

impl From<&Value> for serde_json::Value {
    /// Whole numbers as integers; times in RFC 3339.
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Self::from(*number as i64)
            }
            Value::Number(number) => Self::from(*number),
            Value::Time(ms) => jiff::Timestamp::from_millisecond(*ms)
                .map_or(Self::Null, |time| Self::String(time.to_string())),
            Value::Text(text) => Self::String(text.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_moments_in_utc() {
        assert_eq!(Value::time("1970-01-02"), Some(Value::Time(86_400_000)));
        assert_eq!(Value::time("1970-01-01T02:00:00+02:00"), Some(Value::Time(0)));
        assert_eq!(Value::time("1970-01-01T00:00:01"), Some(Value::Time(1000)));
        for text in ["", "2024", "2024-13-01", "2024-5", "v2024-01-01", "2024-01-01 or so", "ăăăă-"] {
            assert_eq!(Value::time(text), None, "{text}");
        }
    }

    #[test]
    fn kinds_do_not_mix_and_zeros_are_one() {
        assert_ne!(Value::from(1.0), Value::Bool(true));
        assert_ne!(Value::from(1.0), Value::Text("1".into()));
        assert_eq!(Value::from(-0.0), Value::from(0.0));
        assert!(Value::from(f64::MAX) < Value::Time(i64::MIN));
    }
}
