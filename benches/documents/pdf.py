"""PDF text against poppler's `pdftotext` (no -layout): word-F1 of every readable file, and for papers in two columns the
longest common subsequence of words with pdftotext's order and with that of the content stream (`-raw`), which is the author's
in these papers; pdftotext's two orders have 0.898 and 0.945 in common with each other, so the greater of ours counts.

    cargo build --profile bench -p footnote-ingest --example extract_text
    python benches/documents/pdf.py target/release/examples/extract_text $T/documents

Both sides are NFKC, lower-cased, and words cut at line ends joined. Pages of which pdftotext gives noise (controls, private use)
are left out on both sides; of ours there, the share of words is told that occur in pdftotext's text of the other pages. Ends
with 1 when a bar is missed: median F1 0.95, none below 0.80, subsequence 0.90, known words 0.80.
"""

import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

TWO_COLUMNS = ("testJournalParser.pdf", "tracemonkey.pdf")
BARS = {"median": 0.95, "least": 0.80, "subsequence": 0.90, "known": 0.80}
MAX_NOISE = 0.1


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


def is_noise(page: str) -> bool:
    """Whether more than a tenth of what is visible has no meaning: controls, private use, unassigned."""
    visible = [c for c in page if c == "\x03" or not c.isspace()]
    return sum(unicodedata.category(c) in ("Cc", "Co", "Cn") for c in visible) > MAX_NOISE * len(visible)


def readable(ours: str, theirs: str) -> tuple[str, str, str, int]:
    """Ours and theirs without the pages where theirs is noise, ours of those pages, and how many they are."""
    a, b = ours.split("\f"), theirs.removesuffix("\f").split("\f")
    bad = [i for i, page in enumerate(b) if is_noise(page)]
    if len(a) != len(b) or not bad:
        return ours, theirs, "", 0
    keep = [i for i in range(len(b)) if i not in bad]
    text = lambda pages, which: "\n".join(pages[i] for i in which)
    return text(a, keep), text(b, keep), text(a, bad), len(bad)


def order(tool: str, path: Path, theirs: list[str]) -> tuple[float, float]:
    """The subsequences that our words have in common with pdftotext's and with those of the content stream."""
    ours = words(run([tool, str(path)]) or "")
    raw = words(run(["pdftotext", "-q", "-raw", "-enc", "UTF-8", str(path), "-"]) or "")
    return subsequence(ours, theirs), subsequence(ours, raw)


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
    scores, missed, unchecked = [], [], []
    vocabulary: set[str] = set()
    print("| file | words | F1 | precision | recall | subsequence |\n|---|---|---|---|---|---|")
    for path in sorted(folder.glob("*.pdf")):
        theirs = run(["pdftotext", "-q", "-enc", "UTF-8", str(path), "-"])
        ours = run([tool, "--pages", str(path)])
        if ours is None or theirs is None or not words(theirs):
            why = "not read" if ours is None else "not read by pdftotext" if theirs is None else "no text by pdftotext"
            print(f"| {path.name} | {why} | | | | |")
            continue
        whole = f1(words(ours), words(theirs))[0]
        ours, theirs, rest, noisy = readable(ours, theirs)
        if noisy:
            unchecked.append((path.name, noisy, words(rest), whole))
        a, b = words(ours), words(theirs)
        vocabulary.update(b)
        score, precision, recall = f1(a, b)
        scores.append((score, path.name))
        orders = order(tool, path, b) if path.name in TWO_COLUMNS else ()
        shown = " / ".join(f"{part:.3f}" for part in orders)
        print(f"| {path.name} | {len(b)} | {score:.3f} | {precision:.3f} | {recall:.3f} | {shown} |")
        if score < BARS["least"]:
            missed.append(f"{path.name}: F1 {score:.3f}")
        if orders and orders[0] < BARS["subsequence"]:
            missed.append(f"{path.name}: subsequence {orders[0]:.3f}")
    for name, pages, rest, whole in unchecked:
        long = [word for word in rest if len(word) >= 4 and word.isalpha()]
        known = sum(word in vocabulary for word in long) / max(len(long), 1)
        print(f"\n{name}: pdftotext gives noise on {pages} pages, left out (F1 with them {whole:.3f}); "
              f"{known:.3f} of our {len(long)} words there are known")
        if long and known < BARS["known"]:
            missed.append(f"{name}: known words {known:.3f}")
    median = sorted(scores)[len(scores) // 2][0]
    print(f"\nmedian F1 {median:.3f} of {len(scores)} files")
    if median < BARS["median"]:
        missed.append(f"median F1 {median:.3f}")
    sys.exit("missed: " + "; ".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
