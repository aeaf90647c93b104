//! Chooses, at run time, the widest vector unit a kernel may use.
#![expect(
    unsafe_code,
    reason = "calling a function compiled for a processor feature is unsafe; the feature is checked first"
)]

use std::ops::Range;

use super::attention::{self, AttentionScratch, Head};
use super::dense::{self, Packed};
use super::int8::{self, PackedInt8, Quantised};
use super::vector::{self, Fused, Plain};
#[cfg(target_arch = "x86_64")]
use super::x86;

/// The vector units the kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// x86-64 with AVX-512 F, VL, DQ and BW, and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// x86-64 with AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Whatever the compiler's baseline target has.
    Baseline,
}

impl Unit {
    /// The best unit of this processor (the standard library caches the detection).
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if Self::Avx512.is_available() {
                return Self::Avx512;
            }
            if Self::Avx2.is_available() {
                return Self::Avx2;
            }
        }
        Self::Baseline
    }

    /// Rows of a tile of the f32 product: other numbers of rows waste some of the last tile.
    pub(crate) fn rows(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 12,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 6,
            Self::Baseline => 4,
        }
    }

    /// Columns of that tile, and of the panels of [`Packed`].
    pub(crate) fn columns(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 32,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 16,
            Self::Baseline => 8,
        }
    }

    /// Whether this processor has the unit.
    pub(crate) fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("fma")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Baseline => true,
        }
    }
}

/// Compiles one function for every unit, with the generic arguments that suit it, and makes a safe entry that takes
/// the unit.
macro_rules! kernel {
    (
        $(#[$doc:meta])* $module:ident::$name:ident($($arg:ident: $type:ty),*) $(-> $ret:ty)?,
        $wide:tt $narrow:tt $plain:tt
    ) => {
        kernel!(@one $(#[$doc])* $module $name ($($arg: $type),*) ($($ret)?) $wide $narrow $plain);
    };
    (
        @one $(#[$doc:meta])* $module:ident $name:ident ($($arg:ident: $type:ty),*) ($($ret:ty)?)
        [$($wide:tt)*] [$($narrow:tt)*] [$($plain:tt)*]
    ) => {
        $(#[$doc])*
        pub(crate) fn $name(unit: Unit, $($arg: $type),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
            fn avx512($($arg: $type),*) $(-> $ret)? {
                $module::$name::<$($wide)*>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $type),*) $(-> $ret)? {
                $module::$name::<$($narrow)*>($($arg),*)
            }
            match unit {
                // SAFETY: the guard has just found every feature `avx512` was compiled for
                // (a processor with AVX-512 F has AVX2).
                #[cfg(target_arch = "x86_64")]
                Unit::Avx512 if Unit::Avx512.is_available() => unsafe { avx512($($arg),*) },
                // SAFETY: the guard has just found both features `avx2` was compiled for.
                #[cfg(target_arch = "x86_64")]
                Unit::Avx2 if Unit::Avx2.is_available() => unsafe { avx2($($arg),*) },
                _ => $module::$name::<$($plain)*>($($arg),*),
            }
        }
    };
}

kernel! {
    /// `row = gelu(row + bias)`, the erf-based GELU; absolute error below 6e-7.
    vector::bias_gelu(row: &mut [f32], bias: &[f32]),
    [Fused] [Fused] [Plain]
}
kernel! {
    /// `row = layer_norm(row + other + bias) * weight + shift`.
    vector::add_norm(row: &mut [f32], other: &[f32], bias: &[f32], weight: &[f32], shift: &[f32], epsilon: f32),
    [Fused] [Fused] [Plain]
}
kernel! {
    /// The contexts of a block of queries for one head; see [`attention::attend`]. Twelve, six or two keys at a time,
    /// then 4 x 32, 4 x 16 or 2 x 16 values of the context.
    attention::attend(head: &Head<'_>, first: usize, out: &mut [f32], scratch: &mut AttentionScratch),
    [Fused, 12, 4, 32] [Fused, 6, 4, 16] [Plain, 2, 2, 16]
}
kernel! {
    /// `out = rows * weights`, the outputs of those panels; a tile's sums fill 24 AVX-512, 12 AVX2 or 8 baseline
    /// (SSE2) registers.
    dense::product_packed(
        weights: &Packed, panels: Range<usize>, rows: &[f32], out: &mut [f32], scratch: &mut Vec<f32>
    ),
    [Fused, 12, 32] [Fused, 6, 16] [Plain, 4, 8]
}

kernel! {
    /// Weights as integers with a scale a row (output); see [`int8::quantise_weights`]. The same on every unit.
    int8::quantise_weights(weights: &[f32], inputs: usize) -> (Vec<i8>, Vec<f32>),
    [] [] []
}

/// The units the 8-bit product is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Int8Unit {
    /// x86-64 with AVX-512 VNNI.
    #[cfg(target_arch = "x86_64")]
    Vnni,
    /// x86-64 with AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Any processor.
    Scalar,
}

impl Int8Unit {
    /// The best unit of this processor.
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if Self::Vnni.is_available() {
                return Self::Vnni;
            }
            if Self::Avx2.is_available() {
                return Self::Avx2;
            }
        }
        Self::Scalar
    }

    /// Rows of a tile.
    pub(crate) fn rows(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => 16,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 6,
            Self::Scalar => 4,
        }
    }

    /// Whether this processor has the unit.
    pub(crate) fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => Unit::Avx512.is_available() && is_x86_feature_detected!("avx512vnni"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => Unit::Avx2.is_available(),
            Self::Scalar => true,
        }
    }
}

/// `out = rows * weights`, the outputs of those panels, in 8-bit integers; a tile's sums fill 16 AVX-512 or 12 AVX2
/// registers.
pub(crate) fn product_int8(
    unit: Int8Unit,
    weights: &PackedInt8,
    panels: Range<usize>,
    rows: &[f32],
    out: &mut [f32],
    scratch: &mut Quantised,
) {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx512vnni,avx2,fma")]
    fn vnni(
        weights: &PackedInt8,
        panels: Range<usize>,
        rows: &[f32],
        out: &mut [f32],
        scratch: &mut Quantised,
    ) {
        int8::product_int8::<x86::Vnni, 16>(weights, panels, rows, out, scratch);
    }
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn avx2(
        weights: &PackedInt8,
        panels: Range<usize>,
        rows: &[f32],
        out: &mut [f32],
        scratch: &mut Quantised,
    ) {
        int8::product_int8::<x86::Avx2, 6>(weights, panels, rows, out, scratch);
    }
    match unit {
        // SAFETY: the guard has just found every feature `vnni` was compiled for (AVX-512 F implies AVX2).
        #[cfg(target_arch = "x86_64")]
        Int8Unit::Vnni if Int8Unit::Vnni.is_available() => unsafe {
            vnni(weights, panels, rows, out, scratch);
        },
        // SAFETY: the guard has just found both features `avx2` was compiled for.
        #[cfg(target_arch = "x86_64")]
        Int8Unit::Avx2 if Int8Unit::Avx2.is_available() => unsafe {
            avx2(weights, panels, rows, out, scratch);
        },
        _ => int8::product_int8::<int8::Scalar, 4>(weights, panels, rows, out, scratch),
    }
}
