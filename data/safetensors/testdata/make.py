"""Writes kinds.safetensors and empty.safetensors with the format's own library
(safetensors 0.8.0). Run it in this folder, or with "check FILE" to compare a file
with kinds.safetensors."""

import sys

import numpy as np
import safetensors.numpy
from safetensors import safe_open

KINDS = "bool u1 i1 i2 u2 i4 u4 f4 f8 i8 u8".split()
METADATA = {"format": "np"}
arrays = {f"layer <{k}>/kernel": (np.arange(6).reshape(2, 3) - 2 * (k[0] in "if")).astype(k) for k in KINDS}
arrays["scalar"] = np.array(-2.0, "f8")
arrays["größe"] = np.array([1.5], "f4")

if sys.argv[1:2] == ["check"]:
    with safe_open(sys.argv[2], "np") as f:
        assert f.metadata() == METADATA, f.metadata()
        assert sorted(f.keys()) == sorted(arrays), f.keys()
        for k, v in arrays.items():
            got = f.get_tensor(k)
            assert got.dtype == v.dtype and got.shape == v.shape and (got == v).all(), k
else:
    safetensors.numpy.save_file(arrays, "kinds.safetensors", METADATA)
    safetensors.numpy.save_file({}, "empty.safetensors")
