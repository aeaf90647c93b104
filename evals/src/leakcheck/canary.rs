//! Watching answers: is the status right, and does anything in them belong to somebody else?

use super::operations::Operation;
use super::report::{Case, Leak, Report, Timing};
use super::world::{Holding, World};
use super::{Call, Credential, Reply};

/// What was seen so far.
pub(super) struct Watch {
    operations: usize,
    cases: Vec<Case>,
    leaks: Vec<Leak>,
    uncovered: Vec<String>,
}

impl Watch {
    pub(super) fn new(operations: usize) -> Self {
        Self { operations, cases: Vec::new(), leaks: Vec::new(), uncovered: Vec::new() }
    }

    /// An operation nobody said what to expect of.
    pub(super) fn uncovered(&mut self, operation: &Operation) {
        self.uncovered.push(operation.title());
    }

    /// A case whose status says whether it is right.
    pub(super) fn status(
        &mut self,
        world: &World,
        (operation, about): (&str, &str),
        credential: Credential,
        expected: &[u16],
        call: &Call,
        reply: &Reply,
    ) {
        let ok = expected.contains(&reply.status);
        let note = (!ok).then(|| reply.body.chars().take(200).collect());
        self.cases.push(Case {
            operation: operation.to_owned(),
            about: about.to_owned(),
            credential,
            status: reply.status,
            expected: expected.to_vec(),
            ok,
            note,
        });
        self.search(world, (operation, about), credential, call, reply);
    }

    /// A case of two answers that must not differ: to a foreign thing and to one that does not exist.
    pub(super) fn same(
        &mut self,
        world: &World,
        (operation, about): (&str, &str),
        credential: Credential,
        foreign: (&Call, &Reply),
        unknown: (&Call, &Reply),
        difference: Option<String>,
    ) {
        self.cases.push(Case {
            operation: operation.to_owned(),
            about: about.to_owned(),
            credential,
            status: foreign.1.status,
            expected: vec![unknown.1.status],
            ok: difference.is_none(),
            note: difference,
        });
        for (call, reply) in [foreign, unknown] {
            self.search(world, (operation, about), credential, call, reply);
        }
    }

    /// Looks for what the caller may not see. What it sent itself tells it nothing.
    fn search(
        &mut self,
        world: &World,
        (operation, about): (&str, &str),
        credential: Credential,
        call: &Call,
        reply: &Reply,
    ) {
        let visible = world.visible(credential);
        let (sent, got) = (call.text(), reply.text());
        for holding in world.holdings() {
            if visible.iter().any(|seen| std::ptr::eq(*seen, holding)) {
                continue;
            }
            for (what, canary) in canaries(holding) {
                let known = sent.contains(&canary)
                    || visible.iter().any(|seen| canaries(seen).iter().any(|c| c.1 == canary));
                if !known && got.contains(&canary) {
                    self.leaks.push(Leak {
                        operation: operation.to_owned(),
                        about: about.to_owned(),
                        credential,
                        what,
                        of: holding.name.clone(),
                    });
                }
            }
        }
    }

    /// Everything, with what was timed and what was not tried.
    pub(super) fn into_report(self, timings: Vec<Timing>, skipped: Vec<String>) -> Report {
        let Self { operations, cases, leaks, uncovered } = self;
        Report { operations, cases, leaks, uncovered, timings, skipped }
    }
}

/// Words that only a client's own callers may see.
fn canaries(holding: &Holding) -> Vec<(&'static str, String)> {
    let secret_of = |key: &str| key.rsplit('_').next().unwrap_or(key).to_owned();
    let mut all = vec![
        ("secret", holding.secret.clone()),
        ("client name", holding.name.clone()),
        ("document id", holding.document.clone()),
        ("uri", holding.uri.clone()),
        ("content hash", holding.content_hash.clone()),
        ("passage id", holding.passage.clone()),
        ("job id", holding.job.clone()),
        ("idempotency key", holding.idempotency.clone()),
    ];
    for key in [&holding.viewer, &holding.editor, &holding.admin] {
        all.push(("key id", key.id.clone()));
        all.push(("key", secret_of(&key.key)));
    }
    all.extend(holding.history.clone().map(|id| ("history id", id)));
    // A short one, such as a number, would be found by chance.
    all.retain(|(_, canary)| canary.len() >= 8);
    all
}
