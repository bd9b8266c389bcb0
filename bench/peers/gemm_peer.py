"""numpy's side of gemm.py: answers requests "NN M N K SECONDS", one a line, as `peers -gemm` does.

The first line that it prints tells how OpenBLAS sees the processor.
"""

import ctypes
import functools
import glob
import itertools
import json
import os
import sys
import time

import numpy as np


def openblas():
    """Asks the library that the wheel brings along."""
    folder = os.path.join(os.path.dirname(np.__file__), os.pardir, "numpy.libs")
    for path in glob.glob(os.path.join(folder, "*openblas*")):
        library = ctypes.CDLL(path)
        for suffix in ("64_", ""):
            config = getattr(library, "scipy_openblas_get_config" + suffix, None)
            if config:
                config.restype = ctypes.c_char_p
                return config().decode()
    return "not OpenBLAS as PyPI's numpy has it"


def digits(rows, columns):
    i = np.arange(11 * 7)  # after which they repeat
    return np.resize((i % 11 * (i % 7) % 5 - 2).astype(np.float32), (rows, columns))


def measure(form, m, n, k, seconds):
    a = digits(k, m).T if form == "TN" else digits(m, k)
    b = digits(n, k).T if form == "NT" else digits(k, n)
    c = np.empty((m, n), np.float32)
    # Which is fastest differs; matmul does without OpenBLAS for outer products.
    ways = [np.matmul, np.dot] + [np.multiply] * (k == 1)
    times = [mean_time(functools.partial(way, a, b, out=c), seconds) for way in ways]
    weights = np.resize(np.arange(13.0) - 6, m * n)
    return {"seconds": times, "sum": float(c.ravel().astype(float) @ weights)}


def mean_time(call, seconds):
    calls, clock = 1, time.perf_counter
    while True:  # the short runs warm up
        start = clock()
        for _ in itertools.repeat(None, calls):
            call()
        took = clock() - start
        if took >= seconds:
            return took / calls
        calls *= 2


print(json.dumps(openblas()), flush=True)
for line in sys.stdin:
    form, m, n, k, seconds = line.split()
    print(json.dumps(measure(form, int(m), int(n), int(k), float(seconds))), flush=True)
