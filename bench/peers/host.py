"""What the two comparisons share: the machine, the environment of a process, medians."""

import os
import platform
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def environment(extra):
    """The environment for a contestant: OpenBLAS finds out for itself which processor it runs on."""
    env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    return env | {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu", "PYTHONDONTWRITEBYTECODE": "1"} | extra


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def machine(program, *packages):
    """A sentence on the machine and the versions of both sides."""
    about = dict(map(str.strip, line.split(":", 1)) for line in text_of("/proc/cpuinfo").splitlines() if ":" in line)
    model = about.get("model name", platform.machine())
    if "cpu family" in about:
        model += f" (family {about['cpu family']}, model {about['model']})"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stdout.strip()
    # Asked in a process of its own, which keeps this one small.
    ask = "import sys, importlib.metadata as m; print(', '.join(f'{p} {m.version(p)}' for p in sys.argv[1:]))"
    command = [sys.executable, "-c", ask, *packages]
    versions = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return (
        f"Measured on {time.strftime('%Y-%m-%d')}: {model}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, "
        f"Linux {platform.release()}; {version}; Python {platform.python_version()}, {versions}."
    )


def busy_seconds():
    """How long all cores have been at work since the machine started, or taken by its host."""
    names = "user nice system idle iowait irq softirq steal".split()
    ticks = dict(zip(names, map(int, text_of("/proc/stat").split("\n")[0].split()[1:])))
    return (sum(ticks.values()) - ticks["idle"] - ticks["iowait"]) / os.sysconf("SC_CLK_TCK")


def warn_if_busy():
    if os.getloadavg()[0] > 0.5:
        say(f"warning: load average {os.getloadavg()[0]:.1f}, somebody else is at work on this machine")


def say(text):
    print(text, file=sys.stderr, flush=True)


def text_of(path):
    with open(path) as f:
        return f.read()
