//! A page about results that were kept as JSON: what `footnote-eval retrieval --json` printed, of any number of data sets.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{Entry, Past, plot, trends};
use super::page::{
    Bar, BarGroup, Bars, Best, Better, Block, Cell, Column, Fact, Figures, Page, Plot, Section, Table, fixed,
};

/// The metrics that get a table, best known first.
const METRICS: [&str; 5] = ["ndcg@10", "recall@10", "recall@100", "mrr@10", "map"];
/// The latencies that get a table.
const LATENCIES: [&str; 2] = ["p50_ms", "p95_ms"];
/// The figures of answers that get a table.
const ANSWERS: [&str; 7] = [
    "exact_quote_rate",
    "answer_in_300_chars",
    "answer_in_3_sentences",
    "cited_document_correct",
    "abstention_f1",
    "abstention_auroc",
    "answerable_token_f1",
];
/// The metric of the bars.
const PLOTTED: &str = "ndcg@10";
/// The figures whose history is shown.
const FOLLOWED: [&str; 4] = [PLOTTED, "answer_in_3_sentences", "cited_document_correct", "abstention_f1"];
/// Distinct values of a manifest's key that are listed; of more only their number is.
const LISTED: usize = 12;

/// Tables of every metric with a mean over the data sets, bars of nDCG@10, latencies, its history in `past`, and what the
/// manifests of the results say. Where several results have the same setting, the last one counts.
#[must_use]
pub fn overview(title: &str, results: &[Entry], past: &Past) -> Page {
    let grid = Grid::of(results);
    let mut retrieval: Vec<Block> = METRICS
        .into_iter()
        .filter_map(|metric| grid.table(metric, 4, Better::Higher))
        .map(Block::Table)
        .collect();
    let first_table = usize::from(!retrieval.is_empty());
    retrieval.splice(first_table..first_table, grid.bars());
    let latency = LATENCIES
        .into_iter()
        .filter_map(|name| grid.table(name, 1, Better::Lower))
        .map(Block::Table)
        .collect();
    let answers = ANSWERS
        .into_iter()
        .filter_map(|name| grid.table(name, 4, Better::Higher))
        .map(Block::Table)
        .collect();
    let sections = [
        ("Retrieval", retrieval),
        ("Answers", answers),
        ("Latency", latency),
        ("History", history(&grid, past)),
    ];
    Page {
        title: title.to_owned(),
        subtitle: format!("{} systems on {} data sets", grid.systems.len(), grid.datasets.len()),
        manifest: manifest(results),
        sections: sections
            .into_iter()
            .filter(|(_, blocks)| !blocks.is_empty())
            .map(|(title, blocks)| Section { title: title.to_owned(), blocks })
            .collect(),
    }
}

/// The figures of every system on every data set.
struct Grid {
    datasets: Vec<String>,
    systems: Vec<String>,
    figures: BTreeMap<(String, String), BTreeMap<String, f64>>,
}

impl Grid {
    fn of(results: &[Entry]) -> Self {
        let measured =
            || results.iter().flat_map(|entry| entry.figures.keys().map(move |system| (entry, system)));
        let settings: Vec<_> = measured().filter_map(|(entry, system)| entry.setting(system)).collect();
        let mut grid = Self { datasets: Vec::new(), systems: Vec::new(), figures: BTreeMap::new() };
        for (entry, system) in measured() {
            let (Some(setting), Some(figures)) = (entry.setting(system), entry.figures.get(system)) else {
                continue;
            };
            let name = setting.name_among(&settings);
            for (list, value) in [(&mut grid.datasets, &setting.dataset), (&mut grid.systems, &name)] {
                if !list.contains(value) {
                    list.push(value.clone());
                }
            }
            grid.figures.insert((setting.dataset.clone(), name), figures.clone());
        }
        grid.systems.sort();
        grid
    }

    fn figure(&self, dataset: &str, system: &str, name: &str) -> Option<f64> {
        self.figures.get(&(dataset.to_owned(), system.to_owned()))?.get(name).copied()
    }

    /// A row a system and a column a data set; `None` when nobody measured it. The mean is over data sets, each counting
    /// the same, and only of systems that were measured on all of them.
    fn table(&self, name: &str, decimals: usize, better: Better) -> Option<Table> {
        let several = self.datasets.len() > 1;
        let column = |title: &str| Column::numbers(title, decimals).better(better);
        let mut columns = vec![Column::words("system")];
        columns.extend(several.then(|| column("mean")));
        columns.extend(self.datasets.iter().map(|dataset| column(dataset)));
        let mut rows = Vec::new();
        for system in &self.systems {
            let values: Vec<Option<f64>> =
                self.datasets.iter().map(|dataset| self.figure(dataset, system, name)).collect();
            if values.iter().all(Option::is_none) {
                continue;
            }
            let all: Option<Vec<f64>> = values.iter().copied().collect();
            let mean = all.map(|all| all.iter().sum::<f64>() / all.len() as f64);
            let cells = several.then_some(mean).into_iter().chain(values);
            let cells = cells.map(|value| value.map_or(Cell::Empty, Cell::number));
            rows.push(std::iter::once(Cell::text(system)).chain(cells).collect());
        }
        let caption = name.to_owned();
        (!rows.is_empty()).then(|| Table { caption, columns, rows, best: Best::OfColumn, ..Table::default() })
    }

    /// How many queries a data set's figures are of: results may have run different choices of them.
    fn queries(&self, dataset: &str) -> String {
        let counts = self.systems.iter().filter_map(|system| self.figure(dataset, system, "queries"));
        match range(counts) {
            None => String::new(),
            Some((low, high)) if low == high => format!("{} queries", fixed(low, 0)),
            Some((low, high)) => format!("{} to {} queries", fixed(low, 0), fixed(high, 0)),
        }
    }

    fn bars(&self) -> Option<Block> {
        let bar = |dataset: &str, system: &String| {
            let value = self.figure(dataset, system, PLOTTED)?;
            Some(Bar { name: system.clone(), value, interval: None })
        };
        let group = |dataset: &String| BarGroup {
            name: dataset.clone(),
            detail: self.queries(dataset),
            bars: self.systems.iter().filter_map(|system| bar(dataset, system)).collect(),
        };
        let groups: Vec<BarGroup> =
            self.datasets.iter().map(group).filter(|group| !group.bars.is_empty()).collect();
        let bars = Bars { metric: PLOTTED.to_owned(), better: Better::Higher, decimals: 4, groups };
        (!bars.groups.is_empty()).then(|| {
            let caption = "The best of each data set is bold.".to_owned();
            Block::Plot(Plot { title: PLOTTED.to_owned(), caption, figures: Figures::Bars(bars) })
        })
    }
}

/// A plot for every data set of the page that has a past, and what could not be read of it.
fn history(grid: &Grid, past: &Past) -> Vec<Block> {
    let mut blocks = Vec::new();
    for metric in FOLLOWED {
        let trends = trends(&past.entries, metric);
        let plots = grid.datasets.iter().filter_map(|dataset| plot(dataset, metric, &past.entries, &trends));
        blocks.extend(plots.map(Block::Plot));
    }
    blocks.extend(past.problems.iter().map(|problem| Block::Prose(format!("Not part of it: {problem}"))));
    blocks
}

/// Every key of the manifests with its values: one line where all results agree.
fn manifest(results: &[Entry]) -> Vec<Fact> {
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, value) in results.iter().flat_map(|entry| &entry.manifest) {
        values.entry(key).or_default().insert(value);
    }
    values.into_iter().map(|(key, values)| Fact::new(key, listed(&values))).collect()
}

/// The values, or from which to which they go where they are many numbers.
fn listed(values: &BTreeSet<&str>) -> String {
    if values.len() <= LISTED {
        return values.iter().copied().collect::<Vec<_>>().join(", ");
    }
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.parse().ok()).collect();
    let shown = |value: f64| fixed(value, if value.fract() == 0.0 { 0 } else { 3 });
    numbers.and_then(|numbers| range(numbers.into_iter())).map_or_else(
        || format!("{} values", values.len()),
        |(low, high)| format!("{} to {}", shown(low), shown(high)),
    )
}

/// The smallest and the largest value.
fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.map(|value| (value, value)).reduce(|(low, high), (value, _)| (low.min(value), high.max(value)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn entry(dataset: &str, systems: &str) -> Entry {
        let text = format!(
            r#"{{"systems": {{{systems}}}, "manifest": {{"version": "0.1.0", "dataset": {{"name": "{dataset}"}}}}}}"#
        );
        Entry::parse(&text, Path::new("a.json")).expect("readable").expect("a result")
    }

    fn results() -> Vec<Entry> {
        vec![
            entry("one", r#""bm25": {"ndcg@10": 0.2, "queries": 9}, "dense": {"ndcg@10": 0.4, "p50_ms": 3}"#),
            entry("two", r#""bm25": {"ndcg@10": 0.6}"#),
        ]
    }

    #[test]
    fn the_mean_is_only_of_systems_measured_everywhere() {
        let page = overview("t", &results(), &Past::default());
        let Block::Table(table) = &page.sections[0].blocks[0] else { panic!("a table first") };
        assert_eq!(table.caption, "ndcg@10");
        let [bm25, dense] = &table.rows[..] else { panic!("two rows") };
        assert_eq!(bm25[..], [Cell::text("bm25"), Cell::number(0.4), Cell::number(0.2), Cell::number(0.6)]);
        assert_eq!(dense[..], [Cell::text("dense"), Cell::Empty, Cell::number(0.4), Cell::Empty]);
        let titles: Vec<&str> = page.sections.iter().map(|section| section.title.as_str()).collect();
        assert_eq!(titles, ["Retrieval", "Latency"], "without a past there is no history");
    }

    #[test]
    fn bars_stand_after_the_first_table() {
        let more = entry("one", r#""hybrid": {"ndcg@10": 0.5, "queries": 4}"#);
        let page = overview("t", &[results(), vec![more]].concat(), &Past::default());
        let Block::Plot(Plot { figures: Figures::Bars(bars), .. }) = &page.sections[0].blocks[1] else {
            panic!("bars")
        };
        assert_eq!((bars.groups[0].detail.as_str(), bars.groups[1].bars.len()), ("4 to 9 queries", 1));
    }

    #[test]
    fn the_manifest_says_where_results_differ() {
        let page = overview("t", &results(), &Past::default());
        assert!(page.manifest.contains(&Fact::new("dataset.name", "one, two")));
        assert!(page.manifest.contains(&Fact::new("version", "0.1.0")));
    }

    #[test]
    fn many_numbers_are_a_range() {
        let values: Vec<String> = (0..=LISTED).map(|n| format!("{}", 1.5 + 1000.0 * n as f64)).collect();
        let mut values: BTreeSet<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(listed(&values), "1.500 to 12,001.500");
        values.insert("a");
        assert_eq!(listed(&values), "14 values");
        assert_eq!(listed(&["a", "b"].into()), "a, b");
    }

    #[test]
    fn what_cannot_be_read_of_the_past_is_said() {
        let entries = [results(), results()].concat();
        let past = Past { entries, ..Past::read(Path::new("no/such/folder")) };
        let page = overview("t", &results(), &past);
        let history = &page.sections[2];
        assert!(matches!(&history.blocks[..], [Block::Plot(_), Block::Plot(_), Block::Prose(text)]
            if text.starts_with("Not part of it: no/such/folder")));
    }

    #[test]
    fn no_results_are_no_error() {
        assert_eq!(overview("t", &[], &Past::default()).sections, []);
    }
}
