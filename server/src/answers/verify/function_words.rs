//! Words that carry no topic beyond those the analyzers drop: auxiliaries, modal verbs, degrees, connectives. Folded. They are no
//! context, they are not what a negation is about, and a sentence that starts with one does not start with a name.

use std::collections::HashSet;
use std::sync::LazyLock;

use footnote_index::Language;

const ENGLISH: &str = "\
    also after again all although always am among another any anyone because been before being between \
    both cannot could despite doing done due during each either every everyone few further get gets got \
    had having he hence her here hers him his however instead itself just less let many may me might \
    more moreover most much must need needs neither never nobody none nor nothing now off once one only \
    other others otherwise out over own per same several shall she since so some something still than \
    therefore those though through thus till together too under unless until up upon us very via were \
    whatever whether while within without yet yes above below across against along around about toward \
    towards them themselves himself herself like even ever rather quite whereas dont doesnt didnt isnt \
    arent wasnt werent cant couldnt shouldnt wouldnt wont hasnt havent hadnt mustnt neednt mightnt shant \
    aint";

const ROMANIAN: &str = "\
    abia acest acolo acum adica aici aia alt alta altele alti altor altul ambele ambii anume asemenea \
    astfel asupra atat atunci aveau avand avut bine catre chiar conform contra cumva deasemenea decat \
    deja deoarece desi despre devreme doar drept dupa erau eram fata fiecare fiecarei fiecarui fiind \
    fost fosta foste fosti fara fusese inainte inca incat insa inspre insusi intru langa mult multa \
    multe multi niciodata niciun nicio niciunul nimeni nimic numai oare odata oricare orice oricine \
    parca pana parte peste poate pot putea putut putin precum prea printre prin rand s n v i l le m t \
    trebuie trebuia trebui tocmai toata toate toti totul totusi totodata unii unele unul urma vreo vreun \
    atare caror carora caruia careia celui celei dat dintr dinspre dinaintea datorita cazul cazului al \
    ale ai lui lor acestora acestuia acesteia acestia acestea aceea aceia sa si sai sau isi imi intr dar \
    iar ci ca fi fie era este e sunt va vor ar as am ati au aveti nostru noastra nostri noastre vostru \
    voastra dumneavoastra";

const POLISH: &str = "\
    ach aczkolwiek albowiem ani az bardzo bardziej beda bedac bedacy bedzie bedziecie bedziemy bowiem \
    byc byla byli bylo byly bylby bylaby caly cala cale ciagu choc chociaz co czyli dlaczego dlatego \
    dosc dopiero dopoki dwoje gdyz innych inne inny inna innego innej innym jakby jakie jako jakas jakis \
    jednak jednakze jednoczesnie jezeli kazda kazde kazdego kazdej kazdy kazdym ktora ktorego ktorej \
    ktorych ktorym ktorymi ktoremu lecz mial miala mialo mialy mieli miec miedzy mniej moga mogl mogla \
    mogly moze mozna musi musza nadal nalezy nalezalo natomiast nawet nic nich nigdy nikt nim nimi niz \
    niej niego obu oboje obecnie ona oprocz oraz otoz poniewaz ponadto ponad poprzez podczas podobnie \
    potem powinien powinna powinno powinny pozniej przeciez rowniez sam sama same samo samym siebie soba \
    sobie swoj swoja swoje swoich swojego swojej swoim swego swych swym takie taki taka takich takze \
    temu totez trzeba tutaj tylko tym tymi ubiegly wiec wiecej wlasnie wobec wokol wraz wszystko \
    wszystkich wszystkie wszyscy wtedy wzdluz zaden zadna zadne zadnego zadnej zadnych zadnym zamiast \
    zarowno zawsze zostac zostal zostala zostali zostalo zostaly zostanie zostana zeby nasz nasza nasze \
    naszych panstwo panstwa posrod wsrod dzieki mimo pomimo wedlug czym kogo komu jakiego jakiej jakim \
    jestesmy ze przed po do od dla bez";

/// The words as sets: every word of every text is looked up.
static SETS: LazyLock<[HashSet<&'static str>; 3]> =
    LazyLock::new(|| [ENGLISH, ROMANIAN, POLISH].map(|words| words.split(' ').collect()));

/// Whether the folded word carries no topic in this language.
pub(super) fn is_function_word(folded: &str, language: Language) -> bool {
    let [english, romanian, polish] = &*SETS;
    match language {
        Language::English => english,
        Language::Romanian => romanian,
        Language::Polish => polish,
    }
    .contains(folded)
}
