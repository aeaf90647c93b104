//! What a comparison of systems says on a page: a table of all, and for each the queries that moved.

use std::collections::BTreeMap;

use super::page::{
    Better, Block, Cell, Column, Figures, Interval, Plot, QueryPoint, Scatter, Section, Table, fixed,
};
use crate::significance::{Comparison, Paired, QueryDifference, Settings};

/// Systems that were compared with one baseline, query by query, on one metric whose larger values are the better ones.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The metric, such as `ndcg@10`.
    pub metric: &'a str,
    /// The baseline.
    pub baseline: &'a str,
    /// The outcome for each system.
    pub systems: &'a BTreeMap<String, Comparison>,
    /// The values it was taken from. A system without them gets no plot.
    pub paired: &'a BTreeMap<String, Paired>,
    /// The texts of the queries by their ids, as far as they are known.
    pub texts: &'a BTreeMap<&'a str, &'a str>,
    /// How they were compared.
    pub settings: Settings,
}

impl From<crate::significance::Interval> for Interval {
    /// Without its level, which a caption has to say.
    fn from(interval: crate::significance::Interval) -> Self {
        Self { low: interval.low, high: interval.high }
    }
}

impl Compared<'_> {
    /// The comparison as a section: how it was made, a row a system, and a plot and the largest wins and losses of each.
    #[must_use]
    pub fn section(&self, title: &str) -> Section {
        let mut blocks = vec![Block::Prose(self.method()), Block::Table(self.table())];
        for (system, comparison) in self.systems {
            if let Some(paired) = self.paired.get(system) {
                blocks.push(Block::Plot(self.scatter(system, paired)));
            }
            blocks.extend(self.queries(system, comparison).map(Block::Table));
        }
        Section { title: title.to_owned(), blocks }
    }

    fn method(&self) -> String {
        let Settings { resamples, seed, level, .. } = self.settings;
        let systems = self.systems.len();
        let correction =
            if systems > 1 { format!("; corrected for {systems} systems after Holm") } else { String::new() };
        format!(
            "Against {}, query by query. Intervals of the difference: {}% (BCa bootstrap, {} resamples, seed {seed}). \
             p: paired randomisation, two-sided{correction}.",
            self.baseline,
            fixed(level * 100.0, 0),
            fixed(f64::from(resamples), 0),
        )
    }

    fn table(&self) -> Table {
        let row = |(system, it): (&String, &Comparison)| {
            vec![
                Cell::text(system),
                Cell::number(it.system_mean),
                Cell::number(it.baseline_mean),
                Cell::with_interval(it.difference, it.interval.map(Interval::from)),
                Cell::number(it.test.p),
                Cell::number(it.p_holm),
                Cell::count(it.differences.wins),
                Cell::count(it.differences.ties),
                Cell::count(it.differences.losses),
            ]
        };
        Table {
            caption: format!("Mean {}", self.metric),
            columns: vec![
                Column::words("system"),
                Column::numbers("mean", 4).better(Better::Higher),
                Column::numbers(self.baseline, 4),
                Column::numbers("difference", 4).better(Better::Higher),
                Column::numbers("p", 4),
                Column::numbers("p, corrected", 4),
                Column::numbers("wins", 0),
                Column::numbers("ties", 0),
                Column::numbers("losses", 0),
            ],
            rows: self.systems.iter().map(row).collect(),
            ..Table::default()
        }
    }

    fn text(&self, query: &str) -> String {
        self.texts.get(query).copied().unwrap_or_default().to_owned()
    }

    fn scatter(&self, system: &str, paired: &Paired) -> Plot {
        let point = |pair: &crate::significance::Pair| QueryPoint {
            id: pair.query.clone(),
            text: self.text(&pair.query),
            x: pair.baseline,
            y: pair.system,
        };
        Plot {
            title: format!("{system} against {}", self.baseline),
            caption:
                "A dot is a query, or several with the same values; above the diagonal the system is better."
                    .to_owned(),
            figures: Figures::Scatter(Scatter {
                metric: self.metric.to_owned(),
                x: self.baseline.to_owned(),
                y: system.to_owned(),
                points: paired.pairs().iter().map(point).collect(),
            }),
        }
    }

    /// The queries that moved most, the largest win first and the largest loss last; `None` when none moved.
    fn queries(&self, system: &str, comparison: &Comparison) -> Option<Table> {
        let differences = &comparison.differences;
        let moved = differences.largest_wins.iter().chain(differences.largest_losses.iter().rev());
        let row = |query: &QueryDifference| {
            vec![
                Cell::text(&query.query),
                Cell::number(query.baseline),
                Cell::number(query.system),
                Cell::number(query.system - query.baseline),
                Cell::text(self.text(&query.query)),
            ]
        };
        let rows: Vec<Vec<Cell>> = moved.map(row).collect();
        let columns = vec![
            Column::words("query"),
            Column::numbers(self.baseline, 3),
            Column::numbers(system, 3),
            Column::numbers("difference", 3),
            Column::words("text"),
        ];
        let caption = format!("Largest wins and losses of {system}");
        (!rows.is_empty()).then(|| Table { caption, columns, rows, ..Table::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::significance::compare_all;

    fn values(values: &[f64]) -> BTreeMap<String, f64> {
        values.iter().enumerate().map(|(place, &value)| (format!("q{place}"), value)).collect()
    }

    #[test]
    fn a_section_shows_every_system_and_the_queries_that_moved() {
        let baseline = values(&[0.1, 0.5, 0.9, 0.4]);
        let pair = |system: &[f64]| Paired::new(&baseline, &values(system)).expect("comparable");
        let paired = BTreeMap::from([
            ("better".to_owned(), pair(&[0.9, 0.5, 0.8, 0.7])),
            ("same".to_owned(), pair(&[0.1, 0.5, 0.9, 0.4])),
        ]);
        let settings = Settings { resamples: 200, ..Settings::default() };
        let systems = compare_all(&paired, &settings);
        let texts = BTreeMap::from([("q0", "the first question")]);
        let compared = Compared {
            metric: "ndcg@10",
            baseline: "bm25",
            systems: &systems,
            paired: &paired,
            texts: &texts,
            settings,
        };
        let section = compared.section("Comparison");
        let [
            Block::Prose(method),
            Block::Table(all),
            Block::Plot(plot),
            Block::Table(queries),
            Block::Plot(_),
        ] = &section.blocks[..]
        else {
            panic!("a system that moves nothing has no list: {:?}", section.blocks)
        };
        assert!(
            method.contains("95% (BCa bootstrap, 200 resamples, seed 0)") && method.contains("for 2 systems")
        );
        assert_eq!(
            (all.cell(0, 0), all.cell(0, 6), all.cell(0, 8)),
            (&Cell::text("better"), &Cell::count(2), &Cell::count(1))
        );
        let Cell::Number(difference) = all.cell(0, 3) else { panic!("a number") };
        assert!((difference.value - 0.25).abs() < 1e-12 && difference.interval.is_some());
        let Figures::Scatter(scatter) = &plot.figures else { panic!("a scatter plot") };
        assert_eq!((scatter.points.len(), scatter.points[0].text.as_str()), (4, "the first question"));
        let order: Vec<&Cell> = queries.rows.iter().map(|row| &row[0]).collect();
        assert_eq!(order, [&Cell::text("q0"), &Cell::text("q3"), &Cell::text("q2")]);
    }
}
