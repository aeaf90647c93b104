"""Sets whose documents are in two languages, from two parallel sets: every other article in each language.

    python benches/answers/mixed.py $T/datasets/xquad-en $T/datasets/xquad-ro OUT
    footnote-eval answers --dataset OUT/mixed-en --dataset OUT/mixed-ro --answerable 600

Two sets come out, one for the questions of each language, over the same documents. About half of the questions are about an article that is
in the other language, with articles of their own language beside it; an answer counts in the language of its article.
"""

import json
import sys
from pathlib import Path


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main():
    one, other, out = map(Path, sys.argv[1:])
    folders = [one, other]
    codes = [folder.name.rsplit("-", 1)[1] for folder in folders]
    documents = [lines(folder / "corpus.jsonl") for folder in folders]
    questions = [lines(folder / "queries.jsonl") for folder in folders]
    judged = (one / "qrels.tsv").read_text(encoding="utf-8")
    for rows in (documents, questions):
        if [row["_id"] for row in rows[0]] != [row["_id"] for row in rows[1]]:
            sys.exit("the two sets are not parallel: their ids differ")

    # "xq-07-3" is a paragraph of article 7.
    def which(document):
        return int(document.split("-")[1]) % 2

    about = dict(line.split("\t")[:2] for line in judged.splitlines()[1:])
    mixed = [pair[which(pair[0]["_id"])] for pair in zip(*documents)]
    for asked, code in enumerate(codes):
        folder = out / f"mixed-{code}"
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / "corpus.jsonl", mixed)
        answers = [pair[which(about[pair[0]["_id"]])]["answers"] for pair in zip(*questions)]
        write(folder / "queries.jsonl", [{**q, "answers": a} for q, a in zip(questions[asked], answers)])
        (folder / "qrels.tsv").write_text(judged, encoding="utf-8")
        crossing = sum(which(about[q["_id"]]) != asked for q in questions[asked])
        print(f"{folder}: {len(mixed)} documents, {len(answers)} questions, {crossing} across languages")


main()
