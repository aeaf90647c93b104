//! What the weights are worth: first-sentence containment and abstention, by set.

use std::collections::BTreeSet;

use footnote_server::answers::{Features, Weights, best, confidence, rank};

use crate::logistic::row;
use crate::questions::Asked;

/// Prints one line a set. Without weights of its own the engine's defaults are measured.
pub(crate) fn report(title: &str, asked: &[Asked], sentence: Option<&[f64; 7]>, logistic: Option<&[f64; 4]>) {
    println!("\n{title}");
    println!(
        "{:<16} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "set", "questions", "first", "possible", "AUROC", "abst. F1", "kept"
    );
    let sets: BTreeSet<&str> = asked.iter().map(|a| a.set.as_str()).collect();
    for set in sets.into_iter().map(Some).chain([None]) {
        let rows: Vec<&Asked> = asked.iter().filter(|a| set.is_none_or(|s| a.set == s)).collect();
        let answerable: Vec<&&Asked> = rows.iter().filter(|a| a.answerable).collect();
        let score = |f: &Features| match sentence {
            Some(w) => row(f).iter().zip(w).map(|(x, w)| x * w).sum::<f64>(),
            None => f64::from(rank(f, &Weights::default())),
        };
        let first = answerable.iter().filter(|a| first_is_right(a, &score)).count();
        let possible = answerable.iter().filter(|a| a.right.contains(&true)).count();
        let sure: Vec<(f64, bool)> = rows.iter().map(|a| (certainty(a, logistic), a.answerable)).collect();
        let share = |n: usize| n as f64 / answerable.len().max(1) as f64;
        let bound = f64::from(Weights::default().abstain_below);
        println!(
            "{:<16} {:>9} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.3}",
            set.unwrap_or("all"),
            rows.len(),
            share(first),
            share(possible),
            auroc(&sure),
            abstention_f1(&sure, bound),
            share(sure.iter().filter(|(s, a)| *a && *s >= bound).count()),
        );
    }
}

fn first_is_right(asked: &Asked, score: &impl Fn(&Features) -> f64) -> bool {
    let top = (0..asked.scored.len())
        .max_by(|a, b| score(&asked.scored[*a].1).total_cmp(&score(&asked.scored[*b].1)));
    top.is_some_and(|i| asked.right[i])
}

fn certainty(asked: &Asked, logistic: Option<&[f64; 4]>) -> f64 {
    match logistic {
        None => f64::from(confidence(&asked.scored, &Weights::default())),
        Some([intercept, w @ ..]) => {
            let z: f64 = best(&asked.scored).iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum();
            1.0 / (1.0 + (-(intercept + z)).exp())
        }
    }
}

/// Chance that an answerable question is surer than one without an answer; ties count half.
fn auroc(rows: &[(f64, bool)]) -> f64 {
    let side =
        |answerable: bool| rows.iter().filter(move |r| r.1 == answerable).map(|r| r.0).collect::<Vec<f64>>();
    let (yes, no) = (side(true), side(false));
    let wins: f64 = yes
        .iter()
        .flat_map(|y| {
            no.iter().map(move |n| {
                if y > n {
                    1.0
                } else if y == n {
                    0.5
                } else {
                    0.0
                }
            })
        })
        .sum();
    wins / (yes.len() * no.len()).max(1) as f64
}

/// F1 of abstaining, the positive class being questions without an answer.
fn abstention_f1(rows: &[(f64, bool)], bound: f64) -> f64 {
    let count = |f: &dyn Fn(&(f64, bool)) -> bool| rows.iter().filter(|r| f(r)).count() as f64;
    let hit = count(&|r| r.0 < bound && !r.1);
    2.0 * hit / (count(&|r| r.0 < bound) + count(&|r| !r.1)).max(1.0)
}
