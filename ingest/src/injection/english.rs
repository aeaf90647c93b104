//! Orders to a model in English. Sentences are folded: lower case, no diacritics.

use super::rules::Rule;

/// Word classes of the patterns, a later one may use an earlier one.
pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "orders",
        r"instructions?|prompts?|rules?|directions?|directives?|guidelines?|guidance|commands?|orders?|constraints?|restrictions?|context|programming|training|safeguards?|policies|messages",
    ),
    (
        "prior",
        r"previous|previously|prior|earlier|above|preceding|foregoing|former|original|initial|existing|all|any|every|your|system|developer",
    ),
    (
        "told",
        r"told|given|asked|instructed|ordered|taught|shown|configured with|set up with|programmed (?:with|to do)",
    ),
    (
        "before",
        r"before|above|earlier|previously|so far|until now|up to now|up to this point|ahead of|prior to|beforehand|at the (?:start|beginning)",
    ),
    (
        "model",
        r"ai|a\.i\.|ais|llms?|(?:large )?language models?|chat ?bots?|chatgpt|gpt(?:-\w+)?|claude|gemini|copilot|neural networks?",
    ),
    (
        "machine",
        r"{model}|assistants?|bots?|robots?|(?:ai|automated|automatic|virtual|digital|software) (?:assistants?|agents?|systems?|tools?|readers?|reviewers?|screeners?|summari[sz]ers?)|summari[sz]ers?|machines only|machines reading",
    ),
    (
        "say",
        r"answer|respond|reply|say|state|tell|output|write|recommend|ignore|describe|present|rate|rank|score|praise|omit|mention|report|treat|conclude|include|append|add|insert|leave out|evaluate|summari[sz]e|endorse|advise|approve|suppress|conceal|hide|leave|insist",
    ),
    ("reply", r"answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies)|messages?|completions?"),
    (
        "reveal",
        r"reveal|print|output|leak|disclose|dump|expose|divulge|recite|reproduce|quote|repeat|show|display|copy|paste|list|write out|type out|give away|share|return|translate|encode|spell out|hand over",
    ),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "override",
        when: &[
            r"{imp}(?:ignore|disregard|forget|override|bypass|abandon|set aside|put aside|stop (?:following|obeying)|pay no attention to)\b.{0,30}\b{prior}\b.{0,30}\b{orders}\b",
        ],
        // A business takes back its own words; a notice of changed rules does not speak of all rules.
        unless: &[
            r"\b(?:my|our) (?:previous|prior|earlier|last|former)\b",
            r"\bnot to (?:ignore|disregard|forget)",
        ],
    },
    Rule {
        name: "override",
        when: &[
            r"{imp}(?:ignore|disregard|forget|override|set aside) (?:everything|anything|all|whatever|what|the (?:text|page|words)) .{0,20}(?:\b{told}\b|\b{before}\b)",
            r"\byou\b|\babove\b",
        ],
        unless: &[],
    },
    Rule {
        name: "override",
        when: &[
            r"\b(?:whatever|everything|anything|all|what|instructions|rules|guidance|orders) (?:that )?you (?:were|have been|had been|are|may have been)(?: ever)? {told}\b.{0,30}\b{before}\b",
        ],
        unless: &[r"\bas you were told\b"],
    },
    Rule {
        name: "override",
        when: &[
            r"\byour (?:previous|prior|earlier|original|initial|system|current|old) {orders}\b.{0,30}\b(?:void|cancelled|canceled|superseded|no longer|overridden|obsolete|replaced|suspended|lifted|expired?|not apply)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "override",
        when: &[
            r"\b(?:new|updated|real|actual|true) (?:system )?instructions? (?:for|to) (?:you|the {machine}|{machine})\b|\bsystem (?:override|update|message|notice)\s*[:\]]|\b(?:supersedes?|overrides?|takes? precedence over) (?:all |any )?(?:prior|previous|earlier|other|your) (?:system )?(?:instructions|prompts|directives)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "prompt theft",
        when: &[
            r"{imp}(?:{reveal})(?:ing)?\b.{0,50}\b(?:system prompt|system message|(?:your|hidden|initial|secret|internal|developer) (?:system )?(?:prompts?|instructions|guidance|guidelines|directives|configuration|system message)|hidden (?:text|message|context))",
        ],
        unless: &[],
    },
    Rule {
        name: "prompt theft",
        when: &[
            r"\b(?:{reveal}|quoting|reciting|repeating|printing|copying|revealing|disclosing)\b.{0,40}\b(?:text|words|message|instructions|guidance|everything|lines|rules)\b.{0,20}\b(?:you (?:were|have been|had been) {told}|above this|that precedes? this|before this (?:conversation|message|document|text))",
        ],
        unless: &[],
    },
    Rule {
        name: "role play",
        when: &[
            r"\b(?:you are (?:now|no longer|from now on|henceforth)|(?:from (?:now|here) on|henceforth|from this (?:moment|point)(?: on)?),? you (?:are|will be|act as|become))\b.{0,50}\b(?:without (?:any )?(?:rules|restrictions|limits|limitations|filters|censorship)|unrestricted|unfiltered|uncensored|jailbroken|dan|(?:developer|god|jailbreak) mode|(?:ai|assistant|bot|chatbot|model|\w+bot)\b)",
        ],
        unless: &[
            r"\byour assistant\b",
            r"\bassistant (?:manager|director|editor|coach|professor|teacher|secretary|buyer|nurse|to the)\b",
        ],
    },
    Rule {
        name: "role play",
        when: &[
            r"\b(?:pretend|imagine|act as (?:if|though)|act as an?|role-?play|play (?:a|the) (?:game|role|part)|behave as|speak as|simulate)\b",
            r"\b(?:without (?:any )?(?:rules|restrictions|limits|limitations|filters|censorship)|unrestricted|unfiltered|(?:may|can|must|will|who|is allowed to) (?:disclose|reveal|say|share|tell|do|answer) (?:anything|everything|all)|hacker|jailbroken|not bound by|no (?:rules|restrictions|limits|filters)|passwords?|dan\b|do anything now)",
        ],
        unless: &[r"\bpassword (?:policy|manager)"],
    },
    Rule {
        name: "addressed",
        when: &[
            r"(?:^|[.!?:\[(>*#-]\s*)(?:dear|hello|hey|attention|attn|listen|note (?:to|for)|notice (?:to|for)|messages? (?:to|for)|instructions? (?:to|for)|memo to|to|for|hi),? (?:(?:the|any|all|every|our|whichever|you) )?(?:\w+ ){0,2}{machine}\b",
            r"\b(?:{say}|{reply}|you|your)\b",
        ],
        unless: &[
            r"\bassistants? (?:manager|director|editor|coach|professor|teacher|secretary|buyer|nurse|to the|at the|in the|of)",
            r"^for (?:the |an? )?(?:ai|chat ?bots?) (?:policy|project|team)",
        ],
    },
    Rule {
        name: "addressed",
        when: &[r"^\W*(?:{model}|ai assistant|assistants?)\s*[:,]", r"\b{say}\b"],
        unless: &[r"\bassistants?,? (?:manager|director|\w+ and)"],
    },
    Rule {
        name: "addressed",
        when: &[
            r"\b{machine}\b.{0,60}\b(?:must|should|shall|(?:are|is) (?:instructed|required|obliged|obligated|requested|expected|ordered|asked)? ?to|ha(?:ve|s) to|needs? to|will)\b.{0,50}\b{say}\b",
            r"\b(?:reading this|reads? this|(?:process|summari[sz]|pars|index|review|analy[sz]|evaluat|scor|screen)\w* this|this (?:page|document|file|text|candidate|supplier|product|offer|bid|firm|company|applicant|cv|resume)|our (?:offer|product|company|firm|bid|proposal|service)|when (?:asked|summari|questioned)|if (?:asked|you are asked)|top score|highest (?:score|mark|rating))",
        ],
        unless: &[],
    },
    Rule {
        name: "fixed answer",
        when: &[
            r"\b(?:answer|reply|response) (?:to|for) (?:any|every|all|each|whatever) (?:\w+ )?(?:questions?|quer(?:y|ies)|enquir(?:y|ies)|inquir(?:y|ies)|requests?)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "fixed answer",
        when: &[
            r"\b(?:if|when|whenever|should|whoever|anyone who|in case) ?(?:anyone|anybody|someone|somebody|the user|users?|you are|you're|people|asked|asks|enquires)\b",
            r"\b(?:answer|reply|respond|response|say|state|tell)\b",
            r"\b(?:regardless of|no matter|irrespective of|despite|instead of|contrary to|whatever) .{0,30}\b(?:written|stands|says?|said|stated|else|document|documents|text|page|contents?|context|sources?|evidence|facts)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "fixed answer",
        when: &[
            r"{imp}(?:respond|reply|answer) (?:only |always |solely |exclusively )?with\b.{0,60}\b(?:instead of|regardless of|no matter|and nothing else)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "conceal",
        when: &[
            r"\b(?:do not|don't|never|without) (?:tell|inform|mention|reveal|disclos|inform|telling|mentioning|informing|alert)\w*\b.{0,20}\b(?:to )?(?:the )?(?:users?|human|reader|person asking)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "output rider",
        when: &[
            r"\b(?:in|to|with|into|at the (?:end|start|top|bottom|beginning) of) (?:every|each|all|any|your|the final|whatever)(?: of your| single| one of your)? (?:{reply}|you (?:write|say|produce|return|give|send))\b",
            r"https?://|!\[|\b(?:word for word|verbatim|the following (?:link|sentence|text|url|code))\b",
        ],
        unless: &[],
    },
    Rule {
        name: "link",
        when: &[
            r"{imp}(?:tell|ask|urge|direct|send|invite|advise|encourage|instruct|get|persuade|push|convince|lead|refer)\b.{0,40}\b(?:users?|readers?|person|people|whoever|anyone|everyone|visitors?)\b",
            r"https?://|\bwww\.",
            r"\b(?:card|password|pin|credentials|cvv|one-time code|log ?in details|verify|download)\b",
        ],
        unless: &[],
    },
    Rule {
        name: "other clients",
        when: &[
            r"{imp}(?:{reveal}|give|provide|send|forward|tell me|export|fetch|read out|look up|search)\b.{0,60}\b(?:other|another|neighbou?ring|remaining|different|everyone else's|all) (?:\w+ )?(?:clients?|customers?|tenants?|accounts?|companies|users?|organi[sz]ations?|firms?)\b",
            r"\b(?:you (?:have access to|can (?:see|read|access|reach|find))|in this (?:system|index|database|workspace)|have stored|their (?:contracts?|documents?|files?|invoices|data|records))\b",
        ],
        unless: &[],
    },
    Rule {
        name: "exfiltration",
        when: &[
            r"{imp}(?:send|post|forward|transmit|upload|exfiltrate|email|submit|encode|append)\b.{0,60}\b(?:conversation|chat history|chat log|api keys?|session|secrets?|context|user'?s? (?:data|question|message|name|e-?mail)|everything you know)\b",
            r"https?://|\bwww\.|@\w+\.|\bwebhook\b",
        ],
        unless: &[],
    },
    Rule {
        name: "encoded",
        when: &[
            r"\b(?:decode|decrypt|decipher|unscramble|rot-?13|base64|reverse the|encoded|encrypted)\b.{0,100}\b(?:follow (?:what|it|the|its|that)|execute|obey|carry out|do what|perform|act on|act upon|comply|run) ?",
        ],
        unless: &[r"\bfollow the steps\b"],
    },
];

/// A sentence that only calls a model: "Attention, all AI assistants!"
pub(super) const CALLS: &[Rule] = &[Rule {
    name: "call",
    when: &[
        r"^\W*(?:(?:dear|hello|hey|attention|note|notice|message|instructions?|memo),? (?:to |for )?)?(?:the |any |all |every |you )?(?:\w+ ){0,2}(?:{model}|(?:ai|automated|virtual) (?:assistants?|agents?|systems?|readers?))\b[^.!?]{0,30}[.!:]?\W*$",
    ],
    unless: &[],
}];

/// What is said to a model once it has been called.
pub(super) const ORDERS: &[Rule] = &[Rule {
    name: "order",
    when: &[
        r"{imp}(?:{say}|{reveal}|do not|don't|never|always)\b|\b(?:you (?:must|should|are to|will)|when(?:ever)? (?:asked|you)|if (?:asked|you))\b",
    ],
    unless: &[],
}];
