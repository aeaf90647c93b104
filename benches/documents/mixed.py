"""Makes a folder of mixed text files out of real paragraphs: mixed.py DATASETS OUT MEGABYTES.

Markdown, HTML, plain text, CSV and JSON lines in equal parts, files of 1 KB to 4 MB, no two alike. The same arguments
make the same files.
"""

import csv
import html
import io
import json
import pathlib
import random
import sys

SETS = ["nfcorpus", "cranfield", "squad2-dev", "xquad-en", "xquad-ro", "poquad-dev"]


def paragraphs(datasets: pathlib.Path) -> list[tuple[str, str]]:
    found = []
    for name in SETS:
        with open(datasets / name / "corpus.jsonl", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                found.append((record.get("title") or name, record["text"]))
    return found


def render(kind: str, chosen: list[tuple[str, str]], number: int) -> str:
    if kind == "md":
        return "\n\n".join(f"## {title}\n\n{text}" for title, text in chosen)
    if kind == "html":
        body = "".join(f"<h2>{html.escape(title)}</h2><p>{html.escape(text)}</p>" for title, text in chosen)
        return f"<!doctype html><meta charset=utf-8><title>File {number}</title><body><main>{body}</main>"
    if kind == "csv":
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(["title", "text"])
        rows.writerows(chosen)
        return out.getvalue()
    if kind == "jsonl":
        records = ({"_id": f"{number}-{i}", "title": title, "text": text} for i, (title, text) in enumerate(chosen))
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return "\n\n".join(text for _, text in chosen)


def main() -> None:
    datasets, out, megabytes = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), float(sys.argv[3])
    source, dice = paragraphs(datasets), random.Random(7)
    left, number = int(megabytes * 1e6), 0
    while left > 0:
        kind = ["md", "html", "txt", "csv", "jsonl"][number % 5]
        size = min(left, int(1000 * 4000 ** dice.random()))
        chosen, length = [], 0
        while length < size:
            chosen.append(dice.choice(source))
            length += len(chosen[-1][1])
        data = f"File {number}.\n\n" if kind in ("md", "txt") else ""
        data = (data + render(kind, chosen, number)).encode()
        folder = out / f"{number // 100:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:05}.{kind}").write_bytes(data)
        left, number = left - len(data), number + 1
    print(f"{number} files, {sum(f.stat().st_size for f in out.rglob('*.*')) / 1e6:.0f} MB")


main()
