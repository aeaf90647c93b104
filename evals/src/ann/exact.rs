use footnote_server::wire::SearchBody;
use serde_json::json;

use super::{AnnError, body};
use crate::target::{Client, DocumentRef};

/// Uris of a filter: their number and their bytes stay within the API's limits.
const PART: usize = 200;
const PART_BYTES: usize = 256 << 10;

/// Exact rankings of one client.
pub(super) struct Exact<'a> {
    client: &'a dyn Client,
    parts: Vec<Vec<String>>,
    k: usize,
    pub(super) searches: usize,
}

impl<'a> Exact<'a> {
    pub(super) fn new(client: &'a dyn Client, documents: &[DocumentRef], k: usize) -> Result<Self, AnnError> {
        let mut parts: Vec<Vec<String>> = Vec::new();
        let mut bytes = 0;
        for document in documents {
            let full = parts.last().is_none_or(|part| part.len() == PART);
            if full || bytes + document.uri.len() > PART_BYTES {
                parts.push(Vec::new());
                bytes = 0;
            }
            bytes += document.uri.len();
            if let Some(part) = parts.last_mut() {
                part.push(document.uri.clone());
            }
        }
        if parts.is_empty() {
            return Err(AnnError::Empty);
        }
        Ok(Self { client, parts, k, searches: 0 })
    }

    /// The k largest scores of all chunks, the largest first.
    pub(super) fn best(&mut self, question: &str) -> Result<Vec<f32>, AnnError> {
        let mut best = Vec::new();
        let mut place = 0;
        while place < self.parts.len() {
            match self.part(question, &self.parts[place])? {
                Some(scores) => {
                    best.extend(scores);
                    place += 1;
                }
                // A part that holds most of a client goes through its graph: its halves do not.
                None => self.split(place)?,
            }
            self.searches += 1;
        }
        best.sort_unstable_by(|a, b| b.total_cmp(a));
        best.truncate(self.k);
        Ok(best)
    }

    /// The largest scores of a part; `None` when they were not found by comparing all.
    fn part(&self, question: &str, uris: &[String]) -> Result<Option<Vec<f32>>, AnnError> {
        let filter = Some(json!({ "uri": { "$in": uris } }));
        let found = self.client.search(&SearchBody { filter, ..body(question, self.k) })?;
        let mut scores = Vec::new();
        for hit in found.hits {
            let explain = hit.explain.ok_or_else(|| AnnError::NoScore(hit.uri.clone()))?;
            if explain.planner.starts_with("graph") {
                return Ok(None);
            }
            scores.push(hit.score);
        }
        Ok(Some(scores))
    }

    fn split(&mut self, place: usize) -> Result<(), AnnError> {
        let part = &mut self.parts[place];
        if part.len() < 2 {
            return Err(AnnError::NotExact(part.first().cloned().unwrap_or_default()));
        }
        let half = part.split_off(part.len() / 2);
        self.parts.insert(place + 1, half);
        Ok(())
    }
}
