"""Dynamic top-k (server/src/answers/context.rs) against every fixed k, on what `answer-candidates` measured.

    python benches/answers/top_k.py squad2-dev.jsonl poquad-dev.jsonl ...

For each share of the best score: mean words read, and the share of answerable questions whose answer is in them; beside it what a
fixed k would find in the same mean words (between two k, by interpolation).
"""

import json
import sys

LEAST, MOST = 2, 8


def norm(text):
    return " ".join(text.lower().split())


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def main():
    for path in sys.argv[1:]:
        questions = [json.loads(line) for line in open(path, encoding="utf-8")]
        asked = [q for q in questions if q["class"] == "answerable" and q["passages"]]
        rows = []
        for q in asked:
            passages = q["passages"][:MOST]
            has = [any(norm(gold) in norm(p["text"]) for gold in q["answers"]) for p in passages]
            rows.append((has, [p["score"] for p in passages], [len(p["text"].split()) for p in passages]))

        def read(depths):
            words = mean(sum(w[:k]) for (_, _, w), k in zip(rows, depths))
            return words, mean(any(h[:k]) for (h, _, _), k in zip(rows, depths))

        fixed = [read([k] * len(rows)) for k in range(1, MOST + 1)]
        print(f"{path}: {len(rows)} questions")
        print("fixed k:", ", ".join(f"{k}: {w:.0f} words {a:.3f}" for k, (w, a) in enumerate(fixed, 1)))
        for share in (0.8, 0.7, 0.6, 0.5, 0.4, 0.3):
            depths = []
            for _, scores, _ in rows:
                good = next((i for i, s in enumerate(scores) if i >= LEAST and s < share * scores[0]), len(scores))
                depths.append(good)
            words, found = read(depths)
            same = next(
                (a + (words - w) / (x - w) * (b - a) for (w, a), (x, b) in zip(fixed, fixed[1:]) if w <= words <= x),
                fixed[-1][1],
            )
            print(f"share {share}: k {mean(depths):.1f}, {words:.0f} words, {found:.3f}; fixed k with as many words {same:.3f}")


if __name__ == "__main__":
    main()
