"""Compares float32 matrix products here and in numpy from PyPI, which are OpenBLAS's, and prints a table.

Started by ./run gemm. Both sides are processes that wait for requests and take
turns, product by product, in the opposite order every other round.
"""

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import time

from host import HERE, busy_seconds, environment, machine, median, say, warn_if_busy

OURS, NUMPY = "counterweight", "numpy"
MEAN, LEAST = 0.9, 0.6  # the ratios that are wanted
FORMS = {"forward": "NN", "dW": "TN", "dX": "NT"}


def layer(name, batch, inputs, units, *products):
    """What a dense layer multiplies: x·W, xᵀ·dz and dz·Wᵀ."""
    shapes = {"forward": (batch, units, inputs), "dW": (inputs, units, batch), "dX": (batch, inputs, units)}
    return [(f"{name} {inputs}-{units}", p, *shapes[p]) for p in products]


def network(name, batch, *sizes):
    """The layers of a network; nobody wants the gradient of its inputs."""
    found = []
    for i, (inputs, units) in enumerate(zip(sizes, sizes[1:])):
        found += layer(name, batch, inputs, units, *list(FORMS)[: 2 if i == 0 else 3])
    return found


def cases():
    """What, which product, m, n, k."""
    found = [("square", p, n, n, n) for n in (64, 128, 256, 512, 1024) for p in FORMS]
    found += network("tabular, 2048", 2048, 30, 64, 32, 1) + network("tabular, 256", 256, 30, 64, 32, 1)
    found += network("mnist-mlp, 128", 128, 784, 256, 10) + network("wide, 256", 256, 256, 1024, 1024, 10)
    # An LSTM's inputs of all timesteps at once, and its states of one.
    found += layer("lstm inputs, 256 x 20", 5120, 16, 256, "forward", "dW")
    found += layer("lstm states, 256", 256, 64, 256, *FORMS)
    # Convolutions as products of patches: pixels of the output by the window's elements.
    found += layer("cnn conv, 128 x 26 x 26", 86528, 9, 32, "forward", "dW")
    found += layer("cnn conv, 128 x 11 x 11", 15488, 288, 64, *FORMS)
    found += layer("cnn, 128", 128, 1600, 128, *FORMS) + layer("cnn, 128", 128, 128, 10, *FORMS)
    return found


class Side:
    """A process that answers requests. It is stopped while the other has its turn:
    idle threads go on looking for work for a while, at the other's cost."""

    def __init__(self, command, env):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(env), text=True
        )

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args} ended with status {self.process.wait()}")
        return json.loads(line)

    def ask(self, case, seconds):
        _, product, m, n, k = case
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(f"{FORMS[product]} {m} {n} {k} {seconds}\n")
        self.process.stdin.flush()
        answer = self.read()
        self.stop()
        return answer

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def end(self):
        self.process.kill()  # it is stopped, so nothing less would do
        self.process.wait()


def measure(args, chosen, threads):
    """The median seconds of each product on both sides, and how OpenBLAS describes itself."""
    start, busy = time.perf_counter(), busy_seconds() - sum(os.times()[:4])
    sides = {
        NUMPY: Side(
            [sys.executable, os.path.join(HERE, "gemm_peer.py")], {"OPENBLAS_NUM_THREADS": str(threads)}
        ),
        OURS: Side([args.program, "-gemm"], {"GOMAXPROCS": str(threads)}),
    }
    try:
        about = sides[NUMPY].read()
        for side in sides.values():
            side.stop()
        took = {(case, side): [] for case in chosen for side in sides}
        for number in range(args.rounds):
            say(f"{threads} threads: round {number + 1}")
            for case in chosen:
                sums = set()
                for side in list(sides)[:: 1 if number % 2 == 0 else -1]:
                    answer = sides[side].ask(case, args.seconds)
                    took[case, side].append(answer["seconds"])
                    sums.add(answer["sum"])
                if len(sums) > 1:
                    sys.exit(f"{case}: the two sides computed different products")
    finally:
        for side in sides.values():
            side.end()
    others = busy_seconds() - sum(os.times()[:4]) - busy
    share = others / (time.perf_counter() - start) / len(os.sched_getaffinity(0))
    say(f"{threads} threads: others used {max(share, 0):.1%} of the machine")
    # Of several ways to call for the same product the fastest counts.
    return {key: min(map(median, zip(*rounds))) for key, rounds in took.items()}, about


def table(chosen, results):
    """The Markdown table, and whether the ratios are as wanted. results: threads -> (case, side) -> seconds."""
    head = "".join(f" | numpy, {t} | here, {t} | ratio, {t}" for t in results)
    lines = [f"| product | m, n, k{head} |", "|---|---" + "|--:|--:|--:" * len(results) + "|"]
    ratios = {t: [] for t in results}
    for case in chosen:
        what, product, m, n, k = case
        line = f"| {what} {product} | {m}, {n}, {k}"
        for threads, seconds in results.items():
            speed = {side: 2e-9 * m * n * k / seconds[case, side] for side in (NUMPY, OURS)}
            ratios[threads].append(speed[OURS] / speed[NUMPY])
            line += f" | {speed[NUMPY]:.1f} | {speed[OURS]:.1f} | {ratios[threads][-1]:.2f}"
        lines.append(line + " |")
    means = {t: math.exp(sum(map(math.log, r)) / len(r)) for t, r in ratios.items()}
    lines.append("| **geometric mean** | " + "".join(f" | | | **{means[t]:.2f}**" for t in results) + " |")
    lines.append("| **minimum** | " + "".join(f" | | | **{min(ratios[t]):.2f}**" for t in results) + " |")
    return "\n".join(lines), all(means[t] >= MEAN and min(ratios[t]) >= LEAST for t in results)


def main():
    parser = argparse.ArgumentParser(prog="run gemm", description="Compares matrix products with numpy's.")
    parser.add_argument("--rounds", type=int, default=5, help="5; medians count")
    parser.add_argument("--seconds", type=float, default=0.01, help="0.01, for one product on one side in a round")
    parser.add_argument("--threads", default="1,2", help="numbers of threads: 1,2")
    parser.add_argument("--only", default="", help="products whose description contains this, such as square")
    parser.add_argument("--cache", help=argparse.SUPPRESS)
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    args = parser.parse_args()
    chosen = [case for case in cases() if args.only in f"{case[0]} {case[1]}"]
    if not chosen:
        parser.error(f"no product contains {args.only!r}")

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    warn_if_busy()
    results, about = {}, ""
    for threads in map(int, args.threads.split(",")):
        results[threads], about = measure(args, chosen, threads)
    text, good = table(chosen, results)
    print(f"{machine(args.program, 'numpy')} {about}. GFLOP/s on so many threads.\n\n{text}")
    if not good:
        sys.exit(f"wanted: a geometric mean of at least {MEAN} and no ratio below {LEAST}")


main()
