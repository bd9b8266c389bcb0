"""Resamples the same tables with imbalanced-learn and this project; see ../../README.md."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import imblearn
import numpy as np
import sklearn
from sklearn.datasets import make_classification

HERE = pathlib.Path(__file__).parent
SAMPLERS = ["SMOTE", "BorderlineSMOTE", "TomekLinks", "EditedNearestNeighbours", "NearMiss"]
# Rows, columns, share of the smaller class, and how many times as fast is wanted.
TABLES = {"100000x10": (100_000, 10, 0.01, 5), "100000x30": (100_000, 30, 0.05, 2), "20000x100": (20_000, 100, 0.1, 2)}
LARGE = (1_000_000, 30, 0.01)
SIZES = 3  # of a table, that memory may be, the result not counted


def make(cache, rows, columns, share, kind):
    """Writes a table of float64, of which half of the columns tell the classes apart
    and a fifth are mixtures of those, or one of independent normal columns."""
    folder = cache / f"{kind}-{rows}x{columns}"
    if not (folder / "y.npy").exists():
        folder.mkdir(exist_ok=True)
        if kind == "normal":
            rng = np.random.default_rng(7)
            y = (rng.permutation(rows) < share * rows).astype(np.int64)
            x = rng.standard_normal((rows, columns)) + 0.5 * y[:, None]
        else:
            x, y = make_classification(
                rows, columns, n_informative=columns // 2, n_redundant=columns // 5, weights=[1 - share], flip_y=0.005, random_state=7
            )
            x = (x - x.mean(0)) / x.std(0)
        np.save(folder / "x.npy", x)
        np.save(folder / "y.npy", y)
    return folder


def ask(command):
    return json.loads(subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE).stdout)


def same(a, b):
    """Whether two results are equal, row for row, and if not how many rows differ."""
    x, y = (np.load(f"{a}-{part}.npy") for part in "xy")
    u, v = (np.load(f"{b}-{part}.npy") for part in "xy")
    if x.shape != u.shape:
        return f"{len(x):,} rows, not {len(u):,}"
    differ = int(((x != u).any(1) | (y != v)).sum())
    return "same rows" if differ == 0 else f"{differ:,} rows differ"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--tables", default=",".join(TABLES), help="which, by rows and columns; - for none")
    parser.add_argument("--kind", default="classes", choices=["classes", "normal"], help="columns that depend on each other, or normal ones that do not")
    parser.add_argument("--samplers", default=",".join(SAMPLERS))
    parser.add_argument("--seconds", type=float, default=8, help="how long the peer may take for one measurement after the first")
    parser.add_argument("--large", default="SMOTE,BorderlineSMOTE,NearMiss", help="samplers whose memory is measured; - for none")
    args = parser.parse_args()

    failed = []
    if args.tables != "-":
        print(f"imbalanced-learn {imblearn.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}; {args.kind}\n")
        print("| table | sampler | imbalanced-learn, s | n_jobs | here, s | times as fast | wanted | peak memory there, here, MiB | result |")
        print("|---|---|--:|---|--:|--:|--:|--:|---|")
        for table in args.tables.split(","):
            rows, columns, share, wanted = TABLES[table]
            folder = make(args.cache, rows, columns, share, args.kind)
            for name in args.samplers.split(","):
                there, here = folder / "there", folder / "here"
                peers = {jobs: ask([sys.executable, HERE / "peer.py", folder, name, jobs, 1, there]) for jobs in ("default", 2)}
                jobs = min(peers, key=lambda jobs: peers[jobs]["seconds"][0])
                times = int(min(max(args.seconds / peers[jobs]["seconds"][0], 0), 5))
                if times > 0:
                    again = ask([sys.executable, HERE / "peer.py", folder, name, jobs, times, ""])
                    again["seconds"] += peers[jobs]["seconds"]
                    peers[jobs] = again
                mine = ask([args.program, "-folder", folder, "-sampler", name, "-save", here])
                more = ask([args.program, "-folder", folder, "-sampler", name, "-times", 5])
                a, b = statistics.median(peers[jobs]["seconds"]), statistics.median(mine["seconds"] + more["seconds"])
                result = same(here, there)
                if a < wanted * b or result != "same rows":
                    failed.append(f"{name} on {table}")
                memory = f"{peers[jobs]['peak'] >> 20:,}, {mine['peak'] >> 20:,}"
                print(f"| {rows:,} × {columns} | {name} | {a:.3f} | {jobs} | {b:.4f} | {a / b:.1f} | {wanted} | {memory} | {result} |", flush=True)
        print()
    if args.large != "-":
        folder = make(args.cache, *LARGE, args.kind)
        own = LARGE[0] * LARGE[1] * 8
        print(f"| {LARGE[0]:,} × {LARGE[1]}, {own >> 20} MiB | here, s | rows | peak memory, MiB | times the table | without the result |")
        print("|---|--:|--:|--:|--:|--:|")
        for name in args.large.split(","):
            mine = ask([args.program, "-folder", folder, "-sampler", name])
            without = mine["peak"] - mine["rows"] * LARGE[1] * 8
            if without > SIZES * own:
                failed.append(f"memory of {name}")
            print(f"| {name} | {mine['seconds'][0]:.1f} | {mine['rows']:,} | {mine['peak'] >> 20:,} | {mine['peak'] / own:.2f} | {without / own:.2f} |", flush=True)
    if failed:
        sys.exit("not as wanted: " + ", ".join(failed))


if __name__ == "__main__":
    main()
