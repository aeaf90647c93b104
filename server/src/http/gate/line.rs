//! The line before the threads: a bounded number of places, taken turn by turn between those who wait, so that the burst of
//! one does not stand before the single request of another. Pure.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Those who wait, by owner.
#[derive(Debug)]
pub(super) struct Line<K, T> {
    waiting: HashMap<K, VecDeque<(u64, T)>>,
    /// Owners who have somebody waiting, next one first.
    turns: VecDeque<K>,
    len: usize,
    places: usize,
    next: u64,
}

impl<K: Clone + Eq + Hash, T> Line<K, T> {
    /// A line of so many places.
    pub(super) fn new(places: usize) -> Self {
        Self { waiting: HashMap::new(), turns: VecDeque::new(), len: 0, places, next: 0 }
    }

    /// Those who wait.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Places one owner may have: half of them, so that the others always find some.
    fn share(&self) -> usize {
        self.places.div_ceil(2)
    }

    /// Stands in line; the ticket to leave it with, or the item back when there is no place.
    pub(super) fn push(&mut self, owner: &K, item: T) -> Result<u64, T> {
        let own = self.waiting.get(owner).map_or(0, VecDeque::len);
        if self.len >= self.places || own >= self.share() {
            return Err(item);
        }
        let ticket = self.next;
        self.next += 1;
        self.len += 1;
        if own == 0 {
            self.turns.push_back(owner.clone());
        }
        self.waiting.entry(owner.clone()).or_default().push_back((ticket, item));
        Ok(ticket)
    }

    /// Whose turn it is.
    pub(super) fn first(&self) -> Option<&T> {
        let owner = self.turns.front()?;
        self.waiting.get(owner)?.front().map(|(_, item)| item)
    }

    /// Takes the one whose turn it is; its owner's next one comes after one of each other owner.
    pub(super) fn pop(&mut self) -> Option<T> {
        let owner = self.turns.pop_front()?;
        let own = self.waiting.get_mut(&owner)?;
        let (_, item) = own.pop_front()?;
        self.len -= 1;
        if own.is_empty() {
            self.waiting.remove(&owner);
        } else {
            self.turns.push_back(owner);
        }
        Some(item)
    }

    /// Leaves the line; the item, when it was still there.
    pub(super) fn leave(&mut self, owner: &K, ticket: u64) -> Option<T> {
        let own = self.waiting.get_mut(owner)?;
        let at = own.iter().position(|(number, _)| *number == ticket)?;
        let (_, item) = own.remove(at)?;
        self.len -= 1;
        if own.is_empty() {
            self.waiting.remove(owner);
            self.turns.retain(|turn| turn != owner);
        }
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drain(line: &mut Line<char, u32>) -> Vec<u32> {
        std::iter::from_fn(|| line.pop()).collect()
    }

    #[test]
    fn owners_take_turns() {
        let mut line = Line::new(20);
        for item in 0..6 {
            line.push(&'a', item).expect("room");
        }
        line.push(&'b', 10).expect("room");
        line.push(&'b', 11).expect("room");
        line.push(&'c', 20).expect("room");
        assert_eq!(line.first(), Some(&0));
        assert_eq!(drain(&mut line), [0, 10, 20, 1, 11, 2, 3, 4, 5]);
        assert_eq!((line.len(), line.first()), (0, None));
    }

    #[test]
    fn one_owner_has_at_most_half_of_the_places() {
        let mut line = Line::new(5);
        let taken =
            |line: &mut Line<char, u32>, owner| (0..9).filter(|n| line.push(&owner, *n).is_ok()).count();
        assert_eq!(taken(&mut line, 'a'), 3);
        assert_eq!(taken(&mut line, 'b'), 2, "what is left");
        assert_eq!(taken(&mut line, 'c'), 0);
        let mut none = Line::new(0);
        assert_eq!(none.push(&'a', 1), Err(1));
    }

    proptest! {
        /// Whatever is pushed, popped and left: nobody is lost or served twice, one owner's order holds, bounds hold.
        #[test]
        fn nobody_is_lost(steps in prop::collection::vec((0u8..4, 0u8..3), 0..200)) {
            let mut line = Line::new(6);
            let mut model: HashMap<u8, VecDeque<(u64, u32)>> = HashMap::new();
            for (n, (step, owner)) in steps.into_iter().enumerate() {
                let item = n as u32;
                match step {
                    0 | 1 => match line.push(&owner, item) {
                        Ok(ticket) => model.entry(owner).or_default().push_back((ticket, item)),
                        Err(back) => {
                            let own = model.get(&owner).map_or(0, VecDeque::len);
                            let all: usize = model.values().map(VecDeque::len).sum();
                            prop_assert!(back == item && (own == 3 || all == 6));
                        }
                    },
                    2 => {
                        let popped = line.pop();
                        let owner = model.iter().find(|(_, own)| own.front().map(|f| f.1) == popped);
                        let owner = owner.map(|(owner, _)| *owner).filter(|_| popped.is_some());
                        prop_assert_eq!(owner.is_some(), popped.is_some());
                        if let Some(owner) = owner {
                            model.get_mut(&owner).expect("known").pop_front();
                        }
                    }
                    _ => {
                        let own = model.entry(owner).or_default();
                        if let Some((ticket, item)) = own.pop_back() {
                            prop_assert_eq!(line.leave(&owner, ticket), Some(item));
                            prop_assert_eq!(line.leave(&owner, ticket), None);
                        }
                    }
                }
                prop_assert_eq!(line.len(), model.values().map(VecDeque::len).sum::<usize>());
            }
        }
    }
}
