//! What is different between what was found then and what is found now. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Found;
use crate::wire::{Change, Changes, FoundPlace, SeqChange, Superseded};

/// One side of the comparison.
#[derive(Debug, Clone)]
pub(super) struct Side<'a> {
    pub(super) status: &'a str,
    /// `None` when it is not known, and for searches.
    pub(super) answer: Option<&'a str>,
    pub(super) seq: u64,
    /// What it rests on, in order.
    pub(super) places: Vec<FoundPlace>,
}

/// Compares; `standing` gives the version of a document that is searched now, `None` when it is gone.
pub(super) fn changes(
    before: &Side<'_>,
    now: &Side<'_>,
    standing: &BTreeMap<String, Option<u32>>,
) -> Changes {
    let (then, today): (BTreeSet<&FoundPlace>, BTreeSet<&FoundPlace>) =
        (before.places.iter().collect(), now.places.iter().collect());
    let only = |of: &[FoundPlace], other: &BTreeSet<&FoundPlace>| -> Vec<FoundPlace> {
        of.iter().filter(|place| !other.contains(place)).cloned().collect()
    };
    let kept = |of: &'_ [FoundPlace], other: &BTreeSet<&FoundPlace>| -> Vec<FoundPlace> {
        of.iter().filter(|place| other.contains(place)).cloned().collect()
    };
    let (still, again) = (kept(&before.places, &today), kept(&now.places, &then));
    let (added, removed) = (only(&now.places, &then), only(&before.places, &today));
    let answer_changed = before.answer.zip(now.answer).map(|(then, today)| then != today);
    let status = (before.status != now.status)
        .then(|| Change { from: before.status.to_owned(), to: now.status.to_owned() });
    let versions: BTreeSet<(&String, u32)> =
        before.places.iter().map(|place| (&place.document_id, place.version)).collect();
    let mut superseded = Vec::new();
    let mut deleted = BTreeSet::new();
    for (document_id, from) in versions {
        match standing.get(document_id) {
            Some(Some(to)) if *to != from => {
                superseded.push(Superseded { document_id: document_id.clone(), from, to: *to });
            }
            Some(None) => drop(deleted.insert(document_id.clone())),
            _ => {}
        }
    }
    let reordered = still != again;
    let same = added.is_empty()
        && removed.is_empty()
        && !reordered
        && status.is_none()
        && answer_changed != Some(true)
        && deleted.is_empty();
    Changes {
        same,
        status,
        answer_changed,
        seq: SeqChange { from: before.seq, to: now.seq },
        kept: still.len(),
        added,
        removed,
        reordered,
        superseded,
        deleted: deleted.into_iter().collect(),
    }
}

/// A place by numbers.
pub(super) fn place(found: &Found) -> FoundPlace {
    FoundPlace {
        document_id: found.document_id.clone(),
        version: found.version,
        start_char: found.start_char,
        end_char: found.end_char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(document: &str, version: u32, start_char: usize) -> FoundPlace {
        FoundPlace { document_id: document.into(), version, start_char, end_char: start_char + 5 }
    }

    fn side(answer: Option<&str>, places: Vec<FoundPlace>) -> Side<'_> {
        Side { status: "grounded", answer, seq: 1, places }
    }

    #[test]
    fn the_same_is_the_same() {
        let places = vec![at("a", 1, 0), at("b", 1, 9)];
        let standing = BTreeMap::from([("a".to_owned(), Some(1)), ("b".to_owned(), Some(1))]);
        let found = changes(&side(Some("x"), places.clone()), &side(Some("x"), places.clone()), &standing);
        assert!(found.same && found.kept == 2 && found.answer_changed == Some(false), "{found:?}");
        let turned: Vec<_> = places.iter().rev().cloned().collect();
        let found = changes(&side(Some("x"), places), &side(Some("x"), turned), &standing);
        assert!(!found.same && found.reordered, "{found:?}");
    }

    #[test]
    fn what_came_went_was_replaced_and_was_deleted_is_told() {
        let before = side(None, vec![at("a", 1, 0), at("b", 1, 0), at("c", 1, 0)]);
        let now = Side {
            status: "abstained",
            seq: 4,
            ..side(Some(""), vec![at("a", 1, 0), at("b", 2, 0), at("d", 1, 0)])
        };
        let standing =
            BTreeMap::from([("a".to_owned(), Some(1)), ("b".to_owned(), Some(2)), ("c".to_owned(), None)]);
        let found = changes(&before, &now, &standing);
        assert_eq!(found.added, [at("b", 2, 0), at("d", 1, 0)]);
        assert_eq!(found.removed, [at("b", 1, 0), at("c", 1, 0)]);
        assert_eq!(found.superseded, [Superseded { document_id: "b".into(), from: 1, to: 2 }]);
        assert_eq!((found.deleted, found.kept, found.answer_changed), (vec!["c".to_owned()], 1, None));
        assert_eq!(found.status, Some(Change { from: "grounded".into(), to: "abstained".into() }));
        assert_eq!(found.seq, SeqChange { from: 1, to: 4 });
        assert!(!found.same);
    }
}
