use super::*;

fn readings(raw: &str, language: Language) -> Vec<Reading> {
    let text = Text::read(raw, language);
    dates(&text, &vec![false; text.tokens.len()]).into_iter().flat_map(|f| f.readings).collect()
}

fn day(year: impl Into<Option<u16>>, month: u8, day: impl Into<Option<u8>>) -> Reading {
    Reading::Date(PartialDate { year: year.into(), month: Some(month), day: day.into() })
}

const EN: Language = Language::English;
const RO: Language = Language::Romanian;
const PL: Language = Language::Polish;

#[test]
fn one_day_in_several_spellings() {
    for (raw, language) in [
        ("3 May 2020", EN),
        ("the 3rd of May 2020", EN),
        ("May 3, 2020", EN),
        ("2020-05-03", EN),
        ("03.05.2020", PL),
        ("3 mai 2020", RO),
        ("3 maja 2020 r.", PL),
        ("3 maja 2020 roku", PL),
    ] {
        assert_eq!(readings(raw, language), [day(2020, 5, 3)], "{raw}");
    }
    assert_eq!(readings("03/05/2020", EN), [day(2020, 5, 3), day(2020, 3, 5)]);
}

#[test]
fn parts_of_dates() {
    assert_eq!(readings("in May 2020", EN), [day(2020, 5, None)]);
    assert_eq!(readings("în martie", RO), [day(None, 3, None)]);
    assert_eq!(readings("w październiku 1990 roku", PL), [day(1990, 10, None)]);
    assert_eq!(readings("until 31 December", EN), [day(None, 12, 31)]);
    assert_eq!(readings("05/2020", EN), [day(2020, 5, None)]);
    assert_eq!(readings("in 1990", EN), [Reading::Date(PartialDate::year(1990))]);
    assert_eq!(readings("w 966 roku", PL), [Reading::Date(PartialDate::year(966))]);
}

#[test]
fn ranges_give_both_ends() {
    assert_eq!(readings("3-5 May 2020", EN), [day(2020, 5, 3), day(2020, 5, 5)]);
    assert_eq!(readings("od 3 do 5 maja", PL), [day(None, 5, 3), day(None, 5, 5)]);
    let years = [PartialDate::year(1914), PartialDate::year(1918)].map(Reading::Date);
    assert_eq!(readings("1914–1918", EN), years);
    assert_eq!(readings("1914-18", EN), years);
}

#[test]
fn decades_and_days_of_the_week() {
    assert_eq!(readings("the 1990s", EN), [Reading::Decade(1990)]);
    assert_eq!(readings("anii '90", RO), [Reading::Decade(90)]);
    assert_eq!(readings("lata 90. XX wieku", PL), [Reading::Decade(90)]);
    assert_eq!(readings("by Friday", EN), [Reading::Weekday(5)]);
    assert_eq!(readings("în fiecare luni", RO), [Reading::Weekday(1)]);
    assert_eq!(readings("în 24 de luni sau șase luni", RO), []);
}

#[test]
fn other_words_are_no_months() {
    assert_eq!(readings("You may march.", EN), []);
    assert_eq!(readings("mai mult de atât", RO), []);
    assert_eq!(readings("nowa marka", PL), []);
}

#[test]
fn amounts_and_versions_are_no_dates() {
    assert_eq!(readings("2000 lei", RO), []);
    assert_eq!(readings("$1990", EN), []);
    assert_eq!(readings("1.250,50", RO), []);
    assert_eq!(readings("2010.5 points", EN), []);
}
