//! A graph over the rows of a block (HNSW: Malkov and Yashunin 2018, arXiv:1603.09320).
//!
//! `hnsw_rs` decides which rows are linked; what is kept of it, searched and written to disk is flat: the places of the
//! links, a layer. It holds no vectors, which the block has, and a damaged file is an error, not the end of the process.

mod build;
mod file;
mod seal;
mod search;

pub(super) use build::SWEEP_WIDTH;
use build::build;
pub(crate) use seal::Seals;

/// Links between the rows of a block, by place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    /// Where searches begin: a row of the highest layer.
    entry: u32,
    /// The lowest layer, which has every row, first.
    layers: Vec<Layer>,
    /// Rows that a search for their own vector does not find; every search compares them.
    strays: Vec<u32>,
}

/// One layer: its rows and their links.
#[derive(Debug, Clone, Default, PartialEq)]
struct Layer {
    /// The rows, rising; empty in the lowest layer, which has all.
    members: Vec<u32>,
    /// Where each member's links begin, and the end of the last one's.
    starts: Vec<u32>,
    links: Vec<u32>,
}

impl Layer {
    /// A layer with these links, in order of the members.
    fn new(members: Vec<u32>, links: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let mut layer = Self { members, starts: vec![0], links: Vec::new() };
        for own in links {
            layer.links.extend(own);
            layer.starts.push(layer.links.len() as u32);
        }
        layer
    }

    /// The links of a row; none when it is not in the layer.
    fn of(&self, place: u32) -> &[u32] {
        let member = match self.members.as_slice() {
            [] => Some(place as usize),
            members => members.binary_search(&place).ok(),
        };
        let range = member.and_then(|member| {
            Some(*self.starts.get(member)? as usize..*self.starts.get(member + 1)? as usize)
        });
        range.and_then(|range| self.links.get(range)).unwrap_or(&[])
    }
}

impl Graph {
    /// Bytes it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        let layer = |layer: &Layer| layer.members.len() + layer.starts.len() + layer.links.len();
        (self.layers.iter().map(layer).sum::<usize>() + self.strays.len()) * size_of::<u32>()
    }

    /// How many rows it does not reach.
    pub(super) fn strays(&self) -> usize {
        self.strays.len()
    }

    /// The graph of the rows that are kept: `kept` has the new place of every row, or none. Links to a row that goes are
    /// replaced by links to where it led, so that the ways through it stay.
    fn keeping(&self, kept: &[Option<u32>]) -> Option<Self> {
        let renamed = |place: u32| kept.get(place as usize).copied().flatten();
        let layers = self.layers.iter().map(|layer| {
            let places: Vec<u32> = match layer.members.as_slice() {
                [] => (0..kept.len() as u32).collect(),
                members => members.to_vec(),
            };
            let links = places.iter().filter(|place| renamed(**place).is_some()).map(|place| {
                let mut links: Vec<u32> = Vec::new();
                for link in layer.of(*place) {
                    let through = std::slice::from_ref(link);
                    let ways = if renamed(*link).is_some() { through } else { layer.of(*link) };
                    for way in ways.iter().filter(|way| *way != place).filter_map(|way| renamed(*way)) {
                        if !links.contains(&way) {
                            links.push(way);
                        }
                    }
                }
                links
            });
            let links: Vec<Vec<u32>> = links.collect();
            let members = layer.members.iter().filter_map(|place| renamed(*place)).collect();
            Layer::new(members, links)
        });
        let mut layers: Vec<Layer> = layers.collect();
        // Upper layers that lost all their rows would look like the lowest one.
        while layers.len() > 1 && layers.last().is_some_and(|layer| layer.members.is_empty()) {
            layers.pop();
        }
        let entry = renamed(self.entry).or_else(|| layers.last()?.members.first().copied());
        let entry = entry.or_else(|| (0..).zip(kept).find_map(|(_, place)| *place))?;
        let strays = self.strays.iter().filter_map(|place| renamed(*place)).collect();
        Some(Self { entry, layers, strays })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_through_rows_that_go_stay() {
        // 0 - 1 - 2 - 3, and above them 1 and 3.
        let graph = Graph {
            entry: 1,
            layers: vec![
                Layer::new(vec![], [vec![1], vec![0, 2], vec![1, 3], vec![2]]),
                Layer::new(vec![1, 3], [vec![3], vec![1]]),
            ],
            strays: vec![2, 3],
        };
        let all: Vec<Option<u32>> = (0..4).map(Some).collect();
        assert_eq!(graph.keeping(&all), Some(graph.clone()));
        let without_1 = graph.keeping(&[Some(0), None, Some(1), Some(2)]).expect("rows are left");
        assert_eq!(without_1.layers[0].of(0), [1]);
        assert_eq!(without_1.layers[0].of(1), [0, 2]);
        assert_eq!(without_1.layers[1], Layer::new(vec![2], [vec![]]));
        assert_eq!((without_1.entry, without_1.strays), (2, vec![1, 2]));
        let lower = graph.keeping(&[Some(0), None, Some(1), None]).expect("rows are left");
        assert_eq!((lower.layers.len(), lower.entry), (1, 0));
        assert_eq!(graph.keeping(&[None; 4]), None);
    }
}
