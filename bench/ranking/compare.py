"""Times scikit-learn and this project in turn on the same scores; see ../README.md."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score

STATISTICS = {"roc_auc": roc_auc_score, "average_precision": average_precision_score}


def make(rows, folder):
    """Writes labels with 2 % positives, scores, scores of 1,001 values, weights."""
    rng = np.random.default_rng(7)
    labels = (rng.random(rows) < 0.02).astype(np.float32)
    noise = rng.random((2, rows), dtype=np.float32)
    scores = (noise[0] * np.float32(0.9) + labels * noise[1] * np.float32(0.1)).astype(np.float32)
    ties = (np.round(scores * 1000) / 1000).astype(np.float32)
    weights = 3 * rng.random(rows, dtype=np.float32)
    arrays = {"labels": labels, "scores": scores, "ties": ties, "weights": weights}
    for name, values in arrays.items():
        values.astype("<f4").tofile(folder / f"{name}.f32")
    return arrays


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()

    arrays = make(args.rows, args.cache)
    print(f"scikit-learn {sklearn.__version__}, {args.rows:,} rows, medians of {args.rounds}\n")
    print("| statistic | scores | scikit-learn, s | here, s | times as fast | difference |")
    print("|---|---|--:|--:|--:|--:|")
    worst = 0.0
    for scores in ("scores", "ties"):
        for weights in (None, "weights"):
            for name, function in STATISTICS.items():
                theirs, ours = [], []
                for _ in range(args.rounds):
                    start = time.perf_counter()
                    weight = arrays[weights] if weights else None
                    want = float(function(arrays["labels"], arrays[scores], sample_weight=weight))
                    theirs.append(time.perf_counter() - start)
                    command = [args.program, "-folder", str(args.cache), "-scores", scores, "-statistic", name]
                    if weights:
                        command += ["-weights", weights]
                    got = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
                    ours.append(got["seconds"])
                    worst = max(worst, abs(got["value"] - want))
                a, b = statistics.median(theirs), statistics.median(ours)
                what = ("hardly a tie" if scores == "scores" else "1,001 values") + (", weighted" if weights else "")
                print(f"| {name} | {what} | {a:.2f} | {b:.3f} | {a / b:.0f} | {abs(got['value'] - want):.0e} |", flush=True)
    if worst > 1e-12:
        sys.exit(f"a value differs by {worst}")


if __name__ == "__main__":
    main()
