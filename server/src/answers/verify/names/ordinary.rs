//! Words with a capital that are no names: titles of people, and words that often start a sentence before a name.

use footnote_index::Language;

use super::super::tokens::listed;

/// Titles, in the three languages; folded. They come and go with a name without changing whose it is.
const TITLES: &str = "\
    mr mrs ms miss dr prof professor sir lord lady president king queen prince princess emperor pope \
    saint st general captain colonel major bishop archbishop chancellor minister senator governor duke \
    count director manager ceo domnul doamna dl dna presedintele presedinte regele regina imparatul papa \
    sfantul profesorul doctorul directorul generalul printul ministrul pan pani panu pana prezydent \
    prezydenta krol krola krolowa cesarz cesarza papiez swiety sw profesor doktor dyrektor prezes ksiaze \
    hrabia biskup inz mgr ltd inc jr";

/// Whether the folded word is a title.
pub(super) fn is_title(folded: &str) -> bool {
    listed(TITLES, folded)
}

/// Words that stand before a name at the start of a sentence and are none.
const BEFORE_NAMES: &str = "\
    former late young old new early according unlike both since while when although as in on at by for \
    from with after before during under until only today later like inventor author actor singer writer \
    founder scientist composer painter fostul fosta tanarul batranul potrivit conform spre cantareata \
    scriitorul pictorul inventatorul byly byla mlody wedlug pisarz malarz kompozytor aktor aktorka \
    piosenkarka zdaniem dzieki wojska armia miasto orasul city";

/// Words that sentences of documents start with, and that have no ending to tell them by. Folded.
fn common(language: Language) -> &'static str {
    match language {
        Language::English => {
            "\
            staff interest rent access work time water food stock tax cash data software hardware \
            transport breakfast lunch delivery money credit debt value price cost income profit revenue \
            trade travel post mail email light power energy oil gas heat air research science law music \
            art war peace education health sport football film history people children women men parents \
            half overtime leave notice pay stop store use keep please goods sales return section article \
            clause annex version model room page table figure step level type class phase part"
        }
        Language::Romanian => {
            "\
            firma compania taxa suma plata factura echipa perioada durata oferta comanda marfa persoana \
            munca ziua luna piesa camera masina cladirea lucrarea pagina scoala viata lumea tara apa \
            casa familia prima partea forma armata populatia limba cultura muzica biserica legea puterea \
            orasul energia economia pretul angajatii clientii copiii oamenii penalitatile societatea \
            versiunea platforma aparatul acumulatorii vanzarile costurile datele zilele bunurile \
            produsele"
        }
        Language::Polish => {
            "\
            firma spolka cena ceny oplata oplaty dostawa klient klienci umowa kara kwota towar towary \
            paczka najemca sprzedawca kupujacy termin okres czas praca urlop faktura zwrot zwroty \
            wniosek wnioski koszt koszty biuro sklep osoba osoby strona strony budynek podest maszyna \
            produkt produkty miasto kraj wojna film utwor album ksiazka szkola gra zespol rzad prawo sad \
            odsetki reklamacje baterie kaucja dane liczba ludzie dzieci wersja sprzedaz pobor palenie \
            ekipa"
        }
    }
}

/// Endings of words that are no names, of words made from verbs and adjectives above all.
fn endings(language: Language) -> &'static str {
    match language {
        Language::English => {
            "tion tions sion ment ments ness ing ings ity ities ship ance ence ers ors ists ly ed able ible ful less \
            age ages ures ees ants ents ery ies ware"
        }
        Language::Romanian => {
            "tia tiile area erea irea arile tatea tatile ului urile elor ilor ul ele ile torii torul mentul ismul ind"
        }
        Language::Polish => {
            "anie enie ania enia osc osci cja cje cji owie arze iciele iciel ych ymi ujac iac szy sze nicy"
        }
    }
}

/// Whether the folded word at the start of a sentence is likely no name.
pub(super) fn is_ordinary(folded: &str, language: Language) -> bool {
    listed(BEFORE_NAMES, folded)
        || listed(common(language), folded)
        || endings(language)
            .split(' ')
            .any(|end| folded.strip_suffix(end).is_some_and(|rest| rest.len() >= 3))
}
