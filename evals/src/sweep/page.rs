use super::run::{HeldOut, PolicyResult, Sweep, Tried};
use crate::report::page::{Best, Better, Block, Cell, Column, Interval, Section, Table};
use crate::significance::Comparison;

/// Everything that was tried, and what became of the best.
#[must_use]
pub fn section(sweep: &Sweep) -> Section {
    let sets = sweep.sets.iter().map(|set| {
        format!(
            "{}: {} questions choose, {} are kept back ({})",
            set.name, set.dev, set.test, set.halves.rule
        )
    });
    let mut blocks = vec![Block::Prose(sets.collect::<Vec<_>>().join(". ") + ".")];
    blocks.push(Block::Table(tried(
        "nDCG@10 of the questions that choose, by way to join the legs",
        &sweep.fusions,
    )));
    blocks.push(Block::Prose(format!("The best: {}.", sweep.winner)));
    if !sweep.reranks.is_empty() {
        blocks.push(Block::Table(tried("The same, reranked", &sweep.reranks)));
    }
    blocks.push(Block::Prose(format!(
        "On the questions that were kept back, measured once. Intervals: {:.0} %, BCa bootstrap; p: paired randomisation, \
         corrected over the sets after Holm; seed {}.",
        sweep.settings.level * 100.0,
        sweep.settings.seed
    )));
    blocks.push(Block::Table(held_out(&sweep.held_out)));
    blocks.push(Block::Prose(
        "How many passages to read: for which share of the questions a relevant document is among them. The gain is over a \
         fixed number of passages that has the same tokens."
            .to_owned(),
    ));
    blocks.push(Block::Table(policies(&sweep.policies)));
    Section { title: "Sweep".to_owned(), blocks }
}

fn tried(caption: &str, tried: &[Tried]) -> Table {
    let sets: Vec<&String> = tried.first().map(|it| it.by_set.keys().collect()).unwrap_or_default();
    let number = |title: &str| Column::numbers(title, 4).better(Better::Higher);
    let mut columns = vec![Column::words("setting"), number("mean")];
    columns.extend(sets.iter().map(|set| number(set)));
    let row = |it: &Tried| {
        let mut cells = vec![Cell::text(&it.name), Cell::number(it.mean)];
        cells.extend(
            sets.iter().map(|set| it.by_set.get(*set).map_or(Cell::Empty, |value| Cell::number(*value))),
        );
        cells
    };
    let rows = tried.iter().map(row).collect();
    Table { caption: caption.to_owned(), columns, rows, best: Best::OfColumn, ..Table::default() }
}

fn held_out(held_out: &[HeldOut]) -> Table {
    let mut rows = Vec::new();
    for it in held_out {
        let row = |(set, found): (&String, &Comparison)| {
            vec![
                Cell::text(&it.name),
                Cell::text(&it.against),
                Cell::text(set),
                Cell::number(found.system_mean),
                Cell::with_interval(found.difference, found.interval.map(Interval::from)),
                Cell::number(found.p_holm),
            ]
        };
        rows.extend(it.by_set.iter().map(row));
        if let Some(difference) = it.macro_difference.filter(|_| it.by_set.len() > 1) {
            rows.push(vec![
                Cell::text(&it.name),
                Cell::text(&it.against),
                Cell::text("macro mean"),
                Cell::Empty,
                Cell::with_interval(difference.mean, difference.interval.map(Interval::from)),
            ]);
        }
    }
    Table {
        caption: "nDCG@10 of the questions that were kept back".to_owned(),
        columns: vec![
            Column::words("setting"),
            Column::words("against"),
            Column::words("set"),
            Column::numbers("nDCG@10", 4),
            Column::numbers("difference", 4),
            Column::numbers("p, Holm", 4),
        ],
        rows,
        ..Table::default()
    }
}

fn policies(policies: &[PolicyResult]) -> Table {
    let row = |it: &PolicyResult| {
        vec![
            Cell::text(&it.name),
            Cell::number(it.dev.passages),
            Cell::number(it.dev.tokens),
            Cell::number(it.dev.found),
            it.gain.map_or(Cell::Empty, Cell::number),
            it.test.map_or(Cell::Empty, |test| Cell::number(test.tokens)),
            it.test.map_or(Cell::Empty, |test| Cell::number(test.found)),
        ]
    };
    Table {
        caption: "Passages read".to_owned(),
        columns: vec![
            Column::words("policy"),
            Column::numbers("passages", 2),
            Column::numbers("tokens", 0),
            Column::numbers("found", 4),
            Column::numbers("gain", 4),
            Column::numbers("tokens, kept back", 0),
            Column::numbers("found, kept back", 4),
        ],
        rows: policies.iter().map(row).collect(),
        ..Table::default()
    }
}
