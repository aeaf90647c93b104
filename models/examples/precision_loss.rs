//! What 8-bit products change: cosines between a model's int8 and f32 vectors of a text file's lines:
//! `precision_loss MODEL FILE [LINES]`.

use footnote_models::{Encoder, FetchOptions, InputKind, ModelStore, Precision};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(model), Some(file)) = (args.next(), args.next()) else {
        return Err("usage: precision_loss MODEL FILE [LINES]".into());
    };
    let limit = args.next().map_or(Ok(usize::MAX), |lines| lines.parse())?;
    let text = std::fs::read_to_string(file)?;
    let texts: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(limit).collect();
    let store = ModelStore::from_env()?;
    let dir = store.fetch(&model, &FetchOptions::default(), &mut |event| eprintln!("{event:?}"))?;
    let vectors = |precision| {
        Ok::<_, footnote_models::ModelError>(
            Encoder::load(&dir, precision)?.encode(InputKind::Passage, &texts)?.vectors,
        )
    };
    let (exact, fast) = (vectors(Precision::F32)?, vectors(Precision::Int8)?);
    let cosine = |(a, b): (&Vec<f32>, &Vec<f32>)| -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    let mut cosines: Vec<f64> = exact.iter().zip(&fast).map(cosine).collect();
    cosines.sort_by(f64::total_cmp);
    println!(
        "{model}: {} texts, cosine int8 to f32: mean {:.6}, median {:.6}, 1st percentile {:.6}, least {:.6}",
        cosines.len(),
        cosines.iter().sum::<f64>() / cosines.len() as f64,
        cosines[cosines.len() / 2],
        cosines[cosines.len() / 100],
        cosines[0],
    );
    Ok(())
}
