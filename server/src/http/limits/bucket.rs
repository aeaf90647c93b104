//! Token buckets, as the generic cell rate algorithm keeps them: one time a bucket, the moment at which it will be full
//! again. A bucket that is full is the same as one never used, so it is forgotten.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// Requests a second, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run.
    pub per_second: u32,
    /// Requests at once after a pause.
    pub burst: u32,
}

/// Fewest buckets at which full ones are looked for.
const SWEEP_FROM: usize = 1024;

impl Rate {
    /// Time in which one token comes back.
    fn interval(self) -> Duration {
        Duration::from_secs(1) / self.per_second.max(1)
    }

    /// Time in which an empty bucket fills.
    pub(super) fn window(self) -> Duration {
        self.interval() * self.burst.max(1)
    }
}

/// What a bucket holds after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// Requests that could come at once now.
    pub(super) remaining: u32,
    /// Time until the bucket is full.
    pub(super) full_in: Duration,
}

/// Buckets by id.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    full_at: HashMap<K, Instant>,
    sweep_at: usize,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self { full_at: HashMap::new(), sweep_at: SWEEP_FROM }
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// What `id`'s bucket holds.
    pub(super) fn level(&self, id: &K, rate: Rate, now: Instant) -> Level {
        let full_in = self.full_at.get(id).map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let room = rate.window().saturating_sub(full_in);
        let remaining = room.as_nanos() / rate.interval().as_nanos().max(1);
        Level { remaining: u32::try_from(remaining).unwrap_or(u32::MAX), full_in }
    }

    /// Time until `id`'s bucket has a token; zero when it has one.
    pub(super) fn wait(&self, id: &K, rate: Rate, now: Instant) -> Duration {
        let Level { full_in, .. } = self.level(id, rate, now);
        (full_in + rate.interval()).saturating_sub(rate.window())
    }

    /// Takes a token, which [`Self::wait`] said is there.
    pub(super) fn take(&mut self, id: K, rate: Rate, now: Instant) {
        if self.full_at.len() >= self.sweep_at {
            self.full_at.retain(|_, at| *at > now);
            self.sweep_at = SWEEP_FROM.max(self.full_at.len() * 2);
        }
        let at = self.full_at.entry(id).or_insert(now);
        *at = (*at).max(now) + rate.interval();
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.full_at.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 10, burst: 3 };

    fn ask(buckets: &mut Buckets<u32>, id: u32, now: Instant) -> bool {
        let free = buckets.wait(&id, RATE, now).is_zero();
        if free {
            buckets.take(id, RATE, now);
        }
        free
    }

    #[test]
    fn a_burst_passes_then_one_every_interval() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        let passed: Vec<bool> = (0..4).map(|_| ask(&mut buckets, 1, start)).collect();
        assert_eq!(passed, [true, true, true, false]);
        assert_eq!(buckets.wait(&1, RATE, start), Duration::from_millis(100));
        assert!(!ask(&mut buckets, 1, at(99)), "a millisecond early");
        assert!(ask(&mut buckets, 1, at(100)), "on time");
        assert!(!ask(&mut buckets, 1, at(150)));
        assert!(ask(&mut buckets, 2, at(150)), "another bucket");
        // Refused requests cost nothing: after a pause the burst is whole again.
        assert_eq!((0..4).filter(|_| ask(&mut buckets, 1, at(1000))).count(), 3);
    }

    #[test]
    fn the_level_says_what_is_left() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        assert_eq!(buckets.level(&1, RATE, start), Level { remaining: 3, full_in: Duration::ZERO });
        buckets.take(1, RATE, start);
        let level = buckets.level(&1, RATE, start);
        assert_eq!(level, Level { remaining: 2, full_in: Duration::from_millis(100) });
        let later = start + Duration::from_millis(100);
        assert_eq!(buckets.level(&1, RATE, later).remaining, 3);
    }

    #[test]
    fn over_a_minute_no_more_pass_than_rate_and_burst() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        let passed =
            (0..60_000).filter(|ms| ask(&mut buckets, 1, start + Duration::from_millis(*ms))).count();
        assert_eq!(passed, 3 + 599);
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        for id in 0..5000u64 {
            buckets.take(id, RATE, start + Duration::from_secs(id));
        }
        assert!(buckets.len() <= SWEEP_FROM, "{} buckets", buckets.len());
    }
}
