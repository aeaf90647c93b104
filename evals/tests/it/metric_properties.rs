//! What must hold for every metric on any ranking and judgments.

use footnote_evals::metrics::Metric;
use footnote_evals::qrels::{Judgments, Qrels};
use footnote_evals::run::Ranking;
use proptest::prelude::*;

const METRICS: [Metric; 7] = [
    Metric::Ndcg(3),
    Metric::Ndcg(10),
    Metric::Recall(5),
    Metric::Recall(100),
    Metric::ReciprocalRank(10),
    Metric::AveragePrecision,
    Metric::Precision(5),
];

fn document(index: usize) -> String {
    format!("d{index}")
}

fn judgments(grades: &[i32]) -> Judgments {
    let qrels: Qrels =
        grades.iter().enumerate().map(|(index, &grade)| ("q", document(index), grade)).collect();
    qrels.get("q").cloned().unwrap_or_default()
}

/// Grades of documents `d0..`, and scores of documents `d0..` of which the later ones are not judged. Few distinct
/// scores, so ties are common.
fn case() -> impl Strategy<Value = (Vec<i32>, Vec<f32>)> {
    let grades = prop::collection::vec(-1..4_i32, 0..30);
    let scores = prop::collection::vec((-8..8_i32).prop_map(|level| level as f32 / 4.0), 0..40);
    (grades, scores)
}

fn scored(scores: &[f32]) -> Vec<(String, f32)> {
    scores.iter().enumerate().map(|(index, &score)| (document(index), score)).collect()
}

proptest! {
    #[test]
    fn every_value_is_between_zero_and_one((grades, scores) in case()) {
        let (judgments, ranking) = (judgments(&grades), Ranking::new(scored(&scores)));
        for metric in METRICS {
            let value = metric.of(&ranking, &judgments);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{metric} is {value}");
        }
    }

    #[test]
    fn the_order_documents_arrive_in_does_not_matter((grades, scores) in case(), rotation in 0..40_usize) {
        let judgments = judgments(&grades);
        let mut documents = scored(&scores);
        let ranking = Ranking::new(documents.clone());
        documents.reverse();
        let middle = rotation % documents.len().max(1);
        documents.rotate_left(middle);
        let shuffled = Ranking::new(documents);
        prop_assert_eq!(&ranking, &shuffled);
        for metric in METRICS {
            prop_assert_eq!(metric.of(&ranking, &judgments), metric.of(&shuffled, &judgments));
        }
    }

    #[test]
    fn only_the_order_of_scores_matters((grades, scores) in case()) {
        let judgments = judgments(&grades);
        let stretched: Vec<f32> = scores.iter().map(|score| score * 8.0 - 100.0).collect();
        let (ranking, stretched) = (Ranking::new(scored(&scores)), Ranking::new(scored(&stretched)));
        for metric in METRICS {
            prop_assert_eq!(metric.of(&ranking, &judgments), metric.of(&stretched, &judgments));
        }
    }

    #[test]
    fn the_ideal_ranking_is_perfect_and_its_reverse_is_no_better(grades in prop::collection::vec(-1..4_i32, 1..30)) {
        prop_assume!(grades.iter().any(|&grade| grade > 0));
        let judgments = judgments(&grades);
        let scores: Vec<f32> = grades.iter().map(|&grade| grade as f32).collect();
        let reversed: Vec<f32> = scores.iter().map(|score| -score).collect();
        let (ideal, reversed) = (Ranking::new(scored(&scores)), Ranking::new(scored(&reversed)));
        let perfect = [Metric::Ndcg(1), Metric::Ndcg(10), Metric::Recall(30), Metric::ReciprocalRank(1),
            Metric::AveragePrecision, Metric::Precision(1)];
        for metric in perfect {
            prop_assert!((metric.of(&ideal, &judgments) - 1.0).abs() < 1e-12, "{metric}");
        }
        for metric in METRICS {
            prop_assert!(metric.of(&reversed, &judgments) <= metric.of(&ideal, &judgments) + 1e-12, "{metric}");
        }
    }

    #[test]
    fn raising_a_relevant_document_never_hurts((grades, scores) in case(), pick in any::<prop::sample::Index>()) {
        let relevant: Vec<usize> = (0..grades.len().min(scores.len())).filter(|&index| grades[index] > 0).collect();
        prop_assume!(!relevant.is_empty());
        // Past one document of a larger grade nDCG may fall, so only binary grades make this a law.
        let binary: Vec<i32> = grades.iter().map(|&grade| grade.min(1)).collect();
        let judgments = judgments(&binary);
        let before = Ranking::new(scored(&scores));
        let mut raised = scores;
        raised[*pick.get(&relevant)] = 100.0;
        let after = Ranking::new(scored(&raised));
        for metric in METRICS {
            let (before, after) = (metric.of(&before, &judgments), metric.of(&after, &judgments));
            prop_assert!(after >= before - 1e-12, "{metric} fell from {before} to {after}");
        }
    }

    #[test]
    fn documents_below_everything_relevant_change_nothing((grades, scores) in case(), more in 1..20_usize) {
        let judgments = judgments(&grades);
        let mut documents = scored(&scores);
        let before = Ranking::new(documents.clone());
        documents.extend((0..more).map(|index| (format!("noise{index}"), -1e6)));
        let after = Ranking::new(documents);
        for metric in METRICS {
            prop_assert_eq!(metric.of(&before, &judgments), metric.of(&after, &judgments));
        }
    }
}
