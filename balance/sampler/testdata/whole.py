"""Writes whole.json: rows that imbalanced-learn makes of whole numbers."""
import json
import sys

import numpy as np
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import ADASYN, SMOTE, SMOTENC

rng = np.random.default_rng(3)
x = rng.integers(-3000, 3000, (40, 3))  # few rows are equally far from each other
y = (np.arange(40) % 5 == 0).astype(int)
x[:, 0] //= 700
x[y == 1, 1:] //= 2
out = {"x": x.tolist(), "y": y.tolist()}
for name, sampler in {
    "SMOTE": SMOTE(random_state=1), "ADASYN": ADASYN(random_state=1), "SMOTENC": SMOTENC([0], random_state=1),
    "SMOTEENN": SMOTEENN(random_state=1), "SMOTETomek": SMOTETomek(random_state=1),
}.items():
    xs, ys = sampler.fit_resample(x, y)
    assert xs.dtype == x.dtype
    out[name] = {"x": xs.tolist(), "y": ys.tolist()}
json.dump(out, open(sys.argv[1], "w"))
