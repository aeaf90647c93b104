//! Alternative texts of pictures: what a writer says that a picture shows, told from names of files, labels of buttons and what
//! programs fill in.

/// Fewer words are mostly the label of a button, a logo, a name that a program gave.
const MIN_WORDS: usize = 3;
/// Letters of scripts that set no spaces between words, in place of words.
const MIN_UNSPACED: usize = 6;
/// Longer texts say something, but nobody reads them.
const MAX_CHARS: usize = 2000;
/// Words of the sentences by which office programs say that the text is theirs, in the languages that this was seen in.
const BY_PROGRAM: [&str; 12] = [
    "automatically generated",
    "ai-generated",
    "generat automat",
    "generată automat",
    "inteligența artificială",
    "wygenerowany automatycznie",
    "sztuczną inteligencję",
    "automatisch generiert",
    "ki-generiert",
    "générée automatiquement",
    "generada automáticamente",
    "generata automaticamente",
];
const PICTURE_FILES: [&str; 11] =
    [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".tif", ".tiff", ".webp", ".emf", ".wmf"];

/// What an alternative text says, when it is a sentence or a label of several words; `None` for everything else.
pub(crate) fn telling(raw: &str) -> Option<String> {
    let lines = raw.lines().map(str::trim).filter(|line| !line.is_empty() && !is_by_program(line));
    let text = lines.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let words = text.split(' ').filter(|word| word.contains(char::is_alphabetic)).count();
    let unspaced = text.chars().filter(|c| is_unspaced(*c)).count();
    let enough = words >= MIN_WORDS || unspaced >= MIN_UNSPACED;
    (enough && !is_name_of_file(&text) && text.chars().nth(MAX_CHARS).is_none()).then_some(text)
}

fn is_by_program(line: &str) -> bool {
    let line = line.to_lowercase();
    BY_PROGRAM.iter().any(|words| line.contains(words)) && line.chars().count() <= 100
}

/// Whether a text is the name or the address of a file.
fn is_name_of_file(text: &str) -> bool {
    let text = text.to_lowercase();
    PICTURE_FILES.iter().any(|ending| text.ends_with(ending))
        || text.starts_with("http://")
        || text.starts_with("https://")
        || text.contains(":\\")
}

/// Letters of Chinese, Japanese, Thai and their neighbours.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_labels_are_telling() {
        assert_eq!(telling(" A brown duck\n in a stream ").as_deref(), Some("A brown duck in a stream"));
        assert_eq!(telling("Przekrój przez dolinę").as_deref(), Some("Przekrój przez dolinę"));
        assert!(telling("江戸時代の地図").is_some());
    }

    #[test]
    fn what_programs_fill_in_is_dropped() {
        let office = "A cartoon duck holding a paper\n\nDescription automatically generated";
        assert_eq!(telling(office).as_deref(), Some("A cartoon duck holding a paper"));
        let newer = "A duck on water\n\nAI-generated content may be incorrect.";
        assert_eq!(telling(newer).as_deref(), Some("A duck on water"));
        assert_eq!(telling("Descriere generată automat"), None);
    }

    #[test]
    fn names_and_buttons_say_nothing() {
        for text in [
            "",
            " ",
            "logo",
            "Next page",
            "Picture 12 34 56",
            "my holiday picture 3.JPG",
            "C:\\Users\\Ana Pop\\Desktop\\a b c",
            "https://a.example/one two three",
            &"word ".repeat(1000),
        ] {
            assert_eq!(telling(text), None, "{text}");
        }
    }
}
