//! Function words of the languages this project serves. In a question of a few words they say more about its language than letter
//! statistics do, which names and loan words mislead: "the price of a bottle of kefir in Poznań" is English.

/// Words of English that neither of the others has.
const ENGLISH: &[&str] = &[
    "about",
    "according",
    "after",
    "an",
    "and",
    "any",
    "are",
    "at",
    "be",
    "been",
    "before",
    "between",
    "by",
    "can",
    "could",
    "did",
    "does",
    "during",
    "each",
    "for",
    "from",
    "had",
    "has",
    "have",
    "how",
    "i",
    "if",
    "into",
    "is",
    "it",
    "its",
    "many",
    "may",
    "more",
    "most",
    "much",
    "must",
    "my",
    "not",
    "of",
    "on",
    "or",
    "other",
    "our",
    "should",
    "than",
    "that",
    "the",
    "their",
    "there",
    "they",
    "this",
    "under",
    "used",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
];

/// Words of Romanian that neither of the others has, with and without their diacritics.
const ROMANIAN: &[&str] = &[
    "al", "ale", "am", "ar", "au", "avea", "avut", "că", "cand", "cât", "câte", "câți", "cate", "cati", "ce",
    "cei", "cel", "cele", "care", "cărei", "cărui", "cine", "cu", "cui", "cum", "când", "de", "despre",
    "din", "după", "dupa", "ei", "era", "este", "eu", "fi", "fost", "în", "își", "între", "intre", "îmi",
    "la", "le", "lor", "lui", "mai", "mi", "nu", "pe", "pentru", "prin", "și", "si", "spre", "sub", "sunt",
    "sau", "să", "sa", "trebuie", "un", "unde", "unei", "unui",
];

/// Words of Polish that neither of the others has, with and without their diacritics.
const POLISH: &[&str] = &[
    "aby",
    "albo",
    "bez",
    "był",
    "była",
    "było",
    "były",
    "być",
    "byc",
    "czego",
    "czym",
    "czy",
    "co",
    "dla",
    "dlaczego",
    "gdy",
    "gdzie",
    "go",
    "ich",
    "ile",
    "ilu",
    "jak",
    "jaka",
    "jaką",
    "jaki",
    "jakie",
    "jakiego",
    "jakiej",
    "jakich",
    "jakim",
    "jakimi",
    "czemu",
    "dokąd",
    "przeciwko",
    "jest",
    "jego",
    "jej",
    "która",
    "które",
    "którego",
    "której",
    "który",
    "którym",
    "których",
    "ktora",
    "ktore",
    "ktory",
    "kiedy",
    "kim",
    "kogo",
    "komu",
    "kto",
    "lub",
    "ma",
    "mają",
    "można",
    "mozna",
    "na",
    "nad",
    "nie",
    "od",
    "oraz",
    "po",
    "pod",
    "przed",
    "przez",
    "przy",
    "są",
    "się",
    "sie",
    "skąd",
    "w",
    "za",
    "ze",
    "że",
    "został",
    "została",
    "z",
];

/// The one language whose function words are most among the words of `text`; `None` when none is, or two are as many.
pub(super) fn most(text: &str) -> Option<&'static str> {
    let lists = [("en", ENGLISH), ("ro", ROMANIAN), ("pl", POLISH)];
    let mut counts = [0_usize; 3];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        for ((_, list), count) in lists.iter().zip(&mut counts) {
            *count += usize::from(list.contains(&word.as_str()));
        }
    }
    let most = *counts.iter().max()?;
    let mut first = lists.iter().zip(counts).filter(|(_, count)| *count == most).map(|((code, _), _)| *code);
    let found = first.next()?;
    (most > 0 && first.next().is_none()).then_some(found)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_word_stands_in_two_lists() {
        let all: Vec<&str> = [ENGLISH, ROMANIAN, POLISH].concat();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        assert!(
            all.iter().all(|word| word.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase())),
            "never met"
        );
    }

    #[test]
    fn names_and_loan_words_decide_nothing() {
        assert_eq!(most("Wałęsa"), None);
        assert_eq!(most("kefir 400 ml"), None);
        assert_eq!(most(""), None);
        assert_eq!(most("the care"), None, "one word each");
        assert_eq!(most("Who is Wałęsa?"), Some("en"));
        assert_eq!(most("W którym roku powstała płyta The Wall?"), Some("pl"));
    }
}
