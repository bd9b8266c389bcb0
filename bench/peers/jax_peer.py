"""Prediction by jax.jit, without Keras: jax_peer.py SPEC [--sync]"""

import sys

import common
import jax
import numpy as np
from jax import numpy as jnp

# Handing the work to another thread takes longer than computing one row.
jax.config.update("jax_cpu_enable_async_dispatch", "--sync" not in sys.argv[2:])
spec = common.load(sys.argv[1])
weights = [jnp.asarray(a) for a in spec.initial]


@jax.jit
def forward(x):
    w1, b1, w2, b2, w3, b3 = weights
    h = jax.nn.relu(x @ w1 + b1)
    h = jax.nn.relu(h @ w2 + b2)
    return jax.nn.sigmoid(h @ w3 + b3)


rows = len(spec.x)
mean = np.asarray(forward(spec.x)).mean()
if spec.workload == "predict-one":
    rate = 1 / common.latency(lambda x: np.asarray(forward(x)), spec.x[:1], 200 if spec.quick else 20000)
else:
    sizes = [rows] if spec.quick else [2048, 8192, 65536, rows]

    def predict(size):
        parts = [forward(spec.x[i : i + size]) for i in range(0, rows, size)]
        return np.concatenate([np.asarray(p) for p in parts])

    rate = common.bulk(predict, sizes, rows, 0.1 if spec.quick else 1)
common.report(rate, mean)
