"""Writes the .h5 files of this folder with h5py 3.16, but for keras.weights.h5
(Keras 3.15) and written.h5 (this package), and what h5py reads in all of them
to expected.json. Run it in this folder."""

import glob
import hashlib
import json
import sys

import h5py
import ml_dtypes
import numpy as np

BIG = '{"config": "' + "x" * 70000 + '"}'


def old(f):
    """A whole-model file as Keras 1 and 2 wrote them."""
    f.attrs["keras_version"] = "2.2.4"
    f.attrs["backend"] = b"tensorflow"
    f.attrs["model_config"] = '{"class_name": "Sequential"}'
    g = f.create_group("model_weights")
    g.attrs["layer_names"] = np.array([b"dense_1", b"dense_2"])
    g.attrs["vlen_names"] = np.array(["dense_1", "größe"], dtype=object)
    for i, name in enumerate(["dense_1", "dense_2"]):
        l = g.create_group(name)
        l.attrs["weight_names"] = [(name + "/kernel:0").encode(), (name + "/bias:0").encode()]
        l.create_dataset(name + "/kernel:0", data=np.arange(6, dtype="f4").reshape(2, 3) + i)
        l.create_dataset(name + "/bias:0", data=np.arange(3, dtype="f4") - i)
    f.create_group("none").attrs["weight_names"] = np.array([], dtype="S1")


def types(f):
    values = np.array([[0, 1, 2], [3, 100, 5]])
    for t in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split():
        for e in "<>":
            f.create_dataset(("be_" if e == ">" else "le_") + t, data=values.astype(e + t))
    f["negative_i2"] = np.array([-1, -300], ">i2")
    f["float_edges"] = np.array([0, -0.0, 1, -2, 65504, 6e-8, np.inf, -np.inf, np.nan, 1 / 3], "f2")
    f["large_u8"] = np.array([2**64 - 1], "u8")
    f["bool"] = np.array([True, False, True])
    f["scalar"] = np.float32(2.5)
    f["empty"] = np.zeros((0, 4), "f4")
    f["null"] = h5py.Empty("f4")
    f["one_string"] = "text"
    f["strings"] = np.array(["a", "", "größe"], dtype=object)
    f["fixed"] = np.array([b"ab", b"c"])
    a = f.create_group("attributes").attrs
    a["int"] = 7
    a["float"] = 0.5
    a["bool"] = True
    a["floats"] = np.array([1, 2, 3], "f4")
    a["ints"] = np.array([1, -2], "i2")
    a["empty"] = h5py.Empty("f4")
    a["string"] = "text"
    a["bytes"] = np.bytes_("bytes")
    a["none"] = np.array([], dtype="S1")
    a["uint8"] = np.uint8(200)
    a["large"] = np.uint64(2**64 - 1)


def filters(f):
    x = np.arange(170, dtype="f4").reshape(17, 10)
    f.create_dataset("chunked", data=x, chunks=(5, 4))
    f.create_dataset("gzip", data=x, chunks=(5, 4), compression="gzip")
    f.create_dataset("shuffled", data=x, chunks=(5, 4), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("one_chunk", data=x, chunks=(17, 10), compression="gzip")
    f.create_dataset("one_plain", data=x, chunks=(17, 10))
    f.create_dataset("growing", data=x, maxshape=(None, 10), chunks=(8, 10), compression="gzip")
    f.create_dataset("growing_last", data=x, maxshape=(20, None), chunks=(4, 3))
    f.create_dataset("growing_both", data=x, maxshape=(None, None), chunks=(8, 7))
    f.create_dataset("gaps", shape=(6, 4), chunks=(2, 2), dtype="i4", fillvalue=9)[2:4, 0:2] = 1
    f.create_dataset("unwritten", shape=(3,), dtype="f4", fillvalue=1.5)
    f.create_dataset("many", data=np.arange(1030) % 100, dtype="u1", chunks=(1,), maxshape=(1030,))
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_layout(h5py.h5d.COMPACT)
    d = h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((3,)), dcpl)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], "f4"))


def far(f):
    """So many chunks that an extensible array has super blocks."""
    f.create_dataset("growing", data=np.arange(1500) % 100, dtype="u1", maxshape=(None,), chunks=(1,))


def dense(f):
    """Attributes too large or too many for an object header."""
    f.attrs["model_config"] = BIG  # variable length: in the global heap
    for i in range(40):
        f.attrs[f"a{i:02}"] = i
    g = f.create_group("many")
    for i in range(60):
        g.create_dataset(f"d{i:02}", data=np.int32(i))


def large_fixed(f):
    """More than 64 KiB in an attribute: HDF5 keeps it in dense storage, a huge object of its heap."""
    f.attrs.create("config", np.bytes_(BIG))
    f.attrs["small"] = "s"


def write(name, fill, **kw):
    with h5py.File(name, "w", **kw) as f:
        fill(f)


def make():
    for fill, tags in ((old, "v0 v2 v3"), (types, "v0 v3"), (filters, "v0 v2 v3"), (far, "v3"), (dense, "v0 v2"), (large_fixed, "v3")):
        for tag in tags.split():
            write(f"{fill.__name__}_{tag}.h5", fill, libver={"v0": "earliest", "v2": "v108", "v3": "latest"}[tag])

    with h5py.File("tracked.h5", "w", track_order=True) as f:
        f["b"] = np.arange(3)
        f["a"] = np.arange(4)
        for i in range(20):
            f.attrs[f"x{i}"] = i

    with h5py.File("userblock.h5", "w", userblock_size=512) as f:
        f["x"] = np.arange(3, dtype="f4")

    with h5py.File("soft.h5", "w") as f:
        f["x"] = np.arange(3)
        f["s"] = h5py.SoftLink("/x")
    with h5py.File("external_link.h5", "w") as f:
        f["e"] = h5py.ExternalLink("types_v0.h5", "/scalar")
    for libver, tag in (("earliest", "v0"), ("latest", "v3")):
        with h5py.File(f"cycle_{tag}.h5", "w", libver=libver) as f:
            f.create_group("g")["again"] = f["/"]
        with h5py.File(f"hardlink_{tag}.h5", "w", libver=libver) as f:
            f["x"] = np.arange(3, dtype="f4")
            f["y"] = f["x"]
    with h5py.File("external_data.h5", "w") as f:
        f.create_dataset("x", shape=(4,), dtype="u1", external=[("make.py", 0, 4)])
    with h5py.File("virtual.h5", "w", libver="latest") as f:
        l = h5py.VirtualLayout(shape=(1,), dtype="f4")
        l[0] = h5py.VirtualSource("types_v0.h5", "scalar", shape=())
        f.create_virtual_dataset("x", l)
    with h5py.File("compound.h5", "w") as f:
        f["x"] = np.zeros(3, dtype=[("a", "i4"), ("b", "f4")])
    with h5py.File("complex.h5", "w") as f:
        f["x"] = np.zeros(3, dtype="c8")
    with h5py.File("bfloat16.h5", "w") as f:
        f["x"] = np.array([1, -2.5, 3e38], dtype=ml_dtypes.bfloat16)
        f["x"].attrs["dtype"] = "bfloat16"  # as Keras says what these opaque bytes are
    with h5py.File("bomb.h5", "w") as f:
        f.create_dataset("x", data=np.zeros((1 << 25,), "u1"), chunks=(1 << 25,), compression="gzip", compression_opts=9)
    with h5py.File("strings.h5", "w") as f:
        f.create_dataset("x", shape=(15 << 20,), dtype="S1")
    with h5py.File("claim.h5", "w") as f:
        f.create_dataset("x", shape=(1 << 40,), dtype="f4", chunks=(1 << 10,))


def text(v):
    """Values as strings that both sides read alike."""
    if isinstance(v, h5py.Empty):
        return None
    if isinstance(v, bytes):
        return text(v.decode())
    if isinstance(v, str):
        return v if len(v) < 1000 else hashlib.sha256(v.encode()).hexdigest()
    a = np.asarray(v)
    if a.ndim:
        return [text(x) for x in a.ravel().tolist()] if a.dtype.kind != "f" else [text(x) for x in a.ravel()]
    if a.dtype.kind == "f":
        return repr(float(a))
    return str(a[()])


def kind(d):
    return "string" if d.dtype.kind in "OS" else d.dtype.name


def read(name):
    """What h5py reads in a file."""
    objects = {}

    def visit(path, o):
        e = {"attributes": {k: text(v) for k, v in o.attrs.items()}}
        if isinstance(o, h5py.Dataset):
            if o.dtype.kind in "cV" and "dtype" not in o.attrs or o.size and o.size > 1 << 20:
                return
            e["type"], e["shape"] = kind(o), o.shape
            v = o[()]
            if o.attrs.get("dtype") == "bfloat16":
                e["type"], v = "bfloat16", v.view(ml_dtypes.bfloat16).astype("f4")
            e["values"] = text(v)
        objects[path] = e

    with h5py.File(name) as f:
        visit("", f)
        f.visititems(visit)
    return json.loads(json.dumps(objects))


if sys.argv[1:2] == ["check"]:
    with open("expected.json") as f:
        if read(sys.argv[2]) != json.load(f)["written.h5"]:
            sys.exit("h5py reads something else than in written.h5")
else:
    make()
    with open("expected.json", "w") as f:
        json.dump({name: read(name) for name in sorted(glob.glob("*.h5"))}, f, sort_keys=True)
