//! What is known of the documents of a client, kept in memory from the first filtered search on.
//!
//! A version's attributes never change, so commits only add versions and end them; with both commit numbers kept,
//! one structure answers for every view that is in use.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::columns::{Columns, FacetValue};
use super::{BUILT_IN, Filter, Value};
use crate::store::AttributeRow;

/// Versions that ended, beyond as many as live, before the whole is worth building again.
const SPARE: u64 = 1000;

/// What a version takes in the lists of versions, which grow by doubling, and in the map from chunks.
const VERSION_BYTES: usize = 2 * size_of::<Version>() + 24;

/// Attributes by field.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    /// The generation whose chunks it names.
    generation: u32,
    /// The oldest commit it answers for.
    from: u64,
    /// The newest commit that is in it.
    seq: u64,
    versions: Vec<Version>,
    /// Versions (by place) that live at `seq`.
    live: RoaringBitmap,
    /// First chunk to version.
    by_chunk: BTreeMap<u32, u32>,
    columns: Columns,
}

/// Where a version's chunks are, and from which commit to before which one it is visible.
#[derive(Debug)]
struct Version {
    first_chunk: u32,
    last_chunk: u32,
    seq: u64,
    ended: u64,
}

impl Attributes {
    /// The attributes of the versions that live at commit `seq`, with their chunks of `generation`.
    pub(crate) fn at(generation: u32, rows: &[AttributeRow], seq: u64) -> Self {
        let mut attributes = Self { generation, from: seq, ..Self::default() };
        attributes.advance(rows, &[], seq);
        attributes
    }

    /// Whether it has all that a view of `generation` at commit `seq` shows.
    pub(crate) fn covers(&self, generation: u32, seq: u64) -> bool {
        self.generation == generation && (self.from..=self.seq).contains(&seq)
    }

    /// The newest commit that is in it.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether so much of it has ended that building it again is worth more than keeping it.
    pub(crate) fn is_stale(&self) -> bool {
        self.versions.len() as u64 > 2 * self.live.len() + SPARE
    }

    /// Memory it takes, in bytes: an estimate, kept as it grows.
    pub(crate) fn bytes(&self) -> u64 {
        self.columns.bytes() + (self.versions.len() * VERSION_BYTES) as u64
    }

    /// Takes in the commits up to `seq`: versions that became visible, and chunks that ended.
    pub(crate) fn advance(&mut self, rows: &[AttributeRow], dead_chunks: &[u32], seq: u64) {
        for row in rows {
            self.add(row);
        }
        for chunk in dead_chunks {
            let Some((_, place)) = self.by_chunk.range(..=chunk).next_back() else { continue };
            if let Some(version) = self.versions.get_mut(*place as usize)
                && *chunk <= version.last_chunk
                && version.ended > seq
            {
                version.ended = seq;
                self.live.remove(*place);
            }
        }
        self.seq = seq;
    }

    fn add(&mut self, row: &AttributeRow) {
        let Ok(place) = u32::try_from(self.versions.len()) else { return };
        self.by_chunk.insert(row.first_chunk, place);
        self.versions.push(Version {
            first_chunk: row.first_chunk,
            last_chunk: row.last_chunk,
            seq: row.seq,
            ended: u64::MAX,
        });
        self.live.insert(place);
        let columns = &mut self.columns;
        for (field, text) in [
            ("document_id", Some(&row.document_id)),
            ("uri", Some(&row.uri)),
            ("title", row.title.as_ref()),
            ("language", row.language.as_ref()),
            ("mime", row.mime.as_ref()),
        ] {
            if let Some(text) = text {
                columns.add_text(field, text, place);
            }
        }
        columns.add("updated", Value::Time(row.accepted_ms), place);
        columns.add_object(METADATA, &row.metadata, place);
    }

    /// The versions a view at commit `seq` shows.
    fn visible(&self, seq: u64) -> RoaringBitmap {
        if seq == self.seq {
            return self.live.clone();
        }
        let visible = |version: &Version| version.seq <= seq && seq < version.ended;
        (0u32..).zip(&self.versions).filter(|(_, version)| visible(version)).map(|(place, _)| place).collect()
    }

    /// The versions that pass `filter` in a view at commit `seq`.
    pub(crate) fn passing(&self, filter: &Filter, seq: u64) -> RoaringBitmap {
        self.evaluate(filter, &self.visible(seq))
    }

    fn evaluate(&self, filter: &Filter, among: &RoaringBitmap) -> RoaringBitmap {
        match filter {
            Filter::And(all) => {
                all.iter().fold(among.clone(), |passing, filter| self.evaluate(filter, &passing))
            }
            Filter::Or(any) => any
                .iter()
                .fold(RoaringBitmap::new(), |passing, filter| passing | self.evaluate(filter, among)),
            Filter::Not(filter) => among - self.evaluate(filter, among),
            Filter::Field { name, test } => self.columns.matching(&column(name), test) & among,
        }
    }

    /// The chunks of these versions.
    pub(crate) fn chunks(&self, versions: &RoaringBitmap) -> RoaringBitmap {
        let mut chunks = RoaringBitmap::new();
        for version in versions.iter().filter_map(|place| self.versions.get(place as usize)) {
            chunks.insert_range(version.first_chunk..=version.last_chunk);
        }
        chunks
    }

    /// The values of a field among these versions, see [`Columns::facet`].
    pub(crate) fn facet(&self, field: &str, versions: &RoaringBitmap, limit: usize) -> Vec<FacetValue> {
        self.columns.facet(&column(field), versions, limit)
    }
}

/// What the columns of metadata begin with.
const METADATA: &str = "metadata";

/// The column of a field as a filter names it.
fn column(field: &str) -> String {
    if BUILT_IN.contains(&field) || field.starts_with("metadata.") {
        field.to_owned()
    } else {
        format!("{METADATA}.{field}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// Version `n` with two chunks, visible from commit `seq` on.
    fn row(n: u32, seq: u64, metadata: &serde_json::Value) -> AttributeRow {
        AttributeRow {
            first_chunk: n * 10,
            last_chunk: n * 10 + 1,
            seq,
            document_id: format!("doc_{n}"),
            uri: format!("folder/{n}.md"),
            title: (n != 2).then(|| format!("Title {n}")),
            language: Some(["en", "ro", "pl"][n as usize % 3].into()),
            mime: Some("text/markdown".into()),
            accepted_ms: 1_700_000_000_000 + i64::from(n) * 86_400_000,
            metadata: metadata.as_object().expect("an object").clone(),
        }
    }

    fn sample() -> Attributes {
        let metadata = [
            json!({"tags": ["a", "b"], "price": 10, "published": "2024-01-01", "who": {"name": "Ana"}}),
            json!({"tags": ["b"], "price": 2.5, "published": "2024-06-01T12:00:00Z", "archived": true}),
            json!({"tags": "c", "price": "10", "note": "x".repeat(2000), "nothing": null}),
            json!({"uri": "mine", "people": [{"name": "Ion"}, {"name": "Ana"}], "price": -1}),
        ];
        let rows: Vec<AttributeRow> = (0..).zip(&metadata).map(|(n, metadata)| row(n, 1, metadata)).collect();
        Attributes::at(1, &rows, 1)
    }

    #[test]
    fn conditions_pass_what_they_say() {
        let attributes = sample();
        for (filter, expected) in [
            (json!({}), vec![0, 1, 2, 3]),
            (json!({"tags": "b"}), vec![0, 1]),
            (json!({"tags": ["a", "c"]}), vec![0, 2]),
            (json!({"tags": {"$nin": ["a", "c"]}}), vec![1, 3]),
            (json!({"tags": {"$exists": false}}), vec![3]),
            (json!({"price": 10}), vec![0]),
            (json!({"price": "10"}), vec![2]),
            (json!({"price": {"$gt": 2.5}}), vec![0]),
            (json!({"price": {"$gte": 2.5, "$lt": 10}}), vec![1]),
            (json!({"price": {"$lte": 2.5}}), vec![1, 3]),
            (json!({"price": {"$gt": 10, "$lt": 5}}), vec![]),
            (json!({"price": {"$gt": 10, "$lt": 10}}), vec![]),
            (json!({"published": {"$gte": "2024-01-01", "$lt": "2024-06-01T12:00:00Z"}}), vec![0]),
            (json!({"published": {"$lte": "2024-06-01T14:00:00+02:00"}}), vec![0, 1]),
            (json!({"published": "2024-01-01"}), vec![0]),
            (json!({"who.name": "Ana"}), vec![0]),
            (json!({"people.name": "Ana"}), vec![3]),
            (json!({"archived": true}), vec![1]),
            (json!({"archived": {"$ne": true}}), vec![0, 2, 3]),
            (json!({"note": {"$exists": true}}), vec![2]),
            (json!({"nothing": {"$exists": true}}), vec![]),
            (json!({"uri": {"$prefix": "folder/"}}), vec![0, 1, 2, 3]),
            (json!({"uri": {"$prefix": "folder/1"}}), vec![1]),
            (json!({"metadata.uri": "mine"}), vec![3]),
            (json!({"language": "ro"}), vec![1]),
            (json!({"title": {"$exists": false}}), vec![2]),
            (json!({"updated": {"$gte": "2023-11-16"}}), vec![2, 3]),
            (json!({"$or": [{"tags": "a"}, {"price": -1}]}), vec![0, 3]),
            (json!({"$not": {"$or": [{"tags": "a"}, {"price": -1}]}}), vec![1, 2]),
            (json!({"$and": [{"tags": "b"}, {"$not": {"archived": true}}], "language": "en"}), vec![0]),
            (json!({"unknown": 1}), vec![]),
        ] {
            let parsed = Filter::parse(&filter).expect("a filter");
            let found: Vec<u32> = attributes.passing(&parsed, 1).iter().collect();
            assert_eq!(found, expected, "{filter}");
        }
    }

    #[test]
    fn facets_count_documents_commonest_first() {
        let attributes = sample();
        let all = attributes.passing(&Filter::And(Vec::new()), 1);
        let facet = |field: &str, limit: usize| -> Vec<(serde_json::Value, u64)> {
            attributes.facet(field, &all, limit).into_iter().map(|v| (v.value, v.documents)).collect()
        };
        assert_eq!(facet("tags", 10), [(json!("b"), 2), (json!("a"), 1), (json!("c"), 1)]);
        assert_eq!(facet("tags", 1), [(json!("b"), 2)]);
        assert_eq!(facet("price", 10), [(json!(-1), 1), (json!(2.5), 1), (json!(10), 1), (json!("10"), 1)]);
        assert_eq!(facet("published", 10).len(), 2, "each date once, as it was written");
        assert_eq!(facet("unknown", 10), []);
    }

    #[test]
    fn every_view_sees_its_own_versions() {
        let mut attributes = sample();
        // Version 1 is replaced by version 4 in commit 2, version 0 deleted in commit 3.
        attributes.advance(&[row(4, 2, &json!({"tags": "b"}))], &[10, 11], 2);
        attributes.advance(&[], &[0, 1], 3);
        let tagged = Filter::parse(&json!({"tags": "b"})).expect("a filter");
        let at = |seq| attributes.passing(&tagged, seq).iter().collect::<Vec<u32>>();
        assert_eq!([at(1), at(2), at(3)], [vec![0, 1], vec![0, 4], vec![4]]);
        let chunks: Vec<u32> = attributes.chunks(&attributes.passing(&tagged, 2)).iter().collect();
        assert_eq!(chunks, [0, 1, 40, 41]);
    }

    #[test]
    fn what_ended_makes_it_stale_in_time() {
        let mut attributes = sample();
        for n in 4..1500 {
            attributes.advance(&[row(n, u64::from(n), &json!({}))], &[(n - 1) * 10], u64::from(n));
            assert_eq!(attributes.is_stale(), attributes.versions.len() > 1000 + 8, "{n}");
        }
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        let value = prop_oneof![
            (0..4i32).prop_map(|n| Value::from(f64::from(n))),
            "[ab]{1,2}".prop_map(Value::Text),
            any::<bool>().prop_map(Value::Bool),
        ];
        let bound = prop_oneof![
            Just(std::ops::Bound::Unbounded),
            (0..4i32).prop_map(|n| std::ops::Bound::Included(Value::from(f64::from(n)))),
            (0..4i32).prop_map(|n| std::ops::Bound::Excluded(Value::from(f64::from(n)))),
        ];
        let test = prop_oneof![
            prop::collection::vec(value, 1..3).prop_map(super::super::Test::In),
            "[ab]{0,2}".prop_map(super::super::Test::Prefix),
            (bound.clone(), bound)
                .prop_filter("one end at least", |(a, b)| *a != std::ops::Bound::Unbounded
                    || *b != std::ops::Bound::Unbounded)
                .prop_map(|(from, to)| super::super::Test::Range { from, to }),
            Just(super::super::Test::Exists),
        ];
        let leaf = ("[xy]", test).prop_map(|(name, test)| Filter::Field { name, test });
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
                prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
                inner.prop_map(|f| Filter::Not(Box::new(f))),
            ]
        })
    }

    /// The same by reading one document's metadata.
    fn passes(filter: &Filter, metadata: &serde_json::Value) -> bool {
        use super::super::Test;
        match filter {
            Filter::And(all) => all.iter().all(|f| passes(f, metadata)),
            Filter::Or(any) => any.iter().any(|f| passes(f, metadata)),
            Filter::Not(f) => !passes(f, metadata),
            Filter::Field { name, test } => {
                let values: Vec<Value> = match &metadata[name] {
                    serde_json::Value::Number(n) => vec![Value::from(n.as_f64().expect("a number"))],
                    serde_json::Value::String(s) => vec![Value::Text(s.clone())],
                    serde_json::Value::Bool(b) => vec![Value::Bool(*b)],
                    _ => Vec::new(),
                };
                values.iter().any(|value| match test {
                    Test::In(all) => all.contains(value),
                    Test::Prefix(prefix) => matches!(value, Value::Text(t) if t.starts_with(prefix)),
                    Test::Range { from, to } => {
                        matches!(value, Value::Number(_))
                            && std::ops::RangeBounds::contains(&(from.clone(), to.clone()), value)
                    }
                    Test::Exists => true,
                })
            }
        }
    }

    proptest! {
        #[test]
        fn equals_reading_every_document(
            documents in prop::collection::vec(
                (prop_oneof![Just(json!(null)), (0..4).prop_map(|n| json!(n)), "[ab]{1,2}".prop_map(|s| json!(s)), any::<bool>().prop_map(|b| json!(b))],
                 prop_oneof![Just(json!(null)), (0..4).prop_map(|n| json!(n)), "[ab]{1,2}".prop_map(|s| json!(s))]), 0..20),
            filter in any_filter(),
        ) {
            let metadata: Vec<serde_json::Value> = documents.into_iter().map(|(x, y)| json!({"x": x, "y": y})).collect();
            let rows: Vec<AttributeRow> = (0..).zip(&metadata).map(|(n, m)| row(n, 1, m)).collect();
            let attributes = Attributes::at(1, &rows, 1);
            let found: Vec<u32> = attributes.passing(&filter, 1).iter().collect();
            let expected: Vec<u32> = (0..).zip(&metadata).filter(|(_, m)| passes(&filter, m)).map(|(n, _)| n).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
