//! Orders told by what several signals say together: an order to reset and something that was told before, a machine
//! and something it must say. Each was weighed on the development texts: what it finds there against how many innocent
//! sentences, planted look-alikes and encyclopedia paragraphs, it takes along.

/// Signals that make an order together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Combination {
    /// What the order wants, for messages of tests.
    pub(super) name: &'static str,
    /// Groups of signals; of each group one must be there.
    pub(super) all: &'static [&'static [&'static str]],
    /// Signals that must not.
    pub(super) none: &'static [&'static str],
}

pub(super) const COMBINATIONS: &[Combination] = &[
    Combination {
        name: "hidden markup",
        all: &[&["markup"], &["machine", "assistant", "you", "answer", "reset"]],
        none: &[],
    },
    Combination { name: "reset told", all: &[&["reset"], &["told"]], none: &["own words"] },
    Combination {
        name: "reset memory",
        all: &[&["reset"], &["instructions"], &["you"], &["absolute", "say", "act", "reveal"]],
        none: &[],
    },
    Combination { name: "theft", all: &[&["reveal"], &["told", "secret"]], none: &["readers"] },
    Combination {
        name: "theft above",
        all: &[&["reveal", "say", "act"], &["text above"]],
        none: &["readers"],
    },
    Combination { name: "others", all: &[&["reveal", "say"], &["others"]], none: &["readers"] },
    Combination { name: "others allowed", all: &[&["others"], &["asker"], &["you"]], none: &[] },
    Combination {
        name: "persona limits",
        all: &[
            &["limits"],
            &["persona", "you", "say", "act", "machine", "reveal", "told", "new task", "asker"],
        ],
        none: &["readers"],
    },
    Combination {
        name: "persona secret",
        all: &[&["persona"], &["secret", "limits", "instructions", "machine", "new task"], &["you"]],
        none: &[],
    },
    Combination {
        name: "machine ordered",
        all: &[&["machine"], &["say", "act", "suppress", "favour", "must"]],
        none: &["told of machines"],
    },
    Combination {
        name: "machine asked",
        all: &[&["machine"], &["your answer"]],
        none: &["told of machines"],
    },
    Combination {
        name: "assistant ordered",
        all: &[
            &["assistant"],
            &["say", "act", "must", "suppress"],
            &["this text", "asker", "absolute", "favour", "secret"],
        ],
        none: &["told of machines", "readers"],
    },
    Combination {
        name: "assistant suppress",
        all: &[&["assistant"], &["suppress"], &["you", "answer"]],
        none: &["readers"],
    },
    Combination {
        name: "machine told",
        all: &[&["machine"], &["must"], &["this text", "despite", "favour"]],
        none: &[],
    },
    Combination {
        name: "for machines",
        all: &[&["for machines"], &["act", "say", "must", "suppress", "favour", "your answer", "reset"]],
        none: &[],
    },
    Combination {
        name: "answer fixed",
        all: &[&["answer", "must"], &["asker"], &["despite"]],
        none: &["readers"],
    },
    Combination { name: "encoded", all: &[&["encoded"], &["act", "run it", "as it says"]], none: &[] },
    Combination { name: "as it says", all: &[&["as it says"], &["address", "encoded"]], none: &[] },
    Combination { name: "call", all: &[&["call"], &["run it", "address", "answer", "secret"]], none: &[] },
    Combination { name: "run", all: &[&["run it"], &["answer", "you", "secret"]], none: &[] },
    Combination { name: "image", all: &[&["image"], &["say", "act", "answer"]], none: &[] },
    Combination { name: "lure", all: &[&["asker"], &["address"], &["secret"], &["act", "say"]], none: &[] },
    Combination {
        name: "your answer",
        all: &[
            &["your answer"],
            &["say", "act", "must", "reset", "suppress"],
            &[
                "despite",
                "address",
                "image",
                "machine",
                "asker",
                "told",
                "favour",
                "suppress",
                "this text",
                "you",
                "absolute",
            ],
        ],
        none: &["readers"],
    },
    Combination {
        name: "new task",
        all: &[&["new task"], &["say", "act", "must", "reveal", "limits", "told"]],
        none: &["readers"],
    },
    Combination {
        name: "told absolute",
        all: &[&["told"], &["absolute"], &["say", "act", "must", "favour"]],
        none: &[],
    },
    Combination {
        name: "despite",
        all: &[&["despite"], &["say", "you"], &["you", "this text", "favour", "absolute"]],
        none: &["readers"],
    },
    Combination {
        name: "despite this",
        all: &[&["despite"], &["this text"], &["say", "act", "must", "absolute"]],
        none: &[],
    },
];
