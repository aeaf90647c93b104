use std::collections::BTreeMap;

use serde::Serialize;

use super::outcome::{Figures, Outcome, Part, Role};
use crate::significance::{Comparison, MacroMean, Paired, Settings, compare_all, macro_mean};

/// What a suite's figures say, model by model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdicts {
    /// How systems were compared.
    pub settings: Settings,
    /// One for every run and model.
    pub groups: Vec<Group>,
}

/// The sets one run measured with one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The run's place in the file, from 0.
    pub run: usize,
    /// The encoder.
    pub model: String,
    /// How the queries were chosen.
    pub queries: String,
    /// The sets, in the order of the file.
    pub datasets: Vec<String>,
    /// The mean nDCG@10 of each system over the sets, each counting the same.
    pub macro_means: BTreeMap<String, MacroMean>,
    /// Each system of more than one leg against what it is made of, corrected over the sets after Holm.
    pub against: BTreeMap<String, Against>,
}

/// A system against what it is made of: the better leg of each set, or what it reorders.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Against {
    /// What it is compared with, by set.
    pub baselines: BTreeMap<String, String>,
    /// What came of it, by set.
    pub comparisons: BTreeMap<String, Comparison>,
    /// The mean difference over the sets, each counting the same.
    pub macro_difference: Option<MacroMean>,
}

impl Against {
    /// The sets on which the system is worse, and not by chance at the level `alpha`.
    #[must_use]
    pub fn worse_on(&self, alpha: f64) -> Vec<&str> {
        let worse = |it: &Comparison| it.difference < 0.0 && it.p_holm < alpha;
        self.comparisons.iter().filter(|(_, it)| worse(it)).map(|(set, _)| set.as_str()).collect()
    }
}

/// Compares the systems of a suite.
#[must_use]
pub fn verdicts(outcome: &Outcome, settings: &Settings) -> Verdicts {
    let mut groups: Vec<(usize, &str, Vec<&Part>)> = Vec::new();
    for part in &outcome.parts {
        let same =
            |(run, model, _): &&mut (usize, &str, Vec<&Part>)| *run == part.run && *model == part.model;
        match groups.iter_mut().find(same) {
            Some((_, _, parts)) => parts.push(part),
            None => groups.push((part.run, part.model.as_str(), vec![part])),
        }
    }
    let groups = groups.into_iter().map(|(_, _, parts)| group(&parts, settings)).collect();
    Verdicts { settings: *settings, groups }
}

fn group(parts: &[&Part], settings: &Settings) -> Group {
    let names: Vec<&str> = parts
        .first()
        .map(|part| part.systems.iter().map(|it| it.name.as_str()).collect())
        .unwrap_or_default();
    let (mut macro_means, mut all_against) = (BTreeMap::new(), BTreeMap::new());
    for name in names {
        let groups: Vec<Vec<f64>> = parts
            .iter()
            .filter_map(|part| Some(system(part, name)?.ndcg_10.values().copied().collect()))
            .collect();
        if let Some(mean) = macro_mean(&groups, settings.resamples, settings.seed, settings.level) {
            macro_means.insert(name.to_owned(), mean);
        }
        if let Some(found) = against(parts, name, settings) {
            all_against.insert(name.to_owned(), found);
        }
    }
    Group {
        run: parts.first().map_or(0, |part| part.run),
        model: parts.first().map(|part| part.model.clone()).unwrap_or_default(),
        queries: parts.first().map(|part| part.queries.clone()).unwrap_or_default(),
        datasets: parts.iter().map(|part| part.dataset.clone()).collect(),
        macro_means,
        against: all_against,
    }
}

/// A system against what it is made of on every set; `None` for a leg, or when that was not measured.
fn against(parts: &[&Part], name: &str, settings: &Settings) -> Option<Against> {
    let (mut baselines, mut paired) = (BTreeMap::new(), BTreeMap::new());
    for part in parts {
        let figures = system(part, name)?;
        let baseline = match &figures.role {
            Role::Leg => None,
            Role::Joined => better_leg(part),
            Role::Reranked(of) => of.as_ref().and_then(|of| system(part, of)),
        };
        // Both are over the judged queries of the same set, and metrics are finite.
        if let Some(baseline) = baseline
            && let Ok(pair) = Paired::new(&baseline.ndcg_10, &figures.ndcg_10)
        {
            baselines.insert(part.dataset.clone(), baseline.name.clone());
            paired.insert(part.dataset.clone(), pair);
        }
    }
    let differences: Vec<Vec<f64>> = paired.values().map(Paired::differences).collect();
    (!paired.is_empty()).then(|| Against {
        baselines,
        comparisons: compare_all(&paired, settings),
        macro_difference: macro_mean(&differences, settings.resamples, settings.seed, settings.level),
    })
}

fn system<'a>(part: &'a Part, name: &str) -> Option<&'a Figures> {
    part.systems.iter().find(|figures| figures.name == name)
}

/// The leg with the larger mean.
pub(super) fn better_leg(part: &Part) -> Option<&Figures> {
    let legs = part.systems.iter().filter(|figures| figures.role == Role::Leg);
    legs.max_by(|a, b| mean(&a.ndcg_10).total_cmp(&mean(&b.ndcg_10)))
}

pub(super) fn mean(values: &BTreeMap<String, f64>) -> f64 {
    values.values().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::testing::report;

    fn values(values: &[f64]) -> BTreeMap<String, f64> {
        values.iter().enumerate().map(|(place, value)| (format!("q{place:03}"), *value)).collect()
    }

    pub(in super::super) fn part(dataset: &str, systems: &[(&str, Role, &[f64])]) -> Part {
        let figures = |(name, role, ndcg): &(&str, Role, &[f64])| Figures {
            name: (*name).to_owned(),
            role: role.clone(),
            ndcg_10: values(ndcg),
            milliseconds: vec![1.0; ndcg.len()],
        };
        Part {
            run: 0,
            dataset: dataset.to_owned(),
            model: "m".to_owned(),
            queries: "all".to_owned(),
            report: report(dataset, &systems.iter().map(|(name, ..)| *name).collect::<Vec<_>>()),
            systems: systems.iter().map(figures).collect(),
            texts: BTreeMap::new(),
        }
    }

    #[test]
    fn a_joined_system_meets_the_better_leg_of_each_set() {
        let (low, high) = ([0.25; 12], [0.75; 12]);
        let one = part(
            "one",
            &[
                ("bm25", Role::Leg, &low),
                ("dense", Role::Leg, &high),
                ("hybrid", Role::Joined, &low),
                ("rerank", Role::Reranked(Some("hybrid".into())), &high),
            ],
        );
        let two = part(
            "two",
            &[
                ("bm25", Role::Leg, &high),
                ("dense", Role::Leg, &low),
                ("hybrid", Role::Joined, &high),
                ("rerank", Role::Reranked(Some("hybrid".into())), &high),
            ],
        );
        let verdicts =
            verdicts(&Outcome { parts: vec![one, two] }, &Settings { resamples: 500, ..Settings::default() });
        let [group] = &verdicts.groups[..] else { panic!("one group") };
        assert_eq!((group.datasets.len(), group.against.len()), (2, 2));
        let hybrid = &group.against["hybrid"];
        assert_eq!((hybrid.baselines["one"].as_str(), hybrid.baselines["two"].as_str()), ("dense", "bm25"));
        assert_eq!(hybrid.worse_on(0.05), ["one"]);
        // 12 of 12 lost has p = 2 / 2^12, and is the smaller of two.
        let lost = &hybrid.comparisons["one"];
        assert!((lost.test.p - 2.0 / 4096.0).abs() < 1e-9 && (lost.p_holm - 4.0 / 4096.0).abs() < 1e-9);
        assert!((hybrid.macro_difference.expect("two sets").mean + 0.25).abs() < 1e-12);
        let rerank = &group.against["rerank"];
        assert_eq!((rerank.baselines["one"].as_str(), rerank.worse_on(0.05).len()), ("hybrid", 0));
        assert!((group.macro_means["hybrid"].mean - 0.5).abs() < 1e-12);
    }
}
