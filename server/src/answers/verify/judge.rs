//! From findings to a status.

use serde::Serialize;

use super::findings::{Findings, Kind, Outcome};
use crate::wire::{Support, SupportStatus};

/// Where the bounds between the statuses lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Support by meaning, 0 to 1, from which a claim whose items are all there is verified.
    pub semantic_verified: f32,
    /// Support by meaning below which a claim is unsupported whatever its items.
    pub semantic_partial: f32,
    /// Without support by meaning: the share of the claim's words in the evidence from which it is verified.
    pub coverage_verified: f32,
    /// Without support by meaning: the share below which it is unsupported.
    pub coverage_partial: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { semantic_verified: 0.6, semantic_partial: 0.25, coverage_verified: 0.6, coverage_partial: 0.2 }
    }
}

/// Why a claim was not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// An item is not in the evidence.
    Missing {
        /// What kind of item.
        kind: Kind,
    },
    /// Something else is in its place.
    Contradicted {
        /// What kind of item.
        kind: Kind,
    },
    /// An item that is near, or may be none.
    Doubtful {
        /// What kind of item.
        kind: Kind,
    },
    /// The evidence has too few of the claim's words.
    FewWords,
    /// The evidence means something else.
    Meaning,
}

/// A status with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// What a citation says of its support.
    pub support: Support,
    /// Why it is not verified; empty when it is.
    pub reasons: Vec<Reason>,
}

/// Makes a status of the findings. `semantic` is how well the quote supports the claim by meaning, 0 to 1, when a model was asked.
///
/// `method` is `exact_quote` when the evidence says the claim word for word, `facts` when its items and words were compared, and
/// `facts+semantic` when a model was asked as well.
pub fn judge(findings: &Findings, semantic: Option<f32>, thresholds: &Thresholds) -> Judgement {
    if findings.verbatim.is_some() {
        return verdict(SupportStatus::Verified, 1.0, "exact_quote", Vec::new());
    }
    let mut reasons = Vec::new();
    for item in &findings.items {
        let reason = match item.outcome {
            Outcome::Found => continue,
            Outcome::Doubtful => Reason::Doubtful { kind: item.kind },
            Outcome::Missing => Reason::Missing { kind: item.kind },
            Outcome::Contradicted => Reason::Contradicted { kind: item.kind },
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let by_items = match findings.worst() {
        Outcome::Found => SupportStatus::Verified,
        Outcome::Doubtful => SupportStatus::Partial,
        Outcome::Missing | Outcome::Contradicted => SupportStatus::Unsupported,
    };
    let (value, verified, partial, reason, method) = match semantic {
        Some(value) => (
            value,
            thresholds.semantic_verified,
            thresholds.semantic_partial,
            Reason::Meaning,
            "facts+semantic",
        ),
        None => (
            findings.coverage,
            thresholds.coverage_verified,
            thresholds.coverage_partial,
            Reason::FewWords,
            "facts",
        ),
    };
    let by_words = match value {
        v if v >= verified => SupportStatus::Verified,
        v if v >= partial => SupportStatus::Partial,
        // Without a model, words of another language say nothing against the claim.
        _ if semantic.is_none() && !findings.one_language => SupportStatus::Partial,
        _ => SupportStatus::Unsupported,
    };
    if by_words != SupportStatus::Verified {
        reasons.push(reason);
    }
    let status = worse(by_items, by_words);
    let score = match by_items {
        SupportStatus::Verified => value,
        SupportStatus::Partial => value * 0.75,
        SupportStatus::Unsupported => value * 0.25,
    };
    verdict(status, score.clamp(0.0, 1.0), method, reasons)
}

fn verdict(status: SupportStatus, score: f32, method: &str, reasons: Vec<Reason>) -> Judgement {
    Judgement { support: Support { status, score, method: method.to_owned() }, reasons }
}

fn worse(a: SupportStatus, b: SupportStatus) -> SupportStatus {
    let rank = |s: SupportStatus| match s {
        SupportStatus::Verified => 0,
        SupportStatus::Partial => 1,
        SupportStatus::Unsupported => 2,
    };
    if rank(a) >= rank(b) { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::super::{Evidence, check};
    use super::*;
    use footnote_index::Language;

    fn status(claim: &str, quote: &str, semantic: Option<f32>) -> SupportStatus {
        let findings = check(claim, &Evidence::from(quote), Some(Language::English));
        judge(&findings, semantic, &Thresholds::default()).support.status
    }

    #[test]
    fn a_quotation_needs_no_model() {
        let quote = "The warranty lasts five years. It covers parts and labour.";
        let findings = check("It covers parts and labour.", &Evidence::from(quote), Some(Language::English));
        let judgement = judge(&findings, Some(0.0), &Thresholds::default());
        assert_eq!(judgement.support.status, SupportStatus::Verified);
        assert_eq!(judgement.support.method, "exact_quote");
        assert_eq!(judgement.reasons, []);
    }

    #[test]
    fn items_overrule_meaning_and_meaning_overrules_words() {
        let quote = "The warranty lasts five years.";
        assert_eq!(status("The warranty is six years long.", quote, Some(0.99)), SupportStatus::Unsupported);
        assert_eq!(status("The warranty is five years long.", quote, Some(0.9)), SupportStatus::Verified);
        assert_eq!(status("The warranty is five years long.", quote, Some(0.4)), SupportStatus::Partial);
        assert_eq!(status("The warranty is five years long.", quote, Some(0.1)), SupportStatus::Unsupported);
        assert_eq!(status("The guarantee is for 5 years.", quote, Some(0.8)), SupportStatus::Verified);
    }

    #[test]
    fn scores_and_reasons_say_what_is_wrong() {
        let findings =
            check("It lasts six years.", &Evidence::from("It lasts five years."), Some(Language::English));
        let judgement = judge(&findings, None, &Thresholds::default());
        assert!(judgement.support.score <= 0.25, "{judgement:?}");
        assert!(matches!(judgement.reasons[0], Reason::Contradicted { kind: Kind::Figure }), "{judgement:?}");
    }
}
