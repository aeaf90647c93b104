//! A small page with a table and every kind of plot. The figures are made up so that their shapes can be recognised.

use footnote_evals::report::page::{
    Bar, BarGroup, Bars, Best, Better, Bin, Block, Calibration, Cell, Column, Fact, Figures, History,
    HistoryLine, HistoryRun, Interval, Latencies, Page, Plot, QueryPoint, Reliability, RiskCoverage,
    RiskCurve, RiskPoint, Samples, Scatter, Section, Table,
};

/// What three systems reach on three data sets: value, and half the width of the interval.
const VALUES: [(&str, [(f64, f64); 3]); 3] = [
    ("bm25", [(0.3273, 0.034), (0.3961, 0.031), (0.9712, 0.012)]),
    ("dense, all-minilm-l6-v2", [(0.3159, 0.033), (0.3953, 0.030), (0.9643, 0.014)]),
    ("hybrid", [(0.3534, 0.034), (0.4328, 0.031), (0.9775, 0.010)]),
];
const SETS: [(&str, &str); 3] =
    [("nfcorpus", "323 queries"), ("cranfield", "225 queries"), ("xquad-en", "400 queries")];

pub(super) fn page() -> Page {
    Page {
        title: "Retrieval on three sets".into(),
        subtitle: "bm25, dense and hybrid with all-minilm-l6-v2; 22 November 2026".into(),
        manifest: vec![
            Fact::new("commit", "7fcd2410123456789abcdef0123456789abcdef0-dirty"),
            Fact::new("model", "all-minilm-l6-v2, int8"),
            Fact::new(
                "model.safetensors",
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
            Fact::new("seed", "0"),
        ],
        sections: vec![retrieval(), queries(), answers(), past()],
    }
}

fn interval(value: f64, half: f64) -> Option<Interval> {
    Some(Interval { low: value - half, high: value + half })
}

fn plot(title: &str, caption: &str, figures: Figures) -> Block {
    Block::Plot(Plot { title: title.into(), caption: caption.into(), figures })
}

fn retrieval() -> Section {
    let row = |(name, values): &(&str, [(f64, f64); 3])| {
        let cells = values.iter().map(|&(value, half)| Cell::with_interval(value, interval(value, half)));
        std::iter::once(Cell::text(*name)).chain(cells).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<Cell>> = VALUES.iter().map(row).collect();
    rows[2][1] = rows[2][1].clone().noted(0);
    let mut columns = vec![Column::words("nDCG@10")];
    columns.extend(SETS.iter().map(|(name, _)| Column::numbers(*name, 3).better(Better::Higher)));
    let group = |(set, (name, detail)): (usize, &(&str, &str))| BarGroup {
        name: (*name).into(),
        detail: (*detail).into(),
        bars: VALUES
            .iter()
            .map(|(system, values)| {
                let (value, half) = values[set];
                Bar { name: (*system).into(), value, interval: interval(value, half) }
            })
            .collect(),
    };
    Section {
        title: "Retrieval".into(),
        blocks: vec![
            Block::Prose(
                "Hybrid is better than its better leg on every set, and significantly so on nfcorpus. Every interval is \
                 one of 95% by 10,000 bootstrap samples of the queries."
                    .into(),
            ),
            Block::Table(Table {
                caption: "Mean nDCG@10 with 95% intervals; the best of each set is bold".into(),
                columns,
                rows,
                best: Best::OfColumn,
                notes: vec!["Better than bm25 with p = 0.0004 (paired randomisation, Holm over 2).".into()],
            }),
            plot("nDCG@10", "with 95% intervals", Figures::Bars(Bars {
                metric: "nDCG@10".into(),
                better: Better::Higher,
                decimals: 3,
                groups: SETS.iter().enumerate().map(group).collect(),
            })),
        ],
    }
}

fn queries() -> Section {
    let point = |id: &str, text: &str, x, y| QueryPoint { id: id.into(), text: text.into(), x, y };
    let texts = [
        ("PLAIN-2", "Do Cholesterol Statin Drugs Cause Breast Cancer?", 0.32, 0.51),
        ("PLAIN-12", "Exploiting Autophagy to Live Longer", 0.0, 0.39),
        ("PLAIN-23", "Cât de mult fier conțin frunzele de spanac și țelina?", 0.81, 0.64),
        ("PLAIN-33", "Zażółć gęślą jaźń: co jeść przy niedoborze?", 0.5, 0.5),
        ("PLAIN-44", "ما هي أفضل مصادر الكالسيوم؟ (calcium)", 0.2, 0.9),
        ("PLAIN-56", "מהו ויטמין B12?", 0.9, 0.2),
        ("PLAIN-78", "鉄分の多い食べ物は何ですか", 0.63, 0.71),
        (
            "<b>9</b>",
            "<script>console.error('ran')</script><img src=x onerror=\"console.error('ran')\"> & | `x`",
            0.1,
            0.3,
        ),
    ];
    let mut points: Vec<QueryPoint> = texts.iter().map(|&(id, text, x, y)| point(id, text, x, y)).collect();
    for number in 0..12 {
        points.push(point(&format!("same-{number}"), "a query that both find at once", 1.0, 1.0));
    }
    let times = |scale: f64| -> Vec<f64> {
        // A long tail: the quantiles of a log-logistic distribution.
        (1..=60)
            .map(|n| f64::from(n) / 61.0)
            .map(|share| scale * (share / (1.0 - share)).powf(0.35))
            .collect()
    };
    let samples = |name: &str, scale| Samples { name: name.into(), milliseconds: times(scale) };
    Section {
        title: "Query by query".into(),
        blocks: vec![
            plot(
                "Wins and losses of hybrid against bm25",
                "on nfcorpus",
                Figures::Scatter(Scatter {
                    metric: "nDCG@10".into(),
                    x: "bm25".into(),
                    y: "hybrid".into(),
                    points,
                }),
            ),
            plot(
                "Latency",
                "on nfcorpus, one query at a time",
                Figures::Latencies(Latencies {
                    systems: vec![
                        samples("bm25", 1.2),
                        samples("dense, all-minilm-l6-v2", 13.0),
                        samples("hybrid", 14.5),
                    ],
                }),
            ),
        ],
    }
}

fn answers() -> Section {
    let curve = |name: &str, worst: f64, area| RiskCurve {
        name: name.into(),
        points: (1..=20)
            .map(|n| f64::from(n) / 20.0)
            .map(|coverage| RiskPoint { coverage, risk: worst * coverage * coverage })
            .collect(),
        area: Some(area),
        chosen: Some(RiskPoint { coverage: 0.7, risk: worst * 0.49 }),
    };
    let bin = |confidence: f64, accuracy: f64, count, half| Bin {
        confidence,
        accuracy,
        count,
        interval: interval(accuracy, half),
    };
    Section {
        title: "Answers".into(),
        blocks: vec![
            plot(
                "Risk by coverage",
                "The dot is the threshold in use.",
                Figures::RiskCoverage(RiskCoverage {
                    curves: vec![curve("extractive", 0.32, 0.107), curve("extractive, reranked", 0.21, 0.07)],
                }),
            ),
            plot(
                "Reliability",
                "The area of a dot is the number of answers.",
                Figures::Reliability(Reliability {
                    systems: vec![Calibration {
                        name: "extractive".into(),
                        bins: vec![
                            bin(0.06, 0.04, 310, 0.02),
                            bin(0.32, 0.22, 61, 0.1),
                            bin(0.55, 0.47, 48, 0.14),
                            bin(0.74, 0.78, 92, 0.08),
                            bin(0.95, 0.93, 489, 0.02),
                        ],
                        error: Some(0.0284),
                    }],
                }),
            ),
        ],
    }
}

fn past() -> Section {
    let run = |label: &str, day| HistoryRun {
        label: label.into(),
        detail: format!("2026-11-{day}, commit {label}"),
    };
    let line =
        |name: &str, values: [Option<f64>; 6]| HistoryLine { name: name.into(), values: values.into() };
    let history = History {
        metric: "nDCG@10".into(),
        decimals: 4,
        runs: ["1a6292f", "17e3874", "16de8ca", "4f465d6", "6554d89", "7fcd241"]
            .iter()
            .zip(17..)
            .map(|(label, day)| run(label, day))
            .collect(),
        lines: vec![
            line("bm25", [0.3201, 0.3273, 0.3273, 0.3273, 0.3273, 0.3273].map(Some)),
            line(
                "dense, all-minilm-l6-v2",
                [Some(0.2702), Some(0.3159), None, None, Some(0.315), Some(0.315)],
            ),
            line(
                "hybrid",
                [Some(0.3311), Some(0.3534), Some(0.3534), Some(0.3497), Some(0.3526), Some(0.3526)],
            ),
        ],
    };
    Section {
        title: "History".into(),
        blocks: vec![plot("nDCG@10 on nfcorpus", "", Figures::History(history))],
    }
}
