use std::collections::BTreeMap;

use super::join::Join;
use super::swept::{BySet, Side, Swept};
use crate::progress::Progress;
use crate::retrieval::{MeasureError, Rerank, Reranking, reordered};

/// A joined ranking, and the logits of its first chunks.
pub(super) type Scored = (Vec<(u32, f32)>, Vec<f32>);

/// Joined rankings with logits, by set and question.
pub(super) fn score(
    swept: &[Swept],
    side: Side,
    winner: &Join,
    reranking: &Reranking,
    model: &str,
    depth: usize,
) -> Result<BTreeMap<String, BTreeMap<String, Scored>>, MeasureError> {
    let mut all = BTreeMap::new();
    for set in swept {
        let mut scored = BTreeMap::new();
        let mut progress = Progress::start("reranking", set.halves.side(side).len(), "questions");
        for hits in set.hits(side) {
            let mut ranking = winner.join([&hits.legs[0], &hits.legs[1]]);
            ranking.truncate(set.legs.depth);
            let passage = |(id, _): &(u32, f32)| Some(set.legs.chunks.get(id)?.passage.clone());
            let passages: Vec<String> = ranking.iter().take(depth).filter_map(passage).collect();
            let logits = reranking.logits(model, &hits.text, &passages)?;
            scored.insert(hits.query.clone(), (ranking, logits));
            progress.advance(1);
        }
        progress.finish();
        all.insert(set.collection.name.clone(), scored);
    }
    Ok(all)
}

/// The values of rankings that a cross-encoder reordered.
pub(super) fn reranked(
    swept: &[Swept],
    scored: &BTreeMap<String, BTreeMap<String, Scored>>,
    rerank: &Rerank,
    top_k: usize,
) -> BySet {
    let value = |set: &Swept, (query, (ranking, logits)): (&String, &Scored)| {
        let scores: Vec<f32> = ranking.iter().map(|(_, score)| *score).collect();
        let logits = logits.get(..rerank.depth).unwrap_or(logits);
        let new = reordered(&scores, logits, rerank.keep);
        let ranking: Vec<(u32, f32)> = ranking.iter().zip(new).map(|((id, _), score)| (*id, score)).collect();
        (query.clone(), set.ndcg(query, &ranking, top_k))
    };
    let of = |set: &Swept| {
        let scored = scored.get(&set.collection.name).into_iter().flatten();
        scored.map(|it| value(set, it)).collect()
    };
    swept.iter().map(|set| (set.collection.name.clone(), of(set))).collect()
}

/// Its name in reports.
pub(super) fn rerank_name(rerank: &Rerank) -> String {
    format!("rerank {} to {}, keep {}", rerank.model, rerank.depth, rerank.keep)
}
