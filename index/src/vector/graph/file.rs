//! A graph on disk: which rows it is of and their links, no vectors.
//!
//! Little-endian words of 32 bits: the format, the number of rows, a row's id and mark each, the entry, the layers
//! (members, starts, links, each with its length before it), the strays; then the SHA-256 of all that.

use sha2::{Digest as _, Sha256};

use super::{Graph, Layer};

/// The first word of a file: "FG" and the version of the format.
const FORMAT: u32 = u32::from_le_bytes(*b"FG\x01\x00");

const DIGEST: usize = 32;

/// A graph with the rows it was made of.
#[derive(Debug, PartialEq)]
pub(super) struct Saved {
    /// Their ids, rising.
    pub(super) ids: Vec<u32>,
    /// What tells whether a row still has the vector it had.
    pub(super) marks: Vec<u32>,
    pub(super) graph: Graph,
}

/// The content of a file.
pub(super) fn write(ids: &[u32], marks: &[u32], graph: &Graph) -> Vec<u8> {
    let mut words = vec![FORMAT];
    let mut list = |list: &[u32]| {
        words.push(list.len() as u32);
        words.extend(list);
    };
    list(ids);
    list(marks);
    list(&[graph.entry]);
    list(&[graph.layers.len() as u32]);
    for layer in &graph.layers {
        list(&layer.members);
        list(&layer.starts);
        list(&layer.links);
    }
    list(&graph.strays);
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    bytes
}

/// What a file holds, when every bit of it is right and every place in it is a row; else what is wrong.
pub(super) fn read(bytes: &[u8]) -> Result<Saved, &'static str> {
    let (words, digest) = bytes.split_at_checked(bytes.len().saturating_sub(DIGEST)).ok_or("too short")?;
    if Sha256::digest(words).as_slice() != digest {
        return Err("its checksum is wrong");
    }
    let (words, rest) = words.as_chunks::<4>();
    if !rest.is_empty() {
        return Err("its length is no number of words");
    }
    let words: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
    match words.split_first() {
        Some((&FORMAT, rest)) => parse(rest).ok_or("its parts do not fit together"),
        _ => Err("it is of another version"),
    }
}

fn parse(mut rest: &[u32]) -> Option<Saved> {
    let mut list = || {
        let (length, after) = rest.split_first()?;
        let (list, after) = after.split_at_checked(*length as usize)?;
        rest = after;
        Some(list.to_vec())
    };
    let ids = list()?;
    let marks = list()?;
    let rows = ids.len();
    let is_row = |place: &u32| (*place as usize) < rows;
    let one = |list: Vec<u32>| if let [one] = list.as_slice() { Some(*one) } else { None };
    let entry = one(list()?).filter(is_row)?;
    let mut layers = Vec::new();
    for layer in 0..one(list()?)? {
        let own = Layer { members: list()?, starts: list()?, links: list()? };
        let members = if layer == 0 { rows } else { own.members.len() };
        let sound = own.members.is_sorted_by(|a, b| a < b)
            && own.members.is_empty() == (layer == 0)
            && own.members.iter().chain(&own.links).all(is_row)
            && own.starts.len() == members + 1
            && own.starts.is_sorted()
            && own.starts.first() == Some(&0)
            && own.starts.last().is_some_and(|end| *end as usize == own.links.len());
        if !sound {
            return None;
        }
        layers.push(own);
    }
    let strays = list()?;
    let sound = marks.len() == rows
        && !layers.is_empty()
        && ids.is_sorted_by(|a, b| a < b)
        && strays.iter().all(is_row)
        && rest.is_empty();
    sound.then_some(Saved { ids, marks, graph: Graph { entry, layers, strays } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        let graph = Graph {
            entry: 1,
            layers: vec![
                Layer::new(vec![], [vec![1], vec![0, 2], vec![1]]),
                Layer::new(vec![1], [Vec::new()]),
            ],
            strays: vec![2],
        };
        Saved { ids: vec![4, 7, 9], marks: vec![1, 2, 3], graph }
    }

    fn bytes(saved: &Saved) -> Vec<u8> {
        write(&saved.ids, &saved.marks, &saved.graph)
    }

    #[test]
    fn what_was_written_is_read_and_no_bit_may_change() {
        let saved = saved();
        let bytes = bytes(&saved);
        assert_eq!(read(&bytes).as_ref(), Ok(&saved));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 16;
            assert!(read(&damaged).is_err(), "byte {at}");
            assert!(read(&bytes[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused_whatever_the_checksum() {
        type Damage = fn(&mut Saved);
        let damages: [Damage; 9] = [
            |it| it.graph.entry = 3,
            |it| it.graph.layers[0].links[0] = 3,
            |it| it.graph.layers[0].starts[1] = 9,
            |it| it.graph.layers[1].members[0] = 3,
            |it| it.graph.layers[0].starts.truncate(2),
            |it| it.graph.strays[0] = 3,
            |it| it.marks.truncate(2),
            |it| it.ids.swap(0, 1),
            |it| it.graph.layers.clear(),
        ];
        for (at, damage) in damages.iter().enumerate() {
            let mut saved = saved();
            damage(&mut saved);
            assert_eq!(read(&bytes(&saved)), Err("its parts do not fit together"), "{at}");
        }
        let mut other = bytes(&saved());
        other[2] = 2;
        let end = other.len() - DIGEST;
        let digest = Sha256::digest(&other[..end]);
        other[end..].copy_from_slice(&digest);
        assert_eq!(read(&other), Err("it is of another version"));
    }
}
