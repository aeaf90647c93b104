//! What the words of a sentence hint at, for orders that no rule knows: each signal is a class of words in three
//! languages. Sentences are folded.

/// A class of words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signal {
    /// What it hints at.
    pub(super) name: &'static str,
    /// Patterns of which one must be found: English, Romanian, Polish and of any language; an empty one finds nothing.
    /// `{imp}` stands for the beginning of an order.
    pub(super) patterns: [&'static str; 4],
}

const fn signal(name: &'static str, patterns: [&'static str; 4]) -> Signal {
    Signal { name, patterns }
}

/// Signals that any text has and that hint at nothing by themselves.
pub(super) const NO_HINTS: &[&str] = &[
    "must",
    "you",
    "answer",
    "absolute",
    "address",
    "favour",
    "readers",
    "own words",
    "instructions",
    "this text",
    "told of machines",
    "any question",
    "as it says",
];

pub(super) const SIGNALS: &[Signal] = &[
    signal(
        "machine",
        [
            r"\b(?:llms?|language models?|chat ?bots?|bots?|artificial intelligence|neural|(?:automated|automatic|virtual|digital) (?:assistant|agent|system|screen|filter|reader|review|summari|pars|tool|process)\w*|machine readers?|search assistants?)\b",
            r"\b(?:model\w* (?:de limbaj|lingvistic\w*|ai-system)|inteligent\w+ artificial\w+|(?:filtr\w*|sistem\w*|asisten\w*|agent\w*) (?:automat\w*|virtual\w*|digital\w*|inteligent\w*))\b",
            r"\b(?:model\w* (?:jezykow\w+|ai-system)|sztuczn\w+ inteligencj\w+|(?:automatyczn\w+|wirtualn\w+|cyfrow\w+) (?:filtr\w*|system\w*|asystent\w*|agent\w*)|system\w* automatyczn\w+|czat ?bo\w+)\b",
            r"\b(?:ai-system|\w*gpt(?:-?\d\w*)?|chatgpt|claude|gemini|copilot|llama|mistral|llm\w*|chat ?bot\w*|\w{2,}bot)\b",
        ],
    ),
    signal(
        "assistant",
        [
            r"\b(?:assistants?|agents?|(?:the|this|any) (?:model|machine|system|bot|reader)|machines|summari[sz]ers?|retriev\w+|search engines?)\b",
            r"\b(?:asistent\w*|asistenta|modelul\w*|robot\w*|masin\w*|agentul\w*)\b",
            r"\b(?:asysten\w+|model|modelu|modelowi|robot\w*|maszyn\w*|agen(?:t|cie|ta)|bot|bocie|bota|botem)\b",
            "",
        ],
    ),
    signal(
        "instructions",
        [
            r"\b(?:prompts?|instructions?|directives?|guidelines?|guidance|brief(?:ing)?|commands?|programming|configuration|guardrails?|safeguards?|safety (?:checks?|rules?|filters?)|content (?:polic\w+|filters?)|developers?|creators?|context window|memory|training)\b",
            r"\b(?:prompt\w*|instructiun\w+|directiv\w+|indicati\w+|comenzi\w*|configur\w+|programatori\w*|creatori\w*|dezvoltatori\w*|memori\w+|filtre\w*|setari\w*|reguli\w*|sarcin\w+)\b",
            r"\b(?:prompt\w*|instrukcj\w+|dyrektyw\w+|wytyczn\w+|polece\w+|rozkaz\w*|komend\w+|konfigur\w+|programist\w+|tworc\w+|pamiec\w*|ustawien\w*|zabezpiecz\w+|zadani\w+)\b",
            "",
        ],
    ),
    signal(
        "told",
        [
            r"\byou (?:were|have been|had been|have|were once|are)(?: ever| just)? (?:told|given|asked|instructed|ordered|taught|shown|configured|programmed|trained|set up|fed|received?|learned|learnt|read)\b|\byour (?:own )?(?:\w+ )?(?:instructions?|prompts?|rules|guidelines?|configuration|programming|training|directives?|task|job|goal|role|memory|developers?|creators?|context|filters?|limits?)\b|\b(?:previous|prior|earlier|above|preceding) (?:\w+ )?(?:instructions?|prompts?|messages?|context|conversation|directives?|tasks?|text)\b",
            r"\b(?:ti s-a\w?|ti-au|ti-am|ai fost|ai primit|le-ai primit|l-ai primit|ai invatat|stiai|ti se)\b|\b(?:instructiuni\w*|reguli\w*|sarcin\w+|rolul|misiunea|memoria|programatorii|indicatiile|limitele|filtrele|setarile) (?:tale|tau|ta|tai|anterioare|precedente|primite|initiale|de sistem)\b",
            r"\b(?:ci|cie) (?:\w+ )?(?:kazano|powiedziano|polecono|nakazano|przekazano|zlecono|skonfigurowano|zaprogramowano|wytrenowano|nauczono|dano)\b|\b(?:kazano|powiedziano|polecono|nakazano|zlecono) ci\b|\b(?:dostales|otrzymales|znales|nauczyles sie)\b|\b(?:twoj\w*|swoj\w*|wczesniejsz\w+|poprzedni\w+) (?:\w+ )?(?:instrukcj\w+|polece\w+|regul\w*|zasad\w*|zadani\w+|rol\w+|pamiec\w*|ustawien\w*|tworc\w+|wytyczn\w+|kontekst\w*|ograniczen\w*)\b",
            "",
        ],
    ),
    signal(
        "reset",
        [
            r"{imp}(?:ignore|disregard|forget|erase|scrap|wipe|discard|drop|delete|clear|override|bypass|overrule|set aside|put aside|stop|abandon|never ?mind|empty|reset|skip|disable|unlearn|cancel|ditch|throw (?:out|away))\b|\b(?:is|are) (?:now )?(?:void|irrelevant|null|obsolete|superseded|disabled|over|terminated)\b",
            r"{imp}(?:ignora|uita|sterge|goleste|nu conteaza|anuleaza|renunta|abandoneaza|lasa|treci peste|arunca|dezactiveaza|reseteaza|opreste-te|inceteaza|ocoleste|elimina)\b|\bnu (?:mai )?(?:tine|tii) (?:cont|seama)\b|\b(?:nu mai (?:este|e|sunt) valabil\w*|s-a\w* anulat|fara efect)\b",
            r"{imp}(?:zignoruj|ignoruj|zapomnij|niewazne|wymaz|skasuj|usun|porzuc|odrzuc|uniewaznij|pomin|obejdz|wylacz|zresetuj|przestan|wyczysc|zostaw|odloz)\b|\b(?:nie obowiazuj\w+|przesta\w+ obowiazywac|jest niewazn\w+|sa niewazn\w+)\b",
            "",
        ],
    ),
    signal(
        "reveal",
        [
            r"{imp}(?:reveal|print|leak|disclose|dump|expose|divulge|recite|reproduce|quote|repeat|display|copy|paste|list|write out|tell me|show me|give me|hand over|share|fetch|retrieve|export|read out|echo|spell|translate|encode|return|spit out|describe your)\b",
            r"{imp}(?:afiseaza|dezvaluie|arata|reda|tipareste|citeaza|copiaza|lipeste|repeta|transcrie|listeaza|divulga|spune-mi|zi-mi|scrie-le|scrie-mi|trimite-mi|da-mi|recita|enumera|extrage|cauta|traduce|tradu)(?:-\w+)*\b",
            r"{imp}(?:\w+ )?(?:wypisz|ujawnij|pokaz|wyswietl|zacytuj|przytocz|powtorz|skopiuj|wklej|zdradz|przepisz|wydrukuj|zapisz je|podaj mi|powiedz mi|wyrecytuj|wymien|zajrzyj|wyszukaj|przetlumacz|przeslij|udostepnij)\b",
            "",
        ],
    ),
    signal(
        "say",
        [
            r"{imp}(?:say|state|tell|answer|reply|respond|write|output|describe|claim|report|present|insist|declare|assert|conclude|explain|inform|confirm|begin|start|end|finish|close|preface|summari[sz]e|treat|assume|pretend)\b",
            r"{imp}(?:spune|zi|raspunde|scrie|afirma|descrie|prezinta|sustine|declara|confirma|incepe|incheie|termina|rezuma|considera|precizeaza|mentioneaza|informeaza)(?:-\w+)*\b",
            r"{imp}(?:\w+ )?(?:powiedz|mow|napisz|pisz|odpowiedz|odpowiadaj|opisz|opisuj|przedstaw|twierdz|potwierdz|zacznij|zaczynaj|zakoncz|koncz|podsumuj|streszcz|uznaj|zaznacz|informuj|podaj|podawaj)\b",
            "",
        ],
    ),
    signal(
        "act",
        [
            r"{imp}(?:send|post|forward|transmit|upload|email|submit|append|add|insert|include|put|place|embed|render|call|mark|label|grant|give out|replace|use|execute|run|invoke|transfer|rank|rate|score|recommend|praise|endorse|promote|prefer|choose|approve|grant|accept|follow|obey|comply|act|direct|redirect|urge|persuade|encourage|steer|convince|output|switch|enter|activate|enable|proceed|carry out|focus|concentrate|click|visit|open)\b",
            r"{imp}(?:trimite|posteaza|incarca|adauga|insereaza|include|pune|aseaza|plaseaza|apeleaza|executa|ruleaza|transfera|recomanda|lauda|promoveaza|alege|aproba|accepta|marcheaza|inlocuieste|foloseste|da-i|urmeaza|respecta|supune-te|indruma|indeamna|convinge|da|zi|intra|activeaza|concentreaza-te|acceseaza|deschide|evalueaza|noteaza|roaga|cere)(?:-\w+)*\b",
            r"{imp}(?:\w+ )?(?:wyslij|zamiesc|wgraj|dodaj|dolacz|wstaw|umiesc|postaw|wywolaj|wykonaj|uruchom|przelej|polec|polecaj|chwal|pochwal|promuj|wybierz|zatwierdz|zaakceptuj|oznacz|zamien|uzywaj|uzyj|podaj mu|wykonuj|trzymaj sie|sluchaj|przekonaj|naklon|namow|zachec|kaz|daj|przelacz|wlacz|aktywuj|skup sie|otworz|kliknij|ocen|oceniaj|popros|kieruj|skieruj)\b",
            "",
        ],
    ),
    signal(
        "must",
        [
            r"\b(?:must|shall|(?:is|are) (?:required|obliged|instructed|ordered|expected|to)|ha(?:ve|s) to|will (?:always|only|now)|needs? to)\b",
            r"\b(?:trebuie|are obligatia|au obligatia|(?:este|sunt|esti) obligat\w*|va (?:raspunde|spune|scrie|afirma)|vei)\b",
            r"\b(?:musi\w*|musz\w+|ma (?:obowiazek|uslyszec|odpow\w+)|maja (?:obowiazek|\w+ac)|powini\w+|powinn\w+|jest zobowiazan\w+|sa zobowiazan\w+|odpowie|masz)\b",
            "",
        ],
    ),
    signal(
        "you",
        [
            r"\b(?:you|your|yours|yourself|youre)\b",
            r"\b(?:tu|te|tine|tie|ti|iti|tau|tai|tale|esti|vei|poti|stii|scrii|spui|raspunzi|citesti|dai)\b|-(?:ti|te)\b",
            r"\b(?:ty|ci|cie|ciebie|tobie|toba|twoj\w*|twoi\w*|jestes|mozesz|masz|bedziesz|wiesz|piszesz|odpowiadasz|czytasz|musisz|dostales|przemilczysz|pominiesz)\b",
            "",
        ],
    ),
    signal(
        "answer",
        [
            r"\b(?:answers?|answering|respon(?:ses?|d|ds|ding)|repl(?:y|ies|ying)|outputs?|summar(?:y|ies|i[sz]e|i[sz]ing)|completions?|conversation|chat|whatever you (?:write|say|produce))\b",
            r"\b(?:raspun\w+|rezuma\w*|rezum|conversati\w+|discuti\w+|mesaj\w*|ce (?:vei )?scri\w*)\b",
            r"\b(?:odpowie\w*|odpowiad\w*|podsumowa\w+|streszcz\w+|rozmow\w+|czat\w*|wiadomosc\w*)\b",
            "",
        ],
    ),
    signal(
        "asker",
        [
            r"\b(?:(?:the|a|every) users?|the (?:reader|person asking|questioner)|(?:anyone|anybody|whoever|someone|somebody|everyone|people) (?:who |that )?(?:asks?|asking|wants?|enquires?|inquires?|queries)|when(?:ever)? asked|if asked|asked about|any (?:question|query|request)|all (?:questions|queries|requests)|every (?:question|query|request)|questions? about)\b",
            r"\b(?:utilizatorul\w*|cititorul\w*|interlocutor\w*|oricine (?:ar )?(?:te )?(?:intreab\w*|cere)|oricui (?:te )?(?:intreab\w*|cere)|cine (?:te )?intreaba|cand esti intrebat|daca esti intrebat|orice intrebare|la (?:orice |toate )?intrebar\w+|esti intrebat)\b",
            r"\b(?:uzytkownik\w*|czytelnik\w*|rozmowc\w*|ktokolwiek \w*pyta\w*|kazd\w+,? kto \w*pyta\w*|gdy ktos \w*pyta|jesli ktos \w*pyta|zapytan\w+ o|na (?:kazde |wszystkie |dowolne )?pytani\w+)\b",
            "",
        ],
    ),
    signal(
        "absolute",
        [
            r"\b(?:always|only|solely|exclusively|every time|each time|nothing else|nobody else|no one else|no matter|regardless|whatever|whoever|without (?:exception|explanation|explaining|comment|question|hesitation|restrictions?|limits?)|in full|in its entirety|word for word|letter for letter|verbatim|exact (?:words?|text)|single|at all times|from (?:here|now) on|from this (?:moment|point)|henceforth|instead)\b",
            r"\b(?:intotdeauna|mereu|numai|doar|exclusiv|de fiecare data|nimic altceva|nimeni altcineva|indiferent|orice|in intregime|cuvant cu cuvant|fara (?:exceptie|sa explici|explicatii|comentarii)|de acum|din acest moment|singur\w*|complet|in schimb)\b",
            r"\b(?:zawsze|tylko|wylacznie|jedynie|za kazdym razem|nic innego|nikt inny|bez wzgledu|niezaleznie|cokolwiek|ktokolwiek|bez (?:wyjatku|wyjasnien|komentarza|wahania)|w calosci|slowo w slowo|dokladnie|od teraz|od tej (?:chwili|pory)|odtad|zamiast)\b",
            "",
        ],
    ),
    signal(
        "suppress",
        [
            r"\b(?:leave out|left out|leaving out|omit\w*|unmentioned|(?:not|never|without|avoid) (?:mention|tell|say|reveal|disclos|show|appear|refer|includ|warn|inform)\w*|hide|conceal|suppress|gloss over|keep (?:quiet|silent|secret|it from)|stay silent|pass over|skip over|not a word)\b",
            r"\b(?:(?:nu|sa nu|fara sa) (?:mai )?(?:mention\w+|spu\w+|pomen\w+|amint\w+|dezvalu\w+|apar\w*|inclu\w+|avertiz\w+|inform\w+|arat\w+)|omit\w*|omi[st]\w*|ascun\w+|sub tacere|cu vederea|tine secret|taci)\b",
            r"\b(?:nie (?:wspomin\w+|wspomn\w+|mow\w*|ujawni\w+|zdradz\w+|pad\w+|podaw\w+|pokazuj\w*|ostrzeg\w+|informuj\w*|pisz)|pomin\w*|pomij\w*|przemilcz\w*|ukryj|ukrywaj|zataj\w*|milcz\w*|ani slowa)\b",
            "",
        ],
    ),
    signal(
        "persona",
        [
            r"\b(?:persona|pretend\w*|imagine (?:you|that you)|act(?:ing)? as|role-?play\w*|play the (?:role|part)|play a game|simulate|you are (?:now|no longer)|from (?:now|here) on,? you|from this (?:moment|point)(?: on)?,? you|become|switch to|in character|your (?:only |sole |single )?(?:purpose|goal|role|identity) is)\b",
            r"\b(?:prefa-te|preface-te|te prefaci|joaca\w* rolul|joci rolul|in rolul|imagineaza-ti|inchipuie-ti|esti acum|nu mai esti|(?:de acum (?:inainte )?|din acest moment )(?:esti|singurul)|te numesti|(?:sa te porti|comporta-te|poarta-te) ca|(?:singurul |unicul )?tau (?:scop|rol))\b",
            r"\b(?:udawaj|wciel\w* sie|wyobraz sobie,? ze|odgrywaj|zagraj|w roli|jestes teraz|nie jestes juz|od (?:teraz|tej chwili|tego momentu) (?:jestes|twoim)|nazywasz sie|zachowuj sie jak|zachowywac sie jak|twoim (?:jedynym )?celem)\b",
            "",
        ],
    ),
    signal(
        "limits",
        [
            r"\b(?:unrestricted|unfiltered|uncensored|jailbr\w+|(?:without|no|zero|free (?:of|from)|not bound by) (?:any |all )?(?:ethics|ethical|restrictions?|limits?|limitations?|rules|morals?|filters?|censorship|constraints?)|(?:never|nothing) (?:refuses?|declines?)|(?:refuses?|declines?) nothing|do anything now|(?:developer|god|debug|maintenance|diagnostic|dan) mode|(?:answers?|disclose|reveal|say|approves?) (?:anything|everything|any|every)|(?:restrictions|limits|checks|filters|rules) (?:are|were) (?:off|lifted|disabled|suspended|removed)|speak freely|without refusal|comply with (?:all|any|every))\b",
            r"\b(?:fara (?:nicio |nici o )?(?:etica|restricti\w+|limit\w+|regul\w+|filtr\w+|cenzur\w+)|nerestrictionat\w*|nu refuz\w+|aprob\w* orice|raspunzi la orice|mod\w* (?:de )?(?:dezvoltator|administrator|depanare)|(?:restrictiile|limitele|filtrele|regulile) (?:au fost|sunt) (?:ridicate|oprite|suspendate)|vorbeste liber|indeplineste orice|orice cerere)\b",
            r"\b(?:bez (?:zadnych )?(?:etyki|ograniczen|zasad|filtrow|cenzury|regul|hamulcow)|niczego nie odmawia\w*|na wszystko sie zgadza\w*|niczym nieograniczon\w+|nie wiaza (?:zadne )?ograniczenia|tryb\w* (?:deweloper\w*|programist\w*|serwisow\w*|debug\w*)|(?:ograniczenia|filtry|zasady) (?:zniesiono|wylaczono|zawieszono)|mow swobodnie|spelnia\w* kazda prosbe)\b",
            "",
        ],
    ),
    signal(
        "others",
        [
            r"\b(?:other|another|previous|neighbou?ring|remaining|different) (?:\w+ )?(?:clients?|customers?|tenants?|accounts?|companies|company|users?|organi[sz]ations?|firms?|workspaces?)\b|\ball (?:clients?|tenants?|workspaces?)\b|\b(?:tenant|client|account|user|customer) (?:right )?(?:before|after|next to) (?:this|yours)\b",
            r"\b(?:celorlalti|ceilalti|celelalte|celorlalte|altor|alti|altei|alte|altui|vecin\w+|tuturor) (?:\w+ )?(?:client\w*|firm\w*|compani\w*|contur\w*|utilizator\w*|chirias\w*|societat\w*)\b|\b(?:client\w*|chirias\w*|contul\w*|utilizator\w*) (?:dinainte\w*|precedent\w*|vecin\w*)",
            r"\b(?:pozostal\w+|inn\w+|sasiedni\w+|obc\w+|poprzedni\w+|wszystkich) (?:\w+ )?(?:klient\w*|firm\w*|spol\w*|kont\w*|uzytkowni\w*|organizacj\w*|najemc\w*)\b|\b(?:najemc\w*|klient\w*|konta) sprzed\b",
            "",
        ],
    ),
    signal(
        "secret",
        [
            r"\b(?:system prompt|system message|hidden (?:text|prompt|instructions?|guidance|context)|api keys?|credentials|passwords?|secrets?|tokens?|card (?:number|details)|pin|one-time code|environment variables?|confidential)\b",
            r"\b(?:prompt\w* de sistem|text\w* (?:ascuns|secret)\w*|chei\w* api|parol\w*|secret\w*|codul|datele cardului|date confidentiale)\b",
            r"\b(?:prompt\w* systemow\w+|ukryt\w+ tekst\w*|klucz\w* api|hasl\w*|sekret\w*|tajn\w*|kod|pin|dane karty|poufn\w+)\b",
            "",
        ],
    ),
    signal("address", ["", "", "", r"https?://|\bwww\.|\b[\w.]+@[\w-]+\.\w"]),
    signal(
        "markup",
        [
            "",
            "",
            "",
            r"<!--|display:\s*none|visibility:\s*hidden|font-size:\s*0|opacity:\s*0|color:\s*(?:white|#fff)|<\w+ hidden|\[//\]:\s*#",
        ],
    ),
    signal("image", ["", "", "", r"!\[[^\]]{0,80}\]\(\s*https?://[^)\s]{0,200}[?&]\w+="]),
    signal(
        "call",
        [
            "",
            "",
            "",
            r#"<(?:function|tool|invoke)\w*[=\s>]|"(?:tool|function|action|name|recipient_name)"\s*:\s*"[^"]{1,40}"\s*,\s*"(?:input|arguments|args|parameters|params)"|\b(?:tool_call|function_call|functions?\.\w+)\b|\b\w+_\w+\([^)]{0,80}\)"#,
        ],
    ),
    signal(
        "run it",
        [
            r"\b(?:run|execute|invoke|make|perform|trigger|call) (?:this|the following|that|the) (?:call|tool|function|command|code|request|directive)\b",
            r"\b(?:executa|ruleaza|apeleaza|apelezi|porneste) (?:acest|aceasta|urmat\w+|apelul|functia|comanda|instrumentul)\b",
            r"\b(?:wykonaj|uruchom|wywolaj) (?:to|te|ten|nastepujac\w+|funkcj\w+|polecen\w+|narzedzi\w+)\b",
            "",
        ],
    ),
    signal(
        "encoded",
        [
            r"\b(?:decode|decrypt|decipher|unscramble|rot-?13|base-?64|into text|to ascii|in reverse|backwards|encoded|encrypted|hex)\b",
            r"\b(?:decodeaza|decodifica|decripteaza|descifreaza|base-?64|in text urmatorul|in text sirul|rot-?13|codificat\w*|criptat\w*)\b",
            r"\b(?:odkoduj|zdekoduj|odszyfruj|rozszyfruj|base-?64|ciag na tekst|rot-?13|zakodowan\w+|zaszyfrowan\w+|wspak)\b",
            "",
        ],
    ),
    signal(
        "favour",
        [
            r"\b(?:best|flawless|perfect(?:ly)?|excellent|beats every|put (?:them|him|her|it|us) first|first place|top (?:score|rank|mark|choice)|highest (?:mark|score|rating)|recommend|praise|exceeds every|meets every|no (?:known )?(?:defects|faults|risks)|fully (?:certified|compliant)|nobody else|perfectly safe)\b",
            r"\b(?:cel mai bun|cea mai buna|impecabil\w*|perfect\w*|excelent\w*|pe primul loc|aseaza-l primul|primul pe lista|nota maxima|recomand\w*|laud\w*|depaseste toate|indeplineste toate|fara defecte)\b",
            r"\b(?:najleps\w+|bez zarzutu|idealn\w+|doskonal\w+|na pierwszym miejscu|na poczatku|na pierwsze miejsce|najwyzsz\w+ (?:ocen\w*|not\w*)|polec\w*|chwal\w*|przewyzsza|spelnia wszystkie|bezawaryjn\w+)\b",
            "",
        ],
    ),
    signal(
        "readers",
        [
            r"\b(?:employees?|staff|customers? (?:may|must|can|should)|callers?|visitors?|patients?|members|residents|students|drivers?|colleagues?|managers?|the desk|applicants (?:may|must))\b",
            r"\b(?:va rugam|dumneavoastra|angajati\w*|vizitator\w*|pacient\w*|cursanti\w*|personalul|rugam|va (?:multumim|recomandam|puteti))\b|{imp}\w{3,}(?:ati|eti|iti)\b",
            r"\b(?:prosimy|prosze|panstwo|pan|pani|pracowni\w+|pacjen\w+|uczestni\w+|nalezy|nie wolno)\b",
            "",
        ],
    ),
    // A business takes back its own words.
    signal(
        "own words",
        [
            r"\b(?:my|our) (?:previous|prior|earlier|last|former)\b",
            r"\b(?:noastre|noastra|mele|mea) (?:anterioar\w+|precedent\w+|de dinainte)\b",
            r"\b(?:nasz\w*|moj\w*) (?:wczesniejsz\w+|poprzedni\w+|dawn\w+)\b",
            "",
        ],
    ),
    signal(
        "your answer",
        [
            r"\b(?:your (?:final |next |own )?(?:responses?|outputs?|summar(?:y|ies)|completions?)|your (?:final )?(?:answer|reply) (?:has to|must|should) (?:end|start|begin|contain|include|say|be)|(?:start|begin|end|finish|close|preface) (?:your|each|every) (?:answer|reply|message)|(?:each|every|any|all) (?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)) (?:you|of yours)|whatever you (?:write|say|produce|output|return)|when (?:summari[sz]ing|generating|you (?:reply|respond|summari[sz]e))|(?:a|the|any) (?:response|answer|summary) about this|before (?:replying|responding)|summaries of this|(?:every|any) question with|respond (?:only )?with|reply with (?:nothing|only|the)|in your answer)\b",
            r"\b(?:(?:raspuns\w*|rezumat\w*|mesaj\w*) (?:tau|tale)|in (?:orice|fiecare) (?:raspuns|mesaj|rezumat)|(?:in ce|orice|tot ce) (?:vei scrie|scrii|vei raspunde|raspunzi)|cand (?:raspunzi|generezi|rezumi)|inainte (?:de a raspunde|sa raspunzi)|(?:finalul|inceputul|sfarsitul) raspunsului|raspunde (?:la fiecare|numai|doar|mereu|intotdeauna)|incepe raspunsul|rezumatele acestui|include\w* .{0,30}in raspuns)\b",
            r"\b(?:(?:twoj\w*|swoj\w*) (?:\w+ )?(?:odpowied\w+|podsumowani\w+|wiadomosc\w*)|w kazdej odpowiedzi|generujac odpowiedz|(?:gdy|kiedy|zanim) (?:odpowiadasz|odpowiesz|streszczasz)|(?:koncu|koniec|poczatku) odpowiedzi|(?:zacznij|zakoncz|zaczynaj|koncz) odpowiedz|na (?:kazde|wszystkie) pytani\w+ odpowiadaj|streszczenia tego|uzyj w odpowiedzi)\b",
            "",
        ],
    ),
    signal(
        "new task",
        [
            r"\b(?:(?:your|the) (?:new|next|real|actual|true|only|single|sole|updated) (?:\w+ )?(?:task|job|goal|instructions?|purpose|mission|orders?|directives?|objective)|(?:new|real|actual|updated) (?:instructions|directives?|orders) (?:are|follow|:)|new rules apply|your (?:only|sole|single) \w+)\b",
            r"\b(?:(?:noua|adevarata|singura|urmatoarea) (?:ta )?(?:sarcina|misiune|instructiune)|sarcina (?:ta )?(?:noua|adevarata|reala)|(?:singurul|noul|unicul) (?:tau )?(?:scop|rol|obiectiv)|reguli noi|instructiuni noi|adevaratele instructiuni)\b",
            r"\b(?:(?:twoje |twoim )?(?:nowe|nowym|prawdziwe|prawdziwym|jedyne|jedynym|kolejne) (?:zadani\w+|celem|polece\w+)|prawdziwe (?:instrukcje|polecenia)|obowiazuja nowe|nowe (?:instrukcje|polecenia|rozkazy))\b",
            "",
        ],
    ),
    signal(
        "text above",
        [
            r"\b(?:(?:words|text|everything|lines|sentences|messages?|instructions) (?:above|before this|preceding this)|above (?:was|were|is) (?:a |only )?(?:test|example|training))\b",
            r"\b(?:(?:cuvintele|textul|randurile|mesajele|tot ce este|tot ce e) (?:de mai sus|de deasupra|deasupra|dinaintea))\b",
            r"\b(?:(?:slowa|tekst|wszystko|wiersze|zdania) (?:powyzej|nad ta|przed tym|przed ta))\b",
            "",
        ],
    ),
    signal(
        "for machines",
        [
            r"\b(?:(?:for|to) (?:any |all |the )?(?:robots|machines|bots|crawlers|scrapers|automated \w+|language models?|ai-system\w*)(?: only)?|(?:if|when|since|as) you (?:are|happen to be) an? (?:ai-system|language model|chat ?bot|assistant|bot|llm|machine)|as an? (?:ai-system|assistant|language model))\b",
            r"\b(?:(?:pentru|catre) (?:toti |toate )?(?:robot\w+|masini|sisteme\w* automat\w+|filtr\w+ automat\w+|modele\w*|ai-system)|daca (?:esti|ai fi|este) (?:cumva )?(?:o |un )?(?:inteligent\w+|model\w*|robot|asistent|ai-system|llm)|ca (?:inteligent\w+|model\w*|asistent\w*|ai-system))\b",
            r"\b(?:(?:dla|do) (?:wszystkich )?(?:robot\w+|maszyn\w*|automat\w+|automatyczn\w+ \w+|model\w+|ai-system)|jesli (?:jestes|czyta to|to czyta) (?:\w+ )?(?:sztuczn\w+|model\w*|bot\w*|ai-system|asystent\w*)|jako (?:sztuczn\w+|model\w*|asystent\w*|ai-system))\b",
            "",
        ],
    ),
    signal(
        "as it says",
        [
            r"\b(?:do (?:what|whatever|as) (?:it|they|that|the (?:page|text|link|result))|(?:act|acting) (?:up)?on (?:it|the result|them)|follow (?:what|whatever|its|the result)|carry out (?:what|the|its|it)|execute (?:it|them|the result|what))\b",
            r"\b(?:fa (?:ce|tot ce|intocmai)|executa-l|executa-o|executa (?:rezultatul|ce)|urmeaza ce|indeplineste ce)\b",
            r"\b(?:zrob,? co|rob,? co|wykonaj (?:go|to|je|wynik)|postepuj wedlug|zastosuj sie do)\b",
            "",
        ],
    ),
    signal(
        "any question",
        [
            r"\b(?:(?:any|every|all|each|whatever) (?:\w+ )?(?:questions?|quer(?:y|ies)|enquir(?:y|ies)|inquir(?:y|ies))|(?:who|when)ever (?:someone|anyone|somebody|the user|asked))\b",
            r"\b(?:(?:orice|toate|oricare|fiecare) (?:\w+ )?intreb\w+|la intrebarea .{0,40}(?:de fiecare data|mereu|intotdeauna))\b",
            r"\b(?:(?:kazde|wszystkie|dowolne|jakiekolwiek|wszelkie) (?:\w+ )?pytani\w+)\b",
            "",
        ],
    ),
    signal(
        "despite",
        [
            r"\b(?:regardless of (?:what|the)|no matter what|whatever (?:the (?:records?|documents?|text|page|sources?|evidence|contract|file)|else|stands|is written)|nobody else|no one else|nothing else|nothing but|instead of what|only (?:truth|valid source|directive)|not use any other|the rest of (?:this|the))\b",
            r"\b(?:indiferent (?:de|ce)|orice ar (?:arata|scrie|spune)|nimic altceva|nimeni altcineva|nu folosi alta|restul (?:documentului|textului)|doar ce scrie|numai ce scrie|exclusiv)\b|\bnumai:",
            r"\b(?:bez wzgledu na (?:reszte|tresc|to)|niezaleznie od|cokolwiek (?:pokazuj\w+|pisze)|i nic (?:wiecej|innego)|nikt inny|nie korzystaj z innych|reszte? (?:dokumentu|tekstu)|liczy sie tylko|wylacznie)\b",
            "",
        ],
    ),
    signal(
        "this text",
        [
            r"\b(?:(?:reading|reads?|process\w*|index\w*|pars\w*|summari[sz]\w*) this|this (?:page|document|file|text|line|applicant|candidate|supplier|vendor|offer|proposal|bid|product|chat|conversation|paragraph|sentence)|(?:orders|rules|directives|lines|text) (?:below|above)|(?:words|text|everything) (?:above|before this)|for (?:robots|machines|bots) only|our (?:offer|shop|product|company|service|bid|firm))\b",
            r"\b(?:(?:citesc|citeste|proceseaz\w+|prelucr\w+|rezum\w+) acest\w*|acest\w* (?:pagin\w+|document\w*|text\w*|rand|candidat\w*|furnizor\w*|propuner\w+|ofert\w+|paragraf|propoziti\w+)|(?:ordinele|regulile|randurile|rindurile) de mai (?:jos|sus)|cuvintele de mai sus|(?:numai|doar) pentru roboti|(?:oferta|magazinul|firma|produsul|serviciul) nostr\w+|(?:oferta|firma) noastra)\b",
            r"\b(?:(?:czytajac\w*|czyta\w*|przetwarzajac\w*|przetwarza\w*|streszczajac\w*) (?:ten|to|te)|(?:ten|tego|te|tej|tym|ta) (?:dokument\w*|tekst\w*|stron\w*|lini\w*|kandydat\w*|dostawc\w*|ofert\w*|zdanie|akapit\w*)|(?:rozkazy|polecenia|zasady|slowa) (?:ponizej|powyzej)|tylko dla robotow|nasz(?:a|ej|e|ego|ą)? (?:ofert\w*|firm\w*|sklep\w*|uslug\w*|produkt\w*))\b",
            "",
        ],
    ),
    signal(
        "told of machines",
        [
            r"\b(?:our (?:\w+ )?(?:chat ?bot|assistant|bot|model)|(?:tools?|models?|chat ?bots?|ai-system|assistants?|bots?) (?:is|are|was|were|answers?|repl(?:y|ies)|passes|sorts|helps|asks?|may|can|should not|must not|cannot)|(?:use|using|used) (?:of )?(?:ai-system|language models?|chat ?bots?)|into (?:ai-system|chat ?bots?)|(?:it was agreed|staff|employees|administrators?|users? of)|in the language of)\b",
            r"\b(?:(?:chat ?bot\w*|asistent\w* virtual\w*|model\w*|robot\w*) (?:nostru|noastra|raspunde|poate|este|sunt|a fost|nu trebuie|trebuie sa raspunda in)|(?:folos\w+|utiliz\w+) (?:o |un |unei |unui )?(?:inteligent\w+|model\w*|chat ?bot\w*|asistent\w*)|este folosit\w*|(?:angajat\w*|administrator\w*|s-a convenit)|in asistenti|in limba)\b",
            r"\b(?:nasz\w* (?:\w+ )?(?:czat ?bot\w*|asysten\w*|bot\w*)|(?:czat ?bot\w*|asysten\w*|model\w*|bot|sztuczna inteligencja) (?:\w+ )?(?:odpowiada|moze|jest|sluzy|nie powin\w+|przekazuje|musi odpowiadac w|powie)|(?:korzyst\w+|uzyw\w+) (?:ze |z )?(?:sztuczn\w+|model\w*|czat ?bot\w*)|(?:pracowni\w+|administrator\w*|ustalono)|do czat ?bot\w*|w jezyku)\b",
            "",
        ],
    ),
];
