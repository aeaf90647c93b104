"""Fits the weights of the extractive answer engine (server/src/answers/score.rs) on what `answer-candidates` measured.

    answer-candidates $T/datasets/squad2-dev 100 > squad2-dev.jsonl     # one file a set
    python benches/answers/fit.py reranker squad2-dev.jsonl xquad-en.jsonl
    python benches/answers/fit.py encoder xquad-ro.jsonl poquad-dev.jsonl

Needs numpy. Articles are dealt into two halves by hash; weights are fitted on one half and everything is measured on the other, then
both again the other way round; the weights printed last are fitted on all. A candidate is right when it holds a gold answer.
"""

import hashlib
import json
import sys

import numpy as np

LIMIT = 12  # MAX_CANDIDATES of the engine
ITEMS = ("figure", "date", "name", "code")
RANKED = ("judged", "coverage", "context", "kind", "rank", "missing")
SHAPE, NEWS = 2.0, 1.0


def norm(text):
    return " ".join(text.lower().split())


def prepare(question, judge):
    """The engine's candidates with their measurements, or None without any."""
    rows = question["candidates"]
    for row in rows:
        row["judged"] = row["logit"] if judge == "reranker" else row["cosine"]
        row["rank"] = 1 / (1 + row["hit"])
        missing = sum(k in ITEMS and o in ("missing", "contradicted") for k, o in row["items"]["found"])
        row["missing"] = min(missing, 3)
        golds = [norm(answer) for answer in question["answers"]]
        row["right"] = any(gold in norm(row["text"]) for gold in golds)
        row["first"] = row["coverage"] + 0.5 * row["context"] + 0.3 * row["rank"] + 0.2 * row["kind"] + 0.3 * row["shape"]
    order = sorted(range(len(rows)), key=lambda i: (-rows[i]["first"], i))[:LIMIT]
    return [rows[i] for i in sorted(order)]


def matrix(rows, names=RANKED):
    return np.array([[row[name] for name in names] for row in rows], dtype=float)


def fixed(rows):
    return np.array([SHAPE * row["shape"] + NEWS * row["news"] for row in rows])


def minimise(gradient, start, steps=4000, rate=0.05):
    """Adam."""
    w, m, v = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for t in range(1, steps + 1):
        g = gradient(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-9)
    return w


def fit_ranking(questions, scale, ridge=0.02):
    """Softmax over each question's candidates, in units of `scale` a feature."""
    lists = []
    for rows in (q["rows"] for q in questions if q["class"] == "answerable"):
        right = np.array([row["right"] for row in rows])
        if right.any() and not right.all():
            lists.append((matrix(rows) / scale, fixed(rows), right))

    def gradient(w):
        total = ridge * len(lists) * w / len(w)
        for x, base, right in lists:
            p = np.exp(x @ w + base - (x @ w + base).max())
            p /= p.sum()
            total += x.T @ p - x.T @ (p * right / max((p * right).sum(), 1e-12))
        return total / len(lists)

    return minimise(gradient, np.zeros(len(RANKED))) / scale


def scores(rows, w):
    return matrix(rows) @ w + fixed(rows)


def evidence(rows, w):
    best = rows[int(np.argmax(scores(rows, w)))]
    return [max(row["judged"] for row in rows), best["context"], min(row["missing"] for row in rows)]


def fit_confidence(questions, w, ridge=1e-3):
    rows = [q for q in questions if q["rows"]]
    x = np.array([evidence(q["rows"], w) for q in rows])
    y = np.array([q["class"] == "answerable" for q in rows], dtype=float)
    # Answerable and other questions weigh the same.
    weight = np.where(y == 1, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    mean, sd = x.mean(0), x.std(0) + 1e-9
    z = np.c_[np.ones(len(x)), (x - mean) / sd]

    def gradient(b):
        p = 1 / (1 + np.exp(-z @ b))
        return z.T @ (weight * (p - y)) + ridge * np.r_[0, b[1:]]

    b = minimise(gradient, np.zeros(z.shape[1]))
    return np.r_[b[0] - (b[1:] * mean / sd).sum(), b[1:] / sd]


def confidence(rows, w, b):
    return 1 / (1 + np.exp(-(b[0] + np.dot(b[1:], evidence(rows, w))))) if rows else 0.0


def auroc(positive, negative):
    difference = np.subtract.outer(np.asarray(positive), np.asarray(negative))
    return ((difference > 0) + 0.5 * (difference == 0)).mean()


def calibration_error(p, y, bins=10):
    at = np.minimum((p * bins).astype(int), bins - 1)
    return sum(abs(p[at == i].mean() - y[at == i].mean()) * (at == i).mean() for i in range(bins) if (at == i).any())


def chosen(rows, w, margin):
    s = scores(rows, w)
    order = sorted((i for i in range(len(rows)) if rows[i]["news"] > 0), key=lambda i: -s[i])
    if not order:
        return []
    keep = [i for n, i in enumerate(order) if n == 0 or (s[order[0]] - s[i] <= margin and rows[i]["shape"] > 0)]
    return [rows[i] for i in keep[:3]]


def report(name, questions, w, b, margins):
    asked = [q for q in questions if q["class"] == "answerable"]
    for margin in margins:
        texts = [" ".join(row["text"] for row in chosen(q["rows"], w, margin)) for q in asked]
        has = lambda text, q: any(norm(a) in norm(text) for a in q["answers"])
        in300 = np.mean([has(text[:300], q) for text, q in zip(texts, asked)])
        whole = np.mean([has(text, q) for text, q in zip(texts, asked)])
        words = np.median([len(text.split()) for text in texts])
        first = [(chosen(q["rows"], w, 0)[:1], q) for q in asked]
        cited = np.mean([any(q["passages"][row["hit"]]["document"] in q["documents"] for row in rows) for rows, q in first])
        print(f"{name}: margin {margin:.2f}: in 300 characters {in300:.3f}, in the answer {whole:.3f}, {words:.0f} words, document {cited:.3f}")
    conf = {c: np.array([confidence(q["rows"], w, b) for q in questions if q["class"] == c]) for c in ("answerable", "removed", "adversarial")}
    for other in ("removed", "adversarial"):
        if len(conf[other]):
            yes, no = conf["answerable"], conf[other]
            n = min(len(yes), len(no))
            p, y = np.r_[yes[:n], no[:n]], np.r_[np.ones(n), np.zeros(n)]
            refused, right = p < 0.5, y == 0
            f1 = 2 * (refused & right).sum() / max((refused.sum() + right.sum()), 1)
            print(f"{name}: {other}: AUROC {auroc(yes, no):.3f}, F1 of refusing at 0.5 {f1:.3f}, calibration error {calibration_error(p, y):.3f}")


def main():
    judge, files = sys.argv[1], sys.argv[2:]
    questions = [json.loads(line) for path in files for line in open(path, encoding="utf-8")]
    for q in questions:
        q["rows"] = prepare(q, judge)
        q["half"] = hashlib.sha256(q["article"].encode()).digest()[0] % 2
    scale = np.vstack([matrix(q["rows"]) for q in questions if q["rows"]]).std(0) + 1e-9
    margins = (0.5, 1, 1.5, 2, 2.5, 3)
    for half in (0, 1):
        fit = [q for q in questions if q["half"] == half]
        held = [q for q in questions if q["half"] != half]
        w = fit_ranking(fit, scale)
        b = fit_confidence(fit, w)
        for name in sorted({q["set"] for q in held}):
            report(f"{name}, fitted on the other half", [q for q in held if q["set"] == name], w, b, margins)
    w = fit_ranking(questions, scale)
    b = fit_confidence(questions, w)
    print("sentence weights", dict(zip(RANKED, w.round(3))))
    print("confidence weights (intercept, judged, context, missing)", b.round(3))


if __name__ == "__main__":
    main()
