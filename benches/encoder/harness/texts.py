"""What is embedded: lines of a file, passages of a data set, or paragraphs of the sample corpus."""

import html
import json
import os
import re
from pathlib import Path

SHORTEST, LONGEST, PASSAGES = 300, 1200, 560
"""Characters of a passage, and how many are taken."""


def load(file, repository):
    """A name for the texts, and the texts."""
    if file:
        lines = [line.strip() for line in Path(file).read_text("utf-8").splitlines()]
        return Path(file).name, [line for line in lines if line]
    folder = os.environ.get("FOOTNOTE_TESTDATA")
    if folder:
        return "squad2-dev", data_set(Path(folder) / "datasets/squad2-dev/corpus.jsonl")
    return "sample corpus", sample(repository / "datasets/sample")


def data_set(path):
    """The first passages of a corpus in BEIR layout that are neither short nor long."""
    with open(path, encoding="utf-8") as file:
        texts = [" ".join(json.loads(line)["text"].split()) for line in file]
    return [text for text in texts if SHORTEST <= len(text) <= LONGEST][:PASSAGES]


def sample(folder):
    """Neighbouring paragraphs of the sample documents, joined until they are long enough."""
    texts = []
    for path in sorted(folder.glob("*/docs/*")):
        if path.suffix not in (".md", ".txt", ".html"):
            continue
        text = path.read_text("utf-8", errors="replace")  # one is not UTF-8, for the extractors to find out
        if path.suffix == ".html":
            text = re.sub(r"</(?:p|h\d|li|tr|table)>", "\n\n", re.sub(r"(?s)<(style|script).*?</\1>", "", text))
            text = html.unescape(re.sub(r"<[^>]*>", " ", text))
        passage = ""
        for paragraph in re.split(r"\n\s*\n", text):
            passage = " ".join(f"{passage} {paragraph}".split())
            if len(passage) >= SHORTEST:
                texts.append(passage[:LONGEST])
                passage = ""
    return texts


def sentences(folder):
    """Language and text of the made-up sentences that vectors are compared on."""
    lines = (folder / "sentences.tsv").read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines]


def of_tokens(tokenizer, texts, tokens, count):
    """`count` texts of just below or exactly `tokens` tokens, cut from the words of the given ones."""
    words = iter(" ".join(texts).split() * 10)
    made = []
    for _ in range(count):
        text = ""
        for word in words:
            longer = f"{text} {word}".strip()
            if len(tokenizer.encode(longer, add_special_tokens=False)) > tokens:
                break
            text = longer
        made.append(text)
    return made
