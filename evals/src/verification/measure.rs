//! Asks the checker about pairs and their mutants, and counts what it refuses.

use std::collections::BTreeMap;
use std::fmt;

use footnote_server::answers::verify::{Evidence, Thresholds, check, judge};
use footnote_server::wire::SupportStatus;
use serde::Serialize;

use super::{Change, Mutant, Pair, PairKind};

/// Statuses counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Judged verified.
    pub verified: usize,
    /// Judged partial.
    pub partial: usize,
    /// Judged unsupported.
    pub refused: usize,
}

impl Count {
    /// How many were judged.
    pub fn all(&self) -> usize {
        self.verified + self.partial + self.refused
    }

    /// The share judged unsupported; 0 of none.
    pub fn refusal(&self) -> f64 {
        if self.all() == 0 { 0.0 } else { self.refused as f64 / self.all() as f64 }
    }

    fn add(&mut self, status: SupportStatus) {
        match status {
            SupportStatus::Verified => self.verified += 1,
            SupportStatus::Partial => self.partial += 1,
            SupportStatus::Unsupported => self.refused += 1,
        }
    }
}

/// What was counted, by language and by kind.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// True claims.
    pub originals: BTreeMap<(&'static str, PairKind), Count>,
    /// Changed claims, by what was changed.
    pub mutants: BTreeMap<(&'static str, Change), Count>,
    /// Changed claims that were not refused and true ones that were, to be looked at.
    pub wrong: Vec<Wrong>,
}

/// A pair judged wrongly.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// What was changed; `None` for a true claim.
    pub change: Option<Change>,
    /// The pair, with the claim as it was judged.
    pub pair: Pair,
    /// The reasons given, or the status.
    pub said: String,
}

/// The status of a claim by the checker alone, without a model. The language is left to the checker, as it is for a generator's text.
pub fn status(claim: &str, pair: &Pair) -> (SupportStatus, String) {
    let evidence = Evidence { quote: &pair.quote, context: &pair.context, language: Some(pair.language) };
    let findings = check(claim, &evidence, None);
    let judgement = judge(&findings, None, &Thresholds::default());
    let items =
        findings.items.iter().filter(|f| f.outcome > footnote_server::answers::verify::Outcome::Found);
    let said: Vec<String> =
        items.map(|f| format!("{:?} {:?} `{}`", f.outcome, f.kind, &claim[f.claim.clone()])).collect();
    (
        judgement.support.status,
        format!("{:?}, words {:.2}: {}", judgement.support.status, findings.coverage, said.join("; ")),
    )
}

impl Report {
    /// Judges a pair and its mutants.
    pub fn add(&mut self, pair: &Pair, mutants: &[Mutant]) {
        let language = pair.language.code();
        let (judged, said) = status(&pair.claim, pair);
        self.originals.entry((language, pair.kind)).or_default().add(judged);
        if judged == SupportStatus::Unsupported {
            self.wrong.push(Wrong { change: None, pair: pair.clone(), said });
        }
        for mutant in mutants {
            let (judged, said) = status(&mutant.claim, pair);
            self.mutants.entry((language, mutant.change)).or_default().add(judged);
            if judged != SupportStatus::Unsupported {
                let pair = Pair { claim: mutant.claim.clone(), ..pair.clone() };
                self.wrong.push(Wrong { change: Some(mutant.change), pair, said });
            }
        }
    }

    /// Every true claim together.
    pub fn all_originals(&self) -> Count {
        sum(self.originals.values())
    }

    /// The true claims of one language.
    pub fn originals_of(&self, language: &str) -> Count {
        sum(self.originals.iter().filter(|((l, _), _)| *l == language).map(|(_, c)| c))
    }

    /// The changed claims of these kinds, in one language or in all.
    pub fn mutants_of(&self, language: Option<&str>, kind: impl Fn(Change) -> bool) -> Count {
        sum(self
            .mutants
            .iter()
            .filter(|((l, c), _)| language.is_none_or(|x| x == *l) && kind(*c))
            .map(|(_, c)| c))
    }
}

fn sum<'c>(counts: impl Iterator<Item = &'c Count>) -> Count {
    counts.fold(Count::default(), |a, b| Count {
        verified: a.verified + b.verified,
        partial: a.partial + b.partial,
        refused: a.refused + b.refused,
    })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, name: &str, count: Count| {
            writeln!(
                f,
                "{name:<28} {:>6} {:>9} {:>8} {:>8} {:>8.1} %",
                count.all(),
                count.verified,
                count.partial,
                count.refused,
                100.0 * count.refusal()
            )
        };
        writeln!(
            f,
            "{:<28} {:>6} {:>9} {:>8} {:>8} {:>10}",
            "", "all", "verified", "partial", "refused", "refused"
        )?;
        for ((language, kind), count) in &self.originals {
            line(f, &format!("true {language} {kind:?}"), *count)?;
        }
        line(f, "true, all", self.all_originals())?;
        for ((language, change), count) in &self.mutants {
            line(f, &format!("changed {language} {change:?}"), *count)?;
        }
        for change in Change::ALL {
            line(f, &format!("changed {change:?}"), self.mutants_of(None, |c| c == change))?;
        }
        line(f, "changed, plain kinds", self.mutants_of(None, Change::is_plain))?;
        line(f, "changed, harder kinds", self.mutants_of(None, |c| !c.is_plain()))
    }
}
