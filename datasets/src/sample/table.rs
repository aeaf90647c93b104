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
        }
    };
}

pub(super) const CLIENTS: &[SampleClient] = &[
    client!("kestrel-vane", "Kestrel & Vane Lifts Ltd", canary "Copper Heron 7731", [
        "contract-terms.html",
        "depot-meeting-2026-09.md",
        "employee-handbook.md",
        "faq-building-managers.html",
        "ghid-tehnicieni-romania.md",
        "lone-working-rules.txt",
        "maintenance-sla.md",
        "ochrona-wind-ulotka.html",
        "price-list-2026.html",
        "product-sheet-falcon-630.md",
        "przewodnik-montera.md",
        "returns-policy.md",
    ]),
    client!("lunca-digitala", "Lunca Digitală SRL", canary "ZIMBRU-5508", [
        "api-guide.md",
        "contract-abonament.md",
        "data-protection.html",
        "decizii-sedinta-octombrie.txt",
        "intrebari-frecvente.html",
        "lista-preturi-2026.html",
        "note-versiune-8-4.md",
        "partner-onboarding.txt",
        "politica-retur-echipamente.md",
        "regulament-intern.pdf",
        "sla-suport.md",
    ]),
    client!("mleczna-mewa", "Mleczna Mewa sp. z o.o.", canary "BURSZTYN-2946", [
        "cennik-hurtowy-2026.html",
        "cold-chain-procedure.txt",
        "export-faq.md",
        "karta-produktu-kefir.md",
        "polityka-zwrotow.md",
        "poradnik-nowego-pracownika.html",
        "regulamin-pracy.pdf",
        "sla-dostaw.md",
        "supplier-handbook.html",
        "umowa-dystrybucyjna.md",
        "ustalenia-zebrania-wrzesien.txt",
    ]),
];
