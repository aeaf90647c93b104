//! The largest page that is to be expected.

use footnote_evals::report::page::{
    Bar, BarGroup, Bars, Best, Better, Block, Cell, Column, Figures, Interval, Latencies, Page, Plot,
    QueryPoint, Samples, Scatter, Section, Table,
};

const SETS: usize = 8;
const SYSTEMS: usize = 10;
const QUERIES: usize = 1_000;

/// Pseudo-random numbers between 0 and 1 (the generator of Knuth's MMIX).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// 8 sets, 10 systems, a table, bars with intervals, times of 10 systems, and 1,000 queries whose values all differ.
pub(super) fn large() -> Page {
    let mut random = Random(1);
    let systems: Vec<String> = (0..SYSTEMS).map(|n| format!("system {n} with a longer name")).collect();
    let mut groups: Vec<BarGroup> = Vec::new();
    for set in 0..SETS {
        let bars = systems.iter().map(|name| {
            let value = 0.2 + 0.6 * random.next();
            Bar {
                name: name.clone(),
                value,
                interval: Some(Interval { low: value - 0.04, high: value + 0.04 }),
            }
        });
        groups.push(BarGroup {
            name: format!("set-{set}"),
            detail: "1,000 queries".into(),
            bars: bars.collect(),
        });
    }
    let row = |(place, name): (usize, &String)| {
        let cells = groups
            .iter()
            .map(|group| Cell::with_interval(group.bars[place].value, group.bars[place].interval));
        std::iter::once(Cell::text(name)).chain(cells).collect()
    };
    let columns = groups.iter().map(|group| Column::numbers(&group.name, 3).better(Better::Higher));
    let table = Table {
        columns: std::iter::once(Column::words("system")).chain(columns).collect(),
        rows: systems.iter().enumerate().map(row).collect(),
        best: Best::OfColumn,
        ..Table::default()
    };
    let samples = systems.iter().map(|name| Samples {
        name: name.clone(),
        milliseconds: (0..QUERIES).map(|_| 1.0 / (0.02 + random.next())).collect(),
    });
    let latencies = Latencies { systems: samples.collect() };
    let points = (0..QUERIES).map(|number| QueryPoint {
        id: format!("PLAIN-{number}"),
        // About as long as the questions of the question answering sets are on average.
        text: format!("What is the question with the number {number}, and why is it asked?"),
        x: random.next(),
        y: random.next(),
    });
    let scatter = Scatter {
        metric: "nDCG@10".into(),
        x: systems[0].clone(),
        y: systems[1].clone(),
        points: points.collect(),
    };
    let bars = Bars { metric: "nDCG@10".into(), better: Better::Higher, decimals: 3, groups };
    let plot =
        |title: &str, figures| Block::Plot(Plot { title: title.into(), caption: String::new(), figures });
    let section = |title: &str, blocks| Section { title: title.into(), blocks };
    Page {
        title: "A large page".into(),
        subtitle: "8 sets, 10 systems, 1,000 queries".into(),
        manifest: Vec::new(),
        sections: vec![
            section("Table", vec![Block::Table(table)]),
            section("Bars", vec![plot("nDCG@10", Figures::Bars(bars))]),
            section(
                "Queries",
                vec![
                    plot("Query by query", Figures::Scatter(scatter)),
                    plot("Latency", Figures::Latencies(latencies)),
                ],
            ),
        ],
    }
}

#[test]
fn a_large_page_is_small() {
    let html = large().html();
    // For looking at: FOOTNOTE_PAGE names a file to write it to.
    if let Some(path) = std::env::var_os("FOOTNOTE_PAGE") {
        std::fs::write(path, &html).expect("written");
    }
    assert!(html.len() < 300_000, "{} bytes", html.len());
    let texts = html.matches("What is the question with the number").count();
    assert_eq!(texts, QUERIES + 200, "in every tooltip, and in the table's rows that differ most");
}
