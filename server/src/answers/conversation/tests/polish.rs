use super::*;

#[test]
fn dialogues() {
    check(&[
        Dialogue {
            earlier: &["Ile kosztuje Falcon 630?", "> 1250 EUR [1]."],
            question: "A 800?",
            resolved: "Ile kosztuje Falcon 800?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Ile kosztuje parking w Warszawie?", "> 5 zł za godzinę."],
            question: "A w Krakowie?",
            resolved: "Ile kosztuje parking w Krakowie?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Jak złożyć wniosek urlopowy?", "> W systemie kadrowym."],
            question: "Kto go zatwierdza?",
            resolved: "Kto go zatwierdza? (wniosek urlopowy)",
            how: How::Pronoun,
            used: &[0],
        },
        Dialogue {
            earlier: &["Jak długo jest ważna gwarancja na pompę?", "> Dwa lata."],
            question: "Od kiedy?",
            resolved: "Od kiedy? (Jak długo jest ważna gwarancja na pompę?)",
            how: How::BareQuestion,
            used: &[0],
        },
        Dialogue {
            earlier: &["Gdzie mogę odebrać przesyłkę?", "> W kancelarii."],
            question: "Ile to kosztuje?",
            resolved: "Ile to kosztuje? (przesyłkę)",
            how: How::Pronoun,
            used: &[0],
        },
        Dialogue {
            earlier: &["Ile kosztuje dostawa?", "> 15 zł."],
            question: "A co z montażem?",
            resolved: "Ile kosztuje montażem?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Gdzie jest biuro w Gdyni?", "> Przy ulicy Długiej."],
            question: "Nie, chodziło mi o Sopot.",
            resolved: "Gdzie jest biuro w Sopot?",
            how: How::Correction,
            used: &[0],
        },
        Dialogue {
            earlier: &["Jaka jest kaucja za rower?", "> 200 zł."],
            question: "Kiedy ją zwracacie?",
            resolved: "Kiedy ją zwracacie? (rower)",
            how: How::Pronoun,
            used: &[0],
        },
        Dialogue {
            earlier: &["Jakie macie abonamenty?", "> Roczny i miesięczny."],
            question: "Który jest najtańszy?",
            resolved: "Który jest najtańszy? (abonamenty)",
            how: How::Comparison,
            used: &[0],
        },
        Dialogue {
            earlier: &["Jaka jest cena Falcona 630?", "> 1250 EUR."],
            question: "A waga?",
            resolved: "Jaka jest waga Falcona 630?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Kto jest dyrektorem firmy Alfa?", "> Dyrektorem jest Anna Wrona."],
            question: "Od kiedy ona tam pracuje?",
            resolved: "Od kiedy ona tam pracuje? (Anna Wrona, dyrektorem firmy Alfa)",
            how: How::Pronoun,
            used: &[0, 1],
        },
    ]);
}

#[test]
fn complete_questions_stand_alone() {
    let earlier = turns(&["Ile kosztuje Falcon 630?", "> 1250 EUR."]);
    for question in [
        "Z innej beczki: gdzie jest stołówka?",
        "Ile dni urlopu przysługuje nowym pracownikom?",
        "Dziękuję!",
        "Co to jest umowa zlecenie?",
        "Czy w firmie jest parking dla gości?",
        "Zmieniając temat, kto odpowiada za ochronę danych?",
    ] {
        let found = resolve(&earlier, question);
        assert_eq!(found, Resolved { question: question.into(), used: vec![], how: How::StandAlone });
    }
}
