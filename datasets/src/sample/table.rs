//! Which files are embedded. A test fails when a file of the folder is missing here.

use super::{SampleClient, SampleDocument};

/// A client whose files lie under `sample/<name>/`.
macro_rules! client {
    ($name:literal, $title:literal, canary $canary:literal, [$($file:literal),+ $(,)?]) => {
        SampleClient {
            name: $name,
            title: $title,
            canary: $canary,
            documents: &[$(SampleDocument {
                path: $file,
                bytes: include_bytes!(concat!("../../sample/", $name, "/docs/", $file)),
            }),+],
            questions: include_str!(concat!("../../sample/", $name, "/questions.jsonl")),
            dialogues: include_str!(concat!("../../sample/", $name, "/dialogues.jsonl")),
        }
    };
}

pub(super) const CLIENTS: &[SampleClient] = &[
    client!("kestrel-vane", "Kestrel & Vane Lifts Ltd", canary "Copper Heron 7731", [
        "contract-terms.html",
        "depot-meeting-2026-09.md",
        "employee-handbook.md",
        "faq-building-managers.html",
        "fault-log-2026-q3.csv",
        "ghid-tehnicieni-romania.md",
        "lone-working-rules.txt",
        "maintenance-sla.md",
        "ochrona-wind-ulotka.html",
        "parts-stock-2026-10.xlsx",
        "price-list-2026.html",
        "product-sheet-falcon-630.md",
        "przewodnik-montera.md",
        "returns-policy.md",
        "tender-canal-mill.eml",
    ]),
    client!("lunca-digitala", "Lunca Digitală SRL", canary "ZIMBRU-5508", [
        "api-guide.md",
        "contract-abonament.md",
        "data-protection.html",
        "decizii-sedinta-octombrie.txt",
        "incident-14-septembrie.eml",
        "intrebari-frecvente.html",
        "lista-preturi-2026.html",
        "modul-pontaj.pptx",
        "note-versiune-8-4.md",
        "oferta-implementare-brutaria-sura.docx",
        "partner-onboarding.txt",
        "politica-retur-echipamente.md",
        "regulament-intern.pdf",
        "sla-suport.md",
        "tichete-septembrie-2026.csv",
    ]),
    client!("mleczna-mewa", "Mleczna Mewa sp. z o.o.", canary "BURSZTYN-2946", [
        "cennik-hurtowy-2026.html",
        "cold-chain-procedure.txt",
        "export-faq.md",
        "instrukcja-mycia-zbiornikow.docx",
        "karta-produktu-kefir.md",
        "nowosci-wiosna-2027.pptx",
        "polityka-zwrotow.md",
        "poradnik-nowego-pracownika.html",
        "regulamin-pracy.pdf",
        "sla-dostaw.md",
        "supplier-handbook.html",
        "umowa-dystrybucyjna.md",
        "ustalenia-zebrania-wrzesien.txt",
        "wyniki-dostawcow-2026.xlsx",
        "zamowienie-zielona-lada.eml",
    ]),
    client!("osprey-rook", "Osprey & Rook Lifts Ltd", canary "Silver Plover 4186", [
        "contract-terms.docx",
        "depot-meeting-2026-10.txt",
        "employee-handbook.html",
        "ghid-tehnicieni-romania.html",
        "lone-working-talk.pptx",
        "maintenance-sla.md",
        "price-list-2026.xlsx",
        "product-sheet-harrier-800.html",
        "przewodnik-montera.md",
        "returns-policy.md",
    ]),
];
