# Writes the .npy and .npz files beside it, with numpy 2.4.6. Element i of each
# array, in row-major order, is i-2 (i for unsigned, i odd for bool).
import io

import numpy as np


def values(dtype, shape):
    n = int(np.prod(shape))
    kind = np.dtype(dtype).kind
    v = np.arange(n) % 2 == 1 if kind == "b" else np.arange(n) - (0 if kind == "u" else 2)
    return v.astype(dtype).reshape(shape)


for t in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    np.save(t + ".npy", values("<" + t, (2, 3)))
for t in ["f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8"]:
    np.save(t + "_big.npy", values(">" + t, (2, 3)))
np.save("fortran.npy", np.asfortranarray(values("<f4", (2, 3, 4))))
np.save("scalar.npy", np.float64(-2))
np.save("vector.npy", values("<f8", (5,)))
with open("version2.npy", "wb") as f:
    np.lib.format.write_array(f, values("<f4", (2, 3)), version=(2, 0))
np.savez("arrays.npz", **{"dense/kernel": values("<f4", (2, 3)), "steps": np.int64(7)})
np.savez_compressed("compressed.npz", x=values("<f8", (4, 3)))
orders = {}
for t in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    for end, name in [("<", "little"), (">", "big")]:
        v = values(end + t, (2, 3, 2))
        orders[f"{t}_{name}_c"], orders[f"{t}_{name}_fortran"] = v, np.asfortranarray(v)
np.savez_compressed("orders.npz", **orders)
# Not readable.
np.save("object.npy", np.array([{}, None]), allow_pickle=True)
np.save("empty.npy", np.zeros((0, 3)))
np.save("complex.npy", np.zeros(2, complex))
np.save("text.npy", np.array(["ab"]))
np.save("record.npy", np.zeros(2, [("a", "<f4")]))
