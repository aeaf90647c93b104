//! Romanian.

use super::Lexicon;

/// The words of Romanian.
pub(in super::super) const ROMANIAN: Lexicon = Lexicon {
    question: &[
        "ce", "care", "cine", "cui", "cand", "unde", "cum", "cat", "cata", "cati", "cate", "catelea", "oare", "carui",
        "carei", "caror",
    ],
    before_verb: &["cine", "cand", "unde", "cum", "cui", "se", "nu"],
    auxiliary: &[
        "este", "e", "sunt", "era", "erau", "fi", "fost", "a", "am", "ai", "au", "are", "avem", "aveti", "as", "ar",
        "vor", "va", "vom", "voi", "vei", "poate", "pot", "putem", "puteti", "poti", "trebuie", "trebui", "exista",
        "nu", "se", "sa", "s", "isi", "si-a", "avea", "aveau", "o sa", "urmeaza", "n",
    ],
    preposition: &[
        "de", "la", "in", "din", "cu", "fara", "pe", "pentru", "prin", "despre", "dupa", "inainte", "intre", "dintre",
        "sub", "spre", "peste", "pana", "contra", "al", "ai", "ale", "lui", "langa", "catre", "conform", "dintr",
        "intr", "printr", "decat", "ca", "timpul", "privind", "drept", "sus",
    ],
    determiner: &[
        "un", "o", "unei", "unui", "unor", "niste", "cel", "cea", "cei", "cele", "celui", "celei", "celor", "toate",
        "toti", "fiecare", "orice", "vreun", "vreo", "alt", "alta", "alte", "alti", "aceeasi", "acelasi",
    ],
    conjunction: &["si", "iar", "dar", "sau", "ori", "daca", "deoarece", "ci", "deci", "insa", "fie", "ca"],
    filler: &[
        "mai", "tot", "chiar", "cumva", "atunci", "rog", "te", "bine", "oare", "doar", "numai", "inca", "exact",
        "acum", "asa", "totusi", "deja", "cam", "apoi", "imi", "iti",
    ],
    speaker: &[
        "eu", "tu", "noi", "voi", "mie", "mi", "ma", "ne", "va", "vi", "imi", "iti", "mea", "meu", "mele", "mei",
        "noastra", "nostru", "noastre", "nostri", "dumneavoastra", "ta", "tau", "tale", "m", "v",
    ],
    pronoun: &[
        "el", "ea", "ei", "ele", "il", "l", "le", "ii", "li", "asta", "astea", "acestora", "acesteia", "acestuia", "ala",
        "aia", "acela", "aceea", "aceia", "acelea", "acestea", "acestia", "dansul", "dansa", "lor", "acesta",
    ],
    person: &["el", "ea", "lui", "ei", "dansul", "dansa"],
    possessive: &["sai", "sale", "lor", "lui", "ei"],
    demonstrative: &[
        "acest", "aceasta", "aceste", "acesti", "acestui", "acestei", "acestor", "acel", "acea", "acele", "acei",
        "acelui", "acelei", "respectiv", "respectiva", "respective", "asta", "acesta",
    ],
    place: &["acolo"],
    several: &["ambele", "ambii", "amandoua", "amandoi", "niciunul", "niciuna", "cealalta", "celalalt"],
    degree: &["mult", "multa", "multi", "multe", "des", "repede", "tarziu", "mare", "departe", "lung", "lunga", "vreme"],
    measure: &[
        "zi", "zil", "ore", "ora", "orelor", "minut", "secund", "saptaman", "luni", "luna", "lunil", "an", "ani",
        "euro", "lei", "leu", "procent", "la suta", "persoan", "timp", "dat", "ori", "metri", "kilogram", "bani",
        "bucat",
    ],
    meta: &[
        "detali", "exempl", "explic", "informat", "mult", "spune", "altceva", "continu", "sigur", "adica", "inseamna",
        "inseamn", "arata", "posibil", "adevarat", "concret", "intampl",
    ],
    classifier: &[
        "model", "versiun", "variant", "plan", "optiun", "tip", "pachet", "editi", "marim", "categori", "nivel", "fel",
    ],
    attribute: &[
        "pret", "costul", "costuri", "tax", "tarif", "termen", "limit", "garanti", "greutat", "inaltim", "latim", "lungim",
        "durat", "capacitat", "adres", "telefon", "numar", "culoar", "culori", "conditi", "cerint", "excepti",
        "penalitat", "penaliz", "amend", "maxim", "minim", "avantaj", "dezavantaj", "diferent", "motiv", "scop",
        "salari", "suma", "sume", "perioad", "numel", "nume", "statut", "vitez",
        "puter", "reducer", "avans", "locati", "procedur", "proces", "pasul", "pasi", "regul", "benefici", "risc", "consecint",
        "alternativ", "rezultat", "valabilitat", "orar", "program", "preaviz", "autonomi", "consum", "comision",
        "valoare", "valori", "frecvent",
    ],
    verb: &[
        "cost", "dur", "expir", "incep", "inchei", "termin", "deschid", "inchid", "functione", "aprob", "semne", "semn",
        "plat", "primes", "primi", "cer", "solicit", "depun", "trimit", "ofer", "acord", "includ", "acoper", "contin",
        "necesit", "folos", "utiliz", "anula", "anulez", "anulea", "return", "schimb", "prelung", "inlocui", "repar", "livr", "ajung",
        "calcule", "calcul", "afl", "gas", "iau", "luam", "luat", "pleac", "lucre", "munces", "stabil", "decid", "numi",
        "public", "introdu", "constru", "fond", "produc", "vand", "vinde", "cumpar", "cantar", "aplic", "respect",
        "raspund", "raspunde", "contact", "anunt", "inform", "verific", "compar", "difer", "permit", "permis",
        "pierd", "creste", "cresc", "scad", "oblig", "elibere", "obtin", "fac", "face", "facut", "datore",
        "ramburs", "renunt", "inscri", "particip", "nasc", "murit", "condus", "conduc", "castig", "tine", "tinem", "vine", "merg",
        "poart", "detin", "amplas", "pastre", "sterg", "refuz", "accept", "aduc", "astept", "valore",
    ],
    noun_endings: &[
        "are", "area", "arii", "ari", "arile", "arilor", "ire", "irea", "irii", "ere", "erea", "erii", "iri", "tor",
        "torul", "tori", "torii", "torilor", "iune", "iunea", "iunii", "iuni", "iunile", "ment", "mentul", "mantul",
        "ul", "ului", "ii", "iile", "elor", "urilor", "uri", "urile", "anta",
    ],
    endings: &[],
    month: &[
        "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie",
        "noiembrie", "decembrie",
    ],
    weekday: &["marti", "miercuri", "joi", "vineri", "sambat", "duminic", "weekend"],
    comparative: &[
        "ieftin", "ieftina", "ieftine", "scump", "scumpa", "bun", "buna", "bune", "rapid", "rapida", "mare", "mic",
        "mica", "usor", "usoara", "greu", "grea", "nou", "noua", "vechi", "veche", "lung", "lunga", "scurt", "scurta",
        "putin", "sigur", "sigura", "potrivit", "potrivita", "avantajos", "avantajoasa", "inalt", "inalta",
    ],
    openings: &[
        "dar ce se intampla cu", "dar in cazul", "dar cum ramane cu", "cum ramane cu", "dar ce ziceti de", "dar despre",
        "cat despre", "in ceea ce priveste", "dar daca", "si daca", "iar daca", "dar", "iar", "si", "sau", "insa",
        "la fel pentru",
    ],
    shifts: &[
        "altceva", "alta intrebare", "o alta intrebare", "alta problema", "apropo", "schimband subiectul",
        "schimbam subiectul", "cu totul altceva", "alt subiect", "trecand la altceva", "trecem la altceva",
        "am si alta intrebare", "am o alta intrebare", "fara legatura", "intrebare noua", "o intrebare noua",
        "in alta ordine de idei", "separat",
    ],
    thanks: &[
        "multumesc frumos", "multumesc mult", "multumesc", "multumim", "mersi", "merci", "salut", "buna ziua",
        "buna dimineata", "buna seara", "buna", "bine", "ok", "am inteles", "inteleg", "perfect", "super", "grozav",
        "excelent", "la revedere", "da", "nu", "sigur", "desigur", "foarte bine", "in regula", "clar", "pa", "noroc",
        "va multumesc", "iti multumesc",
    ],
    corrections: &[
        "nu ma refeream la", "nu m-am referit la", "ma refeream la", "m-am referit la", "nu voiam sa spun",
        "voiam sa spun", "am vrut sa spun", "nu intrebam de", "intrebam de", "intrebam despre", "am intrebat de",
        "am intrebat despre", "scuze ma refeream la", "corectez", "mai bine zis", "adica", "de fapt",
        "de fapt ma refeream la", "nu adica", "voiam sa intreb de", "vreau sa spun",
    ],
    instead: (&["nu"], &["ci"]),
};
