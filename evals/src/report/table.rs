use std::fmt::Write;

use super::{AnswerInTokens, RetrievalReport, SystemReport};

/// Two lines of what was measured, a header line, and one line per system.
pub(super) fn render(report: &RetrievalReport) -> String {
    let (dataset, settings) = (&report.manifest.dataset, &report.manifest.settings);
    let model = report.manifest.model.as_ref().map_or("no model", |model| model.name.as_str());
    let chunks = settings.chunks.map(|chunks| format!("{chunks} chunks, ")).unwrap_or_default();
    let mut out = format!(
        "{} ({}): {} documents, {chunks}{} queries\n{model}, chunker {}, top {}\n",
        dataset.name, dataset.split, dataset.documents, dataset.queries, settings.chunker, settings.top_k
    );
    let width =
        report.systems.keys().map(|system| system.chars().count()).max().unwrap_or(0).max("system".len());
    let _ = write!(out, "\n{:<width$}", "system");
    for name in SystemReport::NAMES {
        let _ = write!(out, "  {name:>10}");
    }
    out.push('\n');
    for (name, system) in &report.systems {
        let _ = write!(out, "{name:<width$}");
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
    use crate::report::testing::report;

    #[test]
    fn columns_line_up() {
        let expected = "\
tiny (test): 2 documents, 2 chunks, 1 queries
no model, chunker whole, top 100

system     ndcg@10   recall@10  recall@100      mrr@10         map         p@5      p50_ms      p95_ms
bm25        0.6309      1.0000      1.0000      0.5000      0.5000      0.2000         1.2         1.2
hybrid      0.6309      1.0000      1.0000      0.5000      0.5000      0.2000         1.2         1.2
";
        assert_eq!(report("tiny", &["bm25", "hybrid"]).table(), expected);
    }
}
