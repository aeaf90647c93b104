//! `extract_text FILE`: the text of a document as it would be indexed, on standard output; 1 with the reason when it has none.

use footnote_ingest::worker::{ExtractLimits, Extractor, run_if_worker};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    run_if_worker();
    let path = std::env::args().nth(1).ok_or("usage: extract_text FILE")?;
    let bytes = std::fs::read(&path)?;
    let extracted = Extractor::new(ExtractLimits::default()).extract(&bytes, &path, None)?;
    for warning in &extracted.warnings {
        eprintln!("{warning}");
    }
    println!("{}", extracted.text);
    Ok(())
}
