//! How well the time an answer takes tells a foreign id from an unknown one.

use std::time::Instant;

use super::report::Timing;
use super::requests::unknown;
use super::world::World;
use super::{Call, LeakcheckError};
use crate::answer_metrics::{Forecast, auroc};
use crate::random::SplitMix64;

/// Requests before the first one that counts.
const WARM_UP: usize = 20;

/// A kind of thing: its name, one of the other client's, and how it is asked for.
type Kind<'a> = (&'static str, &'a str, &'a dyn Fn(&str) -> Call);

/// Times pairs of requests, in random order inside each pair, from a key of client 2 for things of client 1.
pub(super) fn measure(world: &World, pairs: usize, seed: u64) -> Result<Vec<Timing>, LeakcheckError> {
    let attacker = &world.sibling;
    let key = Some(attacker.admin.key.as_str());
    let documents =
        |id: &str| Call::new("GET", format!("/v1/documents/{id}")).key(key).client(&attacker.name);
    let jobs = |id: &str| Call::new("GET", format!("/v1/jobs/{id}")).key(key).client(&attacker.name);
    let clients = |name: &str| Call::new("GET", "/v1/documents").key(key).client(name);
    let own = &world.own;
    let mut random = SplitMix64::of("leakcheck pairs", seed);
    let mut timings = Vec::new();
    let kinds: [Kind<'_>; 3] = [
        ("document ids", &own.document, &documents),
        ("job ids", &own.job, &jobs),
        ("client names", &own.name, &clients),
    ];
    for (what, foreign, call) in kinds {
        let calls = [call(&unknown(foreign)), call(foreign)];
        let mut times = Vec::with_capacity(2 * pairs);
        for pair in 0..WARM_UP + pairs {
            let first = random.below(2);
            for which in [first, 1 - first] {
                let started = Instant::now();
                world.site.send(&calls[which])?;
                let seconds = started.elapsed().as_secs_f64();
                if pair >= WARM_UP {
                    times.push(Forecast { confidence: seconds, came_true: which == 1 });
                }
            }
        }
        timings.push(Timing { what, pairs, auc: auroc(&times) });
    }
    Ok(timings)
}
