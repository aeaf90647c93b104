//! What was seen: as a table for people, as one object for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::Credential;

/// One thing that was tried.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    /// The operation.
    pub operation: String,
    /// What was tried with it.
    pub about: String,
    /// Who tried.
    pub credential: Credential,
    /// The status that came.
    pub status: u16,
    /// Those that are right.
    pub expected: Vec<u16>,
    /// Whether it was right.
    pub ok: bool,
    /// What was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Something of a client in an answer to somebody else.
#[derive(Debug, Clone, Serialize)]
pub struct Leak {
    /// The operation.
    pub operation: String,
    /// What was tried with it.
    pub about: String,
    /// Who was told.
    pub credential: Credential,
    /// What was told.
    pub what: &'static str,
    /// Whose it is.
    pub of: String,
}

/// How well times tell foreign from unknown things.
#[derive(Debug, Clone, Serialize)]
pub struct Timing {
    /// What was named.
    pub what: &'static str,
    /// Pairs timed.
    pub pairs: usize,
    /// Probability that the foreign one of a pair took longer than an unknown one; 0.5 tells nothing.
    pub auc: Option<f64>,
}

/// All of it.
#[derive(Debug)]
pub struct Report {
    /// Operations of the server's document.
    pub operations: usize,
    /// Everything that was tried.
    pub cases: Vec<Case>,
    /// What was told to the wrong caller.
    pub leaks: Vec<Leak>,
    /// Operations without a row in the table.
    pub uncovered: Vec<String>,
    /// Measured, not judged.
    pub timings: Vec<Timing>,
    /// What could not be tried.
    pub skipped: Vec<String>,
}

impl Report {
    /// Whether nothing was wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.leaks.is_empty() && self.uncovered.is_empty() && self.wrong().next().is_none()
    }

    fn wrong(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|case| !case.ok)
    }

    /// One JSON object.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "operations": self.operations,
            "cases": self.cases.len(),
            "mismatches": self.wrong().count(),
            "leaks": self.leaks.len(),
            "uncovered": self.uncovered,
            "skipped": self.skipped,
            "timings": self.timings,
            "leaked": self.leaks,
            "matrix": self.cases,
        })
    }

    /// A table of statuses, a wrong one marked, then what was wrong.
    #[must_use]
    pub fn text(&self) -> String {
        let mut rows: BTreeMap<&str, BTreeMap<Credential, (u16, bool)>> = BTreeMap::new();
        for case in &self.cases {
            let cell = rows
                .entry(&case.operation)
                .or_default()
                .entry(case.credential)
                .or_insert((case.status, true));
            cell.1 &= case.ok;
        }
        let mut out = String::new();
        let width = rows.keys().map(|row| row.len()).max().unwrap_or(0);
        let heads: Vec<&str> = Credential::ALL.iter().map(|credential| credential.head()).collect();
        let _ = writeln!(out, "{:width$}  {}", "", heads.join("  "));
        for (row, cells) in &rows {
            let _ = write!(out, "{row:width$}");
            for credential in Credential::ALL {
                let cell = cells
                    .get(&credential)
                    .map_or("-".to_owned(), |(status, ok)| format!("{status}{}", if *ok { "" } else { "!" }));
                let _ = write!(out, "  {cell:>4}");
            }
            out.push('\n');
        }
        out.push('\n');
        for case in self.wrong() {
            let note = case.note.as_deref().unwrap_or_default();
            let Case { operation, about, credential, status, expected, .. } = case;
            let _ = writeln!(
                out,
                "WRONG  {operation}, {about}, {credential:?}: {status}, expected {expected:?}: {note}"
            );
        }
        for Leak { operation, about, credential, what, of } in &self.leaks {
            let _ = writeln!(out, "LEAK   {operation}, {about}: {credential:?} was told the {what} of {of}");
        }
        for operation in &self.uncovered {
            let _ = writeln!(out, "NO ROW {operation}: add it to evals/src/leakcheck/table.rs");
        }
        for what in &self.skipped {
            let _ = writeln!(out, "not tried: {what}");
        }
        for Timing { what, pairs, auc } in &self.timings {
            let auc = auc.map_or("none".to_owned(), |auc| format!("{auc:.3}"));
            let _ = writeln!(
                out,
                "foreign or unknown {what} by time, {pairs} pairs: AUC {auc} (0.5 tells nothing)"
            );
        }
        let _ = writeln!(
            out,
            "{} operations, {} cases, {} wrong, {} leaks",
            self.operations,
            self.cases.len(),
            self.wrong().count(),
            self.leaks.len()
        );
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(ok: bool) -> Case {
        let (operation, about) = ("GET /x".to_owned(), "aimed".to_owned());
        Case {
            operation,
            about,
            credential: Credential::Viewer,
            status: 200,
            expected: vec![404],
            ok,
            note: None,
        }
    }

    fn report(cases: Vec<Case>, leaks: Vec<Leak>, uncovered: Vec<String>) -> Report {
        Report { operations: 1, cases, leaks, uncovered, timings: Vec::new(), skipped: Vec::new() }
    }

    #[test]
    fn a_wrong_status_a_leak_and_a_route_without_a_row_each_fail() {
        assert!(report(vec![case(true)], Vec::new(), Vec::new()).passed());
        let wrong = report(vec![case(true), case(false)], Vec::new(), Vec::new());
        assert!(!wrong.passed() && wrong.text().contains("WRONG  GET /x") && wrong.text().contains("200!"));
        assert_eq!(wrong.json()["mismatches"], 1);
        let (operation, about) = ("GET /x".to_owned(), "aimed".to_owned());
        let leak =
            Leak { operation, about, credential: Credential::NoKey, what: "secret", of: "acme".into() };
        let leaking = report(vec![case(true)], vec![leak], Vec::new());
        assert!(!leaking.passed() && leaking.text().contains("LEAK") && leaking.json()["leaks"] == 1);
        assert!(!report(Vec::new(), Vec::new(), vec!["GET /new".into()]).passed());
    }
}
