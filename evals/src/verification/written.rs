//! Pairs and mutants written by hand: paraphrases in the style of business documents.

use anyhow::{Context as _, Result};
use footnote_index::Language;
use serde::Deserialize;

use super::{Change, Mutant, Pair, PairKind};

/// A file of pairs, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: String,
    pair: Vec<Row>,
}

/// One pair, and the same claim with one thing changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    quote: String,
    #[serde(default)]
    title: String,
    claim: String,
    number: Option<String>,
    date: Option<String>,
    unit: Option<String>,
    name: Option<String>,
    negation_added: Option<String>,
    negation_dropped: Option<String>,
    opposite: Option<String>,
    number_swapped: Option<String>,
    name_swapped: Option<String>,
}

/// The pairs of a file with their mutants.
///
/// # Errors
/// When it is no TOML of this shape, or names a language that has no rules.
pub fn read(text: &str) -> Result<Vec<(Pair, Vec<Mutant>)>> {
    let file: File = toml::from_str(text).context("pairs written by hand")?;
    let language = Language::from_code(&file.language)
        .with_context(|| format!("no rules for language {}", file.language))?;
    Ok(file.pair.into_iter().enumerate().map(|(number, row)| of(row, number, language)).collect())
}

fn of(row: Row, number: usize, language: Language) -> (Pair, Vec<Mutant>) {
    let changed = [
        (Change::Number, row.number),
        (Change::Date, row.date),
        (Change::Unit, row.unit),
        (Change::Name, row.name),
        (Change::NegationAdded, row.negation_added),
        (Change::NegationDropped, row.negation_dropped),
        (Change::Opposite, row.opposite),
        (Change::NumberSwapped, row.number_swapped),
        (Change::NameSwapped, row.name_swapped),
    ];
    let mutants = changed
        .into_iter()
        .filter_map(|(change, claim)| claim.map(|claim| Mutant { change, claim }))
        .collect();
    let pair = Pair {
        id: format!("written/{}/{number}", language.code()),
        language,
        kind: PairKind::Written,
        claim: row.claim,
        quote: row.quote,
        context: row.title,
    };
    (pair, mutants)
}
