//! How long to wait before trying again: exponential with full jitter (Brooker 2015). Pure.

use std::time::Duration;

/// The longest wait before the first further try.
const FIRST: Duration = Duration::from_millis(250);

/// The longest wait of all.
const LONGEST: Duration = Duration::from_secs(4);

/// The wait before try `attempt` (0 is the first further one); `random` is a number from 0 to 1. What the endpoint asked
/// for is waited for, never less.
pub(super) fn wait(attempt: u32, random: f64, asked: Option<Duration>) -> Duration {
    let most = FIRST.saturating_mul(1 << attempt.min(16)).min(LONGEST);
    let jittered = most.mul_f64(random.clamp(0.0, 1.0));
    asked.map_or(jittered, |asked| asked.saturating_add(jittered.min(FIRST)))
}

/// A number from 0 to 1; the middle when the system has no random numbers.
pub(super) fn random() -> f64 {
    let mut bytes = [0u8; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}

/// The value of a `Retry-After` header: seconds, or a date.
pub(super) fn retry_after(value: &str, now_s: i64) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp().as_second();
    Some(Duration::from_secs(u64::try_from(at.saturating_sub(now_s)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_are_bounded_and_never_less_than_asked(attempt in 0u32..100, random in 0.0f64..=1.0, asked in proptest::option::of(0u64..100)) {
            let asked = asked.map(Duration::from_secs);
            let waited = wait(attempt, random, asked);
            prop_assert!(waited >= asked.unwrap_or_default());
            prop_assert!(waited <= asked.map_or(LONGEST, |a| a + FIRST));
        }
    }

    #[test]
    fn waits_grow_and_jitter_reaches_from_nothing_to_all() {
        assert_eq!(wait(0, 1.0, None), FIRST);
        assert_eq!(wait(2, 1.0, None), FIRST * 4);
        assert_eq!(wait(2, 0.0, None), Duration::ZERO);
        assert!((0.0..=1.0).contains(&random()));
    }

    #[test]
    fn both_forms_of_the_header_are_read() {
        assert_eq!(retry_after(" 7 ", 0), Some(Duration::from_secs(7)));
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(retry_after(date, 1_445_412_470), Some(Duration::from_secs(10)));
        assert_eq!(retry_after(date, 1_445_412_490), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", 0), None);
        assert_eq!(retry_after("-3", 0), None);
    }
}
