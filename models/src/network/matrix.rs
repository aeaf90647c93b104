//! A weight matrix on its way from a file to the form a product reads.

use crate::encoder::Precision;
use crate::error::ModelError;
use crate::kernels::{Int8Unit, Packed, PackedInt8, Unit, fits_int8, quantise_weights};

/// A matrix `[outputs, inputs]`, row after row.
#[derive(Debug)]
pub(crate) struct Matrix {
    values: Values,
    inputs: usize,
}

#[derive(Debug)]
enum Values {
    F32(Vec<f32>),
    /// `values[r, c] * scales[r]`.
    Int8 {
        values: Vec<i8>,
        scales: Vec<f32>,
    },
}

/// A matrix in the form its product reads.
pub(crate) enum Linear {
    /// For f32 products.
    F32(Packed),
    /// For 8-bit products.
    Int8(PackedInt8),
}

impl Linear {
    /// Values in a row of activations.
    pub(crate) fn inputs(&self) -> usize {
        match self {
            Self::F32(packed) => packed.inputs(),
            Self::Int8(packed) => packed.inputs(),
        }
    }

    /// Values in a row of the result.
    pub(crate) fn outputs(&self) -> usize {
        match self {
            Self::F32(packed) => packed.outputs(),
            Self::Int8(packed) => packed.outputs(),
        }
    }

    /// Rows of a tile of its product: other numbers of rows waste some of the last tile.
    pub(crate) fn tile_rows(&self) -> usize {
        match self {
            Self::F32(_) => Unit::detect().rows(),
            Self::Int8(_) => Int8Unit::detect().rows(),
        }
    }
}

impl Matrix {
    /// A matrix of f32.
    pub(crate) fn from_f32(values: Vec<f32>, inputs: usize) -> Self {
        Self { values: Values::F32(values), inputs }
    }

    /// A quantised matrix with a scale a row.
    pub(crate) fn from_int8(values: Vec<i8>, scales: Vec<f32>, inputs: usize) -> Self {
        Self { values: Values::Int8 { values, scales }, inputs }
    }

    /// The values as f32.
    pub(crate) fn into_f32(self) -> Vec<f32> {
        match self.values {
            Values::F32(values) => values,
            Values::Int8 { values, scales } => values
                .chunks(self.inputs)
                .zip(&scales)
                .flat_map(|(row, scale)| row.iter().map(move |value| f32::from(*value) * scale))
                .collect(),
        }
    }

    /// Multiplies all values by a factor.
    pub(crate) fn scale(&mut self, factor: f32) {
        let (Values::F32(values) | Values::Int8 { scales: values, .. }) = &mut self.values;
        values.iter_mut().for_each(|value| *value *= factor);
    }

    /// Appends the rows of another matrix with the same inputs.
    pub(crate) fn append(&mut self, other: Self) {
        match (&mut self.values, other.values) {
            (Values::Int8 { values, scales }, Values::Int8 { values: more, scales: their }) => {
                values.extend(more);
                scales.extend(their);
            }
            (Values::F32(values), more) => values.extend(Self { values: more, ..other }.into_f32()),
            (Values::Int8 { .. }, more) => {
                let own = std::mem::replace(&mut self.values, Values::F32(Vec::new()));
                let mut values = Self { values: own, inputs: self.inputs }.into_f32();
                values.extend(Self { values: more, ..other }.into_f32());
                self.values = Values::F32(values);
            }
        }
    }

    /// The matrix times a column vector, in f64.
    pub(crate) fn times(&self, vector: &[f32]) -> Vec<f32> {
        let dot =
            |row: &mut dyn Iterator<Item = f64>| row.zip(vector).map(|(w, x)| w * f64::from(*x)).sum::<f64>();
        match &self.values {
            Values::F32(values) => values
                .chunks(self.inputs)
                .map(|row| dot(&mut row.iter().map(|w| f64::from(*w))) as f32)
                .collect(),
            Values::Int8 { values, scales } => {
                let rows = values.chunks(self.inputs).zip(scales);
                rows.map(|(row, scale)| {
                    (dot(&mut row.iter().map(|w| f64::from(*w))) * f64::from(*scale)) as f32
                })
                .collect()
            }
        }
    }

    /// The form the product of that precision reads.
    pub(crate) fn pack(self, precision: Precision) -> Result<Linear, ModelError> {
        let inputs = self.inputs;
        let wrong = |outputs: usize| {
            ModelError::Inference(format!(
                "a matrix of {outputs} outputs and {inputs} inputs cannot be packed: both must be multiples of 32"
            ))
        };
        if precision == Precision::F32 {
            let values = self.into_f32();
            let outputs = values.len() / inputs;
            let packed = Packed::new(&values, outputs, inputs, Unit::detect().columns());
            return packed.map(Linear::F32).ok_or_else(|| wrong(outputs));
        }
        let (values, scales) = match self.values {
            // Integers that need not change are kept, so that nothing is rounded twice.
            Values::Int8 { values, scales } if fits_int8(&values) => (values, scales),
            other => quantise_weights(Unit::detect(), &Self { values: other, inputs }.into_f32(), inputs),
        };
        let outputs = scales.len();
        PackedInt8::new(&values, scales, inputs).map(Linear::Int8).ok_or_else(|| wrong(outputs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_integers_count_with_their_rows_scale() {
        let matrix = Matrix::from_int8(vec![3, -4, 5, 6], vec![0.5, 2.0], 2);
        assert_eq!(matrix.times(&[1.0, 1.0]), [-0.5, 22.0]);
        assert_eq!(matrix.into_f32(), [1.5, -2.0, 10.0, 12.0]);
    }

    #[test]
    fn rows_are_appended_whatever_their_form() {
        let int8 = || Matrix::from_int8(vec![2, 4], vec![0.5], 2);
        let float = || Matrix::from_f32(vec![7.0, 8.0], 2);
        for (mut first, second, expected) in [
            (int8(), int8(), [1.0, 2.0, 1.0, 2.0]),
            (int8(), float(), [1.0, 2.0, 7.0, 8.0]),
            (float(), int8(), [7.0, 8.0, 1.0, 2.0]),
        ] {
            first.append(second);
            assert_eq!(first.into_f32(), expected);
        }
        let mut scaled = int8();
        scaled.scale(3.0);
        assert_eq!(scaled.into_f32(), [3.0, 6.0]);
    }
}
