"""Questions about real files of many formats, asked of a running server that has read them.

    footnote ingest $T/documents
    footnote serve --no-auth --rate-per-s off --tenant-rate-per-s off &
    python benches/answers/documents.py $T/documents/questions.jsonl [http://127.0.0.1:7700]

For each file format: how many questions were answered, how often the answer's first 300 characters and its first three sentences hold a gold
answer, how often the first citation and any citation are of the right file, and whether every quote is what the server gives for its place.
"""

import json
import sys
import time
import unicodedata
import urllib.parse
import urllib.request
from collections import defaultdict

URL = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:7700"


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"content-type": "application/json", "x-client-id": "default"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def folded(text):
    text = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split())


def holds(text, answers):
    return any(f" {folded(answer)} " in f" {folded(text)} " for answer in answers)


def quoted(citation):
    source = citation["source"]
    place = urllib.parse.urlencode({"start": source["start_char"], "end": source["end_char"], "version": citation["version"]})
    return call(f"/v1/documents/{citation['document_id']}/text?{place}")["text"] == citation["quote"]


def main():
    sums = defaultdict(lambda: defaultdict(int))
    times = []
    with open(sys.argv[1], encoding="utf-8") as file:
        questions = [json.loads(line) for line in file]
    for question in questions:
        started = time.perf_counter()
        answer = call("/v1/answers", {"question": question["text"]})
        times.append(1000 * (time.perf_counter() - started))
        citations = answer["citations"]
        right = [citation["uri"].endswith("/" + question["file"]) for citation in citations]
        three = answer["answer"][: max((citation["answer"]["end_char"] for citation in citations[:3]), default=0)]
        exact = sum(map(quoted, citations))
        for key in (question["file"].rsplit(".", 1)[1], "all"):
            of = sums[key]
            of["questions"] += 1
            of["answered"] += bool(citations)
            of["in 300"] += holds(answer["answer"][:300], question["answers"])
            of["in 3"] += holds(three, question["answers"])
            of["first right"] += bool(right and right[0])
            of["any right"] += any(right)
            of["quotes"] += len(citations)
            of["exact"] += exact
    names = ["questions", "answered", "in 300", "in 3", "first right", "any right"]
    print("| format | " + " | ".join(names) + " |")
    print("| --- |" + " ---: |" * len(names))
    for key, of in sorted(sums.items(), key=lambda item: (item[0] == "all", item[0])):
        shares = [f"{of[name] / of['questions']:.3f}" for name in names[1:]]
        print(f"| {key} | {of['questions']} | " + " | ".join(shares) + " |")
    of = sums["all"]
    times.sort()
    print(f"{of['exact']} of {of['quotes']} quotes exact; p50 {times[len(times) // 2]:.0f} ms, p95 {times[len(times) * 95 // 100]:.0f} ms")


main()
