use std::collections::BTreeMap;
use std::path::Path;

use footnote_models::{InputKind, Precision, Reranker, RerankerInfo, VectorCache};

use super::embedder::obtain;
use super::{MeasureError, Rerank};

/// Pairs scored in one call.
const BATCH: usize = 64;

/// Cross-encoders by name, and the file that remembers what they scored.
pub(crate) struct Reranking {
    models: BTreeMap<String, Reranker>,
    cache: Option<VectorCache>,
}

impl Reranking {
    /// Loads the models, each fetched first when it is not in the store.
    pub(crate) fn load<'a>(
        models: impl IntoIterator<Item = &'a str>,
        precision: Precision,
        cache: Option<&Path>,
    ) -> Result<Self, MeasureError> {
        let mut loaded = BTreeMap::new();
        for name in models {
            if !loaded.contains_key(name) {
                loaded.insert(name.to_owned(), Reranker::load(&obtain(name)?, precision)?);
            }
        }
        let cache = cache.filter(|_| !loaded.is_empty()).map(VectorCache::open).transpose()?;
        Ok(Self { models: loaded, cache })
    }

    /// What gives a model's scores their meaning; `None` for one that was not loaded.
    pub(crate) fn info(&self, model: &str) -> Option<&RerankerInfo> {
        self.models.get(model).map(Reranker::info)
    }

    /// New scores for hits, best first, by what is read of them: see [`reordered`].
    pub(crate) fn rerank(
        &self,
        rerank: &Rerank,
        query: &str,
        scores: &[f32],
        passage: impl Fn(usize) -> String,
    ) -> Result<Vec<f32>, MeasureError> {
        let passages: Vec<String> = (0..scores.len().min(rerank.depth)).map(passage).collect();
        let logits = self.logits(&rerank.model, query, &passages)?;
        Ok(reordered(scores, &logits, rerank.keep))
    }

    /// One logit a passage, from the cache where it has it.
    pub(crate) fn logits(
        &self,
        model: &str,
        query: &str,
        passages: &[String],
    ) -> Result<Vec<f32>, MeasureError> {
        let model = self.models.get(model).ok_or(MeasureError::MissingVector)?;
        let fingerprint = model.info().fingerprint();
        let key = |passage: &str| format!("{query}\0{passage}");
        let known = |passage: &String| {
            let cache = self.cache.as_ref()?;
            cache.get(&fingerprint, InputKind::Query, &key(passage))?.first().copied()
        };
        let mut logits: Vec<Option<f32>> = passages.iter().map(known).collect();
        let missing: Vec<usize> = (0..passages.len()).filter(|place| logits[*place].is_none()).collect();
        for batch in missing.chunks(BATCH) {
            let texts: Vec<&str> = batch.iter().map(|place| passages[*place].as_str()).collect();
            let scores = model.score(query, &texts)?.scores;
            for (place, score) in batch.iter().zip(scores) {
                if let Some(cache) = &self.cache {
                    cache.put(&fingerprint, InputKind::Query, &key(&passages[*place]), &[score.logit])?;
                }
                logits[*place] = Some(score.logit);
            }
        }
        if let Some(cache) = self.cache.as_ref().filter(|_| !missing.is_empty()) {
            cache.flush()?;
        }
        logits.into_iter().collect::<Option<_>>().ok_or(MeasureError::MissingVector)
    }
}

/// The scores of hits, of which the first have `logits`: these when `keep` is 0, otherwise `keep` of the old score and the
/// rest of the logit, both brought to 0..1 among the hits that have one. The hits after them follow in their order.
pub(crate) fn reordered(scores: &[f32], logits: &[f32], keep: f32) -> Vec<f32> {
    let (old, new) = (unit(scores.get(..logits.len()).unwrap_or(scores)), unit(logits));
    let mixed = |place: usize| keep * old[place] + (1.0 - keep) * new[place];
    let first: Vec<f32> = if keep > 0.0 { (0..logits.len()).map(mixed).collect() } else { logits.to_vec() };
    let least = first.iter().copied().fold(f32::INFINITY, f32::min);
    let below = (1..).map(|place: u16| least - f32::from(place));
    first.iter().copied().chain(below).take(scores.len()).collect()
}

/// Values from the least (0) to the largest (1); all 1 where they are equal.
fn unit(values: &[f32]) -> Vec<f32> {
    let (low, high) = values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    let part = |value: &f32| if high > low { (value - low) / (high - low) } else { 1.0 };
    values.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scored_hits_come_first_and_the_rest_keeps_its_order() {
        assert_eq!(reordered(&[9.0, 8.0, 7.0, 6.0], &[-3.0, 2.0], 0.0), [-3.0, 2.0, -4.0, -5.0]);
        assert_eq!(reordered(&[9.0], &[1.0], 0.0), [1.0]);
        assert!(reordered(&[], &[], 0.5).is_empty());
    }

    #[test]
    fn a_share_of_the_old_order_is_kept() {
        // Of the old order all: its places stay, whatever the logits say.
        let kept = reordered(&[4.0, 3.0, 2.0, 1.0], &[-1.0, 0.0, 5.0], 1.0);
        assert_eq!(kept[..3], [1.0, 0.5, 0.0]);
        assert!(kept[3] < 0.0);
        let half = reordered(&[4.0, 2.0], &[0.0, 10.0], 0.5);
        assert_eq!(half, [0.5, 0.5]);
        assert_eq!(reordered(&[1.0, 1.0], &[2.0, 2.0], 0.5), [1.0, 1.0]);
    }
}
