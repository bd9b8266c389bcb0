# Support vectors of scikit-learn's SVC (libsvm), for svm_test.go.
import json, numpy as np
from sklearn.svm import SVC
out = []
for seed, a, b, d, gap, c, gamma in [(0, 20, 15, 2, 4, 1, .5), (1, 60, 12, 3, 1, 1, .2), (2, 40, 40, 5, .5, 10, .1), (3, 90, 5, 2, 0, 1, 1), (4, 30, 30, 1, 2, .1, 2), (5, 1, 1, 2, 1, 1, 1)]:
    r = np.random.RandomState(seed)
    x = np.round(np.vstack([r.randn(a, d), r.randn(b, d) + gap]), 4)
    m = SVC(C=c, gamma=gamma).fit(x, np.repeat([0, 1], [a, b]))
    alpha = np.zeros(a + b)
    alpha[m.support_] = np.abs(m.dual_coef_[0])
    out.append(dict(first=a, c=c, gamma=gamma, x=x.tolist(), alpha=alpha.tolist()))
json.dump({"source": "scikit-learn 1.9.1", "cases": out}, open("svm.json", "w"))
