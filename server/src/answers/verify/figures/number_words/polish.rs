//! Polish number words, folded, in their cases and genders.

use super::Part;

const UNITS: &[(&str, f64)] = &[
    ("zero zera", 0.0),
    ("jeden jedna jedno jednego jednej jednemu jednym", 1.0),
    ("dwa dwie dwoch dwu dwom dwoma dwiema dwaj dwoje dwojga dwojgu", 2.0),
    ("trzy trzech trzem trzema trzej troje trojga", 3.0),
    ("cztery czterech czterem czterema czterej czworo", 4.0),
    ("piec pieciu piecioma piecioro", 5.0),
    ("szesc szesciu szescioma", 6.0),
    ("siedem siedmiu siedmioma", 7.0),
    ("osiem osmiu osmioma", 8.0),
    ("dziewiec dziewieciu dziewiecioma", 9.0),
    ("dziesiec dziesieciu dziesiecioma", 10.0),
    ("jedenascie jedenastu jedenastoma", 11.0),
    ("dwanascie dwunastu dwunastoma", 12.0),
    ("trzynascie trzynastu trzynastoma", 13.0),
    ("czternascie czternastu czternastoma", 14.0),
    ("pietnascie pietnastu pietnastoma", 15.0),
    ("szesnascie szesnastu szesnastoma", 16.0),
    ("siedemnascie siedemnastu siedemnastoma", 17.0),
    ("osiemnascie osiemnastu osiemnastoma", 18.0),
    ("dziewietnascie dziewietnastu dziewietnastoma", 19.0),
];

const TENS: &[(&str, f64)] = &[
    ("dwadziescia dwudziestu dwudziestoma", 20.0),
    ("trzydziesci trzydziestu trzydziestoma", 30.0),
    ("czterdziesci czterdziestu czterdziestoma", 40.0),
    ("piecdziesiat piecdziesieciu", 50.0),
    ("szescdziesiat szescdziesieciu", 60.0),
    ("siedemdziesiat siedemdziesieciu", 70.0),
    ("osiemdziesiat osiemdziesieciu", 80.0),
    ("dziewiecdziesiat dziewiecdziesieciu", 90.0),
];

const HUNDREDS: &[(&str, f64)] = &[
    ("sto stu", 100.0),
    ("dwiescie dwustu", 200.0),
    ("trzysta trzystu", 300.0),
    ("czterysta czterystu", 400.0),
    ("piecset pieciuset", 500.0),
    ("szescset szesciuset", 600.0),
    ("siedemset siedmiuset", 700.0),
    ("osiemset osmiuset", 800.0),
    ("dziewiecset dziewieciuset", 900.0),
];

const TIMES: &[(&str, f64)] = &[
    ("tysiac tysiaca tysiace tysiecy tysiacom tysiacami tysiacach tysiacu tys", 1e3),
    ("milion miliona miliony milionow milionom milionami milionach milionie mln", 1e6),
    ("miliard miliarda miliardy miliardow miliardom miliardami miliardach mld", 1e9),
    ("bilion biliona biliony bilionow", 1e12),
];

/// Stems of ordinals; the endings of adjectives follow.
const ORDINALS: &[(&str, f64)] = &[
    ("pierwsz", 1.0),
    ("drug", 2.0),
    ("trzec", 3.0),
    ("czwart", 4.0),
    ("piat", 5.0),
    ("szost", 6.0),
    ("siodm", 7.0),
    ("osm", 8.0),
    ("dziewiat", 9.0),
    ("dziesiat", 10.0),
    ("jedenast", 11.0),
    ("dwunast", 12.0),
    ("trzynast", 13.0),
    ("czternast", 14.0),
    ("pietnast", 15.0),
    ("szesnast", 16.0),
    ("siedemnast", 17.0),
    ("osiemnast", 18.0),
    ("dziewietnast", 19.0),
    ("dwudziest", 20.0),
    ("trzydziest", 30.0),
    ("czterdziest", 40.0),
    ("piecdziesiat", 50.0),
    ("szescdziesiat", 60.0),
    ("siedemdziesiat", 70.0),
    ("osiemdziesiat", 80.0),
    ("dziewiecdziesiat", 90.0),
    ("setn", 100.0),
];

/// Adjective endings, with those of the soft stem `trzeci`.
const ENDINGS: &[&str] = &[
    "y", "a", "e", "ego", "emu", "ej", "ym", "ych", "ymi", "i", "ie", "ia", "im", "iego", "iemu", "iej",
    "ich", "imi",
];

/// What the folded word does to a number.
pub(super) fn part(word: &str) -> Option<Part> {
    let find = |table: &[(&str, f64)]| {
        table.iter().find(|(forms, _)| forms.split(' ').any(|f| f == word)).map(|(_, v)| *v)
    };
    find(UNITS)
        .map(Part::Unit)
        .or_else(|| find(TENS).map(Part::Ten))
        .or_else(|| find(HUNDREDS).map(Part::Hundreds))
        .or_else(|| find(TIMES).map(Part::Times))
        .or_else(|| {
            ORDINALS
                .iter()
                .find(|(stem, _)| word.strip_prefix(stem).is_some_and(|rest| ENDINGS.contains(&rest)))
                .map(|(_, v)| Part::Ordinal(*v))
        })
}
