//! From measurements to a ranking, a choice and a confidence. Pure.

use super::features::{Candidate, FRAGMENT, Features};
use super::judge::Judge;

/// Weights of the measurements and the bounds of the decisions.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// Weight of the reranker's logit.
    pub logit: f32,
    /// Weight of the cosine.
    pub cosine: f32,
    /// Weight of the sentence's coverage.
    pub coverage: f32,
    /// Weight of the context's coverage.
    pub context: f32,
    /// Weight of holding what is asked for.
    pub kind: f32,
    /// Weight of the passage's rank.
    pub rank: f32,
    /// Weight of reading as a sentence.
    pub shape: f32,
    /// Weight of saying something new.
    pub news: f32,
    /// Taken off for each item of the question that is not there.
    pub missing: f32,
    /// Logistic confidence: intercept, then the weights of what [`evidence`] gives.
    pub confidence: [f32; 4],
    /// Confidence below which the engine abstains.
    pub abstain_below: f32,
    /// A further sentence is added only when its score is within this of the best one's.
    pub margin: f32,
}

impl Weights {
    /// The weights for a judge's measurements, fitted by `benches/answers/fit.py` on what `answer-candidates` measured of
    /// development articles; the figures are under `benches/runs`. `shape` is set by hand: those sets are prose and have no headings
    /// to tell apart. So is `missing`: those sets have no two products with nearly one name, and any value from 0 to 1 does as well.
    #[must_use]
    pub fn of(judge: Judge) -> Self {
        match judge {
            Judge::Reranker => Self {
                logit: 0.4,
                cosine: 0.0,
                coverage: 1.3,
                context: 3.6,
                kind: 1.4,
                rank: 1.3,
                shape: 2.0,
                news: 1.0,
                missing: 0.6,
                confidence: [-0.78, 0.303, 0.76, -1.19],
                abstain_below: 0.4,
                margin: 2.5,
            },
            Judge::Across => Self {
                logit: 0.0,
                cosine: 85.0,
                coverage: 2.0,
                context: 4.7,
                kind: 1.3,
                rank: 0.4,
                shape: 2.0,
                news: 1.0,
                missing: 0.9,
                confidence: [-81.8, 101.6, 5.8, -0.55],
                abstain_below: 0.9,
                margin: 1.5,
            },
            Judge::Encoder | Judge::Nobody => Self {
                logit: 0.0,
                cosine: 47.2,
                coverage: 0.2,
                context: 5.5,
                kind: 1.4,
                rank: 1.3,
                shape: 2.0,
                news: 1.0,
                missing: 0.6,
                confidence: [-29.9, 33.6, 3.45, -0.98],
                abstain_below: 0.4,
                margin: 1.5,
            },
        }
    }
}

/// The score a candidate is ranked by.
pub fn rank(features: &Features, w: &Weights) -> f32 {
    w.logit * features.logit
        + w.cosine * features.cosine
        + w.coverage * features.coverage
        + w.context * features.context
        + w.kind * features.kind
        + w.rank * features.rank
        + w.shape * features.shape
        + w.news * features.news
        - w.missing * features.missing
}

/// What confidence looks at: the best judgement among the candidates, how much of the question the best candidate's surroundings
/// cover, and the fewest items of the question that any candidate is missing.
pub fn evidence(scored: &[(Candidate, Features)], w: &Weights) -> [f32; 3] {
    let judged = |f: &Features| if w.logit > 0.0 { f.logit } else { f.cosine };
    let all = || scored.iter().map(|(_, features)| features);
    let best = all().max_by(|a, b| rank(a, w).total_cmp(&rank(b, w)));
    [
        all().map(judged).fold(f32::NEG_INFINITY, f32::max),
        best.map_or(0.0, |f| f.context),
        all().map(|f| f.missing).fold(f32::INFINITY, f32::min),
    ]
}

/// How likely the candidates hold the answer, in log-odds: a linear function of [`evidence`]. Of none, the least there is.
pub(super) fn log_odds(scored: &[(Candidate, Features)], w: &Weights) -> f32 {
    if scored.is_empty() {
        return f32::NEG_INFINITY;
    }
    let [intercept, weights @ ..] = w.confidence;
    intercept + evidence(scored, w).iter().zip(weights).map(|(x, w)| x * w).sum::<f32>()
}

/// How likely the candidates hold the answer, 0 to 1.
pub fn confidence(scored: &[(Candidate, Features)], w: &Weights) -> f32 {
    1.0 / (1.0 + (-log_odds(scored, w)).exp())
}

/// The sentences of the answer, best first: the best one, and others nearly as good. What only repeats the question's words says
/// nothing, and what is a heading or a question answers none: they are left out.
pub(super) fn choose(scored: &[(Candidate, Features)], w: &Weights, limit: usize) -> Vec<Candidate> {
    let says_something = |f: &Features| f.news > 0.0 && f.shape > 0.0;
    let mut ranked: Vec<(f32, &Candidate, &Features)> =
        scored.iter().filter(|(_, f)| says_something(f)).map(|(c, f)| (rank(f, w), c, f)).collect();
    ranked.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then(a.1.hit.cmp(&b.1.hit)).then(a.1.span.start.cmp(&b.1.span.start))
    });
    let Some(best) = ranked.first().map(|r| r.0) else { return Vec::new() };
    ranked
        .iter()
        .enumerate()
        .filter(|(i, (score, _, features))| {
            *i == 0 || (best - score <= w.margin && features.shape > FRAGMENT)
        })
        .take(limit)
        .map(|(_, (score, candidate, _))| Candidate { support: (score - best).exp(), ..(*candidate).clone() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(rows: &[(usize, usize, f32)]) -> Vec<(Candidate, Features)> {
        rows.iter()
            .map(|(hit, start, cosine)| {
                let candidate = Candidate { hit: *hit, span: *start..*start + 1, support: 0.0 };
                (candidate, Features { cosine: *cosine, shape: 1.0, news: 1.0, ..Features::default() })
            })
            .collect()
    }

    #[test]
    fn far_worse_sentences_are_left_out() {
        let w = Weights::of(Judge::Encoder);
        let chosen = choose(&scored(&[(0, 0, 0.80), (0, 9, 0.90), (1, 0, 0.60)]), &w, 3);
        assert_eq!(chosen.len(), 1);
        assert_eq!((chosen[0].span.start, chosen[0].support), (9, 1.0));
    }

    #[test]
    fn close_ones_come_best_first_and_echoes_never() {
        let w = Weights::of(Judge::Encoder);
        let mut rows = scored(&[(0, 0, 0.891), (1, 7, 0.90), (1, 3, 0.895), (0, 5, 0.95)]);
        rows[3].1.news = 0.0;
        let chosen = choose(&rows, &w, 3);
        let order: Vec<(usize, usize)> = chosen.iter().map(|c| (c.hit, c.span.start)).collect();
        assert_eq!(order, [(1, 7), (1, 3), (0, 0)]);
        assert!(choose(&rows[3..], &w, 3).is_empty());
        (rows[3].1.news, rows[3].1.shape) = (1.0, 0.0);
        assert!(choose(&rows[3..], &w, 3).is_empty(), "a heading alone is no answer");
        rows[3].1.shape = FRAGMENT;
        assert_eq!(choose(&rows[3..], &w, 3).len(), 1, "a figure of two words may be one");
    }

    #[test]
    fn what_the_question_names_decides_between_sentences_that_are_alike() {
        for judge in [Judge::Reranker, Judge::Encoder] {
            let w = Weights::of(judge);
            let mut rows = scored(&[(0, 0, 0.9), (0, 9, 0.9)]);
            rows[0].1.missing = 1.0;
            assert_eq!(choose(&rows, &w, 1)[0].span.start, 9);
            let all_there = confidence(&rows, &w);
            rows[1].1.missing = 1.0;
            assert!(confidence(&rows, &w) < all_there);
        }
    }

    #[test]
    fn confidence_grows_with_evidence_and_is_zero_without() {
        let w = Weights::of(Judge::Encoder);
        assert_eq!(confidence(&[], &w), 0.0);
        let weak = confidence(&scored(&[(0, 0, 0.70)]), &w);
        let strong = confidence(&scored(&[(0, 0, 0.95)]), &w);
        assert!(weak < strong && (0.0..=1.0).contains(&weak) && (0.0..=1.0).contains(&strong));
    }
}
