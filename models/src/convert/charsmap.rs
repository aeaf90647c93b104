//! Writes a "precompiled charsmap", SentencePiece's form of a character replacement table.
//!
//! u32 byte length of the trie; the trie as u32 units; the replacements, each ended by NUL. The trie is a
//! double-array over UTF-8 bytes as in Darts-clone: a unit holds its label in the low byte (with bit 31 clear), a
//! leaf flag in bit 8, and from bit 10 on the offset that, exclusive-or its own position, gives the base of its
//! children; the child for byte `b` is at `base ^ b`, the leaf's value (bit 31 set) at `base`.

use std::collections::{BTreeMap, HashSet};

const LEAF: u32 = 1 << 8;
const VALUE: u32 = 1 << 31;
/// Offsets up to here need no extension bit; a table for all of Unicode stays far below.
const OFFSET_LIMIT: usize = 1 << 21;

/// A node of the plain trie.
#[derive(Default)]
struct Node {
    children: BTreeMap<u8, Node>,
    value: Option<u32>,
}

/// The charsmap of a table; `None` if the table is too large for the format or maps NUL, which ends strings in it.
pub(super) fn build(map: &[(char, String)]) -> Option<Vec<u8>> {
    let mut replacements = Vec::new();
    let mut root = Node::default();
    for (from, to) in map {
        if *from == '\0' || to.contains('\0') {
            return None;
        }
        let mut buffer = [0; 4];
        let node = from
            .encode_utf8(&mut buffer)
            .bytes()
            .fold(&mut root, |node, byte| node.children.entry(byte).or_default());
        node.value = Some(u32::try_from(replacements.len()).ok()?);
        replacements.extend_from_slice(to.as_bytes());
        replacements.push(0);
    }
    let mut array =
        DoubleArray { units: vec![0; 256], used: HashSet::from([0]), bases: HashSet::new(), next: 1 };
    array.place(&root, 0, 0)?;
    let mut bytes = u32::try_from(array.units.len() * 4).ok()?.to_le_bytes().to_vec();
    bytes.extend(array.units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes.extend(replacements);
    Some(bytes)
}

/// The array under construction. Its length stays a multiple of 256, so `base ^ byte` is always inside.
struct DoubleArray {
    units: Vec<u32>,
    used: HashSet<usize>,
    /// Bases taken: two nodes of one base would see each other's children.
    bases: HashSet<usize>,
    /// The search for a base starts here.
    next: usize,
}

impl DoubleArray {
    /// Writes a node's unit at `at`, then its children.
    fn place(&mut self, node: &Node, at: usize, label: u32) -> Option<()> {
        let base = self.find_base(node);
        let offset = base ^ at;
        if offset >= OFFSET_LIMIT {
            return None;
        }
        let leaf = if node.value.is_some() { LEAF } else { 0 };
        self.units[at] = (u32::try_from(offset).ok()? << 10) | leaf | label;
        self.bases.insert(base);
        if let Some(value) = node.value {
            self.units[base] = value | VALUE;
            self.used.insert(base);
        }
        self.used.extend(node.children.keys().map(|byte| base ^ usize::from(*byte)));
        for (byte, child) in &node.children {
            self.place(child, base ^ usize::from(*byte), u32::from(*byte))?;
        }
        Some(())
    }

    /// The first base whose places for this node are all free; the array grows as needed.
    fn find_base(&mut self, node: &Node) -> usize {
        while self.used.contains(&self.next) {
            self.next += 1;
        }
        let mut base = self.next;
        loop {
            while base >= self.units.len() {
                self.units.resize(self.units.len() + 256, 0);
            }
            let free = !self.bases.contains(&base)
                && (node.value.is_none() || !self.used.contains(&base))
                && node.children.keys().all(|byte| !self.used.contains(&(base ^ usize::from(*byte))));
            if free {
                return base;
            }
            base += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokenizers::normalizers::Precompiled;

    use super::*;

    proptest! {
        #[test]
        fn the_tokenizers_crate_reads_back_every_entry(
            map in proptest::collection::btree_map(proptest::char::range('\u{1}', char::MAX), "[^\u{0}]{0,3}", 0..200),
            others in proptest::collection::vec(proptest::char::range('\u{1}', char::MAX), 50),
        ) {
            let table: Vec<(char, String)> = map.clone().into_iter().collect();
            let bytes = build(&table).expect("a small table without NUL");
            let charsmap = Precompiled::from(&bytes).expect("a valid charsmap");
            for (from, to) in &table {
                prop_assert_eq!(charsmap.transform(&from.to_string()), Some(to.as_str()));
            }
            for other in others.iter().filter(|other| !map.contains_key(other)) {
                prop_assert_eq!(charsmap.transform(&other.to_string()), None);
            }
        }
    }

    #[test]
    fn nul_is_refused() {
        assert!(build(&[('\0', "x".into())]).is_none());
        assert!(build(&[('x', "\0".into())]).is_none());
    }
}
