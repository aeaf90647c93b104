//! English.

use super::Lexicon;

/// The words of English.
pub(in super::super) const ENGLISH: Lexicon = Lexicon {
    question: &["what", "which", "who", "whom", "whose", "when", "where", "why", "how", "whats", "whos"],
    before_verb: &["who"],
    auxiliary: &[
        "is", "are", "was", "were", "am", "be", "been", "being", "do", "does", "did", "can", "could", "will", "would",
        "shall", "should", "may", "might", "must", "have", "has", "had", "s", "isnt", "arent", "dont", "doesnt",
        "didnt", "cant", "wont", "not", "ll", "re", "ve", "cannot",
    ],
    preposition: &[
        "of", "for", "in", "on", "at", "to", "from", "with", "without", "by", "about", "under", "over", "after",
        "before", "between", "during", "per", "since", "until", "till", "into", "within", "against", "via", "as",
        "than", "outside", "inside", "through", "near",
    ],
    determiner: &["the", "a", "an", "any", "some", "each", "every", "all", "no", "other", "another", "same"],
    conjunction: &["and", "or", "but", "if", "because", "while", "unless", "whether", "so", "nor"],
    filler: &[
        "please", "also", "too", "then", "well", "just", "actually", "really", "exactly", "still", "again", "instead",
        "now", "maybe", "ok", "okay", "there", "only", "even", "only", "yet", "already",
    ],
    speaker: &["i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours"],
    pronoun: &["it", "they", "them", "he", "she", "him", "itself", "themselves"],
    person: &["he", "she", "him", "his", "her"],
    possessive: &["its", "their", "his", "her", "theirs", "hers"],
    demonstrative: &["this", "that", "these", "those"],
    place: &["there"],
    several: &["both", "either", "neither", "latter", "former"],
    degree: &[
        "much", "many", "long", "often", "far", "old", "soon", "big", "large", "high", "quickly", "fast", "late",
        "early", "heavy", "likely", "expensive",
    ],
    measure: &[
        "day", "hour", "minute", "second", "week", "month", "year", "euro", "dollar", "pound", "percent", "people",
        "person", "time", "kilo", "metre", "meter", "mile", "unit", "piece", "date",
    ],
    meta: &[
        "detail", "example", "more", "else", "information", "info", "tell", "explain", "elaborate", "mean", "sure",
        "show", "continue", "specific", "specifically", "further", "happen", "possible", "true", "correct",
    ],
    classifier: &[
        "model", "version", "plan", "variant", "option", "type", "kind", "one", "edition", "size", "package", "tier",
        "series", "category", "level",
    ],
    attribute: &[
        "price", "cost", "fee", "rate", "deadline", "limit", "warranty", "guarantee", "range", "weight", "height",
        "width", "length", "duration", "capacity", "address", "phone", "number", "email", "colour", "color",
        "requirement", "condition", "exception", "penalty", "fine", "maximum", "minimum", "advantage", "disadvantage",
        "difference", "reason", "purpose", "salary", "amount", "term", "period", "name", "status", "speed", "power", "discount", "deposit", "location", "procedure", "process", "step",
        "rule", "benefit", "risk", "consequence", "alternative", "result", "size", "validity", "frequency",
    ],
    verb: &[
        "cost", "take", "open", "close", "expire", "start", "begin", "end", "work", "apply", "applie", "need",
        "require", "include", "cover", "pay", "paid", "get", "got", "make", "made", "go", "goe", "last", "contain",
        "offer", "provide", "approve", "sign", "change", "use", "return", "cancel", "send", "sent", "order",
        "deliver", "arrive", "leave", "book", "request", "ask", "give", "given", "know", "want", "find", "found",
        "write", "written", "run", "keep", "kept", "hold", "held", "charge", "calculate", "submit", "become", "report",
        "contact", "call", "let", "allow", "support", "weigh", "buy", "bought", "sell", "sold", "receive", "claim",
        "extend", "renew", "replace", "repair", "decide", "appoint", "publish", "introduce", "build", "built",
        "found", "locate", "base", "own", "serve", "earn", "fit", "connect", "charg", "increase", "decrease", "drop",
        "reimburse", "enter", "exceed", "refuse", "reject", "accept", "prove", "store", "delete", "complain", "wait",
        "reach", "handle", "manage", "measure", "check", "compare", "differ", "live", "bring", "refund", "register",
        "terminate", "born", "die", "lead", "led", "win", "won", "see", "come", "say", "said", "notify", "inform",
    ],
    noun_endings: &[],
    endings: &["s", "es", "d", "ed", "ing", "ting", "ning"],
    month: &[
        "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
        "december",
    ],
    weekday: &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend"],
    comparative: &[
        "cheapest", "cheaper", "best", "better", "worst", "worse", "fastest", "faster", "slowest", "slower", "biggest",
        "bigger", "largest", "larger", "smallest", "smaller", "longest", "longer", "shortest", "shorter", "newest",
        "newer", "oldest", "older", "lightest", "lighter", "heaviest", "heavier", "highest", "higher", "lowest",
        "lower", "most", "least", "earliest", "latest", "strongest", "easiest", "easier", "safest", "safer",
    ],
    openings: &[
        "and what about", "and how about", "but what about", "so what about", "what about", "how about", "and also",
        "what if", "and if", "or if", "and", "or", "but", "also", "same for", "as for",
    ],
    shifts: &[
        "by the way", "btw", "another question", "new question", "different question", "a different question",
        "different topic", "on another note", "on a different note", "changing the subject", "change of subject",
        "something else", "unrelated", "moving on", "next question", "other question", "separately",
        "let us talk about something else", "lets talk about something else", "now something else", "new topic",
    ],
    thanks: &[
        "thank you very much", "thank you so much", "thank you", "thanks a lot", "many thanks", "thanks", "great",
        "perfect", "got it", "i see", "hello", "hi there", "hi", "hey", "good morning", "good afternoon",
        "good evening", "ok", "okay", "cool", "nice", "bye", "goodbye", "alright", "all right", "understood", "yes",
        "no", "sure", "right", "fine", "good", "very good", "excellent", "wonderful", "awesome", "that helps",
        "makes sense", "never mind", "see you", "cheers", "well",
    ],
    corrections: &[
        "no i meant", "no i mean", "sorry i meant", "sorry i mean", "actually i meant", "i actually meant", "i meant",
        "i mean", "no i was asking about", "i was asking about", "i asked about", "no i asked about", "no wait",
        "wait i meant", "correction", "or rather", "rather", "no the", "my mistake", "i was thinking of",
    ],
    instead: (&["not"], &["but"]),
};
