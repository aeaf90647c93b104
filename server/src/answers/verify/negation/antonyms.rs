//! Pairs of opposite words that change what a contract says: `included` and `excluded`, `before` and `after`, `minim` and `maxim`.

use footnote_index::Language::{self, English, Polish, Romanian};

use super::super::tokens::Token;

/// Stems of one side, stems of the other. A stem ending in `.` is the whole word. Folded.
const PAIRS: &[(Language, &str, &str)] = &[
    (English, "includ inclus", "exclud exclus except."),
    (English, "allow permit permiss", "forbid forbad prohibit ban. banned. bans."),
    (English, "before. prior. preced", "after. following. follows. followed. subsequent succeed"),
    (English, "more. greater. higher. above. exceed", "less. fewer. lower. below."),
    (English, "minimum. minimal. least.", "maximum. maximal. most."),
    (
        English,
        "increas rise. rises. rising. rose. risen. grow. grows. grew. grown. growing growth. gain",
        "decreas fall. falls. falling fell. fallen. declin reduc drop shrink shrank",
    ),
    (English, "first. initial", "last. final"),
    (English, "early. earlier. earliest.", "late. later. latest."),
    (
        English,
        "begin began begun start. starts. started. starting.",
        "end. ends. ended. ending. finish stop. stops. stopped.",
    ),
    (English, "open.", "closed. shut."),
    (English, "win. wins. won. winning. winner victor", "lose. loses. lost. losing loser defeat"),
    (English, "accept approv", "reject refus deny. denied. denies. declin"),
    (English, "buy. buys. bought. buyer purchas", "sell. sells. sold. seller"),
    (English, "import. imports. imported. importing.", "export. exports. exported. exporting."),
    (English, "landlord. lessor.", "tenant. lessee."),
    (English, "employer", "employee"),
    (English, "lender creditor", "borrower debtor"),
    (English, "credit. credited.", "debit. debited."),
    (English, "mandatory. compulsory. obligatory. required.", "optional voluntary."),
    (English, "always.", "never. rarely. seldom."),
    (English, "with.", "without."),
    (
        English,
        "large. larger. largest. big. bigger. biggest. great. greatest. major.",
        "small. smaller. smallest. little. minor. tiny.",
    ),
    (English, "high. highest. highly.", "low. lowest."),
    (English, "long. longer. longest.", "short. shorter. shortest."),
    (English, "old. older. oldest.", "new. newer. newest. young. younger. youngest."),
    (English, "north. northern.", "south. southern."),
    (English, "east. eastern.", "west. western."),
    (English, "left.", "right."),
    (English, "strong stronger.", "weak"),
    (English, "many. several.", "few."),
    (English, "same. identical.", "different"),
    (English, "free.", "paid. charged."),
    (English, "gross.", "net."),
    (English, "public.", "private."),
    (English, "best. better.", "worst. worse."),
    (English, "enter. enters. entered.", "leave. leaves. left."),
    (English, "success succeed", "fail. fails. failed. failing. failure unsuccess"),
    (English, "majority.", "minority."),
    (English, "inside. internal", "outside. external"),
    (English, "upper. top.", "lower. bottom."),
    (English, "support. supports. supported. supporting.", "oppos"),
    (English, "legal. lawful", "illegal. unlawful"),
    (English, "positive", "negative"),
    (English, "male. men. man.", "female. women. woman."),
    (Romanian, "inclu", "exclu except"),
    (Romanian, "permis. permisa. permise. permite. permit. autoriz", "interzi"),
    (Romanian, "inainte. inaintea. anterior precedent", "dupa. ulterior ulterioara urmator"),
    (Romanian, "minim", "maxim"),
    (
        Romanian,
        "crest creas majora. majorat. majoreaz majorare sporit",
        "scad scaz micsor reduc redus diminu",
    ),
    (Romanian, "primul. prima. primii. primele. initial", "ultimul. ultima. ultimii. ultimele. final"),
    (Romanian, "incep", "sfars incheie. incheiat. termin. termina. terminat."),
    (Romanian, "castig invinga victori", "pierd pierz infrang"),
    (Romanian, "accept aprob", "refuz resping"),
    (Romanian, "cumpar achizition", "vand vanz vinde"),
    (Romanian, "import. importa. importul. importate.", "export. exporta. exportul. exportate."),
    (Romanian, "locator. locatorul. proprietar", "locatar chirias"),
    (Romanian, "angajator", "angajat. angajatul. angajatii. angajatului. angajatilor. salariat"),
    (Romanian, "obligatori", "optional facultativ"),
    (Romanian, "intotdeauna. mereu. totdeauna.", "niciodata."),
    (Romanian, "cu.", "fara."),
    (Romanian, "mare. mari. marele. marea. marii.", "mic. mica. mici. micul. micii."),
    (Romanian, "mult. multa. multe. multi.", "putin. putina. putine. putini."),
    (Romanian, "peste. deasupra.", "sub."),
    (Romanian, "inalt ridicat", "scazut. scazuta. scazute. jos. joasa. joase."),
    (Romanian, "lung. lunga. lungi.", "scurt. scurta. scurte. scurti."),
    (Romanian, "vech. veche. vechi. batran", "nou. noi. tanar tiner"),
    (Romanian, "nord. nordul. nordic", "sud. sudul. sudic"),
    (Romanian, "est. estul. estic", "vest. vestul. vestic"),
    (Romanian, "gratuit gratis.", "platit contra"),
    (Romanian, "brut. bruta.", "net. neta."),
    (Romanian, "public. publica. publice.", "privat"),
    (Romanian, "majoritat", "minorit"),
    (Romanian, "acelasi. aceeasi. aceleasi. identic", "diferit"),
    (Romanian, "intern", "extern"),
    (Romanian, "devreme.", "tarziu."),
    (Romanian, "legal", "ilegal"),
    (Romanian, "deschis. deschisa. deschise. deschisi.", "inchis. inchisa. inchise. inchisi."),
    (Romanian, "vanzator", "cumparator"),
    (Romanian, "pozitiv", "negativ"),
    (Polish, "zawiera. wliczon wliczan obejmuj wlaczn wlaczaj", "wylacz wyklucz oprocz."),
    (Polish, "dozwolon wolno. dopuszcz zezwal", "zabron zakaz zakazan niedozwolon"),
    (Polish, "przed. wczesniej poprzed uprzedn", "po. pozniej nastepn"),
    (Polish, "wiecej. powyzej. ponad. wyzsz wieksz", "mniej. ponizej. nizsz mniejsz"),
    (Polish, "minim najmniej.", "maksym najwyzej."),
    (Polish, "wzrost wzrasta wzrosl wzrosn zwieksz rosn rosl", "spad malej malal zmniejsz obniz zmala"),
    (Polish, "pierwsz poczatk", "ostatni koncow"),
    (Polish, "rozpocz rozpoczyn zaczyn zaczal zaczel poczat", "zakoncz konczy koncz skoncz"),
    (Polish, "wygra zwyciez wygryw", "przegra przegryw pokonan"),
    (Polish, "przyjm przyjal przyjel akcept zatwierdz", "odrzuc odmow odmaw"),
    (Polish, "kupi. kupil kupowa nabyw zakup kupn", "sprzedaz sprzedal sprzedaj sprzedan zbyw"),
    (Polish, "import", "eksport"),
    (Polish, "wynajmujac", "najemc najemc"),
    (Polish, "pracodawc", "pracowni"),
    (Polish, "obowiazkow", "dobrowoln opcjonaln fakultatywn"),
    (Polish, "zawsze.", "nigdy."),
    (Polish, "z. ze.", "bez."),
    (
        Polish,
        "duz. duza. duze. duzy. duzego. duzej. duzych. wielk",
        "mal. mala. male. maly. malego. malej. malych. niewielk",
    ),
    (Polish, "najwieksz", "najmniejsz"),
    (Polish, "najwyzsz", "najnizsz"),
    (Polish, "wysok", "nisk"),
    (Polish, "dlug dluz", "krotk krots"),
    (
        Polish,
        "star. stara. stare. stary. starego. starej. starsz najstarsz",
        "now. nowa. nowe. nowy. nowego. nowej. mlod najmlodsz",
    ),
    (Polish, "polnoc", "poludni"),
    (Polish, "wschod", "zachod"),
    (Polish, "darmow bezplatn", "platn. platny. platna. platne. odplatn"),
    (Polish, "brutto.", "netto."),
    (Polish, "publiczn", "prywatn"),
    (Polish, "wiekszosc", "mniejszosc"),
    (Polish, "wewnetrzn", "zewnetrzn"),
    (Polish, "prawy. prawa. prawej. prawego.", "lewy. lewa. lewej. lewego."),
    (Polish, "wiele. wielu. licz", "niewiel kilk malo."),
    (Polish, "silny silna silne siln", "slab"),
    (Polish, "otwart czynn", "zamkniet nieczynn"),
    (Polish, "podnies podnos podwyzsz", "obniz"),
    (Polish, "sprzedawc", "kupujac nabywc"),
    (Polish, "lepsz najleps", "gorsz najgors"),
];

/// A word's place among the pairs: which pair, and which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) pair: usize,
    pub(super) first: bool,
}

/// Every pair the word is in.
pub(super) fn sides(token: &Token, language: Language) -> Vec<Side> {
    if !token.is_word() {
        return Vec::new();
    }
    let has = |stems: &str| {
        stems.split(' ').any(|stem| match stem.strip_suffix('.') {
            Some(word) => token.folded == word,
            None => token.folded.starts_with(stem),
        })
    };
    let mut out = Vec::new();
    for (pair, (_, first, second)) in PAIRS.iter().enumerate().filter(|(_, (l, _, _))| *l == language) {
        match (has(first), has(second)) {
            (true, false) => out.push(Side { pair, first: true }),
            (false, true) => out.push(Side { pair, first: false }),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::tokens::Text;
    use super::*;

    fn opposite(a: &str, b: &str, language: Language) -> bool {
        let (x, y) = (Text::read(a, language), Text::read(b, language));
        let others = sides(&y.tokens[0], language);
        sides(&x.tokens[0], language)
            .iter()
            .any(|s| others.iter().any(|o| o.pair == s.pair && o.first != s.first))
    }

    #[test]
    fn opposites_meet_in_each_language() {
        assert!(opposite("included", "excludes", Language::English));
        assert!(opposite("before", "after", Language::English));
        assert!(opposite("inclusă", "exclusă", Language::Romanian));
        assert!(opposite("minim", "maximum", Language::Romanian));
        assert!(opposite("dozwolone", "zabronione", Language::Polish));
        assert!(opposite("wzrosła", "spadła", Language::Polish));
        assert!(!opposite("included", "includes", Language::English));
        assert!(!opposite("before", "less", Language::English));
    }
}
