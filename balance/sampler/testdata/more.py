# Reference rows of imbalanced-learn for the samplers that samplers.json lacks.
import json, numpy as np
from imblearn.over_sampling import *
from imblearn.under_sampling import *
from imblearn.under_sampling import RepeatedEditedNearestNeighbours as RENN
from imblearn_extra.gsmote import GeometricSMOTE
from sklearn.cluster import KMeans
from sklearn.naive_bayes import GaussianNB

base = json.load(open("samplers.json"))
x, y = np.array(base["X"]), np.array(base["y"])
r = np.random.RandomState(7)
cat = (r.randint(0, 5, (60, 4)) + y[:, None] * r.randint(0, 2, (60, 4))).astype(float)
mixed = np.column_stack([cat[:, 0], x, cat[:, 1] * 10])
flat = mixed.copy()
flat[:, 2:4] = 1.0 # two of three continuous columns are constant: the median deviation is 0
out = {}
def add(name, s, x=x, y=y):
    xs, ys = s.fit_resample(x, y)
    out[name] = {"n": len(ys)}
    if len(ys) > 60:
        out[name] |= {"X": xs[60:].tolist(), "y": ys[60:].tolist()}
    if hasattr(s, "sample_indices_"):
        out[name]["sample_indices"] = s.sample_indices_.tolist()
    elif len(ys) <= 60:
        out[name] |= {"X": xs.tolist(), "y": ys.tolist()}
add("SMOTE k3 counts", SMOTE(random_state=1, k_neighbors=3, sampling_strategy={1: 25, 2: 11}))
add("ADASYN k3", ADASYN(random_state=1, n_neighbors=3))
add("SMOTENC", SMOTENC([0, 4], random_state=3), mixed)
add("SMOTENC order k3", SMOTENC([4, 0], random_state=4, k_neighbors=3), mixed)
add("SMOTENC median 0", SMOTENC([0, 4], random_state=5), flat)
add("SMOTEN", SMOTEN(random_state=6), cat)
add("SMOTEN k2", SMOTEN(random_state=7, k_neighbors=2), cat)
add("ROS all", RandomOverSampler(random_state=2, sampling_strategy="all", shrinkage={0: .5, 1: 0, 2: 2}))
add("RUS counts", RandomUnderSampler(random_state=2, sampling_strategy={0: 5, 2: 3}))
add("ENN k5 list", EditedNearestNeighbours(n_neighbors=5, sampling_strategy=[1], kind_sel="mode"))
add("RENN mode", RENN(kind_sel="mode"))
add("RENN all classes", RENN(kind_sel="mode", sampling_strategy="all", n_neighbors=5, max_iter=2))
add("AllKNN minority", AllKNN(allow_minority=True, kind_sel="mode", n_neighbors=4))
add("NearMiss 2 k9", NearMiss(version=2, n_neighbors=8, sampling_strategy={0: 20}))
add("NearMiss 3 k5", NearMiss(version=3, n_neighbors=2, n_neighbors_ver3=5))
# CondensedNearestNeighbour takes numbers within a class for rows of x, which
# does no harm where the rows are sorted by class.
order = np.argsort(y, kind="stable")
add("CNN", CondensedNearestNeighbour(random_state=8), x[order], y[order])
add("CNN k3", CondensedNearestNeighbour(random_state=12, n_neighbors=3, n_seeds_S=2), x[order], y[order])
add("OSS k3", OneSidedSelection(random_state=13, n_neighbors=3, n_seeds_S=4))
add("Centroids", ClusterCentroids(random_state=14))
add("Centroids counts", ClusterCentroids(random_state=14, voting="hard", sampling_strategy={0: 4}))
add("KMeansSMOTE one cluster", KMeansSMOTE(random_state=16, kmeans_estimator=1, k_neighbors=4))
# Where more than one cluster gets rows, it makes more than it was asked for.
add("KMeansSMOTE", KMeansSMOTE(random_state=17, kmeans_estimator=KMeans(5, random_state=17), cluster_balance_threshold=0.15, k_neighbors=3))
# With other m it makes fewer rows than it was asked for.
add("SVMSMOTE", SVMSMOTE(random_state=18, m_neighbors=11))
add("SVMSMOTE k3", SVMSMOTE(random_state=19, k_neighbors=3, m_neighbors=3, out_step=0.9))
add("IHT", InstanceHardnessThreshold(estimator=GaussianNB(), random_state=20))
add("IHT counts", InstanceHardnessThreshold(estimator=GaussianNB(), random_state=21, cv=3, sampling_strategy={0: 11, 2: 4}))
add("GeometricSMOTE", GeometricSMOTE(random_state=22))
add("GeometricSMOTE squeezed", GeometricSMOTE(random_state=23, truncation_factor=-0.4, deformation_factor=0.7, selection_strategy="minority", k_neighbors=3))
add("GeometricSMOTE majority", GeometricSMOTE(random_state=24, truncation_factor=0.0, selection_strategy="majority"))
add("NCR", NeighbourhoodCleaningRule())
add("NCR k5", NeighbourhoodCleaningRule(n_neighbors=5, threshold_cleaning=1.2, sampling_strategy="all"))
r = RENN(kind_sel="mode"); xs, ys = r.fit_resample(x, y)
# its sample_indices_ are wrong where it converged, so find the rows
out["RENN mode"]["sample_indices"] = [int(np.flatnonzero((x == row).all(1))[0]) for row in xs]
r = RENN(kind_sel="mode", sampling_strategy="all", n_neighbors=5, max_iter=2); xs, ys = r.fit_resample(x, y)
out["RENN all classes"]["sample_indices"] = [int(np.flatnonzero((x == row).all(1))[0]) for row in xs]
assert len({tuple(row) for row in x}) == 60
json.dump({"source": "imbalanced-learn 0.14.2, imbalanced-learn-extra 0.2.10, scikit-learn 1.9.1, numpy 2.4.6", "categories": cat.tolist(), "mixed": mixed.tolist(), "flat": flat.tolist(), "entries": out}, open("more.json", "w"))
