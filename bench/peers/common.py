"""What the Python side of the comparison shares: reading a workload, timing, reporting."""

import json
import os
import statistics
import time
from types import SimpleNamespace

import numpy as np


def load(path):
    """Returns a workload as data.py wrote it, its arrays in memory."""
    with open(path) as f:
        spec = json.load(f)
    folder = os.path.dirname(path)

    def array(a):
        return a and np.fromfile(os.path.join(folder, a["file"]), np.float32).reshape(a["shape"])

    for name in ("x", "y", "w"):
        spec[name] = array(spec[name])
    spec["initial"] = [array(a) for a in spec["initial"]]
    return SimpleNamespace(**spec)


class Clock:
    """Notes when each epoch ended; the first one pays for compilation and does not count."""

    def __init__(self):
        self.ends = []

    def epoch_ended(self):
        self.ends.append(time.perf_counter())

    def rows_per_second(self, rows):
        return (len(self.ends) - 1) * rows / (self.ends[-1] - self.ends[0])


def latency(predict, row, calls):
    """Returns the median seconds of one call."""
    for _ in range(calls // 10):
        predict(row)
    took = []
    for _ in range(calls):
        start = time.perf_counter_ns()
        predict(row)
        took.append(time.perf_counter_ns() - start)
    return statistics.median(took) / 1e9


def bulk(predict, sizes, rows, seconds):
    """Returns the rows per second of predict(size) at the best batch size."""
    best = 0
    for size in sizes:
        predict(size)  # compiles
        took, began = [], time.perf_counter()
        while len(took) < 3 or time.perf_counter() - began < seconds:
            start = time.perf_counter()
            predict(size)
            took.append(time.perf_counter() - start)
        best = max(best, rows / statistics.median(took))
    return best


def report(rows_per_second, loss):
    print(json.dumps({"rows_per_second": rows_per_second, "loss": float(loss)}))
