//! Orders to a model in Polish. Sentences are folded: lower case, no diacritics.
//!
//! As in Romanian, the second person singular of the imperative tells an order to a model from a request to readers.

use super::rules::Rule;

/// Word classes of the patterns, a later one may use an earlier one.
pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "orders",
        r"instrukcj\w+|polece\w+|wytyczn\w+|regul\w*|zasad\w*|prompt\w*|rozkaz\w*|dyrektyw\w*|ograniczen\w*|wskazow\w+|komend\w*|nakaz\w*|kontekst\w*",
    ),
    (
        "prior",
        r"wczesniejsz\w+|poprzedni\w+|powyzsz\w+|powyzej|dotychczasow\w+|uprzedni\w+|pierwotn\w+|poczatkow\w+|wszystk\w+|wszelk\w+|swoj\w*|twoj\w*|systemow\w+|otrzyman\w+",
    ),
    (
        "before",
        r"wczesniej|dotychczas|do tej pory|dotad|przedtem|powyzej|uprzednio|na poczatku|przed tym|do tego miejsca",
    ),
    (
        "machine",
        r"asysten(?:t|cie|ta|tow|towi|tem|ci|tom)(?: (?:ai|wirtualn\w+|cyfrow\w+|automatyczn\w+))?|model(?:u|e|i|om|owi)? (?:ai|jezykow\w+)|cza(?:t|d) ?bo\w+|chat ?bo\w+|bo(?:t|cie|ty|tom|ta)|sztuczn\w+ inteligencj\w+|system(?:y|u|ie|om|ow)? (?:automatyczn\w+|ai|inteligentn\w+)|automat(?:y|om|ow|cie)?|robo(?:t|ty|cie|tom|tow)|agen(?:t|cie|ci|tom) ai|ai",
    ),
    (
        "say",
        r"odpowi\w+|odpowiad\w+|napisz\w*|pisz\w*|mow|powiedz|wspomin\w+|wspomn\w+|polec\w*|rekomend\w+|doda(?:j|waj|c|wac)|pomin\w*|pomij\w+|przemilcz\w*|opisz\w*|opis(?:uj|ac|ywac)\w*|przedstaw\w*|ocen\w+|chwal\w*|pochwal\w*|podsumow\w+|streszcz\w*|zignor\w+|ignor\w+|uzna\w*|twierdz\w*|zatwierdz\w*|podaj|podawaj",
    ),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "override",
        when: &[
            r"{imp}(?:zignoruj(?:cie)?|ignoruj(?:cie)?|zapomnij(?:cie)?(?: o)?|pomin|pomijaj|odrzuc|porzuc|obejdz|nie (?:stosuj|przestrzegaj|sluchaj|trzymaj) (?:sie )?|przestan (?:stosowac|przestrzegac|sluchac)|nie zwazaj na)\b.{0,30}\b{orders}\b",
            r"\b{prior}\b",
        ],
        unless: &[r"\bnasz\w+\b"],
    },
    Rule {
        name: "override",
        when: &[
            r"\b(?:to|wszystko|cokolwiek|co),? (?:co )?(?:ci )?(?:kazano|powiedziano|polecono|nakazano|przekazano|zlecono|mowiono|kazali|polecili)(?: ci)?\b.{0,30}\b{before}\b|\b{before}\b.{0,15}\b(?:ci (?:kazano|powiedziano|polecono|nakazano|zlecono)|(?:kazano|powiedziano|polecono|nakazano|zlecono) ci)",
        ],
        unless: &[],
    },
    Rule {
        name: "override",
        when: &[
            r"\b(?:twoje|otrzymane|poczatkowe) (?:\w+ )?(?:instrukcje|polecenia|zasady|wytyczne|reguly)\b.{0,40}\b(?:nie obowiazuj\w+|przesta\w+|uniewazni\w+|straci\w+|traca|nieaktualne|zawieszone|zastapion\w+)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "prompt theft",
        when: &[
            r"{imp}(?:\w+ (?:\w+ )?)?(?:wypisz|ujawnij|pokaz|podaj|wyswietl|zacytuj|przytocz|powtorz|skopiuj|zdradz|przepisz|wydrukuj|przetlumacz|wyslij|wyrecytuj)\b.{0,50}(?:\bprompt\w*|\b(?:instrukcj\w+|polecen\w+|tekst\w*|wiadomosc\w*|konfiguracj\w+|wytyczn\w+|zasad\w*) (?:systemow\w+|ukryt\w+|tajn\w+|poczatkow\w+|wewnetrzn\w+)|\b(?:ukryt\w+|tajn\w+|poczatkow\w+|systemow\w+) (?:tekst\w*|instrukcj\w+|polecen\w+|wytyczn\w+|wiadomosc\w*)|\bcie (?:skonfigurowano|zaprogramowano|wytrenowano|poinstruowano|ustawiono))",
        ],
        unless: &[],
    },
    Rule {
        name: "role play",
        when: &[
            r"\b(?:od teraz|odtad|od tej (?:chwili|pory)|od tego momentu|teraz)\b,? .{0,10}\b(?:jestes|bedziesz|nazywasz sie|grasz|dzialasz|stajesz sie|zachowujesz sie)\b",
            r"\b(?:bot\w*|\w+bot\w*|asystent\w*|model\w*|ai|bez (?:zadnych )?(?:ograniczen|zasad|filtrow|cenzury|regul|limitow)|nieograniczon\w+)\b",
        ],
        unless: &[r"\basystent\w* (?:kierownika|dyrektora|prezesa|sprzedazy|biura|zarzadu)"],
    },
    Rule {
        name: "role play",
        when: &[
            r"\b(?:udawaj|wyobraz sobie|wciel sie|zagraj|odgrywaj|odegraj|zachowuj sie jak|mow jak|graj role|przyjmij role)\b",
            r"\b(?:bez (?:zadnych )?(?:ograniczen|zasad|filtrow|cenzury|regul)|ograniczen\w*|haker\w*|hasl\w+|wszystko ujawni\w*|moze(?:sz)? (?:ujawni\w*|zdradz\w*|powiedziec wszystko)|zdradz\w*|ujawni\w*|w jego imieniu|nie obowiazuj\w+)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "addressed",
        when: &[
            r"(?:^|[.!?:\[(>*#-]\s*)(?:drog[ia]|drodzy|szanown[yaei]|hej|halo|witaj|uwaga|notatka|wiadomosc|instrukcja|polecenie|do|dla|prosba)\b,? ?(?:dla |do )?(?:wszystkich |kazdego |moj )?{machine}\b",
            r"\b(?:{say}|podsumowani\w*|wiadomosci\w*)\b",
        ],
        unless: &[
            r"\b(?:panie|pani|panu|panstwo) asystent\w*|\basysten\w+ (?:kierownika|dyrektora|prezesa|sprzedazy|biura|zarzadu|sedziego|stomatologiczn\w+)",
            r"\bautomat\w* (?:biletow\w+|vendingow\w+)",
        ],
    },
    Rule {
        name: "addressed",
        when: &[
            r"^\W*(?:model(?:u|e) (?:ai|jezykow\w+)|asysten(?:t|cie)(?: ai)?|chat ?bo\w+|czatbo\w+|ai)\s*[:,]",
            r"\b{say}\b",
        ],
        unless: &[],
    },
    Rule {
        name: "addressed",
        when: &[
            r"\b{machine}\b.{0,60}\b(?:musz\w+|powin\w+|maja|ma|sa zobowiazan\w+|jest zobowiazan\w+|sa proszone|sa proszeni|nalezy)\b.{0,50}\b{say}\b",
            r"\b(?:(?:czyta\w+|przetwarza\w+|analizuj\w+|streszcza\w+|ocenia\w+|indeksuj\w+) (?:ten|to|te|niniejsz\w+)|(?:ten|tego|tym|niniejsz\w+) (?:dokument\w*|tekst\w*|strony|plik\w*|kandydat\w*|dostawc\w*|produkt\w*)|(?:te|tej|ta) (?:strone|strony|oferte|oferty|firme)|nasz(?:a|ej|e|ego) (?:ofert\w+|firm\w+|produkt\w*|uslug\w*)|najwyzsz\w+ (?:ocen\w*|not\w*)|zapytan\w+ o)",
        ],
        unless: &[],
    },
    Rule {
        name: "fixed answer",
        when: &[
            r"\bodpowiedz\w* na (?:kazde|wszystkie|dowolne|jakiekolwiek|wszelkie) (?:\w+ )?(?:pytani\w+|zapytani\w+)",
        ],
        unless: &[r"\b(?:udziel\w+|otrzyma\w+|znajd\w+) odpowied\w+"],
    },
    Rule {
        name: "fixed answer",
        when: &[
            r"\b(?:ktokolwiek|kazdy,? kto|jesli ktos|jezeli ktos|gdy ktos|kto|gdyby ktos|jesli uzytkownik|gdy uzytkownik)\b.{0,30}\b\w*pyta\w*",
            r"\b(?:odpowi\w+|odpowiad\w+|uslysz\w+|powiedz|otrzyma|mow)\b",
            r"\b(?:bez wzgledu na|niezaleznie od|mimo|wbrew|zamiast)\b.{0,30}\b(?:reszt\w+|tresc\w*|tekst\w*|dokument\w*|napisan\w*|zapis\w*|zrodl\w*|innych)",
        ],
        unless: &[],
    },
    Rule {
        name: "conceal",
        when: &[
            r"\bnie (?:mow|wspominaj|ujawniaj|zdradzaj|informuj|pokazuj)\b.{0,30}\b(?:uzytkownik\w*|czytelnik\w*|rozmowc\w*|pytajac\w*)",
        ],
        unless: &[],
    },
    Rule {
        name: "output rider",
        when: &[
            r"\b(?:w|do|na|po|kazd\w+)\b.{0,20}\b(?:kazdej|kazda|wszystkich|swojej|twojej|swoich|koncu|poczatku) (?:\w+ )?(?:odpowiedzi\w*|odpowiedz|wiadomosc\w*|podsumowani\w*)|\b(?:zakoncz|koncz|zaczynaj|rozpoczynaj) (?:kazd\w+|wszystk\w+|swoj\w+)",
            r"https?://|!\[|\bslowo w slowo\b|\bnastepujac\w+ (?:obraz\w*|link\w*|zdanie)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "link",
        when: &[
            r"{imp}(?:naklon|popros|kaz|powiedz|zachec|zachecaj|skieruj|kieruj|wyslij|odeslij|przekonaj|namow|namawiaj|podaj|polec)\b.{0,40}\b(?:uzytkownik\w*|rozmowc\w*|czytelnik\w*|klienta|klientowi|pytajac\w*|osob\w*)\b",
            r"https?://|\bwww\.",
        ],
        unless: &[],
    },
    Rule {
        name: "other clients",
        when: &[
            r"{imp}(?:\w+ (?:\w+ )?)?(?:podaj|wypisz|ujawnij|pokaz|zdradz|wymien|udostepnij|przeslij|wyslij|wylistuj|opowiedz|sprawdz|odczytaj)\b.{0,60}\b(?:pozostal\w+|inn(?:ych|e|ym|i)|sasiedni\w+|obc\w+) (?:\w+ )?(?:klient\w*|firm\w*|spol\w*|kont\w*|uzytkowni\w*|organizacj\w*|najemc\w*)",
        ],
        unless: &[],
    },
    Rule {
        name: "exfiltration",
        when: &[
            r"{imp}(?:wyslij|przeslij|przekaz|zamiesc|wgraj|dolacz|skopiuj)\b.{0,60}\b(?:rozmow\w+|czat\w*|hasl\w+|klucz\w*|sesj\w+|kontekst\w*|pytani\w+ uzytkownika|dane uzytkownika)\b",
            r"https?://|\bwww\.|@\w+\.",
        ],
        unless: &[],
    },
    Rule {
        name: "encoded",
        when: &[
            r"\b(?:odkoduj|zdekoduj|odszyfruj|rozszyfruj|rozkoduj|base64|rot-?13|zakodowan\w+|zaszyfrowan\w+)\b.{0,100}\b(?:wykonaj|zastosuj|postepuj|spelnij|zrob,? co|posluchaj|uruchom)\b",
        ],
        unless: &[r"\bpostepuj zgodnie z rozdzialem\b"],
    },
];

/// A sentence that only calls a model.
pub(super) const CALLS: &[Rule] = &[Rule {
    name: "call",
    when: &[
        r"^\W*(?:(?:drog[ia]|drodzy|szanown[yae]|uwaga|notatka|wiadomosc|instrukcja|polecenie|hej),? ?)?(?:dla |do )?(?:wszystkich )?(?:modele?\w* (?:ai|jezykow\w+)|asysten\w+ (?:ai|wirtualn\w+|cyfrow\w+)|czatbo\w+|chat ?bo\w+|system\w* (?:ai|automatyczn\w+)|sztuczn\w+ inteligencj\w+)\b[^.!?]{0,30}[.!:]?\W*$",
    ],
    unless: &[],
}];

/// What is said to a model once it has been called.
pub(super) const ORDERS: &[Rule] = &[Rule {
    name: "order",
    when: &[
        r"{imp}{say}\b|\b(?:musisz|powinienes|masz (?:odpow|pis|mow)\w+|gdy (?:ktos|uzytkownik)|zapytan\w+ o|nie (?:wspominaj|mow|odpowiadaj)|zawsze|nigdy)\b",
    ],
    unless: &[],
}];
