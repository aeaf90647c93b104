//! Words that negate, what each is about, and how far it reaches.

use footnote_index::Language;

use super::super::anchors::Analysed;
use super::super::tokens::{Text, Token, listed};

/// A negation in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Cue {
    /// Its token.
    pub(in super::super) token: usize,
    /// The anchor it is about: the next word with a topic in its clause.
    pub(super) focus: Option<usize>,
}

/// Words that negate what follows.
const ENGLISH: &str = "\
    not no never cannot without neither nor none nobody nothing nowhere dont doesnt didnt isnt arent \
    wasnt werent cant couldnt shouldnt wouldnt wont hasnt havent hadnt mustnt neednt mightnt shant aint non";
const ROMANIAN: &str = "nu n fara nici";
const POLISH: &str = "nie bez";

/// Words that only strengthen a negation of their clause (`nu ... niciodată`, `nie ... żadnych`) and negate when there is none.
const ROMANIAN_CONCORD: &str =
    "niciun nicio niciunul niciuna niciunui niciunei niciodata nimic nimeni nicaieri nicidecum";
const POLISH_CONCORD: &str = "\
    zaden zadna zadne zadnego zadnej zadnym zadnych zadnemu nigdy nikt nikogo nikomu nic niczego nigdzie \
    ani";

/// Those among them that stand before a noun.
const DETERMINERS: &str =
    "niciun nicio niciunui niciunei zaden zadna zadne zadnego zadnej zadnym zadnych zadnemu";

/// Phrases in which the word does not negate.
const NOT_CUES: &[&str] = &[
    "not only",
    "not just",
    "not merely",
    "not necessarily",
    "or not",
    "sau nu",
    "czy nie",
    "lub nie",
    "albo nie",
    "if not",
    "no doubt",
    "no longer than",
    "no more than",
    "no less than",
    "no later than",
    "no earlier than",
    "no fewer than",
    "not more than",
    "not less than",
    "not later than",
    "not earlier than",
    "not exceed",
    "not exceeding",
    "nu numai",
    "nu doar",
    "nu mai mult de",
    "nu mai putin de",
    "nu mai tarziu de",
    "nu mai devreme de",
    "nu depaseste",
    "nu depasesc",
    "nie tylko",
    "nie wiecej niz",
    "nie mniej niz",
    "nie pozniej niz",
    "nie wczesniej niz",
    "nie dluzej niz",
    "nie krocej niz",
    "nie przekracza",
    "nie przekraczaja",
    "bez watpienia",
    "fara indoiala",
    "niemniej",
];

/// Words with a topic that stand between a negation and what it is about, and are skipped.
const SKIPPED: &str = "\
    longer yet fully generally usually currently actually directly necessarily immediately automatically \
    able allowed inclusiv automat direct neaparat niciodata zawsze automatycznie bezposrednio obecnie \
    juz wolno";

/// Anchors a negation reaches: after it and, for subjects (`no fees are charged`, `fees are not charged`), before it.
const AFTER: usize = 5;
const BEFORE: usize = 4;

/// The negations of a text.
pub(in super::super) fn cues(analysed: &Analysed<'_>) -> Vec<Cue> {
    let text = &analysed.text;
    let (plain, concord) = match text.language {
        Language::English => (ENGLISH, ""),
        Language::Romanian => (ROMANIAN, ROMANIAN_CONCORD),
        Language::Polish => (POLISH, POLISH_CONCORD),
    };
    let mut out: Vec<Cue> = Vec::new();
    for (at, token) in text.tokens.iter().enumerate() {
        let word = token.folded.as_str();
        let is_plain = listed(plain, word);
        if !token.is_word() || !(is_plain || listed(concord, word)) || is_idiom(text, at) {
            continue;
        }
        // Romanian "n" negates only in "n-a", English "non" in "non-refundable", "no" not in "No. 5".
        if (matches!(word, "n" | "non") && !text.get(at + 1).is_some_and(Token::is_dash))
            || (word == "no" && text.joined(at + 1, ".") && text.get(at + 2).is_some_and(Token::is_digits))
        {
            continue;
        }
        let negated = !is_plain && out.iter().any(|c| same_clause(text, c.token, at));
        let later = !is_plain
            && (at + 1..text.tokens.len())
                .take(12)
                .any(|i| listed(plain, &text.tokens[i].folded) && same_clause(text, at, i));
        // "Nie pobieramy żadnej prowizji" denies the fee as well as the charging.
        let determiner = listed(DETERMINERS, word);
        let focus = if (negated || later) && !determiner { None } else { focus(analysed, at) };
        out.push(Cue { token: at, focus });
    }
    out
}

fn is_idiom(text: &Text<'_>, at: usize) -> bool {
    NOT_CUES.iter().any(|phrase| {
        let words = phrase.split(' ').count();
        (0..words).any(|back| at.checked_sub(back).is_some_and(|start| text.phrase(start, phrase).is_some()))
    })
}

/// The first anchor after the cue that is not skipped, unless the clause ends before.
fn focus(analysed: &Analysed<'_>, cue: usize) -> Option<usize> {
    let skipped = |at: &usize| {
        let token = &analysed.text.tokens[analysed.anchors[*at].token];
        listed(SKIPPED, &token.folded)
    };
    let after = analysed.anchors.partition_point(|a| a.token <= cue);
    (after..analysed.anchors.len().min(after + 4)).find(|at| !skipped(at)).filter(|at| {
        analysed.anchors[*at].token <= cue + 8
            && same_clause(&analysed.text, cue, analysed.anchors[*at].token)
    })
}

/// Whether two negations of a clause undo each other: one of them is a "without".
pub(super) fn are_double(text: &Text<'_>, a: &Cue, b: &Cue) -> bool {
    let without = |c: &Cue| listed("without fara bez", &text.tokens[c.token].folded);
    without(a) != without(b) && same_clause(text, a.token, b.token)
}

/// Words after which something else is said.
const CONTRASTS: &str = "but however although whereas insa dar ci desi ale lecz natomiast jednak chociaz";

/// Whether no full stop, semicolon or contrasting word stands between two tokens.
pub(in super::super) fn same_clause(text: &Text<'_>, a: usize, b: usize) -> bool {
    let (from, to) = (a.min(b), a.max(b));
    let one_sentence = text.get(from).map(|t| t.sentence) == text.get(to).map(|t| t.sentence);
    one_sentence
        && text
            .tokens
            .get(from + 1..to)
            .unwrap_or_default()
            .iter()
            .all(|t| !t.is(";") && !t.is(":") && !t.is("|") && !listed(CONTRASTS, &t.folded))
}

/// Words that negate a noun, or the nouns after it: `no fees or costs`, `without tools and parts`.
const OF_NOUNS: &str = "no without neither nor none nothing non fara nici bez ani brak";

/// Whether an "and" stands between a negated verb and a later word: "it does not freeze and is brought inside" denies the first only.
fn has_own_verb(text: &Text<'_>, cue: usize, token: usize) -> bool {
    let word = text.tokens[cue].folded.as_str();
    let and = |t: &Token| listed("and si iar i oraz", &t.folded);
    !listed(OF_NOUNS, word)
        && !listed(DETERMINERS, word)
        && text.tokens.get(cue + 1..token).unwrap_or_default().iter().any(and)
}

/// Whether a comma or a coordinating word stands between: what stands before it has a verb of its own.
fn is_joined(text: &Text<'_>, from: usize, to: usize) -> bool {
    text.tokens.get(from + 1..to).unwrap_or_default().iter().any(|t| {
        t.is(",") || ["and", "or", "si", "iar", "sau", "i", "oraz", "a", "lub"].contains(&t.folded.as_str())
    })
}

/// Whether a negation reaches the anchor.
pub(super) fn reaches(analysed: &Analysed<'_>, cues: &[Cue], anchor: usize) -> bool {
    let Some(token) = analysed.anchors.get(anchor).map(|a| a.token) else { return false };
    cues.iter().any(|cue| {
        let first_after = analysed.anchors.partition_point(|a| a.token <= cue.token);
        let near = if token > cue.token {
            anchor < first_after + AFTER && !has_own_verb(&analysed.text, cue.token, token)
        } else {
            anchor + BEFORE >= first_after && !is_joined(&analysed.text, token, cue.token)
        };
        cue.focus == Some(anchor) || (near && same_clause(&analysed.text, cue.token, token))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foci(raw: &str, language: Language) -> Vec<Option<String>> {
        let analysed = Analysed::read(raw, language);
        cues(&analysed)
            .into_iter()
            .map(|c| c.focus.map(|f| analysed.text.tokens[analysed.anchors[f].token].folded.clone()))
            .collect()
    }

    #[test]
    fn a_negation_is_about_the_next_word_with_a_topic() {
        let some = |words: &[&str]| words.iter().map(|w| Some((*w).to_owned())).collect::<Vec<_>>();
        assert_eq!(foci("The fee is not included.", Language::English), some(&["included"]));
        assert_eq!(
            foci("It can't be returned without the receipt.", Language::English),
            some(&["returned", "receipt"])
        );
        assert_eq!(foci("Taxa nu este inclusă.", Language::Romanian), some(&["inclusa"]));
        assert_eq!(foci("N-au plătit.", Language::Romanian), some(&["platit"]));
        assert_eq!(
            foci("Towaru nie można zwrócić bez paragonu.", Language::Polish),
            some(&["zwrocic", "paragonu"])
        );
    }

    #[test]
    fn double_negation_of_romanian_and_polish_is_one() {
        assert_eq!(
            foci("Nu plătesc niciodată taxa.", Language::Romanian),
            [Some("platesc".to_owned()), None]
        );
        let both = [Some("percepe".to_owned()), Some("taxa".to_owned())];
        assert_eq!(foci("Nu se percepe nicio taxă.", Language::Romanian), both, "the charging and the fee");
        assert_eq!(
            foci("Nigdy nie pobieramy opłat.", Language::Polish),
            [None, Some("pobieramy".to_owned())]
        );
        assert_eq!(foci("Niciun cost.", Language::Romanian), [Some("cost".to_owned())]);
    }

    #[test]
    fn comparisons_and_not_only_do_not_negate() {
        assert!(foci("No later than 5 May, and not only then.", Language::English).is_empty());
        assert!(foci("Nie później niż 5 maja.", Language::Polish).is_empty());
        assert!(foci("See No. 5.", Language::English).is_empty());
    }
}
