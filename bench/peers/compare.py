"""Runs every workload on every peer and on this project in turn, and prints a table.

Started by ./run, which makes what it needs. It imports little on purpose: a
child starts its life as a copy of this process, so the peak memory that the
kernel reports for a child is never below what this one has written to: 6 MiB.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from host import HERE, busy_seconds, environment, machine, median, say, text_of, warn_if_busy

# A child that shares our memory until it becomes another program would count it as
# its own; a copy counts only what was written to.
subprocess._USE_VFORK = False

OURS = "counterweight"
TIMEOUT = 900  # seconds, for one process
AGREEMENT, QUICK_AGREEMENT = 0.02, 0.1  # of final losses; with little data the order of the rows matters
DISTURBED = 0.03  # of the cores, used by others
TICKS = 0.05  # seconds of work that the kernel's count may be off
MEASURED = ["rows_per_second", "wall", "mebibytes", "loss"]

WORKLOADS = [
    "tabular", "tabular-256", "mnist-mlp", "wide", "lstm", "lstm-temporal", "cnn", "tiny",
    "predict-one", "predict-bulk",
]  # fmt: skip


def predicts(workload):
    return workload.startswith("predict")


# A peer is a command, and the settings of it to try for a workload: the fastest count.


def keras(backend, *settings):
    return {
        "env": {"KERAS_BACKEND": backend},
        "command": ["keras_peer.py"],
        "settings": lambda workload: [()] if predicts(workload) else settings,  # they are settings of fit
    }


def torch(*options):
    layouts = [(), ("--channels-last",)]  # matters for images only
    return {
        "env": {},
        "command": ["torch_peer.py", *options],
        "settings": lambda workload: layouts if workload == "cnn" else layouts[:1],
    }


PEERS = {
    "keras-tensorflow": keras(
        "tensorflow", ("--steps=100",), ("--steps=1",), ("--steps=100", "--jit=off"), ("--steps=1", "--jit=off")
    ),
    "keras-jax": keras("jax", ("--steps=100",), ("--steps=1",)),
    "keras-torch": keras("torch", ("--steps=1",)),  # the only value it takes
    "torch-eager": torch(),
    "torch-compile": torch("--compile"),
    "jax-jit": {
        "env": {},
        "command": ["jax_peer.py"],
        "settings": lambda workload: [("--sync",), ()] if predicts(workload) else [],
    },
}


def measure(command, env={}):
    """Runs a process that prints a line of JSON; adds its wall time, peak memory
    and which part of the machine others used meanwhile."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start, busy = time.perf_counter(), busy_seconds()
        child = subprocess.Popen(command, stdout=out, stderr=err, env=environment(env), start_new_session=True)
        signal.signal(signal.SIGALRM, lambda *_: os.killpg(child.pid, signal.SIGKILL))
        signal.alarm(TIMEOUT)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:  # we are being stopped, and the child is in a session of its own
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            signal.alarm(0)
        wall = time.perf_counter() - start
        others = busy_seconds() - busy - usage.ru_utime - usage.ru_stime
        child.returncode = os.waitstatus_to_exitcode(status)
        for f in (out, err):
            f.seek(0)
        if child.returncode != 0:
            raise RuntimeError(f"exit status {child.returncode}: {err.read()[-2000:]}")
        result = json.loads(out.read().splitlines()[-1])
    others = max(others - TICKS, 0) / (wall * len(os.sched_getaffinity(0)))
    return result | {"wall": wall, "mebibytes": usage.ru_maxrss / 1024, "others": others}


class Contest:
    """The measurements of one workload."""

    def __init__(self, workload, entries):
        self.workload = workload
        self.entries = entries  # (contestant, settings) -> command, environment
        self.names = list(dict.fromkeys(name for name, _ in entries))
        self.log = {entry: [] for entry in entries}  # results of the rounds

    def round(self, number):
        """Runs everyone once, forwards and backwards in turn. After the first
        round only the fastest settings of each contestant go on."""
        for name, settings in list(self.entries)[:: 1 if number % 2 == 0 else -1]:
            say(f"round {number + 1}: {self.workload}: {label(name, settings)}")
            try:
                result = measure(*self.entries[name, settings])
            except (RuntimeError, ValueError, IndexError) as e:
                say(f"    failed: {e}")
                continue
            self.log[name, settings].append(result)
            say(f"    {rate(result['rows_per_second'])} rows/s, {result['wall']:.2f} s, others {result['others']:.1%}")
        if number == 0:
            chosen = {(name, self.best(name)) for name in self.names}
            self.entries = {entry: run for entry, run in self.entries.items() if entry in chosen}

    def best(self, name):
        """The settings with which a contestant was fastest, None if it never arrived."""
        speed = {s: median(map(speed_of, self.log[n, s])) for n, s in self.entries if n == name and self.log[n, s]}
        return max(speed, key=speed.get, default=None)

    def results(self):
        """Medians by contestant, at its fastest settings; None for one that failed."""
        found = dict.fromkeys(self.names)
        for name in self.names:
            settings = self.best(name)
            if settings is not None:
                runs = self.log[name, settings]
                found[name] = {key: median(r[key] for r in runs) for key in MEASURED}
                found[name] |= {"label": label(name, settings), "rounds": len(runs)}
                found[name]["others"] = max(r["others"] for r in runs)
        return found


def speed_of(result):
    return result["rows_per_second"]


def label(name, settings):
    return " ".join([name, *(s.removeprefix("--") for s in settings)])


def rate(v):
    return f"{v:,.0f}" if v >= 100 else f"{v:.3g}"


def table(results, tolerance, brief):
    """The Markdown table, and whether all arrived and the losses agree.

    results: workload -> contestant -> medians.
    """
    lines = [
        "| workload | | rows/s | to the fastest peer | whole process, s | peak memory, MiB | final loss |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    good = True
    for workload, found in results.items():
        arrived = {name: r for name, r in found.items() if r}
        peers = {name: r for name, r in arrived.items() if name != OURS}
        fastest = max(peers, key=lambda name: speed_of(peers[name]), default=None)
        usual = median(r["loss"] for r in (peers or arrived).values()) if arrived else 0
        everybody = dict.fromkeys([*found, OURS])
        for name in [n for n in everybody if not brief or n in (fastest, OURS)]:
            who = f"**{OURS}**" if name == OURS else arrived[name]["label"] if name in arrived else name
            if name not in arrived:
                lines.append(f"| {workload} | {who} | {'failed' if name in found else 'not here yet'} | | | | |")
                good = good and name not in found
                continue
            r = arrived[name]
            speed, ratio = rate(speed_of(r)), ""
            if workload == "predict-one":
                speed += f" ({1e6 / speed_of(r):.3g} µs)"
            if fastest:
                ratio = f"{speed_of(r) / speed_of(peers[fastest]):.2f}"
            loss = f"{r['loss']:.4f}"
            if abs(r["loss"] - usual) > tolerance * usual:
                good, loss = False, loss + " (!)"
            cost = f"{r['wall']:.2f} | {r['mebibytes']:,.0f}"
            lines.append(f"| {workload} | {who} | {speed} | {ratio} | {cost} | {loss} |")
    return "\n".join(lines), good


def disturbed(results):
    """Which of the runs that count shared the machine with something else."""
    found = [
        f"{r['label']} of {workload} ({r['others']:.0%})"
        for workload, contestants in results.items()
        for r in contestants.values()
        if r and r["others"] > DISTURBED
    ]
    return f"Other programs, or the host, used a part of the machine during {', '.join(found)}." if found else ""


def entries(workload, spec, args, known):
    """What to run for a workload; with --quick, one setting of each peer."""
    found = {}
    for name in args.peers:
        peer = PEERS[name]
        for settings in peer["settings"](workload)[: 1 if args.quick else None]:
            script, *options = peer["command"]
            found[name, settings] = [sys.executable, os.path.join(HERE, script), spec, *options, *settings], peer["env"]
    if workload in known:
        found[OURS, ()] = [args.program, "-spec", spec], {}
    return found


def names(allowed):
    def parse(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"unknown name {name!r}, expected some of {', '.join(allowed)}")
        return chosen

    return parse


def main():
    everything = [*WORKLOADS, "overhead"]
    parser = argparse.ArgumentParser(prog="run", description="Measures this project against its peers.")
    some = "some of " + ",".join(everything)
    parser.add_argument("--workloads", type=names(everything), default=everything, help=some)
    parser.add_argument("--peers", type=names(PEERS), default=list(PEERS), help="some of " + ",".join(PEERS))
    parser.add_argument("--rounds", type=int, help="3, or 1 with --quick")
    parser.add_argument("--quick", action="store_true", help="little data, two epochs: does everything work?")
    parser.add_argument("--brief", action="store_true", help="only the fastest peer and this project")
    parser.add_argument("--results", help="file to keep the measurements in")
    parser.add_argument("--from", dest="kept", help="print the table of such a file and measure nothing")
    parser.add_argument("--cache", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    args = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    kept = json.loads(text_of(args.kept)) if args.kept else run(args)
    tolerance = QUICK_AGREEMENT if kept["quick"] else AGREEMENT
    text, good = table(kept["results"], tolerance, args.brief)
    print("\n\n".join(filter(None, [kept["machine"], text, disturbed(kept["results"])])))
    if kept["overhead"]:
        overhead = ", ".join(f"{w} {'failed' if v is None else f'{v:.2f} %'}" for w, v in kept["overhead"].items())
        print(f"\nWhat weights add to an epoch here: {overhead}.")
    if not good or None in kept["overhead"].values():
        sys.exit(f"something failed, or a loss, marked (!), is more than {tolerance:.0%} from the peers' median")


def run(args):
    data = os.path.join(args.cache, "quick" if args.quick else "full")
    maker, made_by = os.path.join(HERE, "data.py"), os.path.join(data, "made-by")
    if not os.path.exists(made_by) or text_of(made_by) != text_of(maker):
        subprocess.run([sys.executable, maker, data] + ["--quick"] * args.quick, check=True, env=environment({}))
        shutil.copyfile(maker, made_by)
    warn_if_busy()
    known = subprocess.run([args.program, "-list"], capture_output=True, text=True, check=True).stdout.split()
    spec = lambda workload: os.path.join(data, workload + ".json")

    kept = {"machine": machine(args.program, *text_of(os.path.join(HERE, "requirements.txt")).split()), "quick": args.quick, "results": {}, "overhead": {}}

    def keep():
        if args.results:
            with open(args.results, "w") as f:
                json.dump(kept, f, indent=1)

    contests = [Contest(w, entries(w, spec(w), args, known)) for w in WORKLOADS if w in args.workloads]
    for number in range(args.rounds or (1 if args.quick else 3)):
        for contest in contests:
            contest.round(number)
            kept["results"][contest.workload] = contest.results()
            keep()
    for w in WORKLOADS:
        if "overhead" not in args.workloads or w not in known or predicts(w):
            continue
        try:
            kept["overhead"][w] = measure([args.program, "-overhead", "-spec", spec(w)])["percent"]
        except RuntimeError as e:
            say(f"overhead: {w}: failed: {e}")
            kept["overhead"][w] = None
        keep()
    return kept


main()
