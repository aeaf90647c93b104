//! W3C Trace Context: the caller's trace id goes into the log line, and the answer names this request as a part of the trace.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header, both ways.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The caller's trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    id: String,
    flags: String,
}

impl Trace {
    /// The trace of a request; `None` without the header, with two of them, and with one that breaks the rules, which the
    /// recommendation (section 3.2) says to ignore.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        Self::parse(value.to_str().ok()?)
    }

    fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split('-');
        let (version, id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |text: &str, len: usize| {
            text.len() == len && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let known = match version {
            "00" => parts.next().is_none(),
            // Later versions may have more parts after these.
            later => hex(later, 2) && later != "ff",
        };
        let whole = hex(id, 32) && hex(parent, 16) && hex(flags, 2);
        let named = id.bytes().any(|b| b != b'0') && parent.bytes().any(|b| b != b'0');
        (known && whole && named).then(|| Self { id: id.to_owned(), flags: flags.to_owned() })
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The header of the answer: the same trace, this request.
    pub(crate) fn answer(&self) -> Option<HeaderValue> {
        let mut span = [0u8; 8];
        getrandom::fill(&mut span).ok()?;
        // All zeroes name no span.
        span[7] |= 1;
        HeaderValue::from_str(&format!("00-{}-{}-{}", self.id, hex::encode(span), self.flags)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_trace_is_read_and_answered() {
        let trace = Trace::parse(GOOD).expect("good");
        assert_eq!(trace.id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let answer = trace.answer().expect("random bytes");
        let answered = Trace::parse(answer.to_str().expect("text")).expect("good");
        assert_eq!(answered, trace);
        assert!(!answer.to_str().expect("text").contains("00f067aa0ba902b7"), "a span of our own");
        assert!(Trace::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more").is_some());
    }

    #[test]
    fn what_breaks_the_rules_is_ignored() {
        for bad in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\t",
            "00-ż-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Trace::parse(bad), None, "{bad:?}");
        }
        let mut twice = HeaderMap::new();
        twice.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert!(Trace::of(&twice).is_some());
        twice.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert_eq!(Trace::of(&twice), None);
    }
}
