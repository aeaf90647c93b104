//! Names of months and days of the week, inflected and abbreviated. Folded.

use footnote_index::Language::{self, English, Polish, Romanian};

/// Month, language, forms that name it anywhere, forms that need a day or a year beside them because they are other words too.
const MONTHS: &[(u8, Language, &str, &str)] = &[
    (1, English, "january", "jan"),
    (2, English, "february", "feb"),
    (3, English, "", "march mar"),
    (4, English, "april", "apr"),
    (5, English, "", "may"),
    (6, English, "june", "jun"),
    (7, English, "july", "jul"),
    (8, English, "", "august aug"),
    (9, English, "september", "sep sept"),
    (10, English, "october", "oct"),
    (11, English, "november", "nov"),
    (12, English, "december", "dec"),
    (1, Romanian, "ianuarie ian", ""),
    (2, Romanian, "februarie feb febr", ""),
    (3, Romanian, "martie", "mart mar"),
    (4, Romanian, "aprilie", "apr"),
    (5, Romanian, "", "mai"),
    (6, Romanian, "iunie", "iun"),
    (7, Romanian, "iulie", "iul"),
    (8, Romanian, "august", "aug"),
    (9, Romanian, "septembrie", "sept sep"),
    (10, Romanian, "octombrie", "oct"),
    (11, Romanian, "noiembrie", "nov"),
    (12, Romanian, "decembrie", "dec"),
    (1, Polish, "stycznia styczen styczniu styczniem", "stycz"),
    (2, Polish, "lutego lutym", "luty"),
    (3, Polish, "marzec marcu marcem", "marca marc"),
    (4, Polish, "kwietnia kwiecien kwietniu kwietniem", "kwiec kwi"),
    (5, Polish, "", "maja maj maju majem"),
    (6, Polish, "czerwca czerwiec czerwcu czerwcem", "czerw"),
    (7, Polish, "lipca lipiec lipcu lipcem", ""),
    (8, Polish, "sierpnia sierpien sierpniu sierpniem", "sierp"),
    (9, Polish, "wrzesnia wrzesien wrzesniu wrzesniem", "wrzes wrz"),
    (10, Polish, "pazdziernika pazdziernik pazdzierniku pazdziernikiem", "pazdz"),
    (11, Polish, "listopada listopad listopadzie listopadem", ""),
    (12, Polish, "grudnia grudzien grudniu grudniem", "grud"),
];

const DAYS: &[(u8, Language, &str)] = &[
    (1, English, "monday mondays"),
    (2, English, "tuesday tuesdays"),
    (3, English, "wednesday wednesdays"),
    (4, English, "thursday thursdays"),
    (5, English, "friday fridays"),
    (6, English, "saturday saturdays"),
    (7, English, "sunday sundays"),
    (1, Romanian, "luni lunea"),
    (2, Romanian, "marti martea"),
    (3, Romanian, "miercuri miercurea"),
    (4, Romanian, "joi joia"),
    (5, Romanian, "vineri vinerea"),
    (6, Romanian, "sambata sambete"),
    (7, Romanian, "duminica duminici"),
    (1, Polish, "poniedzialek poniedzialku poniedzialki poniedzialkiem"),
    (2, Polish, "wtorek wtorku wtorki wtorkiem"),
    (3, Polish, "sroda srode srody srodzie sroda"),
    (4, Polish, "czwartek czwartku czwartki czwartkiem"),
    (5, Polish, "piatek piatku piatki piatkiem"),
    (6, Polish, "sobota sobote soboty sobocie"),
    (7, Polish, "niedziela niedziele niedzieli niedziela"),
];

/// The month a word names, and whether it does so without a day or year beside it.
pub(super) fn month(folded: &str, language: Language) -> Option<(u8, bool)> {
    let has = |forms: &str| !folded.is_empty() && forms.split(' ').any(|f| f == folded);
    MONTHS.iter().filter(|(_, l, _, _)| *l == language).find_map(|(month, _, sure, needy)| {
        if has(sure) { Some((*month, true)) } else { has(needy).then_some((*month, false)) }
    })
}

/// The day of the week a word names, from 1 for Monday.
pub(super) fn weekday(folded: &str, language: Language) -> Option<u8> {
    DAYS.iter()
        .find(|(_, l, forms)| *l == language && forms.split(' ').any(|f| f == folded))
        .map(|(day, _, _)| *day)
}
