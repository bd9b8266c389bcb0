"""Writes the data, the initial weights and a description of every workload: data.py DIR [--quick]

Arrays are raw little-endian float32, so that both sides read the same numbers.
Targets are noisy functions of the inputs: there is something to learn, and the
loss that remains is that of the noise, whatever the order of the rows.
"""

import json
import math
import os
import sys

import numpy as np

rng = np.random.default_rng(20240229)
folder, quick = sys.argv[1], "--quick" in sys.argv[2:]


def save(name, a):
    a = np.ascontiguousarray(a, "<f4")
    a.tofile(os.path.join(folder, name))
    return {"file": name, "shape": a.shape}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def few(rows):
    return max(rows // 20, 2000) if quick else rows


# Inputs and targets.


def table(rows, columns, slope, offset):
    x = rng.standard_normal((rows, columns), np.float32)
    z = x @ rng.standard_normal(columns) / math.sqrt(columns)
    return x, rng.random(rows) < sigmoid(slope * z + offset)


def classes(rows, patterns):
    """A pattern for each class with a little noise, too little to tell rows apart
    by, so that the tenth of the labels that are wrong is not learnt by heart."""
    k, columns = patterns.shape
    y = rng.integers(k, size=rows)
    x = patterns[y].astype(np.float32) + 0.1 * rng.standard_normal((rows, columns), np.float32)
    wrong = rng.random(rows) < 0.1
    return x, np.where(wrong, rng.integers(k, size=rows), y)


def sequences(rows, steps, columns):
    """One target for each timestep, which depends on the steps so far."""
    x = rng.standard_normal((rows, steps, columns), np.float32)
    each = x @ rng.standard_normal(columns) / math.sqrt(columns)
    state = np.zeros(rows)
    y = np.empty((rows, steps))
    for t in range(steps):
        state = 0.8 * state + each[:, t]
        y[:, t] = rng.random(rows) < sigmoid(state)
    return x, y


# Initial weights, in Keras's order and layout.


def glorot(*shape):
    field = math.prod(shape[:-2])
    limit = math.sqrt(6 / (field * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def dense(*sizes):
    return [w for a, b in zip(sizes, sizes[1:]) for w in (glorot(a, b), np.zeros(b))]


def lstm(columns, units):
    bias = np.zeros(4 * units)
    bias[units : 2 * units] = 1  # of the forget gate
    q = np.linalg.qr(rng.standard_normal((4 * units, units)))[0].T
    return [glorot(columns, 4 * units), q, bias]


def conv(*channels):
    return [w for a, b in zip(channels, channels[1:]) for w in (glorot(3, 3, a, b), np.zeros(b))]


def main():
    os.makedirs(folder, exist_ok=True)
    sets = {}

    def add(name, x, y, initial, w=None):
        sets[name] = {
            "x": save(name + ".x", x),
            "y": save(name + ".y", y),
            "w": None if w is None else save(name + ".w", w),
            "initial": [save(f"{name}.{i}", a) for i, a in enumerate(initial)],
        }

    add("tabular", *table(few(284807), 30, 2, -5.5), dense(30, 64, 32, 1))
    add("tiny", *table(1000, 10, 2, 0), dense(10, 16, 1))
    add("mnist-mlp", *classes(few(60000), 0.2 * rng.random((10, 784))), dense(784, 256, 10))
    add("wide", *classes(few(40000), 0.3 * rng.random((10, 256))), dense(256, 1024, 1024, 10))
    squares = np.kron(rng.random((10, 7, 7)), np.ones((4, 4)))
    x, y = classes(few(12800), squares.reshape(10, 784))
    add("cnn", x.reshape(-1, 28, 28, 1), y, conv(1, 32, 64) + dense(1600, 128, 10))
    x, y = sequences(few(50000), 20, 16)
    add("lstm", x, y[:, -1], lstm(16, 64) + dense(64, 1), rng.random(len(x)) + 0.5)
    temporal = (rng.random(y.shape) + 0.5) * (rng.random(y.shape) < 0.9)
    add("lstm-temporal", x, y, lstm(16, 64) + dense(64, 1), temporal)

    def workload(name, data, batch, class_weight=None, saves=False):
        spec = dict(sets[data], workload=name, batch=batch, epochs=2 if quick else 5, quick=quick)
        spec.update(class_weight=class_weight, saves=saves)
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(spec, f, indent=1)

    workload("tabular", "tabular", 2048, class_weight=[1, 50])
    workload("tabular-256", "tabular", 256, class_weight=[1, 50])
    workload("mnist-mlp", "mnist-mlp", 128)
    workload("wide", "wide", 256)
    workload("lstm", "lstm", 256)
    workload("lstm-temporal", "lstm-temporal", 256)
    workload("cnn", "cnn", 128)
    workload("tiny", "tiny", 32, saves=True)
    workload("predict-one", "tabular", 1)
    workload("predict-bulk", "tabular", 2048)


main()
