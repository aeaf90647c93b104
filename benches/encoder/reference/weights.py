"""A model folder's weights as f32 arrays, whatever form they are stored in (see models/src/network/weights.rs)."""

import numpy as np
from safetensors.numpy import load_file

BLOCK_BYTES = 18
"""A Q4_0 block of 32 weights: an f16 scale, then 16 bytes; byte j holds weight j low and weight j + 16 high."""


def load(path):
    """The network's tensors by name; matrices [outputs, inputs]."""
    stored = {name.removeprefix("bert."): value for name, value in load_file(path).items()}
    weights = {}
    for name, value in stored.items():
        if name.endswith((".scale", ".zero", "position_ids")):
            continue
        base, _, form = name.rpartition(".")
        if form == "q4_0":
            weights[base] = q4_0(value)
        elif form in ("int8", "uint8"):
            zero = stored.get(f"{base}.zero", np.float32(0))
            weights[base] = (value.astype(np.float32) - zero) * stored[f"{base}.scale"].reshape(-1, 1)
        else:
            weights[name] = value.astype(np.float32)
    return weights


def q4_0(rows):
    """Rows of Q4_0 blocks, uint8 [rows, bytes], as f32."""
    blocks = np.ascontiguousarray(rows).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    codes = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((codes.astype(np.float32) - 8) * scale).reshape(len(rows), -1)
