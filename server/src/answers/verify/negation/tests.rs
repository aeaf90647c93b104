use footnote_index::Language;

use super::super::anchors::Analysed;
use super::*;

fn contradicts(claim: &str, evidence: &str, language: Language) -> bool {
    let (a, b) = (Analysed::read(claim, language), Analysed::read(evidence, language));
    check(&Likeness::of(&a, &b)).iter().any(|f| f.outcome >= Outcome::Missing)
}

const EN: Language = Language::English;
const RO: Language = Language::Romanian;
const PL: Language = Language::Polish;

#[test]
fn a_negation_added_or_dropped_is_seen() {
    for (claim, evidence, language) in [
        ("VAT is included in the price.", "VAT is not included in the price.", EN),
        ("VAT is not included in the price.", "VAT is included in the price.", EN),
        ("Refunds are given for opened packages.", "No refunds are given for opened packages.", EN),
        ("You can cancel without notice.", "You can cancel with one month's notice.", EN),
        ("Transportul este inclus în preț.", "Transportul nu este inclus în preț.", RO),
        ("Transportul este neinclus în preț.", "Transportul este inclus în preț.", RO),
        ("Contractul se reziliază cu preaviz.", "Contractul se reziliază fără preaviz.", RO),
        ("Opłata podlega zwrotowi.", "Opłata nie podlega zwrotowi.", PL),
        ("Oferta jest nieważna po tym terminie.", "Oferta jest ważna po tym terminie.", PL),
        ("Cena zawiera opłatę za dostawę.", "Cena nie zawiera opłaty za dostawę.", PL),
    ] {
        assert!(contradicts(claim, evidence, language), "{claim} / {evidence}");
    }
}

#[test]
fn one_denial_in_other_words_is_no_contradiction() {
    for (claim, evidence, language) in [
        ("No fees are charged for returns.", "The company does not charge fees for returns.", EN),
        ("VAT is excluded from the price.", "VAT is not included in the price.", EN),
        ("The deposit is non-refundable.", "The deposit is not refundable.", EN),
        ("The battery lasts two years.", "The battery lasts two years. The charger is not covered.", EN),
        ("Transportul este neinclus.", "Transportul nu este inclus.", RO),
        ("Nu se percepe nicio taxă.", "Taxe nu se percep.", RO),
        ("Nie pobieramy żadnych opłat.", "Opłat nie pobieramy nigdy.", PL),
        ("Oferta jest nieważna.", "Oferta nie jest ważna.", PL),
    ] {
        assert!(!contradicts(claim, evidence, language), "{claim} / {evidence}");
    }
}

#[test]
fn opposite_words_in_one_place_contradict() {
    for (claim, evidence, language) in [
        ("The invoice is paid after delivery.", "The invoice is paid before delivery.", EN),
        ("Delivery is excluded from the price.", "Delivery is included in the price.", EN),
        ("Prețul crește în fiecare an.", "Prețul scade în fiecare an.", RO),
        ("Palenie jest dozwolone w budynku.", "Palenie jest zabronione w budynku.", PL),
    ] {
        assert!(contradicts(claim, evidence, language), "{claim} / {evidence}");
    }
    let quote = "Notice is given before the first of May; payment is due after delivery of the goods.";
    assert!(!contradicts("Payment is due after delivery of the goods.", quote, EN));
}
