//! Marks of chat templates, tool calls and hidden markup, whatever the language around them.

use super::rules::Rule;

/// Word classes of the patterns, a later one may use an earlier one.
pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "machine",
        r"ai|llms?|language models?|chat ?bots?|assistants?|asistent\w*|asysten\w+|modelu? (?:ai|jezykow\w+|de limbaj)|sisteme\w* automat\w+|system\w* automatyczn\w+|automated (?:systems?|readers?)|robot\w*",
    ),
    (
        "hidden",
        r"<!--|display:\s*none|visibility:\s*hidden|font-size:\s*0|opacity:\s*0|color:\s*(?:white|#fff)|<\w+ hidden|aria-hidden=|\[//\]:\s*#",
    ),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "chat template",
        when: &[
            r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id)\|>|\[/?inst\]|<</?sys>>|<(?:system|assistant)>\s*\S|<(?:start|end)_of_turn>",
        ],
        unless: &[],
    },
    Rule {
        name: "chat template",
        when: &[
            r"^\s*(?:#{2,}\s*(?:system|instruction|system prompt)s?\s*:|\[system\b[^\]]{0,40}\]|(?:human|system|assistant)\s*:\s*(?:ignore|you|from now|disregard|always|never|new))",
        ],
        unless: &[],
    },
    Rule {
        name: "tool call",
        when: &[
            r#"</?(?:tool_calls?|function_calls?|tool_use|invoke)\b[^>]{0,60}>|\[/?(?:tool_calls?|function_calls?|tool_use)\]|"?\b(?:function_call|tool_calls?|tool_use)\b"?\s*[:=]\s*["{\[]|\bto=(?:functions?|tools?)[.:]\w+"#,
        ],
        unless: &[],
    },
    Rule { name: "hidden markup", when: &[r"{hidden}", r"\b{machine}\b"], unless: &[] },
    Rule {
        name: "image exfiltration",
        // Data goes out in a query: a slot to fill in, or a parameter written in capitals or words like "conversation".
        when: &[
            r"!\[[^\]]{0,80}\]\(\s*https?://[^)\s]{1,200}[?&]\w+=(?:[{<\[$%]|[^)\s]{0,40}(?:conversation|question|chat|history|summary|context|secret|rozmow|pytani|intrebar|conversati))",
        ],
        unless: &[],
    },
];
