//! A sentence told with less, or in another order. What is left is still true.

use footnote_index::Language;

use super::words::as_sentence;

/// Words after which leaving something out can change what is true.
const TOUCHY: &[&str] = &[
    " if ",
    " unless ",
    " although ",
    " though ",
    " not ",
    " no ",
    " never ",
    " without ",
    " only ",
    " but ",
    " except",
    " however",
    " nor ",
    " false",
    " dacă ",
    " deși ",
    " nu ",
    " n-",
    " fără ",
    " nici",
    " doar ",
    " numai ",
    " dar ",
    " însă ",
    " cu excepția",
    " ci ",
    " decât ",
    " jeśli ",
    " jeżeli ",
    " choć ",
    " chociaż ",
    " nie ",
    " bez ",
    " tylko ",
    " ale ",
    " lecz ",
    " jednak",
    " oprócz ",
    " ani ",
    " żad",
    " jedynie ",
];

/// Whether parts of the sentence can be left out or moved without care.
pub(super) fn is_plain(sentence: &str) -> bool {
    let spaced: String = sentence
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' { c } else { ' ' })
        .collect();
    let lower = format!(" {spaced} ");
    !TOUCHY.iter().any(|word| lower.contains(word))
}

/// The sentence without what stands between brackets, or between commas in its middle, or after its last comma.
pub(super) fn with_less(sentence: &str, choice: usize) -> Option<String> {
    if !is_plain(sentence) {
        return None;
    }
    let bracket = || {
        let open = sentence.find(" (")?;
        let close = open + sentence[open..].find(')')?;
        Some(format!("{}{}", &sentence[..open], &sentence[close + 1..]))
    };
    let commas: Vec<usize> = sentence.match_indices(", ").map(|(at, _)| at).collect();
    let head = |at: usize| &sentence[..at];
    let middle = || {
        // An aside between exactly two commas, not a list.
        let [first, second] = commas[..] else { return None };
        let aside = &sentence[first + 2..second];
        let opens = ["which ", "who ", "care ", "który", "która", "które", "a ", "an ", "the ", "un ", "o "]
            .iter()
            .any(|w| aside.starts_with(w));
        (opens && aside.split(' ').count() >= 3 && is_balanced(head(first)))
            .then(|| format!("{}{}", head(first), &sentence[second + 1..]))
    };
    let tail = || {
        let at = *commas.last()?;
        let rest = &sentence[at + 2..];
        let opens = [
            "which ",
            "who ",
            "where ",
            "while ",
            "with ",
            "including ",
            "and was ",
            "and is ",
            "making ",
            "leading ",
            "care ",
            "iar ",
            "unde ",
            "inclusiv ",
            "în timp ",
            "având ",
            "fiind ",
            "który",
            "która",
            "które",
            "gdzie ",
            "a także ",
            "w tym ",
            "natomiast ",
            "będąc",
            "co ",
        ];
        let long = head(at).split(' ').count() >= 6 && commas.len() <= 2;
        (long && is_balanced(head(at)) && opens.iter().any(|w| rest.starts_with(w)))
            .then(|| as_sentence(head(at)))
    };
    let made = [bracket(), middle(), tail()];
    (0..made.len())
        .find_map(|i| made[(choice + i) % made.len()].clone())
        .filter(|s| s.split(' ').count() >= 5)
}

/// The sentence with its opening adverbial put to its end: `In 1990, he left.` becomes `He left in 1990.`
pub(super) fn reordered(sentence: &str, language: Language) -> Option<String> {
    if !is_plain(sentence) {
        return None;
    }
    let (opening, rest) = sentence.split_once(", ")?;
    let words = opening.split(' ').count();
    let first = opening.split(' ').next()?.to_lowercase();
    let prepositions: &[&str] = match language {
        Language::English => &[
            "in",
            "on",
            "at",
            "by",
            "during",
            "after",
            "before",
            "since",
            "from",
            "under",
            "for",
            "until",
            "throughout",
            "with",
        ],
        Language::Romanian => {
            &["în", "la", "din", "după", "pe", "până", "între", "pentru", "conform", "sub", "cu", "prin"]
        }
        Language::Polish => {
            &["w", "we", "po", "od", "na", "podczas", "przed", "do", "dla", "z", "według", "przez"]
        }
    };
    if !(2..=7).contains(&words)
        || !prepositions.contains(&first.as_str())
        || rest.contains(", ")
        || rest.contains(';')
    {
        return None;
    }
    let rest = rest.trim_end_matches(['.', '!']);
    if rest.split(' ').count() < 4 || rest.contains('"') || rest.contains('„') {
        return None;
    }
    let mut small = opening.chars();
    let opening = format!("{}{}", small.next()?.to_lowercase(), small.as_str());
    Some(as_sentence(&format!("{rest} {opening}")))
}

fn is_balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
        && text.matches('"').count().is_multiple_of(2)
        && text.matches('„').count() == text.matches('”').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_a_sentence() {
        let sentence = "Tesla, an engineer of note, moved to New York (USA) in 1884.";
        assert_eq!(
            with_less(sentence, 0).as_deref(),
            Some("Tesla, an engineer of note, moved to New York in 1884.")
        );
        assert_eq!(with_less(sentence, 1).as_deref(), Some("Tesla moved to New York (USA) in 1884."));
        assert_eq!(with_less("It is not, as they say, so (really).", 0), None);
    }

    #[test]
    fn an_opening_goes_to_the_end() {
        assert_eq!(
            reordered("In June 1884, Tesla left for New York.", Language::English).as_deref(),
            Some("Tesla left for New York in June 1884.")
        );
        assert_eq!(reordered("Tesla, it is said, left.", Language::English), None);
    }
}
