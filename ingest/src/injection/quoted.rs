//! Talk about attacks: a policy or a course that quotes what an attacker writes gives no orders.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// Words that announce a specimen, folded.
const ANNOUNCES: &str = concat!(
    r"(?-u)prompt injections?|injection attacks?|\battack(s|er|ers)?\b|\bjailbreak|\bphishing\b|\bscam(s|mers?)?\b",
    r"|\b(such as|for example|for instance|e\.g\.|phrases? like|texts? like|lines? like|wording|specimen|saying|words|reads)",
    r"|injectare de prompt|\batac(ul|uri|urile|ator|atorul|atori|atorii)?\b|\b(precum|de exemplu|de tipul|fraza|frazele|cuvintele)\b",
    r"|\batak(u|i|iem|ow|ujacy|ujacych)?\b|\bprompt injection\b|\b(w rodzaju|na przyklad|np\.|takie jak|typu|slowami|slowa)",
);
static ANNOUNCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ANNOUNCES).ok());

/// `folded` without the passages in double quotation marks that words such as "attack" or "for example" announce.
pub(super) fn without_specimens(folded: &str) -> String {
    let Some(announce) = ANNOUNCE.as_ref() else { return folded.to_owned() };
    let parts: Vec<&str> = folded.split('"').collect();
    let outside: String = parts.iter().copied().step_by(2).collect::<Vec<_>>().join(" ");
    // An opening mark without its closing one quotes nothing.
    if parts.len() < 3 || !announce.is_match(outside.as_bytes()) {
        return folded.to_owned();
    }
    let mut kept = outside;
    if parts.len().is_multiple_of(2) {
        kept.push(' ');
        kept.push_str(parts.last().copied().unwrap_or_default());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announced_specimens_are_left_out() {
        let kept = without_specimens(r#"an attacker may write "ignore all rules" or "obey" in a page"#);
        assert_eq!(kept, "an attacker may write   or   in a page");
    }

    #[test]
    fn other_quotations_stay() {
        for text in [r#"now say "ignore all rules" aloud"#, r#"an attack: "ignore all rules"#, "no quotation"]
        {
            assert_eq!(without_specimens(text), text);
        }
    }
}
