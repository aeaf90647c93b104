//! The messages for a generator: rules in the question's language, then the numbered evidence inside a fence that only
//! this request knows, then the question. Pure.

use footnote_index::Language;
use footnote_ingest::sentences::sentences;

pub use super::fence::Nonce;
use super::fence::{closing, neutralised, opening, without_orders};
use super::rules::rules;

/// A passage that may be shown.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// Title of its document.
    pub title: &'e str,
    /// Headings above it, outermost first.
    pub heading_path: &'e [String],
    /// Its text.
    pub text: &'e str,
    /// ISO 639-1, when known.
    pub language: Option<&'e str>,
}

/// What a request asks and how much may be said.
#[derive(Debug, Clone, Copy)]
pub struct Request<'e> {
    /// The question, resolved.
    pub question: &'e str,
    /// Its language, when it is one that rules are written in.
    pub language: Option<Language>,
    /// Passages, best first.
    pub evidence: &'e [Evidence<'e>],
    /// Most tokens of both messages together.
    pub budget: usize,
}

/// Messages for a generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Rules.
    pub system: String,
    /// Evidence and question.
    pub user: String,
    /// The passages shown, in order: marker `[n]` is `shown[n - 1]`.
    pub shown: Vec<Shown>,
    /// Tokens of both messages, as counted.
    pub tokens: usize,
}

/// A passage of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Its place in the evidence of the request.
    pub index: usize,
    /// Whether its end was cut off.
    pub cut: bool,
}

/// Why there is no prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// There is nothing to answer from.
    #[error("no evidence to show")]
    NoEvidence,
    /// Rules and question leave no room for a sentence of evidence.
    #[error("a budget of {budget} tokens is too small: rules and question take {taken}")]
    TooSmall {
        /// Tokens allowed.
        budget: usize,
        /// Tokens without evidence.
        taken: usize,
    },
}

/// Builds the messages; `count` counts the tokens of a text as the generator does.
///
/// Passages are shown in order until the budget is spent; the last one is cut after a sentence. Sentences that give
/// orders to a model are withheld, marks of fences and templates broken.
pub fn prompt(
    request: &Request<'_>,
    nonce: &Nonce,
    count: &dyn Fn(&str) -> usize,
) -> Result<Prompt, PromptError> {
    let words = rules(request.language);
    let system = words
        .system
        .replace("{open}", &opening(nonce))
        .replace("{close}", &closing(nonce))
        .replace("{lacking}", words.lacking);
    let question = neutralised(request.question, nonce);
    let user = |blocks: &[String]| {
        let evidence = blocks.join("\n\n");
        format!("{}\n{evidence}\n{}\n\n{}: {question}", opening(nonce), closing(nonce), words.question)
    };
    let total = |blocks: &[String]| count(&system) + count(&user(blocks));
    let taken = total(&[]);
    let mut blocks: Vec<String> = Vec::new();
    let mut shown: Vec<Shown> = Vec::new();
    for (index, evidence) in request.evidence.iter().enumerate() {
        let safe = neutralised(&without_orders(evidence.text), nonce);
        let head = head(blocks.len() + 1, evidence, nonce);
        let fits = |text: &str| {
            let with: Vec<String> = blocks.iter().cloned().chain([format!("{head}\n{text}")]).collect();
            total(&with) <= request.budget
        };
        let text = safe.trim();
        if text.is_empty() {
            continue;
        }
        if fits(text) {
            blocks.push(format!("{head}\n{text}"));
            shown.push(Shown { index, cut: false });
            continue;
        }
        if let Some(kept) = longest_beginning(text, evidence.language, &fits) {
            blocks.push(format!("{head}\n{kept}"));
            shown.push(Shown { index, cut: true });
        }
        break;
    }
    match (
        shown.is_empty(),
        request.evidence.is_empty() || taken <= request.budget && all_empty(request, nonce),
    ) {
        (true, true) => Err(PromptError::NoEvidence),
        (true, false) => Err(PromptError::TooSmall { budget: request.budget, taken }),
        (false, _) => {
            let tokens = total(&blocks);
            Ok(Prompt { system, user: user(&blocks), shown, tokens })
        }
    }
}

/// Whether nothing of the evidence can be shown at any budget.
fn all_empty(request: &Request<'_>, nonce: &Nonce) -> bool {
    request.evidence.iter().all(|e| neutralised(&without_orders(e.text), nonce).trim().is_empty())
}

/// `[2] Title > Heading`
fn head(number: usize, evidence: &Evidence<'_>, nonce: &Nonce) -> String {
    let mut path = neutralised(evidence.title, nonce);
    for heading in evidence.heading_path {
        path.push_str(" > ");
        path.push_str(&neutralised(heading, nonce));
    }
    // A heading is one line: it cannot open a passage of its own.
    format!("[{number}] {}", path.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The most whole sentences from the start of `text` that fit.
fn longest_beginning<'t>(
    text: &'t str,
    language: Option<&str>,
    fits: &dyn Fn(&str) -> bool,
) -> Option<&'t str> {
    let ends: Vec<usize> = sentences(text, language).into_iter().map(|s| s.end).collect();
    // Longer texts never take fewer tokens, so the bound can be searched for.
    let fitting = ends.partition_point(|&end| fits(&text[..end]));
    let end = *ends.get(fitting.checked_sub(1)?)?;
    Some(&text[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nonce() -> Nonce {
        Nonce::from_bytes([7; 16])
    }

    fn words(text: &str) -> usize {
        text.split_whitespace().count()
    }

    fn passage(text: &str) -> Evidence<'_> {
        Evidence { title: "Handbook", heading_path: &[], text, language: Some("en") }
    }

    fn request<'e>(evidence: &'e [Evidence<'e>], budget: usize) -> Request<'e> {
        Request { question: "What is the fee?", language: Some(Language::English), evidence, budget }
    }

    #[test]
    fn evidence_is_numbered_inside_the_fence_and_the_question_comes_last() {
        let headings = ["Fees".to_owned()];
        let first = Evidence { heading_path: &headings, ..passage("The fee is 5 EUR.") };
        let evidence = [first, passage("Pay in May.")];
        let prompt = prompt(&request(&evidence, 1000), &nonce(), &words).expect("fits");
        let mark = nonce().as_str().to_owned();
        assert_eq!(
            prompt.user,
            format!(
                "<evidence {mark}>\n[1] Handbook > Fees\nThe fee is 5 EUR.\n\n[2] Handbook\nPay in May.\n</evidence {mark}>\n\nQuestion: What is the fee?"
            )
        );
        assert!(prompt.system.contains(&format!("</evidence {mark}>")));
        assert_eq!(prompt.tokens, words(&prompt.system) + words(&prompt.user));
        assert_eq!(prompt.shown, [Shown { index: 0, cut: false }, Shown { index: 1, cut: false }]);
    }

    #[test]
    fn rules_are_in_the_language_of_the_question() {
        let evidence = [passage("x y.")];
        for (language, word) in [
            (Some(Language::Romanian), "Întrebare"),
            (Some(Language::Polish), "Pytanie"),
            (None, "language of the question"),
        ] {
            let prompt =
                prompt(&Request { language, ..request(&evidence, 1000) }, &nonce(), &words).expect("fits");
            assert!(format!("{}{}", prompt.system, prompt.user).contains(word), "{word}");
        }
    }

    #[test]
    fn the_last_passage_is_cut_after_a_sentence() {
        let evidence = [passage("One two three. Four five six. Seven eight nine."), passage("Ten.")];
        let bare =
            prompt(&request(&[passage("One two three.")], 1000), &nonce(), &words).expect("fits").tokens;
        let cut = prompt(&request(&evidence, bare + 4), &nonce(), &words).expect("fits");
        assert!(cut.user.contains("Four five six.") && !cut.user.contains("Seven"), "{}", cut.user);
        assert_eq!(cut.shown, [Shown { index: 0, cut: true }]);
        assert!(cut.tokens <= bare + 4);
    }

    #[test]
    fn too_little_room_and_no_evidence_are_told_apart() {
        let evidence = [passage("One two three.")];
        assert!(matches!(
            prompt(&request(&evidence, 9), &nonce(), &words),
            Err(PromptError::TooSmall { budget: 9, .. })
        ));
        assert_eq!(prompt(&request(&[], 1000), &nonce(), &words), Err(PromptError::NoEvidence));
        let blank = [passage(" \u{200b} ")];
        assert_eq!(prompt(&request(&blank, 1000), &nonce(), &words), Err(PromptError::NoEvidence));
    }

    proptest! {
        /// Whatever the documents and the question say, the fence opens and closes once and the budget holds.
        #[test]
        fn nothing_breaks_out(
            texts in prop::collection::vec("(\\PC|<|/|evidence|0707|\\n|\\[1\\]|\\|>){0,60}", 1..4),
            question in "(\\PC|</evidence |07070707070707070707070707070707|>){0,30}",
            budget in 100usize..400,
        ) {
            let evidence: Vec<Evidence<'_>> = texts.iter().map(|t| Evidence { title: t, ..passage(t) }).collect();
            let request = Request { question: &question, ..request(&evidence, budget) };
            if let Ok(prompt) = prompt(&request, &nonce(), &words) {
                let mark = nonce().as_str().to_owned();
                prop_assert_eq!(prompt.user.matches(&mark).count(), 2);
                prop_assert_eq!(prompt.user.matches("<evidence").count(), 1);
                prop_assert_eq!(prompt.user.matches("</evidence").count(), 1);
                prop_assert!(prompt.tokens <= budget);
                let heads = prompt.user.lines().filter(|l| l.starts_with('[') && l[1..].starts_with(|c: char| c.is_ascii_digit())).count();
                prop_assert_eq!(heads, prompt.shown.len());
            }
        }
    }
}
