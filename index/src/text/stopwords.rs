//! Function words that carry no topic, per language, folded as the analyzer folds them.
//!
//! English is Lucene's list (as in `EnglishAnalyzer`) plus question words; Romanian and Polish hold
//! the articles, prepositions, conjunctions, pronouns and auxiliaries of the Snowball lists. Only
//! stemmed fields drop them; exact fields keep every token, so a title like "The Who" stays findable.

pub(super) const ENGLISH: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "did", "for", "from", "had",
    "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "my", "no", "not", "of", "on", "or",
    "our", "should", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was",
    "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "would",
    "you", "your",
];

pub(super) const ROMANIAN: &[&str] = &[
    "a", "acea", "aceasta", "aceea", "aceia", "acel", "acela", "acele", "acest", "acesta", "aceste",
    "acestei", "acestor", "acestui", "acesti", "ai", "al", "ale", "am", "are", "as", "asa", "asta", "ati",
    "au", "avea", "avem", "aveti", "ca", "care", "cat", "cata", "cate", "cati", "ce", "cea", "cel", "cele",
    "celor", "cei", "cine", "cu", "cum", "cand", "da", "daca", "dar", "de", "deci", "din", "dintre", "dupa",
    "ea", "ei", "el", "ele", "era", "este", "esti", "eu", "fi", "fie", "fost", "fara", "iar", "ii", "il",
    "in", "intr", "intre", "isi", "la", "le", "li", "lor", "lui", "ma", "mai", "mea", "mei", "mele", "meu",
    "mi", "ne", "ni", "nici", "noi", "nu", "o", "ori", "pe", "pentru", "prin", "sa", "sale", "sau", "se",
    "si", "spre", "sub", "sunt", "sint", "sunteti", "suntem", "tot", "te", "ti", "tu", "un", "una", "unde",
    "unei", "unor", "unui", "va", "vor", "vom", "voi", "vi", "iti", "imi", "cui", "carui", "carei", "caror",
];

pub(super) const POLISH: &[&str] = &[
    "a", "aby", "ale", "albo", "ani", "az", "bez", "bo", "by", "byc", "byl", "byla", "bylo", "byly", "beda",
    "bedzie", "co", "czy", "czyli", "dla", "do", "gdy", "gdzie", "i", "ich", "ile", "im", "iz", "ja", "jak",
    "jaka", "jaki", "jakie", "jakich", "jako", "je", "jego", "jej", "jemu", "jest", "jestem", "jesli", "juz",
    "kiedy", "kim", "kto", "ktora", "ktore", "ktorego", "ktorej", "ktory", "ktorych", "ktorym", "ktorzy",
    "ku", "lub", "ma", "maja", "mam", "mi", "mnie", "moze", "mu", "my", "na", "nad", "nam", "nas", "nie",
    "niz", "no", "o", "od", "on", "ona", "one", "oni", "ono", "oraz", "po", "pod", "przed", "przez", "przy",
    "sa", "sie", "ta", "tak", "tam", "te", "tego", "tej", "ten", "tez", "to", "tu", "tych", "tylko", "tym",
    "u", "w", "we", "wy", "z", "za", "ze", "zas", "zeby",
];
