//! Whether two words are forms of one name. Names must not meet as loosely as other words: `Johnson` is no `Johnston`, and
//! `Kraków`, `Krakowa` and `Krakowie` are one.

use footnote_index::Language;

const ENGLISH: &[&str] = &["", "s", "es"];
const ROMANIAN: &[&str] = &[
    "", "a", "e", "i", "u", "ei", "ii", "iei", "ul", "ului", "le", "lui", "l", "lor", "ilor", "elor", "ele",
    "ile", "ua", "ea", "ia", "iile", "iilor", "ele", "uri", "urile", "urilor",
];
const POLISH: &[&str] = &[
    "", "a", "e", "i", "o", "u", "y", "ie", "ia", "iu", "em", "iem", "om", "ow", "owi", "owie", "ami",
    "iami", "ach", "iach", "mi", "ego", "iego", "emu", "iemu", "ej", "iej", "ym", "im", "ymi", "imi", "ych",
    "ich", "a", "ii", "ji", "je", "ja", "owa", "owej", "owe", "owych", "iom", "ze",
];

/// Ends of stems that change into each other in Polish declension, folded.
const ALTERNATIONS: &[&[&str]] = &[
    &["k", "c", "cz", "ki"],
    &["g", "dz", "z"],
    &["r", "rz"],
    &["t", "c", "ci"],
    &["d", "dz", "dzi"],
    &["ch", "sz", "s"],
    &["st", "sci", "sc"],
    &["n", "ni"],
    &["s", "si"],
    &["z", "zi"],
    &["w", "wi"],
    &["b", "bi"],
    &["p", "pi"],
    &["m", "mi"],
    &["sl", "sle", "sel"],
    &["ek", "k"],
    &["ec", "c"],
    &["el", "l"],
    &["er", "r"],
    &["en", "n"],
];

/// Shortest part two forms of a name share, in letters.
const SHARED: usize = 3;

/// Whether two folded words are forms of one name in this language.
pub(in super::super) fn same_name(a: &str, b: &str, language: Language) -> bool {
    if a == b {
        return true;
    }
    if a.chars().next() != b.chars().next() {
        return false;
    }
    let shared: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let endings = match language {
        Language::English => ENGLISH,
        Language::Romanian => ROMANIAN,
        Language::Polish => POLISH,
    };
    let ends = |rest: &str| endings.contains(&rest);
    // The endings may begin before the words part: "Maria", "Mariei" share "Mari", and "Krakowa", "Krakowie" the "w" that changes.
    let least = SHARED.max(a.len().min(b.len()).div_ceil(2));
    (least..=shared).rev().filter(|at| a.is_char_boundary(*at)).any(|at| {
        let (x, y) = (&a[at..], &b[at..]);
        (ends(x) && ends(y)) || (language == Language::Polish && alternates(x, y, ends))
    })
}

fn alternates(x: &str, y: &str, ends: impl Fn(&str) -> bool) -> bool {
    ALTERNATIONS.iter().any(|class| {
        let has = |rest: &str| class.iter().any(|c| rest.strip_prefix(c).is_some_and(&ends));
        has(x) && has(y)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};

    #[test]
    fn forms_of_one_name_meet() {
        for (a, b, language) in [
            ("normans", "norman", English),
            ("krakow", "krakowa", Polish),
            ("krakow", "krakowie", Polish),
            ("warszawa", "warszawie", Polish),
            ("praga", "pradze", Polish),
            ("ameryka", "ameryce", Polish),
            ("kowalski", "kowalskiego", Polish),
            ("kowalska", "kowalskiej", Polish),
            ("polska", "polsce", Polish),
            ("marek", "marka", Polish),
            ("rosja", "rosji", Polish),
            ("pawel", "pawla", Polish),
            ("bucuresti", "bucurestiului", Romanian),
            ("franta", "frantei", Romanian),
            ("maria", "mariei", Romanian),
            ("clujul", "clujului", Romanian),
        ] {
            assert!(same_name(a, b, language), "{a} {b}");
            assert!(same_name(b, a, language), "{b} {a}");
        }
    }

    #[test]
    fn other_names_do_not() {
        for (a, b, language) in [
            ("johnson", "johnston", English),
            ("anderson", "andersen", English),
            ("marian", "mariusz", Polish),
            ("kowalski", "kowalczyk", Polish),
            ("ionescu", "ionita", Romanian),
            ("gdansk", "gdynia", Polish),
            ("alfa", "beta", Romanian),
        ] {
            assert!(!same_name(a, b, language), "{a} {b}");
        }
    }
}
