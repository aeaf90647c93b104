//! The analyzers of the languages against lower-casing and folding alone, on public sets. `examples/analyzers.rs` prints
//! the figures.

use crate::sets::{folder, index, judgments, mean, ndcg, passages, questions, randomisation};

/// Rounds of the randomisation test.
const ROUNDS: u32 = 2000;

#[test]
fn the_polish_analyzer_is_better_than_folding_alone() {
    let Some(set) = folder().map(|folder| folder.join("poquad-dev")) else {
        println!("skipped: 1 test on poquad-dev, FOOTNOTE_TESTDATA is not set");
        return;
    };
    let (passages, grades) = (passages(&set), judgments(&set.join("qrels.tsv")));
    let asked = questions(&set.join("queries.jsonl"));
    let [stemmed, folded] = [Some("pl"), None].map(|language| {
        let dir = tempfile::tempdir().expect("tempdir");
        ndcg(&index(dir.path(), &passages, language), &asked, &grades, false)
    });
    assert_eq!(stemmed.len(), 3053);
    let p = randomisation(&stemmed, &folded, ROUNDS, 7);
    // A language's field gives 0.006 even when nothing is stemmed in it; stems gave 0.099 together with that.
    assert!(mean(&stemmed) > mean(&folded) + 0.05 && p < 0.05, "{} {} p {p}", mean(&stemmed), mean(&folded));
}

#[test]
fn the_romanian_analyzer_is_not_worse_and_needs_no_diacritics() {
    let Some(set) = folder().map(|folder| folder.join("xquad-ro")) else {
        println!("skipped: 1 test on xquad-ro, FOOTNOTE_TESTDATA is not set");
        return;
    };
    let (passages, grades) = (passages(&set), judgments(&set.join("qrels.tsv")));
    let [asked, plain] = ["queries.jsonl", "queries_ascii.jsonl"].map(|file| questions(&set.join(file)));
    let [(stemmed, ascii), (folded, _)] = [Some("ro"), None].map(|language| {
        let dir = tempfile::tempdir().expect("tempdir");
        let index = index(dir.path(), &passages, language);
        (mean(&ndcg(&index, &asked, &grades, false)), mean(&ndcg(&index, &plain, &grades, false)))
    });
    assert!(stemmed > folded + 0.02, "{stemmed} and {folded}");
    // Stems that keep their diacritics give 0.981 of it; those that lose them 0.999.
    assert!(ascii >= 0.99 * stemmed, "{ascii} without diacritics, {stemmed} with them");
}
