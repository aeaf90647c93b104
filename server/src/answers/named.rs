//! Whether what a question names stands near a sentence: the figures, dates, names and codes of the question. Pure.
//!
//! "How long is the warranty of the Falcon 630?" is not answered by what is said of the Harrier 800, however alike the words are.

use std::ops::Range;

use super::verify::{Evidence, Finding, Kind, Outcome, check};
use crate::wire::Hit;

/// Most items that count: what lacks three lacks all.
const MOST: usize = 3;

/// How many of the question's items are neither in `around`, a part of the passage, nor in its title or headings, or stand there as
/// another thing's; at most 3.
pub(super) fn missing(question: &str, hit: &Hit, around: &Range<usize>) -> f32 {
    let mut context = hit.title.clone();
    for heading in &hit.source.heading_path {
        context.push('\n');
        context.push_str(heading);
    }
    let quote = hit.text.get(around.clone()).unwrap_or(&hit.text);
    let found = check(question, &Evidence { quote, context: &context, language: None }, None);
    found.items.iter().filter(|item| is_missing(item)).count().min(MOST) as f32
}

fn is_missing(item: &Finding) -> bool {
    let is_item = matches!(item.kind, Kind::Figure | Kind::Date | Kind::Name | Kind::Code);
    is_item && matches!(item.outcome, Outcome::Missing | Outcome::Contradicted)
}
