//! The few questions the demo asks.

/// A question of the demo, named by client and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoQuestion {
    /// The name of the client that is asked.
    pub client: &'static str,
    /// The id among that client's questions.
    pub id: &'static str,
}

/// What the demo asks, in order: an answerable question in English, Romanian and Polish, an
/// unanswerable one, and one whose answer only another client has.
#[must_use]
pub fn demo_questions() -> Vec<DemoQuestion> {
    let ask = |client, id| DemoQuestion { client, id };
    vec![
        ask("kestrel-vane", "kestrel-03"),
        ask("lunca-digitala", "lunca-02"),
        ask("mleczna-mewa", "mewa-05"),
        ask("kestrel-vane", "kestrel-15"),
        ask("kestrel-vane", "kestrel-18"),
    ]
}
