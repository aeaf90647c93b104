//! Orders to a model in Romanian. Sentences are folded: lower case, no diacritics.
//!
//! Business texts speak to readers in the plural of politeness; orders to a model mostly come in the second person
//! singular, and most patterns ask for it.

use super::rules::Rule;

/// Word classes of the patterns, a later one may use an earlier one.
pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "orders",
        r"instructiuni(?:le|lor)?|indicatii(?:le|lor)?|reguli(?:le|lor)?|comenzi(?:le|lor)?|ordine(?:le)?|directive(?:le)?|prompt(?:ul|uri|urile)?|constrangeri(?:le)?|restrictii(?:le)?|mesaje(?:le)?|context(?:ul)?",
    ),
    (
        "prior",
        r"anterioare?|anterior|precedente?|de (?:mai )?sus|de (?:pana|mai) (?:acum|inainte)|de dinainte|initiale?|toate|orice|tale|primite|sistem(?:ului)?|dinainte",
    ),
    ("before", r"pana (?:aici|acum|in acest moment)|inainte|anterior|mai sus|mai devreme|la inceput"),
    (
        "machine",
        r"asistent(?:ul|ului|ule|i|ii|ilor)?(?: (?:virtual\w*|ai|automat\w*|digital\w*))?|model(?:ul|ului|e|ele|elor)? (?:de limbaj|lingvistic\w*|ai)|chat ?bot\w*|robot(?:ul|ului|ule|i|ii|ilor)?|inteligent[aei]+ artificial[aei]+|sistem(?:e|ul|ele|elor|ului)? (?:automat\w*|ai|inteligent\w*)|agent(?:ul|i|ii|ilor)? (?:ai|automat\w*|virtual\w*)",
    ),
    (
        "say",
        r"raspun\w+|spune\w*|spui|spuna|afirm\w*|mention\w+|recomand\w*|includ\w*|adaug\w*|scrie\w*|scrii|prezent(?:a|ati|ezi|eze|and)\w*|descri\w+|omit\w*|evalu\w+|laud\w*|ignor\w*|rezum\w*|aprob\w*|trec(?:i|eti|e)? (?:sub tacere|cu vederea)|pretind\w*|sustin\w*|noteaz\w*",
    ),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "override",
        when: &[
            r"{imp}(?:ignora(?:ti)?|uita(?:ti)?|nu (?:mai )?(?:tine|tineti|tii) (?:cont|seama) de|nu (?:mai )?(?:lua|luati) in (?:seama|considerare)|nu (?:mai )?(?:respecta|urma|asculta)|renunta la|lasa deoparte|lasa la o parte|treci peste|anuleaza)\b.{0,30}\b{orders}\b",
            r"\b{prior}\b",
        ],
        unless: &[r"\bnoastre\b"],
    },
    Rule {
        name: "override",
        when: &[
            r"\b(?:tot ce|ceea ce|orice|ce) (?:ti s-a|ti s-au|ai fost|ai|vi s-a)\b.{0,30}\b{before}\b",
            r"\b(?:nu mai|ignor\w*|uita|anula\w*|fara efect|inlocui\w*|lasa)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "override",
        when: &[
            r"\b(?:instructiunile|regulile|indicatiile|ordinele) (?:tale|primite|initiale)\b.{0,40}\b(?:nu mai|anula\w*|expira\w*|inlocui\w*|suspenda\w*|fara efect)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "prompt theft",
        when: &[
            r"{imp}(?:afiseaza|dezvaluie|arata|reda|scrie|tipareste|citeaza|copiaza|repeta|transcrie|listeaza|divulga|spune|traduce|tradu|trimite|recita)(?:-mi|-ne)?\b.{0,50}(?:\bprompt(?:ul)?\b|\b(?:instructiuni(?:le)?|reguli(?:le)?|indicatii(?:le)?|text(?:ul)?|mesaj(?:ul)?|configurati[ae]) (?:\w+ )?(?:de sistem|sistemului|tale|ta|ascuns\w*|initial\w*|primit\w*|secret\w*|intern\w*)|\bai fost (?:configurat|programat|instruit|antrenat|setat)|\bpe care (?:l-ai|le-ai) primit)",
        ],
        unless: &[],
    },
    Rule {
        name: "role play",
        when: &[
            r"\b(?:de acum (?:inainte|incolo|in colo)|din acest moment|din clipa asta|de aici inainte|incepand de acum|acum)\b,? .{0,10}\b(?:esti|vei fi|joci|te numesti|devii|te comporti)\b",
            r"\b(?:asistent\w*|bot|\w+bot|robot\w*|model\w*|fara (?:nicio |nici o )?(?:regul\w+|restricti\w+|limit\w+|filtr\w+|cenzur\w+)|nelimitat|orice)\b",
        ],
        unless: &[r"\basistent(?:ul)?(?: \w+)? (?:manager|medical|social|universitar|personal|judiciar)"],
    },
    Rule {
        name: "role play",
        when: &[
            r"\b(?:prefa-te|preface-te|pretinde ca|imagineaza-ti ca|inchipuie-ti ca|joaca rolul|joaca-te|comporta-te|poarta-te|vorbeste ca)\b",
            r"\b(?:parol\w+|fara (?:reguli|restrictii|limite|filtre|cenzura)|hacker\w*|orice|totul|dezvalui\w*|divulg\w*|nu (?:are|ai|exista) (?:reguli|restrictii|limite))\b",
        ],
        unless: &[],
    },
    Rule {
        name: "addressed",
        when: &[
            r"(?:^|[.!?:\[(>*#-]\s*)(?:draga|dragul meu|stimat[ae]|stimati|buna|salut|hei|atentie|nota|mesaj|instructiun[ei]|instructiuni|pentru|catre|ordin|rugaminte)\b,? ?(?:pentru |catre |la )?(?:toate |toti |orice |domnule )?{machine}\b",
            r"\b(?:{say}|rezumat\w*|mesaj\w*|text\w*)\b",
        ],
        unless: &[
            r"\basistent\w*(?: \w+)? (?:manager|medical\w*|social\w*|universitar\w*|personal\w*|judiciar\w*|maternal\w*|parlamentar\w*)|\bdomnule\b|\bdoamna\b",
        ],
    },
    Rule { name: "addressed", when: &[r"^\W*{machine}\s*[:,]", r"\b{say}\b"], unless: &[] },
    Rule {
        name: "addressed",
        when: &[
            r"\b{machine}\b.{0,60}\b(?:trebuie|sunt obligat\w*|este obligat\w*|au obligatia|are obligatia|vor|va|urmeaza|sunt rugat\w*|sa)\b.{0,50}\b{say}\b",
            r"\b(?:(?:cites\w+|citeste|proceseaz\w+|prelucr\w+|analiz\w+|rezum\w+|evalu\w+) (?:acest|aceast\w*|prezent\w*)|acest\w* (?:pagin\w+|document\w*|fisier\w*|text\w*|candidat\w*|furnizor\w*|produs\w*|ofert\w*)|(?:ofert\w+|firm\w+|produsul|compania|serviciile) noastr\w+|nota maxima|cand (?:esti|sunt|este) intreba\w+)",
        ],
        unless: &[],
    },
    Rule {
        name: "fixed answer",
        when: &[
            r"\braspunsul (?:\w+ )?(?:la|pentru) (?:orice|toate|oricare|fiecare) (?:\w+ )?(?:intreb\w+|solicit\w+|cerer\w+)",
        ],
        unless: &[],
    },
    Rule {
        name: "fixed answer",
        when: &[
            r"\b(?:oricine|oricui|cine|daca (?:cineva|utilizatorul|esti)|cand (?:cineva|utilizatorul|esti))\b.{0,30}\b(?:intreb\w*|cere|solicit\w*)",
            r"\b(?:raspun\w+|spune\w*|spui|afirm\w*)\b",
            r"\b(?:indiferent (?:de|ce)|in ciuda|orice ar|contrar)\b.{0,30}\b(?:rest\w*|text\w*|document\w*|continut\w*|scri\w+|surse\w*|spun\w*|afirm\w*)",
        ],
        unless: &[],
    },
    Rule {
        name: "conceal",
        when: &[
            r"\b(?:nu (?:ii |i |le )?(?:spune|spuneti|dezvalui|dezvaluiti|mentiona|arata)|fara sa (?:ii |i |le )?(?:spui|mentionezi))\b.{0,30}\b(?:utilizatorul\w*|cititorul\w*|persoanei care)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "output rider",
        when: &[
            r"\b(?:la|in|cu|din|fiecare|sfarsitul|inceputul|finalul)\b.{0,20}\b(?:fiecare|fiecarui|fiecarei|oricar\w+|orice|tale|tau|toate) ?(?:raspuns\w*|mesaj\w*|rezumat\w*|vei (?:scrie|raspunde|spune)|scrii|text)|\b(?:raspunsul\w*|rezumatul\w*|mesajul\w*) tau\b|\b(?:incheie|incepe|termina) (?:fiecare|orice|toate)\b",
            r"https?://|!\[|\bcuvant cu cuvant\b|\burmatoarea (?:imagine|legatura|propozitie)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "link",
        when: &[
            r"{imp}(?:spune|indeamna|roaga|cere|trimite|indruma|directioneaza|convinge|sfatuieste|invita|determina)(?:-i|-l|-o|-le)?\b.{0,40}\b(?:utilizator\w*|cititor\w*|vizitator\w*|interlocutor\w*|persoan\w*|pe oricine|oricui|clientul\w*)\b",
            r"https?://|\bwww\.",
        ],
        unless: &[],
    },
    Rule {
        name: "other clients",
        when: &[
            r"{imp}(?:arata|enumera|listeaza|dezvaluie|spune|trimite|da|ofera|prezinta|divulga|afiseaza|scrie|citeste|cauta)(?:-mi|-ne)?\b.{0,60}\b(?:celorlalti|ceilalti|celelalte|celorlalte|altor|alti|altei|alte|vecin\w+|tuturor|restul\w*) (?:\w+ )?(?:client\w*|firm\w*|compani\w*|contur\w*|utilizator\w*|chirias\w*|societat\w*)",
        ],
        unless: &[],
    },
    Rule {
        name: "exfiltration",
        when: &[
            r"{imp}(?:trimite|posteaza|incarca|transmite|expediaza|copiaza)\b.{0,60}\b(?:conversati\w+|discuti\w+|parol\w+|chei\w*|sesiun\w+|context\w*|intrebar\w+ utilizatorului|datele utilizatorului)\b",
            r"https?://|\bwww\.|@\w+\.",
        ],
        unless: &[],
    },
    Rule {
        name: "encoded",
        when: &[
            r"\b(?:decodeaza|decripteaza|descifreaza|decodifica|base64|rot-?13|codificat\w*|criptat\w*)\b.{0,100}\b(?:executa|urmeaza|indeplineste|respecta|fa ce|aplica|pune in practica|asculta)\b",
        ],
        unless: &[],
    },
];

/// A sentence that only calls a model.
pub(super) const CALLS: &[Rule] = &[Rule {
    name: "call",
    when: &[
        r"^\W*(?:(?:draga|stimat[ae]|stimati|atentie|nota|mesaj|instructiuni|buna),? ?)?(?:pentru |catre |la )?(?:toate |toti )?(?:model\w* (?:de limbaj|ai)|asisten\w+ (?:ai|virtual\w*|automat\w*)|chat ?bot\w*|sistem\w* (?:ai|automat\w*)|inteligent\w+ artificial\w+)\b[^.!?]{0,30}[.!:]?\W*$",
    ],
    unless: &[],
}];

/// What is said to a model once it has been called.
pub(super) const ORDERS: &[Rule] = &[Rule {
    name: "order",
    when: &[
        r"{imp}{say}\b|\b(?:trebuie sa|cand (?:esti|ti se)|daca (?:esti|ti se)|nu (?:mentiona|spune|raspunde)|intotdeauna|niciodata)\b",
    ],
    unless: &[],
}];
