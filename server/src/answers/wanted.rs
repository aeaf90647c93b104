//! What kind of thing a question asks for, told by its words, and whether a sentence holds one. A weak
//! signal among others: a question it does not understand asks for anything.

/// The kind of thing asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// An amount of money.
    Money,
    /// A number, a duration or a date.
    Number,
    /// A person or an organisation.
    Name,
    /// Something else, or it cannot be told.
    Anything,
}

/// Words and phrases of questions, lower case, in English, Romanian (with and without diacritics) and
/// Polish. They are matched from the start of a word, so that inflected forms count.
const MONEY: &[&str] = &[
    "price",
    "cost",
    "fee ",
    "fee?",
    "rate ",
    "how expensive",
    "what do we pay",
    "preț",
    "pret",
    "costă",
    "costa",
    "tarif",
    "taxă",
    "cena",
    "cenę",
    "ceny",
    "koszt",
    "opłat",
    "stawk",
];
const NUMBER: &[&str] = &[
    "how many",
    "how much",
    "how long",
    "how old",
    "how often",
    "how quick",
    "how fast",
    "how soon",
    "how far",
    "when ",
    "what year",
    "which year",
    "what date",
    "what time",
    "what percentage",
    "deadline",
    "cât",
    "când",
    "cat ",
    "cate ",
    "cati ",
    "cata ",
    "cand ",
    "ce an",
    "ce dată",
    "ce oră",
    "termen",
    "preaviz",
    "ile ",
    "kiedy",
    "którym roku",
    "której",
    "jak długo",
    "jak często",
    "jaki procent",
    "jak szybko",
];
const NAME: &[&str] = &["who ", "whom ", "cine ", "cui ", "kto ", "kogo ", "komu ", "z kim"];

/// Marks of money in a sentence, lower case.
const CURRENCIES: &[&str] =
    &["€", "$", "£", "zł", " lei", " leu", " ron", " eur", " pln", " usd", " gbp", "pence"];

impl Wanted {
    /// What the question asks for.
    pub(super) fn of(question: &str) -> Self {
        let lower = format!(" {} ", question.to_lowercase());
        let asks = |phrases: &[&str]| phrases.iter().any(|p| lower.contains(&format!(" {p}")));
        match () {
            () if asks(MONEY) => Self::Money,
            () if asks(NUMBER) => Self::Number,
            () if asks(NAME) => Self::Name,
            () => Self::Anything,
        }
    }

    /// Whether the sentence holds one.
    pub(super) fn is_in(self, sentence: &str) -> bool {
        let digits = || sentence.chars().any(char::is_numeric);
        match self {
            Self::Money => {
                let lower = sentence.to_lowercase();
                digits() && CURRENCIES.iter().any(|c| lower.contains(c))
            }
            Self::Number => digits(),
            // A capital after the first word.
            Self::Name => {
                sentence.split_whitespace().skip(1).any(|w| w.chars().next().is_some_and(char::is_uppercase))
            }
            Self::Anything => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_told_apart_in_three_languages() {
        for (question, wanted) in [
            ("What is the wholesale price of kefir?", Wanted::Money),
            ("Cât costă abonamentul?", Wanted::Money),
            ("Jaka jest cena kefiru?", Wanted::Money),
            ("How quickly will an engineer arrive?", Wanted::Number),
            ("Câte zile de concediu am?", Wanted::Number),
            ("Do kiedy trzeba zgłosić szkodę?", Wanted::Number),
            ("Who signs the contract?", Wanted::Name),
            ("Z kim mam rozmawiać?", Wanted::Name),
            ("Why is the lift slow?", Wanted::Anything),
            ("", Wanted::Anything),
        ] {
            assert_eq!(Wanted::of(question), wanted, "{question}");
        }
    }

    #[test]
    fn sentences_hold_what_is_asked_for_or_not() {
        assert!(Wanted::Money.is_in("Kefir kosztuje 3,45 zł za sztukę."));
        assert!(!Wanted::Money.is_in("Kefir comes in bottles of 400 ml."));
        assert!(Wanted::Number.is_in("Within 35 minutes."));
        assert!(Wanted::Name.is_in("Ask Maria."));
        assert!(!Wanted::Name.is_in("Ask somebody."));
    }
}
