//! Sentences in which a model says that it does not know, in English, Romanian and Polish. Pure.

use super::super::fold::fold;
use super::markers::{Kind, Sentence};

/// How much of a generated answer is a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// None of it.
    None,
    /// Some sentences; others answer.
    Partly,
    /// All of it: the evidence is lacking.
    Wholly,
}

/// How much of an answer refuses. What follows a refusal without citing anything adds nothing to it.
pub fn refusal(sentences: &[Sentence]) -> Refusal {
    let text = || sentences.iter().filter(|s| s.kind == Kind::Text);
    let refusing = text().filter(|s| is_refusal(&s.text)).count();
    let answering = text().filter(|s| !is_refusal(&s.text) && !s.markers.is_empty()).count();
    let first = text().next().is_some_and(|s| is_refusal(&s.text));
    if refusing == 0 {
        Refusal::None
    } else if refusing == text().count() || (first && answering == 0) {
        Refusal::Wholly
    } else {
        Refusal::Partly
    }
}

/// Phrases that refuse by themselves, folded.
const PHRASES: &[&str] = &[
    // English
    "i do not know",
    "i dont know",
    "i do not have enough",
    "i dont have enough",
    "i do not have information",
    "i do not have any information",
    "i cannot answer",
    "i cant answer",
    "i can not answer",
    "i am unable to answer",
    "i am not able to answer",
    "im unable to",
    "i could not find",
    "i couldnt find",
    "i cannot find",
    "i cannot determine",
    "i am unable to",
    "there is no information",
    "there is no mention",
    "there is no evidence",
    "there isnt any information",
    "there is not enough information",
    "not enough information",
    "insufficient information",
    "insufficient evidence",
    "no information is",
    "no information was",
    "no relevant information",
    "cannot be determined",
    "cannot be answered",
    "can not be determined",
    "the answer is not in",
    "the answer is not given",
    "the answer is not provided",
    "unable to find",
    "unable to answer",
    "unable to determine",
    "no answer",
    // Romanian
    "nu stiu",
    "nu pot raspunde",
    "nu pot determina",
    "nu pot oferi un raspuns",
    "nu pot gasi",
    "nu am gasit",
    "nu am informatii",
    "nu am suficiente informatii",
    "nu exista informatii",
    "nu exista suficiente informatii",
    "nu exista date",
    "nu exista nicio mentiune",
    "nu se gaseste raspunsul",
    "informatiile nu sunt suficiente",
    "nu sunt suficiente informatii",
    "informatii insuficiente",
    "nu dispun de informatii",
    "nu rezulta din documente",
    "nu detin informatii",
    "raspunsul nu se afla",
    "raspunsul nu se regaseste",
    // Polish
    "nie wiem",
    "nie moge odpowiedziec",
    "nie moge udzielic odpowiedzi",
    "nie moge okreslic",
    "nie moge znalezc",
    "nie znalazlem",
    "nie znalazlam",
    "nie znaleziono informacji",
    "nie ma informacji",
    "nie ma wzmianki",
    "nie ma danych",
    "brak informacji",
    "brak danych",
    "brak odpowiedzi",
    "brak wzmianki",
    "nie mam informacji",
    "nie mam wystarczajacych informacji",
    "nie mam wystarczajaco",
    "za malo informacji",
    "niewystarczajace informacje",
    "nie mozna ustalic",
    "nie mozna okreslic",
    "nie mozna odpowiedziec",
    "nie posiadam informacji",
    "nie da sie ustalic",
    "nie da sie odpowiedziec",
];

/// What an answer is drawn from, folded; stems.
const SOURCES: &[&str] = &[
    "document",
    "dokumenc",
    "fragmenc",
    "tekscie",
    "evidence",
    "passage",
    "source",
    "context",
    "excerpt",
    "text",
    "provided",
    "materials",
    "snippet",
    "information",
    "dovez",
    "dovad",
    "pasaj",
    "surs",
    "fragment",
    "informati",
    "materialel",
    "dokument",
    "zrodl",
    "tekst",
    "kontekst",
    "informacj",
    "material",
];

/// What a source does when it is silent, folded. It comes after the source in the sentence.
const SILENT: &[&str] = &[
    "not say",
    "not state",
    "not mention",
    "not contain",
    "not provide",
    "not specify",
    "not include",
    "not answer",
    "not indicate",
    "not give",
    "not address",
    "not tell",
    "not cover",
    "not list",
    "not describe",
    "nt say",
    "nt mention",
    "nt contain",
    "nt provide",
    "nt specify",
    "nt state",
    "no mention",
    "no information",
    "is not given",
    "is silent",
    "says nothing",
    "say nothing",
    "nu spun",
    "nu spune",
    "nu precizeaza",
    "nu mentioneaza",
    "nu contin",
    "nu indica",
    "nu ofera",
    "nu specifica",
    "nu raspund",
    "nu includ",
    "nu arata",
    "nu da ",
    "nu dau",
    "nu fac referire",
    "nie podaj",
    "nie mow",
    "nie zawier",
    "nie wspomin",
    "nie okresl",
    "nie wskazuj",
    "nie odpowiad",
    "nie ma ",
    "nie zawieraja",
    "tego nie",
    "nie precyzuj",
    "nie informuj",
];

/// What is said of a fact that is missing, before the source is named: "is not mentioned in the documents". Folded.
const MISSING: &[&str] = &[
    "not mentioned in",
    "not stated in",
    "not specified in",
    "not provided in",
    "not given in",
    "not found in",
    "not available in",
    "not included in",
    "not contained in",
    "not described in",
    "nu este mentionat",
    "nu este precizat",
    "nu este specificat",
    "nu se mentioneaza",
    "nu se precizeaza",
    "nu se specifica",
    "nu este indicat",
    "nu apare in",
    "nu se regaseste in",
    "nu sunt mentionate",
    "nu sunt precizate",
    "nie podano",
    "nie okreslono",
    "nie wspomniano",
    "nie wymieniono",
    "nie jest podan",
    "nie jest okreslon",
    "nie jest wspomnian",
    "nie zostal",
    "nie wynika z",
    "nie zawarto",
];

/// Whether a sentence says that the evidence does not hold the answer.
pub fn is_refusal(sentence: &str) -> bool {
    let text = folded(sentence);
    let has = |phrase: &&str| contains_words(&text, phrase);
    if PHRASES.iter().any(has) {
        return true;
    }
    let first_source = SOURCES.iter().filter_map(|s| text.find(&format!(" {s}"))).min();
    let last_source = SOURCES.iter().filter_map(|s| text.rfind(&format!(" {s}"))).max();
    let silent = SILENT
        .iter()
        .filter_map(|s| text.find(&format!(" {s}")).or_else(|| text.find(&format!("{s} "))))
        .max();
    let missing = MISSING.iter().filter_map(|s| text.find(&format!(" {s}"))).min();
    let says_nothing =
        first_source.zip(silent).is_some_and(|(source, silent)| source < silent && silent - source < 60);
    let is_missing =
        missing.zip(last_source).is_some_and(|(missing, source)| missing < source && source - missing < 60);
    says_nothing || is_missing
}

fn contains_words(text: &str, phrase: &str) -> bool {
    text.contains(&format!(" {phrase} "))
}

/// Lower case, no diacritics, words with single spaces around them.
fn folded(text: &str) -> String {
    let mut out = String::from(" ");
    for c in fold(text).chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !matches!(c, '\'' | '’') && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::markers::{Break, SentenceStream};
    use super::*;

    #[test]
    fn refusals_of_three_languages() {
        for text in [
            "The documents do not say.",
            "I don't know.",
            "I do not have enough information to answer this.",
            "The provided context does not mention the price of the Falcon.",
            "The price is not mentioned in the evidence.",
            "There is no information about parking.",
            "Unfortunately, the passages don't contain the answer.",
            "Documentele nu spun.",
            "Nu știu.",
            "Din păcate, documentele furnizate nu precizează prețul.",
            "Nu există informații despre parcare.",
            "Prețul nu este menționat în document.",
            "Dokumenty tego nie podają.",
            "Nie wiem.",
            "Niestety dokumenty nie zawierają odpowiedzi.",
            "Brak informacji o parkingu.",
            "W podanych fragmentach nie ma ceny.",
            "Ceny nie podano w dokumencie.",
        ] {
            assert!(is_refusal(text), "{text}");
        }
    }

    #[test]
    fn answers_with_a_negation_are_answers() {
        for text in [
            "The warranty does not cover frost.",
            "Refunds are not given after 30 days.",
            "The fee is not included in the price.",
            "Employees do not need to provide a note for the first day.",
            "The contract does not contain a penalty.",
            "Garanția nu acoperă înghețul.",
            "Prețul nu include transportul.",
            "Nu se acceptă returul după 30 de zile.",
            "Gwarancja nie obejmuje mrozu.",
            "Cena nie zawiera dostawy.",
            "Nie przyjmujemy zwrotów po 30 dniach.",
            "",
        ] {
            assert!(!is_refusal(text), "{text}");
        }
    }

    fn read(text: &str) -> Vec<Sentence> {
        let mut stream = SentenceStream::new(2, Some("en"));
        let mut out = stream.push(text);
        out.extend(stream.finish());
        out
    }

    #[test]
    fn answers_refuse_wholly_partly_or_not() {
        for (text, wanted) in [
            ("The documents do not say.", Refusal::Wholly),
            ("I don't know. You may ask the office.", Refusal::Wholly),
            ("The fee is 5 EUR [1]. The documents do not say when it is due.", Refusal::Partly),
            ("The documents do not mention a discount. The fee is 5 EUR [1].", Refusal::Partly),
            ("The fee is 5 EUR [1].", Refusal::None),
            ("", Refusal::None),
        ] {
            assert_eq!(refusal(&read(text)), wanted, "{text}");
        }
        assert_eq!(read("x")[0].before, Break::Space);
    }
}
