"""Writes scores.json: scikit-learn's metrics of random predictions.

With sample weights, specificity and the geometric mean are computed from the
weighted confusion matrix here: imbalanced-learn's are wrong there.
"""
import json
import sys

import numpy as np
from imblearn.metrics import geometric_mean_score, specificity_score
from sklearn import metrics as m


def ece(y, p, w, bins=15):
    if p.ndim == 1:
        confidence, hit = p, y == 1
    else:
        confidence, hit = p.max(1), p.argmax(1) == y
    at = np.clip(np.ceil(confidence.astype(float) * bins) - 1, 0, bins - 1).astype(int)
    total = 0.0
    for b in range(bins):
        rows = at == b
        if w[rows].sum() > 0:
            total += abs(np.average(hit[rows], weights=w[rows]) - np.average(confidence[rows].astype(float), weights=w[rows])) * w[rows].sum()
    return total / w.sum()


def binary(y, p, w, threshold):
    given = w
    w = np.ones(len(y)) if w is None else w
    pred = (p >= threshold).astype(int)
    c = m.confusion_matrix(y, pred, sample_weight=w, labels=[0, 1]).astype(float)
    specificity = c[0, 0] / c[0].sum()
    recall = c[1, 1] / c[1].sum()
    gmean = float(np.sqrt(specificity * recall))
    if given is None:
        assert abs(specificity_score(y, pred) - specificity) < 1e-12
        assert abs(geometric_mean_score(y, pred) - gmean) < 1e-12
    precision, recalls, thresholds = m.precision_recall_curve(y, p, sample_weight=w)
    f1 = 2 * precision * recalls / np.maximum(precision + recalls, 1e-300)
    best = thresholds[np.flatnonzero(f1[:-1] >= f1[:-1].max() - 1e-12)[-1]]
    return dict(
        roc_auc=m.roc_auc_score(y, p, sample_weight=w), average_precision=m.average_precision_score(y, p, sample_weight=w),
        precision=[m.precision_score(y, pred, sample_weight=w)], recall=[recall], f1=[m.f1_score(y, pred, sample_weight=w)],
        support=[c[1].sum()], specificity=specificity, balanced_accuracy=m.balanced_accuracy_score(y, pred, sample_weight=w),
        geometric_mean=gmean, matthews=m.matthews_corrcoef(y, pred, sample_weight=w), brier=m.brier_score_loss(y, p, sample_weight=w),
        log_loss=m.log_loss(y, p, sample_weight=w), ece=ece(y, p, w), confusion=c.tolist(), best=float(best))


def several(y, p, w):
    given = w
    w = np.ones(len(y)) if w is None else w
    k = p.shape[1]
    pred = p.argmax(1)
    c = m.confusion_matrix(y, pred, sample_weight=w, labels=range(k)).astype(float)
    n = c.sum()
    per = [(n - c[i].sum() - c[:, i].sum() + c[i, i]) / (n - c[i].sum()) for i in range(k)]
    recall = np.diag(c) / c.sum(1)
    gmean = float(np.prod(recall) ** (1 / k))
    if given is None:
        assert abs(specificity_score(y, pred, average="macro") - np.mean(per)) < 1e-12
        assert abs(geometric_mean_score(y, pred, average="multiclass") - gmean) < 1e-12
    precision, recalls, f1, _ = m.precision_recall_fscore_support(y, pred, sample_weight=w, labels=range(k), zero_division=0)
    onehot = np.eye(k)[y]
    return dict(
        roc_auc=m.roc_auc_score(y, p, sample_weight=w, multi_class="ovr"), average_precision=m.average_precision_score(onehot, p, sample_weight=w),
        precision=precision.tolist(), recall=recalls.tolist(), f1=f1.tolist(), support=c.sum(1).tolist(), specificity=float(np.mean(per)),
        balanced_accuracy=m.balanced_accuracy_score(y, pred, sample_weight=w), geometric_mean=gmean,
        matthews=m.matthews_corrcoef(y, pred, sample_weight=w), brier=float(np.average(((p - onehot) ** 2).sum(1), weights=w)),
        log_loss=m.log_loss(y, p, sample_weight=w), ece=ece(y, p, w), confusion=c.tolist(), best=None)


rng = np.random.default_rng(5)
cases = []
for n, weighted, dtype, threshold in [(40, False, "float32", 0.3), (60, True, "float64", 0.5), (50, True, "float32", 0.1)]:
    y = (rng.random(n) < 0.3).astype(int)
    p = np.round(np.clip(0.3 * y + rng.random(n) * 0.7, 0, 1), 1).astype(dtype)  # with ties, and with scores of 0 and 1
    w = np.round(rng.random(n) * 3, 2) if weighted else None
    if weighted:
        w[:3] = 0
    cases.append(dict(y=y.tolist(), p=p.astype(float).tolist(), columns=1, dtype=dtype, w=None if w is None else w.tolist(), threshold=threshold,
                      want=binary(y, p, w, np.dtype(dtype).type(threshold))))
for n, k, weighted, dtype in [(60, 3, False, "float64"), (80, 4, True, "float32")]:
    y = rng.choice(k, n, p=[0.7] + [0.3 / (k - 1)] * (k - 1))
    z = rng.normal(size=(n, k)) + 2 * np.eye(k)[y]
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    p[0] = np.eye(k)[(y[0] + 1) % k]  # certain and wrong
    p = p.astype(dtype)
    w = np.round(rng.random(n) * 3, 2) if weighted else None
    cases.append(dict(y=y.tolist(), p=p.astype(float).ravel().tolist(), columns=k, dtype=dtype, w=None if w is None else w.tolist(), threshold=0.5,
                      want=several(y, p, w)))
json.dump(cases, open(sys.argv[1], "w"))
