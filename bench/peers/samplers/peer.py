"""imbalanced-learn's side: peer.py FOLDER SAMPLER JOBS TIMES SAVE; see compare.py."""

import json
import pathlib
import sys
import time
import warnings

import numpy as np
from imblearn import over_sampling, under_sampling
from sklearn.neighbors import NearestNeighbors

warnings.simplefilter("ignore", FutureWarning)
folder, name, jobs, times, save = sys.argv[1:]
jobs = None if jobs == "default" else int(jobs)


def neighbours(k):
    return NearestNeighbors(n_neighbors=k + 1, n_jobs=jobs)


def sampler():
    if name == "SMOTE":
        return over_sampling.SMOTE(random_state=1, k_neighbors=neighbours(5))
    if name == "BorderlineSMOTE":
        return over_sampling.BorderlineSMOTE(random_state=1, k_neighbors=neighbours(5), m_neighbors=neighbours(10))
    return getattr(under_sampling, name)(n_jobs=jobs)


x, y = (np.load(pathlib.Path(folder) / f"{part}.npy") for part in "xy")
seconds = []
for _ in range(int(times)):
    start = time.perf_counter()
    xs, ys = sampler().fit_resample(x, y)
    seconds.append(time.perf_counter() - start)
if save:
    np.save(f"{save}-x.npy", xs)
    np.save(f"{save}-y.npy", ys)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({"seconds": sorted(seconds), "rows": len(xs), "peak": int(status["VmHWM"].split()[0]) << 10}))
