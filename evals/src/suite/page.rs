use std::collections::BTreeMap;
use std::path::Path;

use super::outcome::{Outcome, Part, Role};
use super::verdicts::{Group, Verdicts, better_leg, mean};
use crate::report::history::{Entry, HistoryError, Past};
use crate::report::page::{
    Best, Better, Block, Cell, Column, Figures as Drawn, Interval, Latencies, Page, Plot, Samples, Section,
    Table,
};
use crate::report::{Compared, overview};
use crate::significance::{Comparison, MacroMean, Paired, Settings, mean_intervals};

/// Parts of which the queries that moved are shown; of more the page would be too long to read.
const FEW: usize = 3;

/// The whole report: intervals and comparisons first, then the tables and plots of [`overview`], with the history of the
/// sets in `past`.
///
/// # Errors
/// When a report is not one that the history reads, which would be a bug.
pub fn page(title: &str, outcome: &Outcome, verdicts: &Verdicts, past: &Past) -> Result<Page, HistoryError> {
    let mut entries = Vec::new();
    for part in &outcome.parts {
        let name = part.file_name();
        let file = Path::new(&name);
        let text = serde_json::to_string(&part.report)
            .map_err(|source| HistoryError::Syntax { file: file.to_owned(), source })?;
        entries.extend(Entry::parse_all(&text, file)?);
    }
    let mut page = overview(title, &entries, past);
    let mut front = sections(outcome, verdicts);
    if outcome.parts.len() <= FEW {
        front.extend(outcome.parts.iter().flat_map(|part| moved(part, &verdicts.settings)));
    }
    front.push(latency(outcome));
    page.sections.splice(0..0, front);
    Ok(page)
}

/// Figures with intervals, and comparisons: what a terminal shows.
#[must_use]
pub fn sections(outcome: &Outcome, verdicts: &Verdicts) -> Vec<Section> {
    let section = |group: &Group| {
        let parts: Vec<&Part> =
            outcome.parts.iter().filter(|part| part.run == group.run && part.model == group.model).collect();
        let mut blocks = vec![Block::Table(figures(&parts, group, &verdicts.settings))];
        if !group.against.is_empty() {
            blocks.push(Block::Prose(method(&verdicts.settings)));
            blocks.push(Block::Table(comparisons(group)));
        }
        let queries =
            if group.queries == "all" { String::new() } else { format!(", {} queries", group.queries) };
        Section { title: format!("{}, run {}{queries}", group.model, group.run + 1), blocks }
    };
    verdicts.groups.iter().map(section).collect()
}

fn method(settings: &Settings) -> String {
    format!(
        "Joined legs against the better leg of each set, reordered ones against what they reorder, query by query. p: \
         paired randomisation, two-sided, corrected over the sets after Holm; intervals: {:.0} %, BCa bootstrap, {} \
         resamples, seed {}. The macro mean counts every set the same; its interval is a bootstrap within the sets.",
        settings.level * 100.0,
        settings.resamples,
        settings.seed
    )
}

/// A row a set and a column a system, and the macro mean.
fn figures(parts: &[&Part], group: &Group, settings: &Settings) -> Table {
    let systems: Vec<&str> = parts
        .first()
        .map(|part| part.systems.iter().map(|it| it.name.as_str()).collect())
        .unwrap_or_default();
    let mut columns = vec![Column::words("set"), Column::numbers("queries", 0)];
    columns.extend(systems.iter().map(|name| Column::numbers(*name, 4).better(Better::Higher)));
    let value = |values: &BTreeMap<String, f64>| {
        let all: Vec<f64> = values.values().copied().collect();
        let interval = mean_intervals(&all, settings.resamples, settings.seed, settings.level);
        Cell::with_interval(mean(values), interval.map(|it| Interval::from(it.bca)))
    };
    let row = |part: &&Part| {
        let queries = part.systems.first().map_or(0, |it| it.ndcg_10.len());
        let mut cells = vec![Cell::text(&part.dataset), Cell::count(queries)];
        for name in &systems {
            let found = part.systems.iter().find(|it| it.name == *name);
            cells.push(found.map_or(Cell::Empty, |it| value(&it.ndcg_10)));
        }
        cells
    };
    let mut rows: Vec<Vec<Cell>> = parts.iter().map(row).collect();
    if parts.len() > 1 {
        let mut cells = vec![Cell::text("macro mean"), Cell::Empty];
        cells.extend(systems.iter().map(|name| group.macro_means.get(*name).map_or(Cell::Empty, macro_cell)));
        rows.push(cells);
    }
    let caption = "nDCG@10".to_owned();
    Table { caption, columns, rows, best: Best::OfRow, ..Table::default() }
}

fn macro_cell(mean: &MacroMean) -> Cell {
    Cell::with_interval(mean.mean, mean.interval.map(Interval::from))
}

/// A row for each system and set.
fn comparisons(group: &Group) -> Table {
    let mut rows = Vec::new();
    for (system, against) in &group.against {
        let row = |dataset: &String, it: &Comparison| {
            vec![
                Cell::text(system),
                Cell::text(dataset),
                Cell::text(against.baselines.get(dataset).map_or("", String::as_str)),
                Cell::with_interval(it.difference, it.interval.map(Interval::from)),
                Cell::number(it.test.p),
                Cell::number(it.p_holm),
                Cell::count(it.differences.wins),
                Cell::count(it.differences.ties),
                Cell::count(it.differences.losses),
            ]
        };
        let there = group.datasets.iter().filter_map(|name| Some((name, against.comparisons.get(name)?)));
        rows.extend(there.map(|(dataset, it)| row(dataset, it)));
        if let Some(difference) = against.macro_difference.filter(|_| against.comparisons.len() > 1) {
            rows.push(vec![
                Cell::text(system),
                Cell::text("macro mean"),
                Cell::Empty,
                macro_cell(&difference),
            ]);
        }
    }
    Table {
        caption: "Difference of nDCG@10".to_owned(),
        columns: vec![
            Column::words("system"),
            Column::words("set"),
            Column::words("against"),
            Column::numbers("difference", 4),
            Column::numbers("p", 4),
            Column::numbers("p, Holm", 4),
            Column::numbers("wins", 0),
            Column::numbers("ties", 0),
            Column::numbers("losses", 0),
        ],
        rows,
        ..Table::default()
    }
}

/// The joined systems of a part against its better leg, with the queries that moved.
fn moved(part: &Part, settings: &Settings) -> Option<Section> {
    let leg = better_leg(part)?;
    let joined = part.systems.iter().filter(|it| it.role == Role::Joined);
    let paired: BTreeMap<String, Paired> = joined
        .filter_map(|it| Some((it.name.clone(), Paired::new(&leg.ndcg_10, &it.ndcg_10).ok()?)))
        .collect();
    let systems = crate::significance::compare_all(&paired, settings);
    let texts = part.texts.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    let compared = Compared {
        metric: "ndcg@10",
        baseline: &leg.name,
        systems: &systems,
        paired: &paired,
        texts: &texts,
        settings: *settings,
    };
    (!paired.is_empty())
        .then(|| compared.section(&format!("{} with {}, query by query", part.dataset, part.model)))
}

/// How long questions took, of each system and model over all sets.
fn latency(outcome: &Outcome) -> Section {
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for part in &outcome.parts {
        for figures in &part.systems {
            let name = format!("{}, {}", figures.name, part.model);
            times.entry(name).or_default().extend(&figures.milliseconds);
        }
    }
    let samples = |(name, milliseconds)| Samples { name, milliseconds };
    let plot = Plot {
        title: "Milliseconds a query".to_owned(),
        caption: "All sets together, the question's embedding included.".to_owned(),
        figures: Drawn::Latencies(Latencies { systems: times.into_iter().map(samples).collect() }),
    };
    Section { title: "Distribution of latency".to_owned(), blocks: vec![Block::Plot(plot)] }
}

#[cfg(test)]
mod tests {
    use super::super::verdicts::tests::part;
    use super::super::verdicts::verdicts;
    use super::*;

    #[test]
    fn the_report_has_intervals_comparisons_and_a_macro_mean() {
        let systems: [(&str, Role, &[f64]); 3] = [
            ("bm25", Role::Leg, &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
            ("dense", Role::Leg, &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
            ("hybrid", Role::Joined, &[0.2, 0.3, 0.5, 0.4, 0.7, 0.6]),
        ];
        let outcome = Outcome { parts: vec![part("one", &systems), part("two", &systems)] };
        let settings = Settings { resamples: 300, ..Settings::default() };
        let verdicts = verdicts(&outcome, &settings);
        let shown = sections(&outcome, &verdicts)[0].plain();
        let line = |start: &str| shown.lines().find(|line| line.trim_start().starts_with(start));
        assert!(line("macro mean").expect("a mean").contains("0.4500 ["), "{shown}");
        assert!(line("hybrid  one ").expect("a comparison").contains("0.1000 ["), "{shown}");
        let page = page("T", &outcome, &verdicts, &Past::default()).expect("a page");
        let titles: Vec<&str> = page.sections.iter().map(|section| section.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "m, run 1",
                "one with m, query by query",
                "two with m, query by query",
                "Distribution of latency",
                "Retrieval",
                "Latency"
            ]
        );
        assert!(page.html().contains("macro mean"));
    }
}
