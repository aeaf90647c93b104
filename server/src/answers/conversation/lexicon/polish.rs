//! Polish.

use super::Lexicon;

/// The words of Polish.
pub(in super::super) const POLISH: Lexicon = Lexicon {
    question: &[
        "co", "czego", "czemu", "czym", "kto", "kogo", "komu", "kim", "kiedy", "gdzie", "skad", "dokad", "dlaczego",
        "jak", "jaki", "jaka", "jakie", "jakich", "jakim", "jakiej", "jakiego", "ktory", "ktora", "ktore", "ktorego",
        "ktorej", "ktorym", "ktorzy", "ktorych", "ile", "ilu", "czyj", "czyja", "czyje",
    ],
    before_verb: &["kto", "kiedy", "gdzie", "jak", "sie", "skad", "dlaczego", "czy", "nie"],
    auxiliary: &[
        "jest", "sa", "byl", "byla", "bylo", "byly", "byc", "bedzie", "beda", "jestem", "moze", "mozna", "moge",
        "mozemy", "musi", "musze", "musza", "musimy", "trzeba", "nalezy", "powinien", "powinna", "powinno", "ma",
        "maja", "mam", "mamy", "mial", "czy", "nie", "sie", "zostal", "zostala", "zostaly", "wolno", "da", "istnieje",
        "moga", "by", "macie",
    ],
    preposition: &[
        "w", "we", "z", "ze", "na", "do", "od", "ode", "dla", "po", "o", "przy", "przez", "przed", "za", "nad", "pod",
        "bez", "u", "miedzy", "pomiedzy", "oprocz", "wedlug", "podczas", "ku", "niz", "poza", "obok", "zamiast",
        "wobec", "dzieki", "jako", "kolo", "okolo",
    ],
    determiner: &[
        "kazdy", "kazda", "kazde", "kazdego", "kazdej", "wszystkie", "wszystkich", "jakis", "jakas", "jakies", "inny",
        "inna", "inne", "innych", "zaden", "zadna", "sam", "sama", "samo", "caly", "cala",
    ],
    conjunction: &["i", "a", "oraz", "lub", "albo", "ale", "jesli", "jezeli", "gdy", "ze", "bo", "wiec", "zeby", "aby"],
    filler: &[
        "prosze", "tez", "rowniez", "jeszcze", "dokladnie", "wlasciwie", "teraz", "wtedy", "juz", "tylko", "moze",
        "zatem", "no", "tak", "takze", "az", "chyba", "wiec", "potem",
    ],
    speaker: &[
        "ja", "ty", "my", "wy", "mi", "mnie", "nam", "nas", "moj", "moja", "moje", "mojego", "mojej", "nasz", "nasza",
        "nasze", "naszego", "naszej", "pan", "pani", "panstwo", "wam", "was",
    ],
    pronoun: &[
        "on", "ona", "ono", "oni", "one", "go", "jego", "niego", "jemu", "mu", "niemu", "nim", "jej", "niej", "je",
        "ich", "nich", "im", "nimi", "tamten", "tamta", "tamto", "tamtego", "tamtej",
    ],
    person: &["on", "ona", "jemu", "mu", "jego", "niego", "niej", "nim"],
    possessive: &["jego", "jej", "ich"],
    demonstrative: &[
        "ten", "ta", "to", "te", "tego", "tej", "temu", "tym", "tych", "tymi", "ci", "owo", "taki", "taka", "takie",
        "takiego", "takiej",
    ],
    place: &["tam", "stamtad"],
    several: &["oba", "obie", "obaj", "obydwa", "obydwie", "zaden", "zadna", "drugi", "druga", "drugie"],
    degree: &["dlugo", "duzo", "wiele", "czesto", "daleko", "szybko", "pozno", "drogo", "duzy", "duza", "wczesnie"],
    measure: &[
        "dzien", "dni", "dnia", "godzin", "minut", "sekund", "tydzien", "tygodni", "miesi", "rok", "roku", "lat",
        "euro", "zlot", "zl", "procent", "osob", "osoby", "czas", "data", "daty", "razy", "raz", "metr", "kilogram",
        "pieniedzy", "sztuk",
    ],
    meta: &[
        "szczegol", "przyklad", "wiecej", "wyjasni", "informacj", "powiedz", "dalej", "pewn", "znacz", "oznacz",
        "pokaz", "mozliw", "prawd", "konkret", "dzieje",
    ],
    classifier: &[
        "model", "wersj", "wariant", "plan", "opcj", "typ", "pakiet", "edycj", "rozmiar", "kategori", "poziom", "rodzaj",
    ],
    attribute: &[
        "cen", "koszt", "oplat", "stawk", "termin", "limit", "gwarancj", "zasieg", "wag", "wysokosc", "szerokosc",
        "dlugosc", "czas trwania", "pojemnosc", "adres", "telefon", "numer", "kolor", "warun", "wymag", "wyjatk",
        "wyjatek", "kara", "kary", "kare", "maksimum", "minimum", "zalet", "wada", "wady", "roznic", "powod", "powody", "cel", "pensj",
        "wynagrodz", "kwot", "okres", "nazw", "imi", "status",
        "predkosc", "moc", "rabat", "znizk", "kaucj", "lokalizacj", "procedur", "proces", "krok", "regul", "zasad",
        "korzysc", "ryzyk", "konsekwencj", "alternatyw", "wynik", "waznosc", "godziny otwarcia", "prowizj", "wartosc",
        "czestotliwosc", "wypowiedzen",
    ],
    verb: &[
        "kosztuj", "kosztowa", "trw", "wygas", "zaczyn", "konczy", "koncz", "otwier", "zamyk", "dziala", "zatwierdz",
        "podpis", "placi", "placa", "zaplac", "dostan", "dostaj", "dostac", "otrzym", "sklad", "zlozy", "wysyl", "wysla", "oferuj", "przysluguj",
        "obejmuj", "zawier", "wymag", "uzywa", "korzyst", "anul", "zwroc", "zwrac", "zmieni", "przedluz", "wymieni",
        "naprawi", "dostarcz", "dociera", "oblicz", "licz", "znajd", "bierz", "bior", "pracuj", "ustal", "decyduj",
        "mianowa", "opublikowa", "wprowadz", "zbudowa", "zaloz", "produkuj", "sprzeda", "kupi", "kupow", "wazy", "dotycz",
        "obowiazuj", "odpowiad", "kontakt", "zglos", "zglasz", "sprawdz", "porown", "rozni", "pozwal", "trac", "rosni",
        "wzros", "spad", "uzysk", "robi", "zrobi", "zwiekszy", "odmaw", "rezygn", "zapis", "uczestnicz", "urodzi",
        "umar", "kieruj", "wygr", "prowadz", "nalicz", "potrzeb", "dojad", "zarezerw", "obslug", "wydaj",
        "przechow", "wynos", "mieszcz", "miesci", "przyjm", "akcept", "wydac", "wnosi", "wniesc", "odebra", "odbier", "odwol",
        "stosuj", "zajmuj", "naleza", "trwal", "odda", "pobier", "znajduj",
    ],
    noun_endings: &[
        "nie", "nia", "niu", "niem", "cie", "cia", "ciu", "ciem", "cja", "cji", "cje", "acja", "acji", "ca", "cy",
        "nik", "nika", "nicy", "nikow", "ow", "ami", "ach",
    ],
    endings: &[],
    month: &[
        "stycz", "lut", "marzec", "marc", "kwie", "maj", "czerw", "lip", "sierp", "wrze", "pazdziernik", "listopad",
        "grud",
    ],
    weekday: &["poniedzial", "wtor", "srod", "czwart", "piat", "sobot", "niedziel", "weekend"],
    comparative: &[
        "najtanszy", "najtansza", "najtansze", "tanszy", "tansza", "tansze", "najlepszy", "najlepsza", "lepszy",
        "lepsza", "lepsze", "najszybszy", "najszybsza", "szybszy", "szybsza", "najwiekszy", "najwieksza", "wiekszy",
        "wieksza", "najmniejszy", "najmniejsza", "mniejszy", "mniejsza", "najdluzszy", "najdluzsza", "dluzszy",
        "krotszy", "najkrotszy", "najnowszy", "najnowsza", "nowszy", "nowsza", "starszy", "najstarszy", "lzejszy",
        "najlzejszy", "ciezszy", "najciezszy", "drozszy", "drozsza", "najdrozszy", "najdrozsza", "najwyzszy",
        "najwyzsza", "wyzszy", "wyzsza", "nizszy", "nizsza", "najnizszy", "najnizsza", "bardziej", "najbardziej",
        "mniej", "najmniej",
    ],
    openings: &[
        "a co w przypadku", "a co z", "a co jesli", "a jesli chodzi o", "a jak z", "co z", "a jesli", "a jezeli", "ale co z",
        "i co z", "a gdy", "a czy", "a", "i", "ale", "albo", "lub", "oraz", "podobnie",
    ],
    shifts: &[
        "z innej beczki", "inne pytanie", "inny temat", "zmieniajac temat", "zmienmy temat", "nawiasem mowiac",
        "swoja droga", "a propos", "cos innego", "mam inne pytanie", "tak przy okazji", "przy okazji", "nowe pytanie",
        "teraz cos innego", "a teraz cos innego", "jeszcze inne pytanie", "nowy temat", "odchodzac od tematu",
        "osobna sprawa",
    ],
    thanks: &[
        "dziekuje bardzo", "bardzo dziekuje", "dziekuje", "dzieki", "dzien dobry", "dobry wieczor", "czesc", "witam",
        "ok", "okej", "rozumiem", "jasne", "super", "swietnie", "doskonale", "dobrze", "do widzenia", "tak", "nie",
        "pewnie", "w porzadku", "hej", "fajnie", "na razie", "dziekujemy", "no dobrze",
    ],
    corrections: &[
        "nie chodzilo mi o", "chodzilo mi o", "nie mialem na mysli", "nie mialam na mysli", "mialem na mysli",
        "mialam na mysli", "chcialem powiedziec", "chcialam powiedziec", "przepraszam chodzilo mi o", "pytalem o",
        "pytalam o", "a raczej", "raczej", "to znaczy", "nie pytalem o", "nie pytam o", "pytam o", "poprawka",
        "wlasciwie chodzilo mi o", "mam na mysli", "nie mam na mysli",
    ],
    instead: (&["nie"], &["tylko", "ale", "lecz"]),
};
