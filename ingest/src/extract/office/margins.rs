//! Headers and footers.

/// Words of a header or footer that say nothing but the number of a page.
const PAGE_WORDS: [&str; 27] = [
    "page", "pages", "of", "p", "pg", "pagina", "pag", "din", "strona", "stron", "str", "z", "ze", "seite",
    "seiten", "von", "página", "de", "sur", "di", "sida", "av", "side", "oldal", "strana", "стр", "из",
];

/// Whether a header or footer says no more than the number of the page.
pub(crate) fn is_page_number(text: &str) -> bool {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        PAGE_WORDS.contains(&word) || (word.len() <= 3 && word.chars().all(|c| c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_say_nothing() {
        for text in ["", "- 7 -", "Pagina 3 din 12", "Strona z 5", "Page 1/2"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["ACME", "2024-05-06", "Page of the year"] {
            assert!(!is_page_number(text), "{text}");
        }
    }
}
