"""Writes the golden files beside it: runs, judgments and what trec_eval says of them.

    pip install pytrec-eval-terrier==0.5.11 ir_measures==0.4.3
    python make.py

pytrec_eval is trec_eval's own C code behind a Python module; the means are checked against ir_measures. Seeded: a
second run writes the same bytes. trec_eval has no cutoff on the reciprocal rank, so the run is cut at k first, in
trec_eval's order (score as a C float, then document id, both descending).
"""

import json
import pathlib
import random
import struct

import ir_measures
import pytrec_eval

HERE = pathlib.Path(__file__).parent
NAMES = {
    "ndcg@1": "ndcg_cut_1", "ndcg@10": "ndcg_cut_10", "ndcg@100": "ndcg_cut_100",
    "recall@1": "recall_1", "recall@10": "recall_10", "recall@100": "recall_100",
    "map": "map", "p@1": "P_1", "p@5": "P_5", "p@10": "P_10",
}
IR = {
    "ndcg@10": "nDCG@10", "recall@100": "R@100", "map": "AP", "p@5": "P@5",
}


def f32(score):
    return struct.unpack("f", struct.pack("f", score))[0]


def cut(run, k):
    order = lambda item: (f32(item[1]), item[0])
    return {q: dict(sorted(docs.items(), key=order, reverse=True)[:k]) for q, docs in run.items()}


def evaluate(qrels, run):
    measures = {"ndcg_cut.1,10,100", "recall.1,10,100", "map", "P.1,5,10"}
    queries = {q: {ours: 0.0 for ours in [*NAMES, "mrr@10", "mrr@3"]} for q in qrels}
    for q, values in pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run).items():
        queries[q].update({ours: values[theirs] for ours, theirs in NAMES.items()})
    for k in (3, 10):
        for q, values in pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank"}).evaluate(cut(run, k)).items():
            queries[q][f"mrr@{k}"] = values["recip_rank"]
    mean = {name: sum(queries[q][name] for q in sorted(queries)) / len(queries) for name in [*NAMES, "mrr@10", "mrr@3"]}
    return {"mean": mean, "queries": queries}


def check(qrels, run, mean):
    """ir_measures averages over the judged queries as well. Its RR@10 comes from another tool with another tie rule."""
    wanted = {ir_measures.parse_measure(name): ours for ours, name in IR.items()}
    theirs = ir_measures.calc_aggregate(list(wanted), qrels, run)
    for measure, ours in wanted.items():
        assert abs(theirs[measure] - mean[ours]) < 1e-9, (ours, theirs[measure], mean[ours])


def write(name, qrels, run, folder=HERE, indent=1):
    with open(folder / f"{name}.qrels", "w") as out:
        for q, docs in qrels.items():
            for d, grade in docs.items():
                out.write(f"{q} 0 {d} {grade}\n")
    with open(folder / f"{name}.run", "w") as out:
        for q, docs in run.items():
            for rank, (d, score) in enumerate(docs.items(), 1):
                out.write(f"{q} Q0 {d} {rank} {score!r} golden\n")
    expected = evaluate(qrels, run)
    check(qrels, run, expected["mean"])
    (folder / f"{name}.json").write_text(json.dumps(expected, indent=indent, sort_keys=True) + "\n")


def graded(rng):
    """Grades 0 to 3, 120 results a query, so that every cutoff cuts."""
    qrels, run = {}, {}
    for q in range(1, 9):
        documents = [f"d{i:03}" for i in range(200)]
        qrels[f"q{q}"] = {d: rng.choice([0, 0, 1, 1, 2, 3]) for d in rng.sample(documents, rng.randint(3, 60))}
        run[f"q{q}"] = {d: rng.gauss(0, 5) + 3 * qrels[f"q{q}"].get(d, 0) for d in rng.sample(documents, 120)}
    return qrels, run


def ties(rng):
    """Few distinct scores, and pairs that differ in double precision only: trec_eval sees a tie."""
    qrels, run = {}, {}
    for q in range(1, 9):
        documents = [f"{rng.choice('abAB')}-{i}" for i in range(60)]
        qrels[f"q{q}"] = {d: rng.choice([0, 1, 2]) for d in rng.sample(documents, 25)}
        levels = [0.5, 0.5 + 1e-12, 1.25, 1.25 - 1e-13, 2.0]
        run[f"q{q}"] = {d: rng.choice(levels) for d in rng.sample(documents, 40)}
    return qrels, run


def gaps(rng):
    """Queries the run leaves out, queries nobody judged, rankings of one and of no relevant document."""
    qrels, run = {}, {}
    for q in range(1, 11):
        documents = [f"doc{i}" for i in range(30)]
        if q != 10:
            qrels[f"q{q}"] = {d: 1 for d in rng.sample(documents, rng.randint(1, 8))}
        if q not in (2, 7):
            run[f"q{q}"] = {d: rng.random() for d in rng.sample(documents, rng.choice([1, 2, 4, 9]))}
    return qrels, run


def odd(rng):
    """Negative grades, a query with nothing relevant, negative scores, written ranks that are wrong."""
    qrels = {
        "none": {"a": 0, "b": -1},
        "minus": {"a": -2, "b": 1, "c": 2, "d": 0},
        "all": {"a": 1, "b": 1, "c": 1},
        "deep": {f"d{i}": (1 if i % 3 == 0 else -1) for i in range(60)},
    }
    run = {
        "none": {"a": 1.0, "b": 2.0},
        "minus": {"c": -7.5, "a": -0.5, "b": -3.25, "d": -1e-3},
        "all": {"c": 1.0, "b": 3.0, "a": 2.0},
        "deep": {f"d{i}": rng.uniform(-1, 1) for i in range(60)},
    }
    return qrels, run


if __name__ == "__main__":
    for seed, case in enumerate((graded, ties, gaps, odd)):
        write(case.__name__, *case(random.Random(seed)))
