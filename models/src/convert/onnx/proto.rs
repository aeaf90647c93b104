//! The parts of the ONNX format (a protocol buffer, `onnx.proto` version 1) that the conversion reads. Fields
//! that are not declared here are skipped.

/// The file.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Model {
    /// The network.
    #[prost(message, optional, tag = "7")]
    pub(super) graph: Option<Graph>,
}

/// A network.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Graph {
    /// Its operations.
    #[prost(message, repeated, tag = "1")]
    pub(super) node: Vec<Node>,
    /// Its constants.
    #[prost(message, repeated, tag = "5")]
    pub(super) initializer: Vec<Tensor>,
}

/// An operation. Values have names; a node that takes a value names it among its inputs.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Node {
    /// Names of the values it takes; empty where an optional one is left out.
    #[prost(string, repeated, tag = "1")]
    pub(super) input: Vec<String>,
    /// Names of the values it gives.
    #[prost(string, repeated, tag = "2")]
    pub(super) output: Vec<String>,
    /// What it does.
    #[prost(string, tag = "4")]
    pub(super) op_type: String,
}

/// A constant. Its values are in one of the three data fields.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Tensor {
    /// Its shape; empty for a single value.
    #[prost(int64, repeated, tag = "1")]
    pub(super) dims: Vec<i64>,
    /// The type of its values: [`FLOAT`], [`UINT8`], [`INT8`] or another.
    #[prost(int32, tag = "2")]
    pub(super) data_type: i32,
    /// Values of type [`FLOAT`].
    #[prost(float, repeated, tag = "4")]
    pub(super) float_data: Vec<f32>,
    /// Values of type [`UINT8`] or [`INT8`].
    #[prost(int32, repeated, tag = "5")]
    pub(super) int32_data: Vec<i32>,
    /// Its name.
    #[prost(string, tag = "8")]
    pub(super) name: String,
    /// Values of any type, little-endian.
    #[prost(bytes = "vec", tag = "9")]
    pub(super) raw_data: Vec<u8>,
    /// 1 if the values are in another file.
    #[prost(int32, tag = "14")]
    pub(super) data_location: i32,
}

/// Values of 32-bit floating point.
pub(super) const FLOAT: i32 = 1;

/// Values of unsigned bytes.
pub(super) const UINT8: i32 = 2;

/// Values of signed bytes.
pub(super) const INT8: i32 = 3;
