use crate::report::page::{Figures, History, HistoryLine, HistoryRun, Plot};

use super::{Entry, Trend};

/// A plot of the trends of one data set, over the entries in which any of them has a value. `None` when these are fewer
/// than two: a single run has no history.
#[must_use]
pub fn plot(dataset: &str, metric: &str, entries: &[Entry], trends: &[Trend]) -> Option<Plot> {
    let trends: Vec<&Trend> = trends.iter().filter(|trend| trend.setting.dataset == dataset).collect();
    let mut places: Vec<usize> =
        trends.iter().flat_map(|trend| &trend.points).map(|point| point.entry).collect();
    places.sort_unstable();
    places.dedup();
    if places.len() < 2 {
        return None;
    }
    let settings: Vec<_> = trends.iter().map(|trend| &trend.setting).collect();
    let line = |trend: &&Trend| {
        let value = |place: &usize| trend.points.iter().find(|point| point.entry == *place);
        HistoryLine {
            name: trend.setting.name_among(&settings),
            values: places.iter().map(|place| value(place).map(|point| point.value)).collect(),
        }
    };
    Some(Plot {
        title: format!("{metric} on {dataset}"),
        caption: String::new(),
        figures: Figures::History(History {
            metric: metric.to_owned(),
            decimals: if metric.ends_with("_ms") { 1 } else { 4 },
            lines: trends.iter().map(line).collect(),
            runs: places.iter().filter_map(|&place| entries.get(place)).map(run).collect(),
        }),
    })
}

fn run(entry: &Entry) -> HistoryRun {
    let short = entry.commit.as_ref().map(|commit| commit.chars().take(7).collect::<String>());
    let time =
        entry.started_at.map(|at| at.to_string().chars().take(16).collect::<String>().replace('T', " "));
    let day = time.as_ref().map(|time| time.chars().skip(5).take(5).collect::<String>());
    let file = entry.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let detail = [time, entry.commit.clone(), file].into_iter().flatten().collect::<Vec<_>>();
    HistoryRun { label: short.or(day).unwrap_or_else(|| "?".to_owned()), detail: detail.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::trend::tests::entry;
    use super::super::trends;
    use super::*;

    #[test]
    fn lines_and_runs_fit_each_other() {
        let entries = [entry("a", "small", 0.3, 0.4), entry("b", "large", 0.31, 0.5)];
        let plot = plot("set", "map", &entries, &trends(&entries, "map")).expect("a plot");
        let Figures::History(history) = plot.figures else { panic!("a history") };
        assert_eq!(history.runs[1].label, "b012345");
        assert_eq!(history.runs[1].detail, "2026-11-21 00:00, b0123456789, b.json");
        let lines: Vec<_> =
            history.lines.iter().map(|line| (line.name.as_str(), line.values.as_slice())).collect();
        assert_eq!(
            lines,
            [
                ("bm25", &[Some(0.3), Some(0.31)][..]),
                ("dense, large", &[None, Some(0.5)]),
                ("dense, small", &[Some(0.4), None]),
            ]
        );
    }

    #[test]
    fn a_set_that_was_not_measured_twice_has_no_plot() {
        let entries = [entry("a", "small", 0.3, 0.4), entry("b", "small", 0.3, 0.4)];
        assert!(plot("set", "map", &entries, &trends(&entries, "map")).is_some());
        assert_eq!(plot("set", "map", &entries[..1], &trends(&entries[..1], "map")), None);
        assert_eq!(plot("other", "map", &entries, &trends(&entries, "map")), None);
    }
}
