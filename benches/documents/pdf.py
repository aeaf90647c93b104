"""PDF text against poppler's `pdftotext` (no -layout): word-F1 of every readable file, and the longest common
subsequence of words for papers in two columns.

    cargo build --profile ci -p footnote-ingest --example extract_text
    python benches/documents/pdf.py target/ci/examples/extract_text $T/documents

Both sides are NFKC, lower-cased, and words cut at line ends joined. Ends with 1 when a bar is missed: median F1 0.95, none
below 0.80, subsequence 0.90.
"""

import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

TWO_COLUMNS = ("testJournalParser.pdf", "tracemonkey.pdf")
BARS = {"median": 0.95, "least": 0.80, "subsequence": 0.90}


def words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).lower().replace("\u00ad", "")
    text = re.sub(r"(\w)[-\u2010]\s*\n\s*(\w)", r"\1\2", text)
    return re.findall(r"\w+", text)


def f1(ours: list[str], theirs: list[str]) -> tuple[float, float, float]:
    common = sum((Counter(ours) & Counter(theirs)).values())
    if common == 0:
        return 0.0, 0.0, 0.0
    precision, recall = common / len(ours), common / len(theirs)
    return 2 * precision * recall / (precision + recall), precision, recall


def subsequence(a: list[str], b: list[str]) -> float:
    """Length of the longest common subsequence over the longer side (Hyyrö's bit-parallel form)."""
    places: dict[str, int] = {}
    for i, word in enumerate(a):
        places[word] = places.get(word, 0) | 1 << i
    full = (1 << len(a)) - 1
    row = full
    for word in b:
        match = row & places.get(word, 0)
        row = ((row + match) | (row - match)) & full
    return (len(a) - row.bit_count()) / max(len(a), len(b), 1)


def run(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tool, folder = sys.argv[1], Path(sys.argv[2])
    scores, missed = [], []
    print("| file | words | F1 | precision | recall | subsequence |\n|---|---|---|---|---|---|")
    for path in sorted(folder.glob("*.pdf")):
        theirs = run(["pdftotext", "-q", "-enc", "UTF-8", str(path), "-"])
        ours = run([tool, str(path)])
        if ours is None or theirs is None or not words(theirs):
            why = "not read" if ours is None else "not read by pdftotext" if theirs is None else "no text by pdftotext"
            print(f"| {path.name} | {why} | | | | |")
            continue
        a, b = words(ours), words(theirs)
        score, precision, recall = f1(a, b)
        scores.append((score, path.name))
        order = subsequence(a, b) if path.name in TWO_COLUMNS else None
        shown = "" if order is None else f"{order:.3f}"
        print(f"| {path.name} | {len(b)} | {score:.3f} | {precision:.3f} | {recall:.3f} | {shown} |")
        if score < BARS["least"]:
            missed.append(f"{path.name}: F1 {score:.3f}")
        if order is not None and order < BARS["subsequence"]:
            missed.append(f"{path.name}: subsequence {order:.3f}")
    median = sorted(scores)[len(scores) // 2][0]
    print(f"\nmedian F1 {median:.3f} of {len(scores)} files")
    if median < BARS["median"]:
        missed.append(f"median F1 {median:.3f}")
    sys.exit("missed: " + "; ".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
