"""Writes `answers.json` beside it: what reference implementations say of answers, refusals, confidences and citations.

    pip install scikit-learn==1.9.1 transformers==4.57.3 numpy==2.4.6
    python make.py ALCE/eval.py

ALCE is a checkout of princeton-nlp/ALCE at 59472085253fca560f720051173511b275e6e301, of which nothing is kept here.

transformers' `squad_metrics` is the official script of SQuAD 2.0. Of ALCE's `eval.py` the function `compute_autoais` runs
as it stands, with its entailment model replaced by one that asks whether every word of the claim is in the passages.
Seeded: a second run writes the same bytes.
"""

import ast
import copy
import itertools
import json
import logging
import pathlib
import random
import re
import sys

import numpy
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, precision_recall_fscore_support, roc_auc_score
from transformers.data.metrics.squad_metrics import compute_exact, compute_f1, normalize_answer

HERE = pathlib.Path(__file__).parent


def squad(rng):
    """Predictions and gold answers of a small vocabulary full of articles, punctuation and odd spaces."""
    words = ["the", "The", "a", "An", "THE", "cat", "Cat's", "rhine", "Rhine,", "U.S.", "1,000", "3.5", "–", "a–b", "is",
             "state-of-the-art", "(net)", "“quoted”", "Łódź", "ȘTIINȚĂ", "İstanbul", "ΟΔΟΣ", "naïve", "x_y", "a.", "...", "½",
             "theatre", "anthem", "東京", "$5", "e\u0301", "the\u0301"]
    spaces = [" ", " ", " ", "  ", "\t", "\n", "\u00a0", "\u001c", "\u2009"]

    def text(most):
        return "".join(rng.choice(words) + rng.choice(spaces) for _ in range(rng.randint(0, most)))

    cases = []
    for _ in range(300):
        answer, gold = text(8), [text(4) for _ in range(rng.randint(0, 3))]
        if gold and rng.random() < 0.2:
            answer = rng.choice(gold).upper() + "!"
        wanted = [g for g in gold if normalize_answer(g)] or [""]
        cases.append({"answer": answer, "gold": gold, "normalised": normalize_answer(answer),
                      "exact": max(compute_exact(g, answer) for g in wanted),
                      "f1": float(max(compute_f1(g, answer) for g in wanted))})
    return cases


def forecasts(rng, count, levels):
    confidences = [round(rng.random(), 3) if levels is None else rng.randint(0, levels) / levels for _ in range(count)]
    return [(c, rng.random() < 0.3 + 0.5 * c) for c in confidences]


def bins(confidences, outcomes, strategy, count):
    """scikit-learn's bins, with the edges and counts that it does not give away."""
    accuracy, confidence = calibration_curve(outcomes, confidences, n_bins=count, strategy=strategy)
    if strategy == "uniform":
        edges = numpy.linspace(0.0, 1.0, count + 1)
    else:
        edges = numpy.percentile(confidences, numpy.linspace(0, 1, count + 1) * 100)
    places = numpy.searchsorted(edges[1:-1], confidences)
    counts = [int(c) for c in numpy.bincount(places, minlength=count) if c]
    assert len(counts) == len(accuracy)
    ece = sum(c * abs(a - b) for c, a, b in zip(counts, accuracy, confidence)) / len(confidences)
    return {"ece": float(ece), "counts": counts, "accuracy": accuracy.tolist(), "confidence": confidence.tolist()}


def calibration(rng):
    cases = []
    # no quantile falls on a forecast: numpy's rounding would decide on which side of the edge it is
    for count, levels in ((500, None), (38, None), (300, 8), (50, 3), (12, 1)):
        given = forecasts(rng, count, levels)
        confidences, outcomes = numpy.array([c for c, _ in given]), numpy.array([o for _, o in given])
        case = {"forecasts": [[float(c), bool(o)] for c, o in given], "auroc": float(roc_auc_score(outcomes, confidences)),
                "brier": float(brier_score_loss(outcomes, confidences)), "bins": []}
        for strategy, size in itertools.product(("uniform", "quantile"), (5, 10, 15)):
            # equal quantiles leave scikit-learn with fewer edges than bins, which it takes for an error
            if strategy == "quantile" and len(set(numpy.percentile(confidences, numpy.linspace(0, 100, size + 1)))) <= size:
                continue
            case["bins"].append({"strategy": strategy, "size": size, **bins(confidences, outcomes, strategy, size)})
        cases.append(case)
    return cases


def risk(rng):
    """The area under the risk-coverage curve, averaged over every order of answers of equal confidence."""
    cases = []
    for count, levels in ((7, None), (7, 2), (6, 1), (8, 4), (5, 3)):
        given = forecasts(rng, count, levels)
        areas = []
        for order in itertools.permutations(given):
            if all(a[0] >= b[0] for a, b in zip(order, order[1:])):
                wrong = numpy.cumsum([not o for _, o in order])
                areas.append(numpy.mean(wrong / numpy.arange(1, count + 1)))
        cases.append({"forecasts": [[c, o] for c, o in given], "aurc": float(numpy.mean(areas))})
    return cases


def abstention(rng):
    cases = []
    for count, share in ((200, 0.5), (50, 0.1), (30, 0.9)):
        unanswerable = [rng.random() < share for _ in range(count)]
        abstained = [rng.random() < (0.7 if u else 0.2) for u in unanswerable]
        p, r, f, _ = precision_recall_fscore_support(unanswerable, abstained, average="binary")
        cases.append({"unanswerable": unanswerable, "abstained": abstained,
                      "precision": float(p), "recall": float(r), "f1": float(f)})
    return cases


def autoais(path):
    tree = ast.parse(pathlib.Path(path).read_text())
    tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "compute_autoais"]
    scope = {
        "re": re, "copy": copy, "np": numpy, "tqdm": lambda x: x, "logger": logging.getLogger("alce"),
        "autoais_model": "replaced", "autoais_tokenizer": "replaced",
        "sent_tokenize": lambda text: text.split("\n") if text else [],
        "remove_citations": lambda sentence: re.sub(r"\[\d+\]", "", sentence),
        "_run_nli_autoais": lambda passage, claim: int(set(claim.split()) <= set(passage.split())),
    }
    exec(compile(tree, path, "exec"), scope)
    return scope["compute_autoais"]


def citations(rng, compute):
    cases = []
    for _ in range(60):
        facts = [f"f{i}" for i in range(6)]
        documents = [" ".join(rng.sample(facts, rng.randint(1, 3))) for _ in range(6)]
        statements = []
        for _ in range(rng.randint(1, 4)):
            cited = [rng.randrange(6) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 5]))]
            known = sorted(set(" ".join(documents[i] for i in cited).split())) or facts
            text = rng.sample(known, rng.randint(1, min(3, len(known))))
            if rng.random() < 0.15:
                text.append("f9")
            statements.append({"text": " ".join(text), "cited": cited})
        output = "\n".join(s["text"] + " " + "".join(f"[{i + 1}]" for i in s["cited"]) for s in statements)
        item = {"question": "", "output": output, "docs": [{"title": "", "text": text} for text in documents]}
        for most in (3, 5):
            found = compute([item], at_most_citations=most)
            cases.append({"documents": documents, "statements": statements, "most": most,
                          "recall": float(found["citation_rec"]) / 100, "precision": float(found["citation_prec"]) / 100})
    return cases


if __name__ == "__main__":
    rng = random.Random(2026)
    golden = {"squad": squad(rng), "calibration": calibration(rng), "risk": risk(rng), "abstention": abstention(rng)}
    golden["citations"] = citations(rng, autoais(sys.argv[1]))
    (HERE / "answers.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf-8")
