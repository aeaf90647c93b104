//! Users who ask, think and ask again, each of one client.

use std::time::Duration;

use crate::corpus::Corpus;
use crate::fire::{PATIENCE, Target, by_users};
use crate::report;
use crate::server::{Place, agent};

pub(crate) fn run(
    place: &Place,
    corpus: &Corpus,
    users: usize,
    think: Duration,
    phase: Duration,
) -> anyhow::Result<()> {
    anyhow::ensure!((1..=400).contains(&users), "--users is {users}, use 1 to 400");
    let server = place.start()?;
    let agent = agent(PATIENCE);
    let target = Target { agent: &agent, url: &server.url, clients: &place.clients, corpus };
    let clients = place.clients.len();
    let outcomes = by_users(users, think, phase, |user, n| {
        // Of their own client, each time another question.
        target.search(user % clients + clients * (user + users * n))
    });
    report::print(
        &format!("{users} users of {clients} clients, {} ms between questions", think.as_millis()),
        &outcomes,
        phase,
    );
    if let Some(mib) = server.resident_mib() {
        println!("  resident {mib:.0} MiB");
    }
    Ok(())
}
