use super::record::{AnswerRecord, Citation, GoldSpan};

/// True when the first document that the answer cites is one that answers the question: the precision at 1 of citations,
/// so that citing many documents does not help.
#[must_use]
pub fn cites_gold_first(record: &AnswerRecord) -> bool {
    given(record).first().is_some_and(|citation| record.gold_documents.contains(&citation.document))
}

/// True when any document that the answer cites is one that answers the question.
#[must_use]
pub fn cites_gold(record: &AnswerRecord) -> bool {
    given(record).iter().any(|citation| record.gold_documents.contains(&citation.document))
}

/// The best overlap of a citation with a gold span: the characters in both over the characters in either (intersection
/// over union), 0 to 1. A sentence around a short answer has a small one; compare systems by it, not with 1.
#[must_use]
pub fn span_iou(record: &AnswerRecord) -> f64 {
    let pairs = given(record)
        .iter()
        .flat_map(|citation| record.gold_spans.iter().map(move |gold| overlap(citation, gold)));
    pairs.fold(0.0, f64::max)
}

/// The citations of an answer that was given.
fn given(record: &AnswerRecord) -> &[Citation] {
    if record.answered() { &record.citations } else { &[] }
}

fn overlap(citation: &Citation, gold: &GoldSpan) -> f64 {
    if citation.document != gold.document {
        return 0.0;
    }
    let both = citation.end.min(gold.end).saturating_sub(citation.start.max(gold.start));
    let either = (citation.end - citation.start) + (gold.end - gold.start) - both;
    if either == 0 { 0.0 } else { both as f64 / either as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::Decision;
    use crate::answer_metrics::testing::{citation, right, span};

    fn record(cited: &[(&str, usize, usize)], gold: &[(&str, usize, usize)]) -> AnswerRecord {
        AnswerRecord {
            gold_documents: gold.iter().map(|(document, ..)| (*document).to_owned()).collect(),
            gold_spans: gold.iter().map(|&(document, start, end)| span(document, start..end)).collect(),
            citations: cited
                .iter()
                .map(|&(document, start, end)| citation(document, start..end, 0..4))
                .collect(),
            ..right("q")
        }
    }

    #[test]
    fn the_first_citation_is_told_from_any() {
        let mixed = record(&[("x", 0, 9), ("d", 0, 9)], &[("d", 0, 9)]);
        assert!(!cites_gold_first(&mixed) && cites_gold(&mixed));
        let none = record(&[], &[("d", 0, 9)]);
        assert!(!cites_gold_first(&none) && !cites_gold(&none));
        let abstained = AnswerRecord { decision: Decision::Abstained, ..mixed };
        assert!(!cites_gold(&abstained) && span_iou(&abstained) == 0.0);
    }

    #[test]
    fn the_best_overlap_in_the_same_document_counts() {
        assert_eq!(span_iou(&record(&[("d", 10, 20)], &[("d", 15, 25)])), 5.0 / 15.0);
        assert_eq!(span_iou(&record(&[("d", 0, 5), ("d", 10, 20)], &[("d", 10, 20), ("x", 0, 5)])), 1.0);
        assert_eq!(span_iou(&record(&[("x", 5, 9), ("d", 0, 5)], &[("d", 5, 9)])), 0.0);
        assert_eq!(span_iou(&record(&[("d", 3, 3)], &[("d", 3, 3)])), 0.0);
    }
}
