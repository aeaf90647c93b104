//! For each field, which documents have which value.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use roaring::{MultiOps as _, RoaringBitmap};
use serde_json::{Map, Value as Json};

use super::{MAX_STRING, Test, Value};

/// A value of a field, and how many documents have it.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetValue {
    /// The value: a string, a number, true or false.
    pub value: Json,
    /// Documents that have it.
    pub documents: u64,
}

/// What a bitmap takes before the first document, and in a table half full.
const BITMAP_BYTES: usize = 2 * size_of::<RoaringBitmap>() + 64;

/// What one more document takes in a bitmap: two bytes, in lists that grow by doubling.
const ENTRY_BYTES: usize = 4;

/// All fields.
#[derive(Debug, Default)]
pub(super) struct Columns {
    columns: HashMap<String, Column>,
    /// Memory they take, about.
    bytes: usize,
}

#[derive(Debug, Default)]
struct Column {
    values: BTreeMap<Value, RoaringBitmap>,
    /// Documents with any value, also one that cannot be compared.
    exists: RoaringBitmap,
}

impl Columns {
    /// Memory they take, in bytes: an estimate.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes as u64
    }

    /// Notes one value of a field of a document.
    pub(super) fn add(&mut self, field: &str, value: Value, document: u32) {
        self.exists(field, document);
        let Some(column) = self.columns.get_mut(field) else { return };
        let size = value.bytes();
        let documents = column.values.entry(value).or_insert_with(|| {
            self.bytes += 2 * size_of::<Value>() + size + BITMAP_BYTES;
            RoaringBitmap::new()
        });
        if documents.insert(document) {
            self.bytes += ENTRY_BYTES;
        }
    }

    /// Notes that a document has the field.
    fn exists(&mut self, field: &str, document: u32) {
        if !self.columns.contains_key(field) {
            self.bytes += field.len() + 2 * size_of::<(String, Column)>() + BITMAP_BYTES;
            self.columns.insert(field.to_owned(), Column::default());
        }
        if let Some(column) = self.columns.get_mut(field)
            && column.exists.insert(document)
        {
            self.bytes += ENTRY_BYTES;
        }
    }

    /// Notes a string; a date or a time is compared as that, too, and one that is too long only exists.
    pub(super) fn add_text(&mut self, field: &str, text: &str, document: u32) {
        if text.len() > MAX_STRING {
            return self.exists(field, document);
        }
        if let Some(time) = Value::time(text) {
            self.add(field, time, document);
        }
        self.add(field, Value::Text(text.to_owned()), document);
    }

    /// Notes what a metadata object holds. An inner object's keys follow the outer one's after a dot; of an array, all
    /// items count.
    pub(super) fn add_object(&mut self, path: &str, object: &Map<String, Json>, document: u32) {
        for (key, value) in object {
            self.add_json(&format!("{path}.{key}"), value, document);
        }
    }

    fn add_json(&mut self, path: &str, value: &Json, document: u32) {
        match value {
            Json::Null => {}
            Json::Bool(bool) => self.add(path, Value::Bool(*bool), document),
            Json::Number(number) => {
                if let Some(number) = number.as_f64() {
                    self.add(path, Value::from(number), document);
                }
            }
            Json::String(text) => self.add_text(path, text, document),
            Json::Array(items) => items.iter().for_each(|item| self.add_json(path, item, document)),
            Json::Object(object) => self.add_object(path, object, document),
        }
    }

    /// The documents of which one value passes the test.
    pub(super) fn matching(&self, field: &str, test: &Test) -> RoaringBitmap {
        let Some(column) = self.columns.get(field) else { return RoaringBitmap::new() };
        match test {
            Test::Exists => column.exists.clone(),
            Test::In(values) => union(values.iter().filter_map(|value| column.values.get(value))),
            Test::Prefix(prefix) => {
                let from = column.values.range(Value::Text(prefix.clone())..);
                union(from.take_while(|(value, _)| begins(value, prefix)).map(|(_, documents)| documents))
            }
            Test::Range { from, to } => {
                // An open end reaches to the last value of the other end's kind.
                let like = |value: &Value, least: bool| match (value, least) {
                    (Value::Time(_), true) => Value::Time(i64::MIN),
                    (Value::Time(_), false) => Value::Time(i64::MAX),
                    (_, true) => Value::Number(f64::NEG_INFINITY),
                    (_, false) => Value::Number(f64::INFINITY),
                };
                let (from, to) = match (from, to) {
                    (Bound::Unbounded, Bound::Included(end) | Bound::Excluded(end)) => {
                        (Bound::Included(like(end, true)), to.clone())
                    }
                    (Bound::Included(end) | Bound::Excluded(end), Bound::Unbounded) => {
                        (from.clone(), Bound::Included(like(end, false)))
                    }
                    _ => (from.clone(), to.clone()),
                };
                if is_empty(&from, &to) {
                    return RoaringBitmap::new();
                }
                union(column.values.range((from, to)).map(|(_, documents)| documents))
            }
        }
    }

    /// The values of a field among `documents`, the commonest first, equally common ones in order; at most `limit`.
    /// Times are left out: the strings they came as are there.
    pub(super) fn facet(&self, field: &str, documents: &RoaringBitmap, limit: usize) -> Vec<FacetValue> {
        let Some(column) = self.columns.get(field) else { return Vec::new() };
        let mut counts: Vec<(u64, &Value)> = column
            .values
            .iter()
            .filter(|(value, _)| !matches!(value, Value::Time(_)))
            .map(|(value, having)| (having.intersection_len(documents), value))
            .filter(|(count, _)| *count > 0)
            .collect();
        counts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        counts.truncate(limit);
        counts.into_iter().map(|(documents, value)| FacetValue { value: value.into(), documents }).collect()
    }
}

fn begins(value: &Value, prefix: &str) -> bool {
    matches!(value, Value::Text(text) if text.starts_with(prefix))
}

/// Whether no value lies between the bounds; `BTreeMap::range` panics on some of those.
fn is_empty(from: &Bound<Value>, to: &Bound<Value>) -> bool {
    match (from, to) {
        (Bound::Included(a), Bound::Included(b)) => a > b,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => a >= b,
        _ => false,
    }
}

fn union<'a>(bitmaps: impl Iterator<Item = &'a RoaringBitmap>) -> RoaringBitmap {
    // All at once: one after the other copies what there is so far each time.
    bitmaps.union()
}
