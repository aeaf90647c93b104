use super::*;

/// Cuts at `¦` what `sentences` must cut, and nowhere else.
fn check(language: Option<&str>, marked: &str) {
    let text = marked.replace('¦', "");
    let wanted: Vec<&str> = marked.split('¦').map(str::trim).filter(|s| !s.is_empty()).collect();
    let found: Vec<&str> = sentences(&text, language).into_iter().map(|s| &text[s]).collect();
    assert_eq!(found, wanted, "language {language:?}");
}

#[test]
fn english() {
    let en = Some("en");
    check(
        en,
        "Dr. Smith met Mr. J. K. Rowling in St. Albans. ¦They talked, e.g. about No. 5, for 3.5 hours. ¦Really? ¦No. ¦I doubt it!",
    );
    check(
        en,
        "See www.Example.com/Foo.Bar for v2.1. ¦It costs $4.50 vs. $5.00. ¦Wait... what? ¦\"Go!\" ¦She went.",
    );
    check(
        en,
        "It opened at 9 a.m. ¦Monday was busy. ¦Acme Inc. has grown. ¦See art. 12 and Fig. 3. ¦He loves art. ¦She paints.",
    );
    check(en, "Ducks swim.[1][note 2] ¦They also fly.[3] ¦Some dive (cf. Fig. 2). ¦End");
    check(en, "The U.S. Senate met on Jan. 5, 2020. ¦It adjourned.");
}

#[test]
fn romanian() {
    let ro = Some("ro");
    check(
        ro,
        "Conform art. 5 alin. (2) lit. a) din Legea nr. 53/2003, dl. Ionescu răspunde. ¦Sediul este în str. Lungă nr. 3, bl. A2, ap. 7. ¦Tel. 021.",
    );
    check(
        ro,
        "S.C. Exemplu S.R.L. oferă garanție. ¦Prețul este de 1.299,50 lei. ¦Prof. univ. dr. Popa a spus: „Da!” ¦Apoi a plecat.",
    );
    check(ro, "Orașul a fost fondat în sec. IV î.Hr. de greci. ¦De ex. Tomis și Callatis. ¦Oare de ce?");
}

#[test]
fn polish() {
    let pl = Some("pl");
    check(
        pl,
        "Firma ABC sp. z o.o. działa m.in. w Łodzi. ¦Siedziba: ul. Długa 5, tzn. centrum. ¦Zgodnie z art. 3 ust. 2 pkt. 1 umowa wygasa.",
    );
    check(
        pl,
        "Koncert odbył się 3. maja 2020 r. w Krakowie. ¦Służył w 15. Dywizji. ¦W 1990 r. ¦Powstała spółka. ¦Kosztuje 5 zł. ¦To niedużo, np. Adam tak uważa.",
    );
    check(pl, "Prof. dr hab. inż. Jan Nowak przyjechał. ¦„Czy to prawda?” ¦Tak.");
}

#[test]
fn blocks_and_lines() {
    check(None, "A heading without a stop\n\n¦A line\nthat goes on. ¦Next\n\n¦Last");
    check(None, "- first item\n¦- second item\n¦1. third\n¦2. fourth");
    check(None, "name | price\n¦tea | 3\n\n¦Then prose.");
    check(None, "1. Introduction ¦");
    check(None, "これは文です。¦次の文です。");
    assert!(sentences(" \n\n ", None).is_empty());
}

proptest::proptest! {
    #[test]
    fn every_character_is_in_one_trimmed_sentence(text in "([A-Za-zăłș]{1,6}|[.!?\\[\\]()0-9|„”-]{1,3}|[ \n]{1,2}|。|\\PC){0,80}") {
        for language in [None, Some("en"), Some("ro"), Some("pl")] {
            let mut end = 0;
            for span in sentences(&text, language) {
                assert!(span.start >= end && text[end..span.start].trim().is_empty());
                let inside = &text[span.clone()];
                assert!(!inside.is_empty() && inside.trim().len() == inside.len());
                assert!(!inside.contains("\n\n"));
                end = span.end;
            }
            assert!(text[end..].trim().is_empty());
        }
    }
}
