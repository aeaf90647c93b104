use footnote_ingest::sentences::sentences;

use super::normalise::Normalisation;

/// True when `text` holds one of the gold answers whole, word by word, both normalised; see
/// [`super::Normalised::contains`].
#[must_use]
pub fn contains(text: &str, gold_answers: &[String], normalisation: Normalisation) -> bool {
    let text = normalisation.apply(text);
    gold_answers.iter().any(|gold| text.contains(&normalisation.apply(gold)))
}

/// The first `count` characters (Unicode scalar values) of a text; a word that goes on beyond them is left out, so that
/// half of a word is not taken for a shorter one.
#[must_use]
pub fn first_characters(text: &str, count: usize) -> &str {
    let Some((end, next)) = text.char_indices().nth(count) else {
        return text;
    };
    let head = &text[..end];
    if next.is_alphanumeric() { head.trim_end_matches(char::is_alphanumeric) } else { head }
}

/// The first `count` sentences of a text, by the rules of the language (ISO 639-1) it is in.
#[must_use]
pub fn first_sentences<'t>(text: &'t str, count: usize, language: &str) -> &'t str {
    let spans = sentences(text, Some(language));
    match count.checked_sub(1).and_then(|last| spans.get(last)) {
        Some(last) => &text[..last.end],
        None if count == 0 => "",
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_whole_or_not_there() {
        assert_eq!(first_characters("zażółć gęślą jaźń", 12), "zażółć gęślą");
        assert_eq!(first_characters("zażółć gęślą jaźń", 11), "zażółć ");
        assert_eq!(first_characters("zażółć gęślą", 300), "zażółć gęślą");
        assert_eq!(first_characters("endless", 3), "");
        assert!(!contains(first_characters("a catalogue", 5), &["cat".to_owned()], Normalisation::Squad));
    }

    #[test]
    fn sentences_are_counted_by_the_language() {
        let text = "Dr. Popa a venit. A plecat la ora 10. Nu s-a întors. Atât.";
        assert_eq!(first_sentences(text, 2, "ro"), "Dr. Popa a venit. A plecat la ora 10.");
        assert_eq!(first_sentences(text, 0, "ro"), "");
        assert_eq!(first_sentences(text, 9, "ro"), text);
    }

    #[test]
    fn any_of_the_gold_answers_will_do() {
        let gold = ["Bucharest".to_owned(), "București".to_owned()];
        assert!(contains("Capitala este Bucuresti.", &gold, Normalisation::Folded));
        assert!(!contains("Capitala este Bucuresti.", &gold, Normalisation::Squad));
        assert!(!contains("anything", &[], Normalisation::Squad));
    }
}
