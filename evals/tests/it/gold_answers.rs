//! Gold answers of public sets were marked in their paragraphs, so that is where containment has to find them.

use std::path::PathBuf;

use footnote_datasets::beir::Dataset;
use footnote_evals::answer_metrics::{Normalisation, contains};

/// Set, its language, and how many of its gold answers begin or end within a word by mistake of who marked them
/// (`pecial DeLuxe`, `ombi`): those and no others are missed.
const SETS: [(&str, &str, usize); 5] = [
    ("squad2-dev", "en", 0),
    ("xquad-en", "en", 1),
    ("xquad-ro", "ro", 0),
    ("poquad-dev", "pl", 9),
    ("nq-oracle-a", "en", 0),
];

#[test]
fn gold_answers_are_found_in_the_paragraphs_that_hold_them() {
    let Some(data) = std::env::var_os("FOOTNOTE_TESTDATA").map(PathBuf::from) else {
        println!("skipped: gold answers of {} public sets, FOOTNOTE_TESTDATA is not set", SETS.len());
        return;
    };
    for (set, language, cut_words) in SETS {
        let dataset = Dataset::load(&data.join("datasets").join(set)).expect(set);
        let normalisation = Normalisation::for_language(language);
        let text =
            |id: &str| dataset.documents.iter().find(|document| document.id == id).map(|d| d.text.as_str());
        let found = |query: &footnote_datasets::beir::Query| {
            let mut paragraphs = dataset.qrels[&query.id].keys().filter_map(|id| text(id));
            paragraphs.any(|paragraph| contains(paragraph, &query.answers, normalisation))
        };
        let missed = dataset.queries.iter().filter(|query| !found(query)).count();
        assert!(dataset.queries.len() > 1000 && missed == cut_words, "{set}: {missed} missed");
    }
}
