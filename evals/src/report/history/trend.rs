use std::collections::BTreeMap;

use super::{Entry, Setting};

/// A metric of one system in one setting, over the runs of the past.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// What all its points have in common.
    pub setting: Setting,
    /// Its values, in the order of the entries.
    pub points: Vec<Point>,
}

/// The value of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The run's place among the entries.
    pub entry: usize,
    /// The value.
    pub value: f64,
}

/// The trends of a metric, by its name in the JSON such as `ndcg@10`: one for every setting in which it was measured at
/// least once. `entries` are in the order of [`super::Past::entries`].
#[must_use]
pub fn trends(entries: &[Entry], metric: &str) -> Vec<Trend> {
    let mut points: BTreeMap<&Setting, Vec<Point>> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        for (system, figures) in &entry.figures {
            if let (Some(setting), Some(&value)) = (entry.setting(system), figures.get(metric)) {
                points.entry(setting).or_default().push(Point { entry: place, value });
            }
        }
    }
    points.into_iter().map(|(setting, points)| Trend { setting: setting.clone(), points }).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use super::*;

    /// A result of two systems with one model.
    pub(in super::super) fn entry(file: &str, model: &str, bm25: f64, dense: f64) -> Entry {
        let text = format!(
            r#"{{"systems": {{"bm25": {{"map": {bm25}}}, "dense": {{"map": {dense}, "mrr@10": 1}}}},
                "manifest": {{"commit": "{file}0123456789", "dataset": {{"name": "set"}}, "model": {{"name": "{model}"}},
                "settings": {{"chunker": "whole"}}}}}}"#
        );
        Entry::parse(&text, Path::new(&format!("2026-11-21-host/{file}.json")))
            .expect("readable")
            .expect("a result")
    }

    #[test]
    fn only_what_is_comparable_is_one_trend() {
        let entries =
            [entry("a", "small", 0.3, 0.4), entry("b", "large", 0.31, 0.5), entry("c", "small", 0.32, 0.41)];
        let trends = trends(&entries, "map");
        let found: Vec<_> = trends
            .iter()
            .map(|trend| {
                let points: Vec<_> = trend.points.iter().map(|point| (point.entry, point.value)).collect();
                (trend.setting.system.as_str(), trend.setting.model.as_deref(), points)
            })
            .collect();
        assert_eq!(
            found,
            [
                ("bm25", None, vec![(0, 0.3), (1, 0.31), (2, 0.32)]),
                ("dense", Some("large"), vec![(1, 0.5)]),
                ("dense", Some("small"), vec![(0, 0.4), (2, 0.41)]),
            ]
        );
    }

    #[test]
    fn a_metric_nobody_measured_has_no_trend() {
        let entries = [entry("a", "small", 0.3, 0.4)];
        assert_eq!(trends(&entries, "ndcg@10"), []);
        assert_eq!(trends(&entries, "mrr@10").len(), 1);
    }
}
