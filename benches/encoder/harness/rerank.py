"""How long a query's passages and sentences take to rerank, and whether the logits are the reference's."""

import statistics
import time

import numpy as np

from reference.files import Files
from reference.session import Session, tokenizer

from .speed import REST
from .texts import of_tokens

SIZES = [("passages", 30, 200), ("sentences", 60, 40)]
"""What is reranked: a name, how many, tokens of each (special ones and the query's not counted)."""

QUERY_TOKENS = 12


def measure(sides, model, texts, work, options):
    rows = []
    for precision in options.precisions:
        loaded = sides.load_own(model, precision)
        folder, config = loaded["folder"], loaded["config"]
        files = Files(work, folder, config)
        exact = Session(files.f32, folder, config, options.threads)
        session = Session(files.graph(precision), folder, config, options.threads)
        query, *others = of_tokens(tokenizer(folder), texts, QUERY_TOKENS, 1) + texts
        for name, count, tokens in SIZES:
            given = of_tokens(tokenizer(folder), others, tokens, count)
            row = {"model": model, "precision": precision, "what": name, "count": count, "tokens_each": tokens}
            rows.append(row | times(sides, session, exact, query, given, options.pairs))
    return rows


def times(sides, session, exact, query, given, pairs):
    """Medians in milliseconds of interleaved runs, one call each."""
    encodings = session.pairs(query, given)
    seconds = {"own": [], "reference": []}
    for pair in range(-1, pairs):
        time.sleep(REST)
        own = sides.own.ask("rerank", query=query, passages=given)
        time.sleep(REST)
        started = time.perf_counter()
        session.run(encodings)
        reference = time.perf_counter() - started
        if pair >= 0:  # the first is a warm-up
            seconds["own"].append(own["seconds"])
            seconds["reference"].append(reference)
    tokens = sum(len(encoding) for encoding in encodings)
    if own["tokens"] != tokens:
        raise SystemExit(f"{own['tokens']} tokens of the pairs where the reference has {tokens}")
    logits = np.asarray([exact.run([encoding])[0] for encoding in encodings], np.float64)
    return {
        "tokens": tokens,
        "own_ms": statistics.median(seconds["own"]) * 1e3,
        "onnx_runtime_ms": statistics.median(seconds["reference"]) * 1e3,
        "largest_logit_difference": float(np.abs(np.asarray(own["logits"]) - logits).max()),
        "logit_range": [float(logits.min()), float(logits.max())],
    }
