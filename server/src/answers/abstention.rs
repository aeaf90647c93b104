//! What is said in words when there is no answer, for readers that show text and know no typed status. Pure.

use footnote_index::Language;

use super::verify::language_of;
use crate::wire::AbstainReason;

/// The sentence for a reason, in the language of the question; English when that is none of ours.
pub(crate) fn said(question: &str, reason: Option<AbstainReason>) -> &'static str {
    use Language as L;
    let [nothing, unanswered, unverified] = match language_of(question, None) {
        L::English => [
            "The documents say nothing about this.",
            "The documents do not answer this question.",
            "An answer could not be verified in the documents, so none is given.",
        ],
        L::Romanian => [
            "Documentele nu spun nimic despre asta.",
            "Documentele nu răspund la această întrebare.",
            "Un răspuns nu a putut fi verificat în documente, așa că nu este dat niciunul.",
        ],
        L::Polish => [
            "Dokumenty nic o tym nie mówią.",
            "Dokumenty nie odpowiadają na to pytanie.",
            "Odpowiedzi nie udało się potwierdzić w dokumentach, dlatego nie została podana.",
        ],
    };
    match reason {
        Some(AbstainReason::NoEvidence) => nothing,
        Some(AbstainReason::Unverified) => unverified,
        Some(AbstainReason::WeakEvidence | AbstainReason::Declined) | None => unanswered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_the_language_of_the_question_and_tell_the_reason() {
        for (question, reason, start) in [
            ("What does the lift cost?", AbstainReason::WeakEvidence, "The documents do not answer"),
            ("What does the lift cost?", AbstainReason::NoEvidence, "The documents say nothing"),
            ("Cât costă liftul din clădire?", AbstainReason::Declined, "Documentele nu răspund"),
            ("Ile kosztuje winda w budynku?", AbstainReason::Unverified, "Odpowiedzi nie udało się"),
            ("Was kostet der Aufzug?", AbstainReason::WeakEvidence, "The documents"),
        ] {
            let said = said(question, Some(reason));
            assert!(said.starts_with(start), "{question}: {said}");
        }
    }
}
