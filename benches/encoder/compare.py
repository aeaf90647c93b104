"""Footnote's encoder against ONNX Runtime and candle-transformers on the same weights; see README.md and run.sh.

Writes encoder.json and encoder.md to a folder of benches/runs and ends with 1 when a bar of harness/bars.py is missed.
"""

import argparse
import datetime
import json
import sys
from pathlib import Path

from harness import bars, examples, host, report, rerank, speed, texts, vectors
from harness.process import Sides
from reference.files import Files

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent

ENCODERS = ["all-minilm-l6-v2", "multilingual-e5-small-q4", "bge-small-en-v1.5"]
RERANKERS = ["ms-marco-minilm-l12-v2"]
PARTS = ["cosines", "speed", "rerank", "latency", "memory"]


def arguments():
    def several(kind):
        return lambda text: [kind(part) for part in text.split(",")]

    parser = argparse.ArgumentParser(prog="benches/encoder/run.sh", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--target", type=Path, default=REPOSITORY / "target", help="cargo's target folder")
    add("--parts", type=several(str), default=PARTS, help="what is measured, of " + ",".join(PARTS))
    add("--models", type=several(str), default=ENCODERS, help="encoders")
    add("--rerankers", type=several(str), default=RERANKERS)
    add("--precisions", type=several(str), default=["f32", "int8"])
    add("--batches", type=several(int), default=[1, 8, 32], help="texts of a batch")
    add("--pairs", type=int, default=5, help="interleaved pairs a row")
    add("--seconds", type=float, default=8, help="about how long a side runs, each time")
    add("--threads", type=int, default=host.cores())
    add("--texts", help="a file with one text a line; else squad2-dev of FOOTNOTE_TESTDATA, else the sample corpus")
    add("--chunks", type=int, default=20_000, help="what the memory run embeds")
    add("--latency-seconds", type=float, default=20, help="length of each saturated latency run")
    add("--out", type=Path, help="folder of the results; default benches/runs/DATE-CORES-UNIT")
    options = parser.parse_args()
    for part in set(options.parts) - set(PARTS):
        parser.error(f"--parts: {part} is none of {', '.join(PARTS)}")
    options.target = options.target.resolve()
    return options


def measure_encoder(sides, model, passages, options, results):
    work = options.target / "encoder-bench"
    sentences = texts.sentences(HERE)
    for precision in options.precisions:
        loaded = sides.load_own(model, precision)
        files = Files(work, loaded["folder"], loaded["config"])
        if precision == "f32":
            sides.load_stock(files, loaded)
        if "cosines" in options.parts:
            row = vectors.compare(sides, model, files, loaded, precision, sentences, options)
            results["cosines"].append(row)
            print(f"{model} {precision}: least cosine {row['own']['min']:.6f}", flush=True)
        for batch in options.batches if "speed" in options.parts else []:
            row = speed.measure(sides, model, files, loaded, precision, batch, passages, options)
            results["speed"].append(row)
            own, other = (row[f"{side}_tokens_per_s"]["median"] for side in ("own", "onnx_runtime"))
            line = f"{own:.0f} to {other:.0f} tokens/s, ratio {report.spread(row['ratio'], '.3f')}"
            print(f"{model} {precision} batch {batch}: {line}", flush=True)


def measure(options):
    name, passages = texts.load(options.texts, REPOSITORY)
    results = {
        "schema_version": 1,
        "date": datetime.date.today().isoformat(),
        "host": host.describe(REPOSITORY, options.threads),
        "options": {
            "arguments": shown_arguments(),
            "pairs": options.pairs,
            "seconds": options.seconds,
        },
        "texts": {"name": name, "count": len(passages)},
    } | {part: [] for part in PARTS}
    sides = Sides(options.target, options.threads)
    if {"cosines", "speed"} & set(options.parts):
        for model in options.models:
            measure_encoder(sides, model, passages, options, results)
    if "rerank" in options.parts:
        work = options.target / "encoder-bench"
        for model in options.rerankers:
            results["rerank"] += rerank.measure(sides, model, passages, work, options)
    sides.end()
    if "latency" in options.parts:
        for model in options.models:
            for precision in options.precisions:
                results["latency"].append(examples.latency(options.target, model, precision, options))
    if "memory" in options.parts:
        for model in options.models:
            results["memory"].append(examples.memory(options.target, model, options))
    return results


def shown_arguments():
    """The command line as typed, without the folders of this machine."""
    given = sys.argv[1:]
    hidden = ("--target", "--out")
    return [part for place, part in enumerate(given) if part not in hidden and given[place - 1] not in hidden]


def main():
    options = arguments()
    results = measure(options)
    missed = list(bars.missed(results))
    results["missed"] = missed
    described = results["host"]
    folder = f"{results['date']}-{described['cores']}core-{described['unit']}"
    out = options.out or REPOSITORY / "benches/runs" / folder
    out.mkdir(parents=True, exist_ok=True)
    (out / "encoder.json").write_text(json.dumps(results, indent=1) + "\n")
    (out / "encoder.md").write_text(report.markdown(results, missed))
    print(f"written: {out}/encoder.md and encoder.json")
    for line in missed:
        print(f"missed: {line}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
