//! A checked call of the `gemm` crate on strided views, single-threaded.
//!
//! candle's `matmul` needs its own output tensor and batched layouts; attention wants small products straight on
//! slices of one buffer, one per (block of queries, head), so it calls the same kernels through this wrapper.
#![expect(unsafe_code, reason = "gemm takes raw pointers; the wrapper checks every extent first")]

/// A matrix inside a slice: element (r, c) is at `offset + r * row_stride + c * col_stride`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// Index of element (0, 0).
    pub(crate) offset: usize,
    /// Distance between rows.
    pub(crate) row_stride: usize,
    /// Distance between columns.
    pub(crate) col_stride: usize,
}

impl View {
    /// Panics unless every element of a `rows` x `cols` matrix lies inside `len` elements.
    fn check(&self, rows: usize, cols: usize, len: usize) {
        let last = self.offset + (rows - 1) * self.row_stride + (cols - 1) * self.col_stride;
        assert!(last < len, "matrix view ends at {last} in a slice of {len}");
    }
}

/// `dst = lhs * rhs`, with `lhs` m x k, `rhs` k x n; nothing happens when a side is empty.
///
/// # Panics
/// If a view reaches outside its slice, or the destination's elements would overlap; both are bugs of the caller.
pub(crate) fn product(
    (m, k, n): (usize, usize, usize),
    (dst, dst_view): (&mut [f32], View),
    (lhs, lhs_view): (&[f32], View),
    (rhs, rhs_view): (&[f32], View),
) {
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    dst_view.check(m, n, dst.len());
    lhs_view.check(m, k, lhs.len());
    rhs_view.check(k, n, rhs.len());
    assert!(dst_view.col_stride == 1 && dst_view.row_stride >= n, "destination rows overlap");
    // SAFETY: the checks above keep every element gemm reads or writes inside the three slices; `dst` is borrowed
    // mutably, so it aliases neither operand; its elements are distinct because rows are at least n apart.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            dst.as_mut_ptr().add(dst_view.offset),
            dst_view.col_stride as isize,
            dst_view.row_stride as isize,
            false,
            lhs.as_ptr().add(lhs_view.offset),
            lhs_view.col_stride as isize,
            lhs_view.row_stride as isize,
            rhs.as_ptr().add(rhs_view.offset),
            rhs_view.col_stride as isize,
            rhs_view.row_stride as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplies_strided_views() {
        // lhs is the middle column pair of a 3 x 4 buffer, rhs a transposed 3 x 2 one.
        let lhs: Vec<f32> = (0..12).map(|v| v as f32).collect();
        let rhs: Vec<f32> = (0..6).map(|v| v as f32 - 2.0).collect();
        let mut dst = vec![0.0; 12];
        product(
            (3, 2, 3),
            (&mut dst, View { offset: 1, row_stride: 4, col_stride: 1 }),
            (&lhs, View { offset: 1, row_stride: 4, col_stride: 1 }),
            (&rhs, View { offset: 0, row_stride: 1, col_stride: 2 }),
        );
        for r in 0..3 {
            for c in 0..3 {
                let expected: f32 = (0..2).map(|i| lhs[1 + r * 4 + i] * rhs[c * 2 + i]).sum();
                assert_eq!(dst[1 + r * 4 + c], expected, "({r}, {c})");
            }
            assert_eq!(dst[r * 4], 0.0, "elements outside the view stay untouched");
        }
    }

    #[test]
    #[should_panic(expected = "matrix view ends")]
    fn refuses_a_view_outside_its_slice() {
        let lhs = [0.0; 4];
        let view = View { offset: 0, row_stride: 2, col_stride: 1 };
        product((2, 2, 2), (&mut [0.0; 4], view), (&lhs, View { offset: 1, ..view }), (&lhs, view));
    }
}
