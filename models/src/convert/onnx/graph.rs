//! The network as a graph: which constants meet in which product.

use std::collections::HashMap;

use super::proto::{Graph, Node, Tensor};

/// Nodes between a product and its bias: a conversion to float and a multiplication with the scales, and some room.
const MAX_STEPS: usize = 6;

/// Nodes and constants by the names of their values.
pub(super) struct Index<'a> {
    constants: HashMap<&'a str, &'a Tensor>,
    makers: HashMap<&'a str, &'a Node>,
    takers: HashMap<&'a str, Vec<&'a Node>>,
}

/// A quantised matrix with what belongs to it.
pub(super) struct Product<'a> {
    /// The name BERT checkpoints give the layer, without `.weight`; a prefix such as `bert.` is still there.
    pub(super) layer: &'a str,
    /// The matrix, `[inputs, outputs]`.
    pub(super) matrix: &'a Tensor,
    /// Its scales: one, or one an output.
    pub(super) scale: &'a Tensor,
    /// Its zero points: none (0), one, or one an output.
    pub(super) zero: Option<&'a Tensor>,
}

/// A quantised table whose rows are looked up.
pub(super) struct Table<'a> {
    /// The table.
    pub(super) values: &'a Tensor,
    /// Its scale.
    pub(super) scale: &'a Tensor,
    /// Its zero point, if it is not 0.
    pub(super) zero: Option<&'a Tensor>,
}

impl<'a> Index<'a> {
    /// Reads a graph.
    pub(super) fn new(graph: &'a Graph) -> Self {
        let constants = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        let (mut makers, mut takers) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for node in &graph.node {
            for name in &node.output {
                makers.insert(name.as_str(), node);
            }
            for name in &node.input {
                takers.entry(name.as_str()).or_default().push(node);
            }
        }
        Self { constants, makers, takers }
    }

    /// The constant that is a node's input.
    fn constant(&self, node: &Node, input: usize) -> Option<&'a Tensor> {
        self.constants.get(node.input.get(input)?.as_str()).copied()
    }

    /// An input that may be left out; if it is there it must be a constant.
    fn optional(&self, node: &Node, input: usize) -> Result<Option<&'a Tensor>, String> {
        match node.input.get(input).map(String::as_str) {
            None | Some("") => Ok(None),
            Some(name) => match self.constants.get(name) {
                Some(tensor) => Ok(Some(tensor)),
                None => Err(format!("the zero point {name} is not a constant")),
            },
        }
    }

    /// The quantised matrix of a `MatMulInteger` node; none if it multiplies no constant.
    pub(super) fn product(&self, node: &'a Node) -> Result<Option<Product<'a>>, String> {
        let Some(matrix) = self.constant(node, 1) else { return Ok(None) };
        let zero = self.optional(node, 3)?;
        let mut scale = None;
        let mut value = node.output.first();
        for _ in 0..MAX_STEPS {
            let Some([next]) = value.and_then(|name| self.takers.get(name.as_str())).map(Vec::as_slice)
            else {
                break;
            };
            let mut others = next.input.iter().filter(|input| Some(*input) != value);
            match next.op_type.as_str() {
                "Cast" => {}
                "Mul" => scale = others.next().and_then(|other| self.scale(other)),
                "Add" => {
                    let bias = others.next().and_then(|other| self.constants.get(other.as_str()));
                    let layer = bias.and_then(|bias| bias.name.strip_suffix(".bias"));
                    let Some((layer, scale)) = layer.zip(scale) else { break };
                    return Ok(Some(Product { layer, matrix, scale, zero }));
                }
                _ => break,
            }
            value = next.output.first();
        }
        Err(matrix.wrong("its product leads to no scale and bias that would say which layer's it is"))
    }

    /// The weights' scale among what a product is multiplied with: the value itself, or the factor of a product of
    /// two scales that is a constant (the other is the activations', found at run time).
    fn scale(&self, value: &str) -> Option<&'a Tensor> {
        if let Some(tensor) = self.constants.get(value) {
            return Some(tensor);
        }
        let maker = self.makers.get(value).filter(|node| node.op_type == "Mul")?;
        (0..maker.input.len()).find_map(|input| self.constant(maker, input))
    }

    /// The quantised table of a `Gather` node; none if it looks up no constant, or one that is not quantised.
    pub(super) fn table(&self, node: &'a Node) -> Result<Option<Table<'a>>, String> {
        let Some(values) = self.constant(node, 0) else { return Ok(None) };
        let takers = node.output.first().and_then(|name| self.takers.get(name.as_str()));
        let Some([next]) = takers.map(Vec::as_slice) else { return Ok(None) };
        if next.op_type != "DequantizeLinear" {
            return Ok(None);
        }
        let scale = self.constant(next, 1).ok_or_else(|| values.wrong("its scale is not a constant"))?;
        Ok(Some(Table { values, scale, zero: self.optional(next, 2)? }))
    }
}
