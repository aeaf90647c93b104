"""Sets whose documents are in two languages, from two parallel sets.

    python benches/answers/mixed.py $T/datasets/xquad-en $T/datasets/xquad-ro OUT
    footnote-eval answers --dataset OUT/mixed-en --dataset OUT/mixed-ro --dataset OUT/both-en --dataset OUT/both-ro --answerable 300

mixed-en and mixed-ro: every other article in each language, and the questions of one language about all of them. About half are about an
article in the other language, with articles of their own language beside it; an answer counts in the language of its article.
both-en and both-ro: every article in both languages, as `ID-en` and `ID-ro`; an answer counts in either.
"""

import json
import sys
from pathlib import Path


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write(folder, documents, questions, judged):
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in [("corpus", documents), ("queries", questions)]:
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with open(folder / "qrels.tsv", "w", encoding="utf-8") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        file.writelines(f"{question}\t{document}\t1\n" for question, document in judged)
    print(f"{folder}: {len(documents)} documents, {len(questions)} questions")


def main():
    *folders, out = map(Path, sys.argv[1:])
    codes = [folder.name.rsplit("-", 1)[1] for folder in folders]
    documents = list(zip(*(lines(folder / "corpus.jsonl") for folder in folders), strict=True))
    questions = list(zip(*(lines(folder / "queries.jsonl") for folder in folders), strict=True))
    if any(one["_id"] != other["_id"] for one, other in documents + questions):
        sys.exit("the two sets are not parallel: their ids differ")
    judged = [line.split("\t")[:2] for line in (folders[0] / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    about = dict(judged)

    # "xq-07-3" is a paragraph of article 7.
    def which(document):
        return int(document.split("-")[1]) % 2

    mixed = [pair[which(pair[0]["_id"])] for pair in documents]
    both = [{**row, "_id": f"{row['_id']}-{code}"} for pair in documents for row, code in zip(pair, codes)]
    judged_both = [(question, f"{document}-{code}") for question, document in judged for code in codes]
    for asked, code in enumerate(codes):
        one = [{**pair[asked], "answers": pair[which(about[pair[0]["_id"]])]["answers"]} for pair in questions]
        either = [{**pair[asked], "answers": sum((row["answers"] for row in pair), [])} for pair in questions]
        write(out / f"mixed-{code}", mixed, one, judged)
        write(out / f"both-{code}", both, either, judged_both)


main()
