//! How fast a model embeds a text file, one text a line: `embed_speed MODEL int8|f32 FILE [LINES]`.

use std::time::Instant;

use footnote_models::{Encoder, FetchOptions, InputKind, ModelStore};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(model), Some(precision), Some(file)) = (args.next(), args.next(), args.next()) else {
        return Err("usage: embed_speed MODEL int8|f32 FILE [LINES]".into());
    };
    let limit = args.next().map_or(Ok(usize::MAX), |lines| lines.parse())?;
    let text = std::fs::read_to_string(file)?;
    let texts: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(limit).collect();

    let store = ModelStore::from_env()?;
    let dir = store.fetch(&model, &FetchOptions::default(), &mut |event| eprintln!("{event:?}"))?;
    let start = Instant::now();
    let encoder = Encoder::load(&dir, precision.parse()?)?;
    println!("load: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);

    let start = Instant::now();
    let tokenizer = encoder.tokenizer();
    let counted: usize = texts.iter().map(|text| tokenizer.count(text)).sum();
    let seconds = start.elapsed().as_secs_f64();
    println!("count: {counted} tokens, {:.0} tokens/s on one thread", counted as f64 / seconds);

    let _warm = encoder.encode(InputKind::Query, &["warm up"])?;
    let start = Instant::now();
    let encoded = encoder.encode(InputKind::Passage, &texts)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "embed: {} texts, {} tokens, {:.2} s, {:.0} tokens/s",
        texts.len(),
        encoded.tokens,
        seconds,
        encoded.tokens as f64 / seconds
    );
    let mut times: Vec<f64> = Vec::new();
    for text in texts.iter().take(50) {
        let query: String = text.chars().take(60).collect();
        let start = Instant::now();
        encoder.encode(InputKind::Query, &[&query])?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "query of 60 characters: median {:.1} ms",
        times.get(times.len() / 2).copied().unwrap_or_default()
    );
    Ok(())
}
