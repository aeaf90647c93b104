"""Measurements that are examples of `models` of their own: memory over a long run, and latency."""

import json
import os
import subprocess


def run(target, threads, name, *arguments):
    """An example's JSON answer."""
    binary = target / "release/examples" / name
    if not binary.exists():
        raise SystemExit(f"{binary} is missing: run benches/encoder/run.sh, which builds it")
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
    command = [binary, *arguments, "--json"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{name} {' '.join(arguments)} ended with {done.returncode}")
    return json.loads(done.stdout)


def memory(target, model, options):
    return run(target, options.threads, "memory", model, "int8", "--chunks", str(options.chunks))


def latency(target, model, precision, options):
    return run(target, options.threads, "latency", model, precision, str(int(options.latency_seconds)))
