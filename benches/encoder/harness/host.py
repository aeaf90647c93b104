"""The machine and the state of the code."""

import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

UNITS = [
    ("amx_int8", "amx"),
    ("avx512_vnni", "avx512-vnni"),
    ("avx_vnni", "avx-vnni"),
    ("avx512f", "avx512"),
    ("avx2", "avx2"),
    ("i8mm", "neon-i8mm"),
    ("asimddp", "neon-dotprod"),
]
"""Flags of /proc/cpuinfo and the name of the arithmetic unit they stand for, best first."""

SGEMM = """
import numpy, time
a, b = numpy.ones((1024, 384), "f"), numpy.ones((384, 1536), "f")
best = 1e9
end = time.perf_counter() + 1.5
while time.perf_counter() < end:
    t = time.perf_counter(); a @ b; best = min(best, time.perf_counter() - t)
print(2 * 1024 * 384 * 1536 / best / 1e9)
"""


def cpuinfo(*fields):
    """The value of the first of these fields that /proc/cpuinfo has."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    found = [line.split(":", 1)[1].strip() for line in lines if line.split("\t")[0].strip() in fields]
    return found[0] if found else "unknown"


def unit():
    flags = cpuinfo("flags", "Features").split()
    return next((name for flag, name in UNITS if flag in flags), platform.machine())


def cores():
    return len(os.sched_getaffinity(0))


def sgemm_limit(threads):
    """GFLOP/s of OpenBLAS (through numpy) on the shape of a feed-forward product, best of 1.5 seconds."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(threads)}
    done = subprocess.run([sys.executable, "-c", SGEMM], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


class Others:
    """How much of the processor other programs take, from construction to `cores`; ours are this process and `pids`."""

    def __init__(self, pids):
        self.pids = [os.getpid(), *pids]
        self.started = time.perf_counter()
        self.before = self.seconds()

    def seconds(self):
        """Processor time of others so far: all that is not idle, time a hypervisor took away included, less ours."""
        values = [int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        ticks = sum(values) - values[3] - values[4]
        for pid in self.pids:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks -= int(after_name[11]) + int(after_name[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def cores(self):
        return max(0.0, self.seconds() - self.before) / (time.perf_counter() - self.started)


def describe(repository, threads):
    def git(*arguments):
        done = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, text=True)
        return done.stdout.strip()

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": cpuinfo("model name", "CPU part"),
        "unit": unit(),
        "cores": cores(),
        "threads": threads,
        "memory_gib": round(memory, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "commit": git("rev-parse", "--short", "HEAD"),
        "changed": bool(git("status", "--porcelain", "--untracked-files=no")),
        "versions": {name: version(name) for name in ("onnxruntime", "onnx", "numpy", "tokenizers")},
    }
