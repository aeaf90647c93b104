//! Abbreviations that end in a full stop without ending a sentence, without that stop and in lower case.

/// How an abbreviation bears on the sentence it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Something always follows: `Dr.`, `e.g.`, `ul.`
    Continues,
    /// Continues before a number or a numeral only: `No. 5`, `art. 12`, `lit. a)`.
    BeforeNumber,
}

/// Titles, references and the like of every language.
const ANY: &[&str] = &[
    "dr", "prof", "mr", "mrs", "ms", "st", "e.g", "i.e", "cf", "vs", "viz", "gen", "col", "ing", "op",
    "et al", "ph.d", "resp",
];
const EN: &[&str] = &[
    "messrs", "rev", "hon", "capt", "lt", "sgt", "cpl", "gov", "sen", "rep", "pres", "mt", "ft", "approx",
    "esp", "incl", "u.k", "u.s",
];
const RO: &[&str] = &[
    "s.c", "dl", "d-l", "dna", "d-na", "dra", "d-ra", "av", "ec", "arh", "conf", "lect", "asist", "univ",
    "acad", "sf", "lt", "cpt", "mold", "str", "bd", "bld", "șos", "sos", "cal", "bl", "sc", "ap", "jud",
    "mun", "com", "loc", "ex", "de ex", "aprox", "cca", "pt", "inv", "n.r", "n.n", "n", "m", "c", "lb",
];
const PL: &[&str] = &[
    "np", "tzn", "tzw", "m.in", "tj", "ul", "al", "pl", "os", "św", "ks", "bp", "abp", "inż", "hab", "lek",
    "med", "płk", "ppłk", "mjr", "kpt", "por", "ppor", "im", "ang", "łac", "niem", "franc", "fr", "wł",
    "hiszp", "ros", "gr", "ok", "ur", "zm", "woj", "pow", "gm", "zob", "pt", "nt", "red", "tłum", "wyd",
    "oprac", "dot", "wg", "ww", "godz", "tys", "mies", "łac",
];
const NUMBERED_ANY: &[&str] = &[
    "no", "nos", "nr", "art", "fig", "vol", "p", "pp", "par", "tab", "tel", "fax", "cap", "ed", "ch", "sec",
    "eq", "lit",
];
const NUMBERED_EN: &[&str] = &[
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "app", "cl", "para",
];
const NUMBERED_RO: &[&str] =
    &["alin", "pct", "pag", "secț", "et", "anexa", "poz", "ian", "iun", "iul", "tit"];
const NUMBERED_PL: &[&str] =
    &["ust", "pkt", "poz", "rozdz", "str", "s", "zał", "rys", "dz", "m", "t", "z", "r"];

/// What `token` (lower case, without its last full stop) is in `language`; every list counts when the language is unknown.
pub(super) fn lookup(token: &str, language: Option<&str>) -> Option<Abbreviation> {
    let speaks = |code: &str| language.is_none() || language == Some(code);
    let in_lists = |any: &[&str], en: &[&str], ro: &[&str], pl: &[&str]| {
        any.contains(&token)
            || (speaks("en") && en.contains(&token))
            || (speaks("ro") && ro.contains(&token))
            || (speaks("pl") && pl.contains(&token))
    };
    if in_lists(ANY, EN, RO, PL) {
        Some(Abbreviation::Continues)
    } else if in_lists(NUMBERED_ANY, NUMBERED_EN, NUMBERED_RO, NUMBERED_PL) {
        Some(Abbreviation::BeforeNumber)
    } else {
        None
    }
}
