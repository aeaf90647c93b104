//! `extract_text [--pages] FILE`: the text of a document as it would be indexed, on standard output, with `--pages` a form feed
//! between its pages; 1 with the reason when it has none.

use footnote_ingest::worker::{ExtractLimits, Extractor, run_if_worker};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    run_if_worker();
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let pages = args.first().is_some_and(|arg| arg == "--pages");
    let path = args.pop().ok_or("usage: extract_text [--pages] FILE")?;
    let bytes = std::fs::read(&path)?;
    let extracted = Extractor::new(ExtractLimits::default()).extract(&bytes, &path, None)?;
    for warning in &extracted.warnings {
        eprintln!("{warning}");
    }
    let starts = if pages { extracted.layout.pages.as_slice() } else { &[] };
    let mut from = 0;
    for &start in starts.iter().skip(1) {
        print!("{}\u{c}", &extracted.text[from..start]);
        from = start;
    }
    println!("{}", &extracted.text[from..]);
    Ok(())
}
