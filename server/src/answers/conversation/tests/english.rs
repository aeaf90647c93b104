use super::*;

#[test]
fn dialogues() {
    check(&[
        Dialogue {
            earlier: &["What does the Falcon 630 cost?", "> It costs 1,250 EUR [1]."],
            question: "And the 800?",
            resolved: "What does the Falcon 800 cost?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["What does the Falcon 630 cost?", "> 1,250 EUR.", "And the 800?", "> 1,900 EUR."],
            question: "What is its range?",
            resolved: "What is the Falcon 800's range?",
            how: How::Pronoun,
            used: &[0, 2],
        },
        Dialogue {
            earlier: &["What is the notice period for employees in Poland?", "> Two weeks."],
            question: "And for managers?",
            resolved: "What is the notice period for managers in Poland?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Who approves parental leave?", "> The HR manager."],
            question: "How long does it take?",
            resolved: "How long does parental leave take?",
            how: How::Pronoun,
            used: &[0],
        },
        Dialogue {
            earlier: &["How many people work in Poland?", "> 420."],
            question: "And in 2023?",
            resolved: "How many people work in Poland in 2023?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Is the office in Kraków open on Saturday?", "> No."],
            question: "Why?",
            resolved: "Why? (Is the office in Kraków open on Saturday?)",
            how: How::BareQuestion,
            used: &[0],
        },
        Dialogue {
            earlier: &["Who is the director of Alfa?", "> Maria Pop is the director [1]."],
            question: "Since when does she work there?",
            resolved: "Since when does she work there? (Maria Pop, the director of Alfa)",
            how: How::Pronoun,
            used: &[0, 1],
        },
        Dialogue {
            earlier: &["What does the Falcon 630 cost?", "> 1,250 EUR.", "And the Eagle 5?", "> 990 EUR."],
            question: "Which is lighter?",
            resolved: "Which is lighter? (the Eagle 5, the Falcon 630)",
            how: How::Comparison,
            used: &[0, 2],
        },
        Dialogue {
            earlier: &["Where is the Kraków office?", "> In Długa street."],
            question: "No, I meant the Warsaw one.",
            resolved: "Where is the Warsaw office?",
            how: How::Correction,
            used: &[0],
        },
        Dialogue {
            earlier: &["Can I return a laptop?", "> Within 30 days."],
            question: "What is the deadline?",
            resolved: "What is the deadline? (laptop)",
            how: How::DroppedSubject,
            used: &[0],
        },
        Dialogue {
            earlier: &["How do I cancel the gym contract?", "> In writing."],
            question: "What if I cancel early?",
            resolved: "What if I cancel early? (How do I cancel the gym contract?)",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["What does installation cost?", "> 200 EUR."],
            question: "What about delivery?",
            resolved: "What does delivery cost?",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["What is the warranty of the HX-20?", "> Two years."],
            question: "Tell me more.",
            resolved: "Tell me more. (What is the warranty of the HX-20?)",
            how: How::Ellipsis,
            used: &[0],
        },
        Dialogue {
            earlier: &["Which plan includes phone support?", "> Only the Premium plan does."],
            question: "How much does it cost?",
            resolved: "How much does it cost? (Premium, phone support)",
            how: How::Pronoun,
            used: &[0, 1],
        },
    ]);
}

#[test]
fn complete_questions_stand_alone() {
    let earlier = turns(&["What does the Falcon 630 cost?", "> It costs 1,250 EUR."]);
    for question in [
        "By the way, where is the canteen?",
        "How many vacation days do employees get?",
        "Who is the data protection officer?",
        "Thanks!",
        "How long does it take to get a refund for a cancelled order?",
        "Is there parking?",
        "Eagle 5 price list",
        "Does the Eagle 5 have Bluetooth and does it need a licence?",
        "",
        "?!",
    ] {
        let found = resolve(&earlier, question);
        assert_eq!(found, Resolved { question: question.into(), used: vec![], how: How::StandAlone });
    }
}

#[test]
fn another_topic_is_left_behind() {
    let earlier = [
        "What does the Falcon 630 cost?",
        "> 1,250 EUR.",
        "By the way, where is the canteen?",
        "> On the ground floor.",
    ];
    let found = resolve(&turns(&earlier), "When does it open?");
    assert_eq!(found.question, "When does the canteen open?");
    assert_eq!(found.used, [2]);
}

#[test]
fn thanks_between_turns_change_nothing() {
    let earlier =
        ["What does the Falcon 630 cost?", "> 1,250 EUR.", "Thanks!", "> You are welcome, says Bob Hill."];
    assert_eq!(resolve(&turns(&earlier), "And the 800?").question, "What does the Falcon 800 cost?");
}
