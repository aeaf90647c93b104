use super::*;

#[test]
fn dialogues() {
    check(&[
        Dialogue {
            earlier: &["Cât costă Falcon 630?", "> 1.250 EUR [1]."],
            question: "Dar 800?",
            resolved: "Cât costă Falcon 800?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Care este preavizul pentru angajați?", "> 20 de zile."],
            question: "Dar pentru manageri?",
            resolved: "Care este preavizul pentru manageri?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Câte zile de concediu medical plătește firma?", "> Cinci zile."],
            question: "Cine îl aprobă?",
            resolved: "Cine îl aprobă? (concediu medical, firma)",
            how: How::Pronoun,
            used: &[0],
        },
        Dialogue {
            earlier: &["Cum cer concediu de odihnă?", "> Printr-o cerere."],
            question: "Cât durează?",
            resolved: "Cât durează? (concediu de odihnă)",
            how: How::DroppedSubject,
            used: &[0],
        },
        Dialogue {
            earlier: &["Unde este sediul din Cluj?", "> Pe strada Lungă."],
            question: "Nu, mă refeream la Iași.",
            resolved: "Unde este sediul din Iași?",
            how: How::Correction,
            used: &[0],
        },
        Dialogue {
            earlier: &["Sala este deschisă sâmbăta?", "> Nu."],
            question: "De ce?",
            resolved: "De ce? (Sala este deschisă sâmbăta?)",
            how: How::BareQuestion,
            used: &[0],
        },
        Dialogue {
            earlier: &["Cât costă livrarea?", "> 30 de lei."],
            question: "Și montajul?",
            resolved: "Cât costă montajul?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Cine este directorul firmei Alfa?", "> Directorul este Maria Pop."],
            question: "De când lucrează ea acolo?",
            resolved: "De când lucrează ea acolo? (Maria Pop, directorul firmei Alfa)",
            how: How::Pronoun,
            used: &[0, 1],
        },
        Dialogue {
            earlier: &["Ce abonamente aveți?", "> Standard și Premium."],
            question: "Care este cel mai ieftin?",
            resolved: "Care este cel mai ieftin? (abonamente)",
            how: How::Comparison,
            used: &[0],
        },
        Dialogue {
            earlier: &["Care este prețul modelului Falcon 630?", "> 1.250 EUR."],
            question: "Dar garanția?",
            resolved: "Care este garanția modelului Falcon 630?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Ce acte trebuie pentru înmatriculare?", "> Cartea de identitate."],
            question: "Care este termenul?",
            resolved: "Care este termenul? (acte, înmatriculare)",
            how: How::DroppedSubject,
            used: &[0],
        },
    ]);
}

#[test]
fn complete_questions_stand_alone() {
    let earlier = turns(&["Cât costă Falcon 630?", "> 1.250 EUR."]);
    for question in [
        "Altceva: unde este cantina?",
        "Câte zile de concediu au angajații noi?",
        "Mulțumesc!",
        "Apropo, cine răspunde de protecția datelor?",
        "Există parcare pentru vizitatori?",
        "Cine aprobă o cerere de concediu?",
    ] {
        let found = resolve(&earlier, question);
        assert_eq!(found, Resolved { question: question.into(), used: vec![], how: How::StandAlone });
    }
}

#[test]
fn text_without_diacritics_is_understood() {
    let earlier = ["Cat costa livrarea?", "> 30 de lei."];
    assert_eq!(resolve(&turns(&earlier), "Dar montajul?").question, "Cat costa montajul?");
    assert_eq!(resolve(&turns(&earlier), "De ce?").how, How::BareQuestion);
}
