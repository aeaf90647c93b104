"""Several sets in one client: each set's questions over the documents of all.

    python benches/answers/pool.py OUT $T/datasets/squad2-dev $T/datasets/nq-oracle-a $T/datasets/hotpotqa-100 $T/datasets/xquad-en
    footnote-eval answers --dataset OUT/squad2-dev --dataset OUT/nq-oracle-a --dataset OUT/hotpotqa-100 --dataset OUT/xquad-en

Sets share paragraphs (squad2-dev and xquad-en): what has the same text as a judged document is judged like it.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def squeezed(document):
    return " ".join(document["text"].split()).casefold()


def main():
    out, *folders = map(Path, sys.argv[1:])
    pooled = {}
    for folder in folders:
        for document in lines(folder / "corpus.jsonl"):
            if pooled.setdefault(document["_id"], document) is not document:
                sys.exit(f"{document['_id']} is in two sets")
    same = defaultdict(list)
    for name, document in pooled.items():
        same[squeezed(document)].append(name)

    for folder in folders:
        to = out / folder.name
        to.mkdir(parents=True, exist_ok=True)
        with open(to / "corpus.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in pooled.values())
        for name in ["queries.jsonl", "unanswerable.jsonl"]:
            if (folder / name).exists():
                (to / name).write_text((folder / name).read_text(encoding="utf-8"), encoding="utf-8")
        judged = [line.split("\t") for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]]
        rows = {(query, twin, grade) for query, name, grade in judged for twin in same[squeezed(pooled[name])]}
        with open(to / "qrels.tsv", "w", encoding="utf-8") as file:
            file.write("query-id\tcorpus-id\tscore\n")
            file.writelines("\t".join(row) + "\n" for row in sorted(rows))
        print(f"{to}: {len(pooled)} documents, {len(rows)} judgements ({len(judged)} in the set alone)")


main()
