"""Writes the golden files beside it: parts of runs over public sets, their judgments and what trec_eval says of them.

    pip install pytrec-eval-terrier==0.5.11 ir_measures==0.4.3 rank-bm25==0.2.2 numpy==2.4.6
    FOOTNOTE_TESTDATA=DIR python make.py            the small files beside this one
    FOOTNOTE_TESTDATA=DIR python make.py WHOLE      every query, 1000 hits, into the folder WHOLE

Only ids and numbers are kept. The runs are BM25's over words in lower case, made awkward on purpose: scores are rounded
so that many tie, one query in ten is left out of the run, and one in ten has no judgments. `FOOTNOTE_GOLDEN=WHOLE` makes
the tests read that folder too.
"""

import csv
import json
import os
import pathlib
import random
import re
import sys

import numpy
from rank_bm25 import BM25Okapi, BM25Plus

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from make import write  # noqa: E402

DATASETS = pathlib.Path(os.environ["FOOTNOTE_TESTDATA"]) / "datasets"

# set, ranking function, decimals of its scores, queries and hits a query that are kept, what is special
CASES = {
    "nfcorpus": ("nfcorpus", BM25Okapi, 1, 20, 110),  # grades 1 and 2, many relevant documents a query
    "nfcorpus-untied": ("nfcorpus", BM25Plus, None, 12, 110),
    "cranfield": ("cranfield", BM25Okapi, 0, 30, 50),  # whole numbers: nearly everything ties
    "hotpotqa-100": ("hotpotqa-100", BM25Okapi, 1, 30, 24),  # two relevant documents a query
    "nq-oracle-a": ("nq-oracle-a", BM25Okapi, 1, 30, 24),
    "poquad-dev": ("poquad-dev", BM25Okapi, 0, 30, 24),
    "squad2-dev": ("squad2-dev", BM25Plus, 1, 30, 24),
    "xquad-ro": ("xquad-ro", BM25Okapi, 1, 30, 24),
}


def words(text):
    return re.findall(r"\w+", text.lower())


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def run_of(name, ranker, decimals, queries, depth):
    documents = lines(DATASETS / name / "corpus.jsonl")
    bm25 = ranker([words(f"{d.get('title', '')} {d['text']}") for d in documents])
    run = {}
    for query in queries:
        scores = bm25.get_scores(words(query["text"]))
        scores = scores if decimals is None else numpy.round(scores, decimals)
        # a stable sort of scores alone: among ties the corpus decides here, and the id has to in trec_eval
        best = numpy.argsort(-scores, kind="stable")[:depth]
        run[query["_id"]] = {documents[i]["_id"]: float(scores[i]) for i in best}
    return run


def qrels_of(name):
    qrels = {}
    with open(DATASETS / name / "qrels.tsv", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            qrels.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return qrels


def case(seed, name, ranker, decimals, count, depth):
    rng = random.Random(seed)
    qrels = qrels_of(name)
    queries = [query for query in lines(DATASETS / name / "queries.jsonl") if query["_id"] in qrels]
    queries = queries if count is None else rng.sample(queries, count)
    ids = [query["_id"] for query in queries]
    run = run_of(name, ranker, decimals, queries, depth)
    tenth = max(2, len(ids) // 10)
    for left_out in rng.sample(ids, tenth):
        del run[left_out]
    unjudged = set(rng.sample(ids, tenth))
    return {q: qrels[q] for q in ids if q not in unjudged}, run


if __name__ == "__main__":
    whole = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for seed, (out, (name, ranker, decimals, count, depth)) in enumerate(CASES.items()):
        if whole:
            whole.mkdir(exist_ok=True)
            write(out, *case(seed, name, ranker, decimals, None, 1000), whole, None)
        else:
            write(out, *case(seed, name, ranker, decimals, count, depth), HERE, None)
        print(out)
