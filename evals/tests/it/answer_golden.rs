//! Metrics of answers against SQuAD's script, scikit-learn and ALCE's: `golden/answers/make.py` wrote what they say.

use std::collections::HashSet;

use footnote_evals::answer_metrics::{
    Abstention, Calibration, Forecast, Normalisation, Statement, auroc, brier, citation_scores, equal_mass,
    equal_width, exact_match, risk_coverage, token_f1,
};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Golden {
    squad: Vec<Squad>,
    calibration: Vec<CalibrationCase>,
    risk: Vec<Risk>,
    abstention: Vec<AbstentionCase>,
    citations: Vec<Citations>,
}

#[derive(Deserialize)]
struct Squad {
    answer: String,
    gold: Vec<String>,
    normalised: String,
    exact: u8,
    f1: f64,
}

#[derive(Deserialize)]
struct CalibrationCase {
    forecasts: Vec<(f64, bool)>,
    auroc: f64,
    brier: f64,
    bins: Vec<Bins>,
}

#[derive(Deserialize)]
struct Bins {
    strategy: String,
    size: usize,
    ece: f64,
    counts: Vec<usize>,
    accuracy: Vec<f64>,
    confidence: Vec<f64>,
}

#[derive(Deserialize)]
struct Risk {
    forecasts: Vec<(f64, bool)>,
    aurc: f64,
}

#[derive(Deserialize)]
struct AbstentionCase {
    unanswerable: Vec<bool>,
    abstained: Vec<bool>,
    precision: f64,
    recall: f64,
    f1: f64,
}

#[derive(Deserialize)]
struct Citations {
    documents: Vec<String>,
    statements: Vec<Cited>,
    most: usize,
    precision: f64,
    recall: f64,
}

#[derive(Deserialize)]
struct Cited {
    text: String,
    cited: Vec<usize>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/answers/answers.json")).expect("golden file")
}

fn forecasts(given: &[(f64, bool)]) -> Vec<Forecast> {
    given.iter().map(|&(confidence, came_true)| Forecast { confidence, came_true }).collect()
}

fn assert_close(ours: Option<f64>, theirs: f64, what: &str) {
    let close = ours.is_some_and(|ours| (ours - theirs).abs() < TOLERANCE);
    assert!(close, "{what}: {ours:?}, the reference says {theirs}");
}

#[test]
fn squad_exact_match_and_f1() {
    let cases = golden().squad;
    assert_eq!(cases.len(), 300);
    for case in cases {
        let what = format!("{:?} against {:?}", case.answer, case.gold);
        assert_eq!(Normalisation::Squad.apply(&case.answer).as_str(), case.normalised, "{what}");
        assert_eq!(exact_match(&case.answer, &case.gold, Normalisation::Squad), case.exact == 1, "{what}");
        assert_close(Some(token_f1(&case.answer, &case.gold, Normalisation::Squad)), case.f1, &what);
    }
}

fn check_bins(ours: &Calibration, expected: &Bins) {
    let what = format!("{} in {}", expected.strategy, expected.size);
    assert_close(Some(ours.ece), expected.ece, &what);
    assert_eq!(ours.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), expected.counts, "{what}");
    for (bin, (&accuracy, &confidence)) in
        ours.bins.iter().zip(expected.accuracy.iter().zip(&expected.confidence))
    {
        assert_close(Some(bin.accuracy), accuracy, &what);
        assert_close(Some(bin.confidence), confidence, &what);
    }
}

#[test]
fn auroc_brier_and_calibration_as_scikit_learn_has_them() {
    let mut checked = 0;
    for case in golden().calibration {
        let forecasts = forecasts(&case.forecasts);
        assert_close(auroc(&forecasts), case.auroc, "auroc");
        assert_close(brier(&forecasts), case.brier, "brier");
        for expected in &case.bins {
            let ours = match expected.strategy.as_str() {
                "uniform" => equal_width(&forecasts, expected.size),
                _ => equal_mass(&forecasts, expected.size),
            };
            check_bins(&ours.expect("forecasts"), expected);
            checked += 1;
        }
    }
    assert!(checked >= 20, "{checked}");
}

#[test]
fn the_area_under_the_risk_coverage_curve() {
    for case in golden().risk {
        let curve = risk_coverage(&forecasts(&case.forecasts), case.forecasts.len());
        assert_close(curve.map(|curve| curve.aurc), case.aurc, "aurc");
    }
}

#[test]
fn abstention_precision_recall_and_f1() {
    for case in golden().abstention {
        let mut counts = Abstention::default();
        for (&unanswerable, &abstained) in case.unanswerable.iter().zip(&case.abstained) {
            match (abstained, unanswerable) {
                (true, true) => counts.true_positives += 1,
                (true, false) => counts.false_positives += 1,
                (false, true) => counts.false_negatives += 1,
                (false, false) => counts.true_negatives += 1,
            }
        }
        assert_close(counts.precision(), case.precision, "precision");
        assert_close(counts.recall(), case.recall, "recall");
        assert_close(counts.f1(), case.f1, "f1");
    }
}

#[test]
fn citation_precision_and_recall_as_alce_has_them() {
    let cases = golden().citations;
    assert_eq!(cases.len(), 120);
    let mut judge = |passages: &[&str], statement: &str| {
        let known: HashSet<&str> = passages.iter().flat_map(|passage| passage.split(' ')).collect();
        statement.split(' ').all(|word| known.contains(word))
    };
    for case in &cases {
        let statement =
            |cited: &'_ Cited| cited.cited.iter().map(|&index| case.documents[index].as_str()).collect();
        let statements: Vec<Statement> = case
            .statements
            .iter()
            .map(|cited| Statement { text: &cited.text, passages: statement(cited) })
            .collect();
        let scores = citation_scores(&statements, case.most, &mut judge).expect("statements");
        assert_close(Some(scores.precision), case.precision, "citation precision");
        assert_close(Some(scores.recall), case.recall, "citation recall");
    }
}
