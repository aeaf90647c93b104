use super::*;

fn all(raw: &str, language: Language) -> Vec<Figure> {
    let text = Text::read(raw, language);
    figures(&text, &vec![false; text.tokens.len()]).into_iter().map(|f| f.figure).collect()
}

fn compare(claim: (&str, Language), evidence: (&str, Language)) -> Same {
    let claims = all(claim.0, claim.1);
    let others = all(evidence.0, evidence.1);
    assert_eq!(claims.len(), 1, "{claim:?}: {claims:?}");
    others.iter().map(|e| claims[0].compare(e)).max().unwrap_or(Same::No)
}

const EN: Language = Language::English;
const RO: Language = Language::Romanian;
const PL: Language = Language::Polish;

#[test]
fn one_amount_in_several_spellings() {
    for (a, b) in [
        (("1.250,50 lei", RO), ("1250.5 RON", RO)),
        (("1,200 people", EN), ("1200 people", EN)),
        (("five days", EN), ("5 days", EN)),
        (("25 de zile", RO), ("douăzeci și cinci de zile", RO)),
        (("dwadzieścia pięć dni", PL), ("25 dni", PL)),
        (("24 months", EN), ("two years", EN)),
        (("trzyletnia", PL), ("3 lata", PL)),
        (("24-miesięczna", PL), ("24 miesiące", PL)),
        (("half an hour", EN), ("30 minutes", EN)),
        (("pół godziny", PL), ("30 minut", PL)),
        (("1.5 million euro", EN), ("€1,500,000", EN)),
        (("120 de mii de lei", RO), ("120.000 RON", RO)),
        (("5 tys. zł", PL), ("5000 złotych", PL)),
        (("3/4", EN), ("0.75", EN)),
        (("XIX", RO), ("19", RO)),
        (("19th", EN), ("19", EN)),
        (("7 percent", EN), ("7%", EN)),
        (("10 zile", RO), ("5-10 zile", RO)),
        (("5 zile", RO), ("5-10 zile", RO)),
        (("-5 °C", EN), ("−5 °C", EN)),
        (("£3 million", EN), ("£3m", EN)),
        (("two thirds", EN), ("2/3", EN)),
    ] {
        assert_eq!(compare(a, b), Same::Yes, "{a:?} {b:?}");
    }
}

#[test]
fn other_amounts_and_other_units() {
    for (a, b, expected) in [
        (("35 minutes", EN), ("35 hours", EN), Same::OtherUnit),
        (("45 lei", RO), ("45 euro", RO), Same::OtherUnit),
        (("45 lei", RO), ("45", RO), Same::UnitUnsaid),
        (("45", RO), ("45 lei", RO), Same::Yes),
        (("5 days", EN), ("50 days", EN), Same::No),
        (("-5 °C", EN), ("5 °C", EN), Same::No),
        (("10 days", EN), ("10 working days", EN), Same::Roughly),
        (("10 working days", EN), ("10 days", EN), Same::OtherUnit),
        (("about 1.2 million", EN), ("1,214,000", EN), Same::Roughly),
        (("1.2 million", EN), ("1,214,000", EN), Same::No),
        (("3 million", EN), ("3 billion", EN), Same::No),
    ] {
        assert_eq!(compare(a, b), expected, "{a:?} {b:?}");
    }
}

#[test]
fn words_that_often_are_no_numbers_are_weak() {
    let weak = |raw: &str, language| {
        let text = Text::read(raw, language);
        figures(&text, &vec![false; text.tokens.len()]).first().map(|f| f.weak)
    };
    assert_eq!(weak("one of them", EN), Some(true));
    assert_eq!(weak("one week", EN), Some(false));
    assert_eq!(weak("two of them", EN), Some(false));
    assert_eq!(weak("o mașină nouă", RO), Some(true));
    assert_eq!(weak("a car", EN), None);
}
