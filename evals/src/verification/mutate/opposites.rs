//! A word of the claim becomes its opposite.

use footnote_index::Language;

use super::super::Pair;
use super::super::rng::Rng;
use super::super::words::{in_case_of, replace, words};

fn pairs(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => &[
            ("before", "after"),
            ("more", "less"),
            ("increased", "decreased"),
            ("increase", "decrease"),
            ("included", "excluded"),
            ("allowed", "forbidden"),
            ("largest", "smallest"),
            ("higher", "lower"),
            ("high", "low"),
            ("highest", "lowest"),
            ("north", "south"),
            ("northern", "southern"),
            ("east", "west"),
            ("eastern", "western"),
            ("won", "lost"),
            ("above", "below"),
            ("early", "late"),
            ("earlier", "later"),
            ("larger", "smaller"),
            ("large", "small"),
            ("first", "last"),
            ("began", "ended"),
            ("best", "worst"),
            ("public", "private"),
            ("maximum", "minimum"),
            ("most", "least"),
            ("always", "never"),
            ("accepted", "rejected"),
            ("rich", "poor"),
            ("over", "under"),
            ("strong", "weak"),
            ("old", "new"),
            ("oldest", "newest"),
            ("bought", "sold"),
            ("many", "few"),
            ("majority", "minority"),
            ("internal", "external"),
            ("positive", "negative"),
        ],
        Language::Romanian => &[
            ("înainte", "după"),
            ("inclus", "exclus"),
            ("inclusă", "exclusă"),
            ("crescut", "scăzut"),
            ("creștere", "scădere"),
            ("creșterea", "scăderea"),
            ("nord", "sud"),
            ("est", "vest"),
            ("mare", "mic"),
            ("mari", "mici"),
            ("primul", "ultimul"),
            ("prima", "ultima"),
            ("maxim", "minim"),
            ("maximă", "minimă"),
            ("câștigat", "pierdut"),
            ("public", "privat"),
            ("mult", "puțin"),
            ("majoritatea", "minoritatea"),
            ("întotdeauna", "niciodată"),
            ("început", "sfârșit"),
            ("vechi", "nou"),
            ("permis", "interzis"),
            ("intern", "extern"),
        ],
        Language::Polish => &[
            ("przed", "po"),
            ("więcej", "mniej"),
            ("największy", "najmniejszy"),
            ("największa", "najmniejsza"),
            ("największe", "najmniejsze"),
            ("pierwszy", "ostatni"),
            ("pierwsza", "ostatnia"),
            ("wzrost", "spadek"),
            ("wzrosła", "spadła"),
            ("wzrósł", "spadł"),
            ("rozpoczął", "zakończył"),
            ("rozpoczęła", "zakończyła"),
            ("wygrał", "przegrał"),
            ("zawsze", "nigdy"),
            ("ponad", "poniżej"),
            ("północ", "południe"),
            ("wschód", "zachód"),
            ("wschodniej", "zachodniej"),
            ("północnej", "południowej"),
            ("wysoki", "niski"),
            ("wysokiej", "niskiej"),
            ("duży", "mały"),
            ("duże", "małe"),
            ("większość", "mniejszość"),
            ("lepszy", "gorszy"),
            ("stary", "nowy"),
            ("stare", "nowe"),
            ("dużą", "małą"),
            ("dozwolone", "zabronione"),
            ("maksymalnie", "minimalnie"),
            ("zwiększenie", "zmniejszenie"),
            ("publicznych", "prywatnych"),
            ("większa", "mniejsza"),
            ("większe", "mniejsze"),
        ],
    }
}

pub(super) fn changed(pair: &Pair, rng: &mut Rng) -> Option<String> {
    let claim = &pair.claim;
    let places: Vec<_> = words(claim)
        .into_iter()
        .filter_map(|range| {
            let word = claim[range.clone()].to_lowercase();
            let other = pairs(pair.language)
                .iter()
                .find_map(|(a, b)| if *a == word { Some(*b) } else { (*b == word).then_some(*a) })?;
            Some((range, other))
        })
        .collect();
    let (range, with) = rng.pick(&places)?;
    Some(replace(claim, range, &in_case_of(with, &claim[range.clone()])))
}
