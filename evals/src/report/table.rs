use std::fmt::Write;

use super::{AnswerInTokens, RetrievalReport, SystemReport};

/// Two lines of what was measured, a header line, and one line per system.
pub(super) fn render(report: &RetrievalReport) -> String {
    let (dataset, settings) = (&report.manifest.dataset, &report.manifest.settings);
    let model = report.manifest.model.as_ref().map_or("no model", |model| model.name.as_str());
    let mut out = format!(
        "{} ({}): {} documents, {} chunks, {} queries\n{model}, chunker {}, top {}\n",
        dataset.name,
        dataset.split,
        dataset.documents,
        settings.chunks,
        dataset.queries,
        settings.chunker,
        settings.top_k
    );
    let width =
        report.systems.keys().map(|system| system.name().len()).max().unwrap_or(0).max("system".len());
    let _ = write!(out, "\n{:<width$}", "system");
    for name in SystemReport::NAMES {
        let _ = write!(out, "  {name:>10}");
    }
    out.push('\n');
    for (name, system) in &report.systems {
        let _ = write!(out, "{:<width$}", name.name());
        for (figure, value) in SystemReport::NAMES.into_iter().zip(system.values()) {
            let decimals = if figure.ends_with("_ms") { 1 } else { 4 };
            let _ = write!(out, "  {value:>10.decimals$}");
        }
        if let Some(answers) = system.answer_in_tokens {
            let AnswerInTokens { tokens, share, queries } = answers;
            let _ = write!(out, "  answer within {tokens} tokens {share:.4} of {queries}");
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use crate::qrels::Qrels;
    use crate::report::{DatasetManifest, Manifest, RetrievalReport, SCHEMA_VERSION, Settings, SystemReport};
    use crate::run::{Ranking, Run};
    use crate::system::System;

    #[test]
    fn columns_line_up() {
        let qrels = Qrels::from_iter([("q", "a", 1)]);
        let run: Run = [("q", Ranking::new([("x", 2.0), ("a", 1.0)]))].into_iter().collect();
        let system = SystemReport::new(&run, &qrels, &[Duration::from_micros(1234)]);
        let report = RetrievalReport {
            schema_version: SCHEMA_VERSION,
            systems: BTreeMap::from([(System::Bm25, system.clone()), (System::Hybrid, system)]),
            manifest: Manifest {
                version: "0.1.0".into(),
                commit: None,
                started_at: "2026-01-01T00:00:00Z".into(),
                processors: 2,
                dataset: DatasetManifest {
                    name: "tiny".into(),
                    split: "test".into(),
                    documents: 2,
                    queries: 1,
                    judgments: 1,
                    limit_queries: None,
                    seed: None,
                },
                model: None,
                reranker: None,
                settings: Settings {
                    chunker: "whole".into(),
                    chunker_settings: "whole/1".into(),
                    analyzer: "analyzer-1".into(),
                    top_k: 100,
                    chunk_depth: 100,
                    chunks: 2,
                    fingerprint: "f".into(),
                },
                seconds: BTreeMap::new(),
            },
        };
        let expected = "\
tiny (test): 2 documents, 2 chunks, 1 queries
no model, chunker whole, top 100

system     ndcg@10   recall@10  recall@100      mrr@10         map         p@5      p50_ms      p95_ms
bm25        0.6309      1.0000      1.0000      0.5000      0.5000      0.2000         1.2         1.2
hybrid      0.6309      1.0000      1.0000      0.5000      0.5000      0.2000         1.2         1.2
";
        assert_eq!(report.table(), expected);
    }
}
