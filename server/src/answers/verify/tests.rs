use super::*;

fn findings(claim: &str, quote: &str, language: Language) -> Findings {
    check(claim, &Evidence { quote, context: "", language: Some(language) }, Some(language))
}

#[test]
fn every_item_has_its_place_in_claim_and_quote() {
    let claim = "Kestrel Vane delivers SKU-4411/B for 1250.5 RON by 3 May 2026.";
    let quote = "Produsul SKU-4411/B costă 1.250,50 lei și este livrat de Kestrel Vane până la 03.05.2026.";
    let found = check(
        claim,
        &Evidence { quote, context: "", language: Some(Language::Romanian) },
        Some(Language::English),
    );
    let of = |kind: Kind| {
        let item = found.items.iter().find(|f| f.kind == kind).expect("an item of this kind");
        (&claim[item.claim.clone()], item.evidence.clone().map(|e| &quote[e]), item.outcome)
    };
    assert_eq!(of(Kind::Code), ("SKU-4411/B", Some("SKU-4411/B"), Outcome::Found));
    assert_eq!(of(Kind::Figure), ("1250.5 RON", Some("1.250,50 lei"), Outcome::Found));
    assert_eq!(of(Kind::Date), ("3 May 2026", Some("03.05.2026"), Outcome::Found));
    assert_eq!(of(Kind::Name), ("Kestrel Vane", Some("Kestrel"), Outcome::Found));
    assert!(!found.one_language);
}

#[test]
fn a_part_of_a_denied_sentence_is_no_quotation() {
    let quote = "No refunds are given for opened packages.";
    let found = findings("Refunds are given for opened packages.", quote, Language::English);
    assert_eq!(found.verbatim, None);
    assert_eq!(found.worst(), Outcome::Contradicted);
    let whole = findings("no refunds are given for opened packages", quote, Language::English);
    assert!(whole.verbatim.is_some());
}

#[test]
fn a_figure_in_another_place_is_contradicted() {
    let quote = "The engineer arrives within 35 minutes in Timișoara and within 90 minutes in Arad.";
    assert_eq!(
        findings("In Arad the engineer arrives within 90 minutes.", quote, Language::English).worst(),
        Outcome::Found
    );
    let swapped = findings("The engineer arrives within 90 minutes in Timișoara.", quote, Language::English);
    assert_eq!(swapped.worst(), Outcome::Contradicted);
}

#[test]
fn names_and_dates_may_stand_in_the_title() {
    let evidence =
        Evidence { quote: "The fee is 40 EUR.", context: "Price list of Kestrel Vane, 2026", language: None };
    assert_eq!(check("Kestrel Vane's fee in 2026 is 40 EUR.", &evidence, None).worst(), Outcome::Found);
    assert_eq!(check("Kestrel Vane's fee in 2025 is 40 EUR.", &evidence, None).worst(), Outcome::Missing);
}

#[test]
fn odd_input_is_read_without_panic() {
    for text in [
        "",
        " ",
        "\u{301}",
        "١٢٣",
        "日本語",
        "a\u{AD}b",
        "½",
        "§",
        "$",
        "-",
        "1.",
        "12'",
        "'90",
        "€€ 5,,5",
        "🙂 5",
        "5 ½ ½",
        "nr",
        "art.",
    ] {
        for other in ["", "5", text] {
            let found = check(text, &Evidence::from(other), None);
            assert!((0.0..=1.0).contains(&found.coverage), "{text:?}");
        }
    }
}
