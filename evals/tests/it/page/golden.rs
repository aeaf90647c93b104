use std::fs;
use std::path::Path;

use footnote_evals::report::page::Page;

use super::sample;

/// Compares with a file under `golden`. After a change that is wanted: run the tests with `FOOTNOTE_ACCEPT=1`, which
/// writes what was made and still fails, and look at the difference and at the screenshots of `.ci/screenshots`.
fn check(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    let golden = fs::read_to_string(&path).unwrap_or_default();
    if golden == made {
        return;
    }
    if std::env::var_os("FOOTNOTE_ACCEPT").is_some() {
        fs::write(&path, made).expect("the golden file is written");
    }
    let first = golden.lines().zip(made.lines()).position(|(golden, made)| golden != made);
    let line = first.unwrap_or_else(|| golden.lines().count().min(made.lines().count()));
    panic!(
        "{name} differs from line {}:\n  golden: {}\n  made:   {}",
        line + 1,
        golden.lines().nth(line).unwrap_or("(its end)"),
        made.lines().nth(line).unwrap_or("(its end)")
    );
}

#[test]
fn the_small_page_is_the_golden_one() {
    check("page.html", &sample::page().html());
}

#[test]
fn the_small_page_is_the_golden_one_in_markdown() {
    check("page.md", &sample::page().markdown());
}

#[test]
fn a_page_reads_back_from_json() {
    let page = sample::page();
    let text = serde_json::to_string(&page).expect("written");
    let read: Page = serde_json::from_str(&text).expect("read");
    // Not the pages themselves: without its feature float_roundtrip serde_json may change the last bit of a number.
    assert_eq!((read.html(), read.markdown()), (page.html(), page.markdown()));
}
