"""Checks what `footnote demo --json` printed: answers in three languages, refusals, no leak."""

import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
answers = report["answers"]
grounded = {a["language"] for a in answers if a["kind"] == "answerable" and a["answer"]["grounding"]["status"] == "grounded"}
problems = []
if grounded != {"en", "ro", "pl"}:
    problems.append(f"cited answers only in {sorted(grounded)}")
for a in answers:
    answer = a["answer"]
    status = answer["grounding"]["status"]
    if a["kind"] != "answerable" and status != "abstained":
        problems.append(f"{a['client']} answered {a['question']!r}: {answer['answer']!r}")
    for c in answer["citations"]:
        span = c["answer"]
        if answer["answer"][span["start_char"]:span["end_char"]] != c["quote"]:
            problems.append(f"citation {c['id']} of {a['question']!r} does not match its answer span")
        if not c["uri"].startswith(f"sample://{a['client']}/"):
            problems.append(f"{a['client']} was shown {c['uri']}")
if report["isolation"]["foreign"] != 0 or not report["isolation"]["owner_answers"]:
    problems.append(f"isolation: {report['isolation']}")
for problem in problems:
    print("demo:", problem)
print(f"demo: {len(answers)} questions, {sum(len(a['answer']['citations']) for a in answers)} citations, {len(problems)} problems")
sys.exit(1 if problems else 0)
