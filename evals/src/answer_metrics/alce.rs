use footnote_ingest::sentences::sentences;

use super::normalise::Normalisation;
use super::record::{AnswerRecord, Citation};

/// The most citations of a statement that are looked at, as ALCE's script has it unless told otherwise.
pub const MAX_CITATIONS: usize = 3;

/// Decides whether passages, taken together, say what a statement says. ALCE asks an entailment model; closures will do.
pub trait SupportJudge {
    /// True when the statement follows from the passages.
    fn supports(&mut self, passages: &[&str], statement: &str) -> bool;
}

impl<F: FnMut(&[&str], &str) -> bool> SupportJudge for F {
    fn supports(&mut self, passages: &[&str], statement: &str) -> bool {
        self(passages, statement)
    }
}

/// Accepts a statement that stands word by word in the passages, whatever its case, punctuation and diacritics: right for
/// extractive answers, too strict for rewritten ones.
#[derive(Debug, Clone, Copy, Default)]
pub struct VerbatimJudge;

impl SupportJudge for VerbatimJudge {
    fn supports(&mut self, passages: &[&str], statement: &str) -> bool {
        let fold = |text: &str| Normalisation::Folded.apply(text);
        fold(&passages.join("\n")).contains(&fold(statement))
    }
}

/// A sentence of an answer with what it cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The sentence.
    pub text: &'a str,
    /// The quotes cited for it, in their order.
    pub passages: Vec<&'a str>,
}

impl<'a> Statement<'a> {
    /// The sentences of an answer, each with the citations whose part of the answer lies in it or reaches into it; none
    /// when the system abstained.
    #[must_use]
    pub fn of(record: &'a AnswerRecord) -> Vec<Self> {
        let answer = record.given();
        let mut place = 0;
        let mut characters = 0;
        let mut offset = |byte: usize| {
            characters += answer[place..byte].chars().count();
            place = byte;
            characters
        };
        let statement = |span: std::ops::Range<usize>| {
            let (start, end) = (offset(span.start), offset(span.end));
            let cited = record.citations.iter().filter(|citation| reaches(citation, start, end));
            Self { text: &answer[span], passages: cited.map(|citation| citation.quote.as_str()).collect() }
        };
        sentences(answer, Some(&record.language)).into_iter().map(statement).collect()
    }
}

/// Whether a citation is of the sentence from `start` to `end`. One that stands for an empty part of the answer, a mark
/// between two words, belongs to the sentence it touches.
fn reaches(citation: &Citation, start: usize, end: usize) -> bool {
    let (from, to) = (citation.answer_start, citation.answer_end);
    if from == to { start <= from && from <= end } else { from < end && start < to }
}

/// How well the citations of one answer are chosen, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CitationScores {
    /// The share of citations that are needed.
    pub precision: f64,
    /// The share of statements that follow from what they cite.
    pub recall: f64,
}

/// Citation precision and recall of one answer as ALCE defines them (Gao et al. 2023, arXiv 2305.14627, section 3, and
/// `eval.py` of its repository); the figure of a run is the mean over answers. `None` when there is no statement.
///
/// A statement is recalled when it cites something and its citations together support it. A citation is precise when its
/// statement is recalled, and it supports the statement alone or the others do not support it without it. Of a statement
/// only the first `at_most` citations count. An answer that cites nothing has a precision of zero.
#[must_use]
pub fn citation_scores(
    statements: &[Statement<'_>],
    at_most: usize,
    judge: &mut dyn SupportJudge,
) -> Option<CitationScores> {
    let (mut recalled, mut precise, mut citations) = (0, 0, 0);
    for statement in statements {
        let cited = &statement.passages[..at_most.min(statement.passages.len())];
        citations += cited.len();
        if !cited.is_empty() && judge.supports(cited, statement.text) {
            recalled += 1;
            precise += (0..cited.len()).filter(|&index| needed(cited, index, statement.text, judge)).count();
        }
    }
    let share = |part: usize, of: usize| if of == 0 { 0.0 } else { part as f64 / of as f64 };
    (!statements.is_empty()).then(|| CitationScores {
        precision: share(precise, citations),
        recall: share(recalled, statements.len()),
    })
}

/// Whether a citation of a supported statement is needed.
fn needed(cited: &[&str], index: usize, statement: &str, judge: &mut dyn SupportJudge) -> bool {
    if cited.len() == 1 || judge.supports(&cited[index..=index], statement) {
        return true;
    }
    let others = [&cited[..index], &cited[index + 1..]].concat();
    !judge.supports(&others, statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer_metrics::testing::{citation, right, silent};

    /// A statement follows when every letter of it is in some passage.
    fn letters(passages: &[&str], statement: &str) -> bool {
        statement.chars().all(|c| passages.concat().contains(c))
    }

    fn scores(statements: &[(&str, &[&str])]) -> Option<(f64, f64)> {
        let statements: Vec<Statement> =
            statements.iter().map(|(text, cited)| Statement { text, passages: cited.to_vec() }).collect();
        let scores = citation_scores(&statements, MAX_CITATIONS, &mut letters)?;
        Some((scores.precision, scores.recall))
    }

    #[test]
    fn the_cases_of_the_definition() {
        assert_eq!(scores(&[]), None);
        assert_eq!(scores(&[("ab", &[])]), Some((0.0, 0.0)));
        assert_eq!(scores(&[("ab", &["abc"])]), Some((1.0, 1.0)));
        assert_eq!(scores(&[("ab", &["c"])]), Some((0.0, 0.0)));
        assert_eq!(scores(&[("ab", &["a", "b"])]), Some((1.0, 1.0)), "both needed");
        assert_eq!(scores(&[("ab", &["ab", "b"])]), Some((0.5, 1.0)), "the second is not");
        assert_eq!(scores(&[("ab", &["ab", "ba"])]), Some((1.0, 1.0)), "either would do");
        assert_eq!(scores(&[("ab", &["ab"]), ("c", &[])]), Some((1.0, 0.5)));
        assert_eq!(
            scores(&[("ab", &["x", "y", "z", "ab"])]),
            Some((0.0, 0.0)),
            "the fourth is not looked at"
        );
    }

    #[test]
    fn citations_belong_to_the_sentences_they_stand_for() {
        let cited = |quote: &str, answer| Citation { quote: quote.to_owned(), ..citation("d", 0..1, answer) };
        let record = AnswerRecord {
            language: "pl".to_owned(),
            answer: "Łódź żyje. Gdańsk śpi.".to_owned(),
            citations: vec![
                cited("one", 0..10),
                cited("two", 11..22),
                cited("both", 5..15),
                cited("mark", 10..10),
            ],
            ..right("q")
        };
        let found = Statement::of(&record);
        assert_eq!(
            (found[0].text, found[0].passages.as_slice()),
            ("Łódź żyje.", &["one", "both", "mark"][..])
        );
        assert_eq!((found[1].text, found[1].passages.as_slice()), ("Gdańsk śpi.", &["two", "both"][..]));
        assert!(Statement::of(&silent("q")).is_empty());
    }

    #[test]
    fn word_by_word_is_supported_and_anything_else_is_not() {
        let mut judge = VerbatimJudge;
        assert!(judge.supports(&["Zu Hause: „Preţul este 5 lei.”"], "Prețul este 5 lei"));
        assert!(!judge.supports(&["Prețul este 5 lei."], "Prețul este 6 lei."));
        assert!(!judge.supports(&[], "Prețul este 5 lei."));
    }
}
