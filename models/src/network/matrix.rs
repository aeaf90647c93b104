//! A weight matrix on its way from a file to the form a product reads.

use crate::encoder::Precision;
use crate::error::ModelError;
use crate::kernels::{Packed, PackedInt8};

/// Greatest magnitude of a quantised weight; symmetric, so -128 is not used.
const INT8_MAX: f32 = 127.0;

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

    /// The form the product of that precision reads. Weights that are quantised already keep their integers.
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
            return Packed::new(&values, outputs, inputs).map(Linear::F32).ok_or_else(|| wrong(outputs));
        }
        let (values, scales) = match self.values {
            Values::Int8 { values, scales } => (values, scales),
            Values::F32(values) => quantise(&values, inputs),
        };
        let outputs = scales.len();
        PackedInt8::new(&values, scales, inputs).map(Linear::Int8).ok_or_else(|| wrong(outputs))
    }
}

/// Each row to integers of -127 to 127 with its own scale, round to nearest.
fn quantise(values: &[f32], inputs: usize) -> (Vec<i8>, Vec<f32>) {
    let mut integers = Vec::with_capacity(values.len());
    let mut scales = Vec::with_capacity(values.len() / inputs);
    for row in values.chunks(inputs) {
        let greatest = row.iter().fold(0.0f32, |greatest, value| greatest.max(value.abs()));
        let scale = greatest / INT8_MAX;
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        integers.extend(row.iter().map(|value| (value * inverse).round() as i8));
        scales.push(scale);
    }
    (integers, scales)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantised_rows_are_within_half_a_step_and_stored_ones_are_kept() {
        let values: Vec<f32> = (0..64).map(|i| ((i * 37) % 64) as f32 - 31.0).chain(vec![0.0; 64]).collect();
        let (integers, scales) = quantise(&values, 64);
        assert_eq!(integers.iter().map(|v| i32::from(v.abs())).max(), Some(127));
        assert_eq!(scales[1], 0.0, "a row of zeros");
        for (i, (value, integer)) in values.iter().zip(&integers).enumerate() {
            let scale = scales[i / 64];
            assert!((value - f32::from(*integer) * scale).abs() <= scale / 2.0 + 1e-6, "{i}");
        }
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
