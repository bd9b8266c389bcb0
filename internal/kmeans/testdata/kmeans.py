# Clusters of scikit-learn's KMeans, for kmeans_test.go.
import json, numpy as np
from sklearn.cluster import KMeans
out = []
for seed, n, d, k, spread in [(0, 60, 2, 3, 8), (1, 200, 5, 8, 6), (42, 150, 1, 4, 3), (7, 120, 12, 5, 5), (3, 90, 3, 40, 0), (5, 50, 2, 1, 2)]:
    r = np.random.RandomState(seed)
    x = np.round(r.randn(n, d) + spread * r.randn(max(k, 2), d)[r.randint(0, max(k, 2), n)], 4)
    assert len(np.unique(x, axis=0)) == n
    m = KMeans(n_clusters=k, random_state=seed).fit(x)
    out.append(dict(seed=seed, k=k, x=x.tolist(), centers=m.cluster_centers_.tolist(), labels=m.labels_.tolist(), inertia=m.inertia_, iterations=m.n_iter_))
json.dump({"source": "scikit-learn 1.9.1, numpy 2.4.6", "cases": out}, open("kmeans.json", "w"))
