//! The values of an ONNX tensor, checked against its shape.

use std::borrow::Cow;

use super::proto::{FLOAT, INT8, Tensor, UINT8};

impl Tensor {
    /// The shape; the error is the reason in words.
    pub(super) fn shape(&self) -> Result<Vec<usize>, String> {
        let sizes = self.dims.iter().map(|size| usize::try_from(*size));
        sizes.collect::<Result<_, _>>().map_err(|_| self.wrong("a size is negative"))
    }

    /// The number of values its shape makes.
    fn count(&self) -> Result<usize, String> {
        let count = self.shape()?.into_iter().try_fold(1usize, usize::checked_mul);
        count.ok_or_else(|| self.wrong("it is too large"))
    }

    /// The values of a float tensor.
    pub(super) fn floats(&self) -> Result<Vec<f32>, String> {
        if self.data_type != FLOAT {
            return Err(self.wrong("its values are not of type float"));
        }
        let values = if self.raw_data.is_empty() {
            self.float_data.clone()
        } else {
            let (values, rest) = self.raw_data.as_chunks::<4>();
            if !rest.is_empty() {
                return Err(self.wrong("its last value is cut off"));
            }
            values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
        };
        self.counted(values.len())?;
        Ok(values)
    }

    /// The values of a tensor of signed or unsigned bytes, one byte each.
    pub(super) fn bytes(&self) -> Result<Cow<'_, [u8]>, String> {
        let narrow = |value: &i32| match self.data_type {
            UINT8 => u8::try_from(*value).ok(),
            _ => i8::try_from(*value).ok().map(i8::cast_unsigned),
        };
        if self.data_type != UINT8 && self.data_type != INT8 {
            return Err(self.wrong("its values are not of type int8 or uint8"));
        }
        let bytes = if self.raw_data.is_empty() {
            let bytes = self.int32_data.iter().map(narrow).collect::<Option<Vec<u8>>>();
            Cow::Owned(bytes.ok_or_else(|| self.wrong("a value does not fit its type"))?)
        } else {
            Cow::Borrowed(self.raw_data.as_slice())
        };
        self.counted(bytes.len())?;
        Ok(bytes)
    }

    /// What a byte of [`Self::bytes`] stands for.
    pub(super) fn value(&self, byte: u8) -> f32 {
        if self.data_type == UINT8 { f32::from(byte) } else { f32::from(byte.cast_signed()) }
    }

    /// Fails unless there are as many values as the shape says.
    fn counted(&self, found: usize) -> Result<(), String> {
        if self.data_location != 0 {
            return Err(self.wrong("its values are in another file"));
        }
        let expected = self.count()?;
        if found == expected {
            return Ok(());
        }
        Err(self.wrong(&format!("{found} values where its shape {:?} says {expected}", self.dims)))
    }

    /// A reason that names the tensor.
    pub(super) fn wrong(&self, reason: &str) -> String {
        format!("tensor {}: {reason}", self.name)
    }
}
