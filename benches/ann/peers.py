"""usearch and hannoy over the vectors `index-speed build` left in WORK: what building and one search of ten cost
on one thread, and how many of the exact ten they find.

    pip install -r benches/ann/requirements.txt
    python benches/ann/peers.py WORK [usearch] [hannoy]

The same numbers for exact scan, hnsw_rs and our graph come from `index-speed query WORK` and
`index-speed sealed WORK`. One Markdown row is printed for every setting.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

WANTED = 10
SIZES = (10_000, None)
SEARCH_WIDTHS = (32, 64, 128, 256)


def load(work: Path) -> tuple[np.ndarray, np.ndarray]:
    """The vectors and the questions' vectors, both unit length."""
    questions = json.loads((work / "questions.json").read_text())
    questions = questions["questions"] if isinstance(questions, dict) else questions
    asked = np.array([q["vector"] for q in questions], dtype=np.float32)
    stored = np.fromfile(work / "vectors.f32", dtype=np.float32).reshape(-1, asked.shape[1])
    return stored, asked


class Usearch:
    """24 links a node, 200 candidates while building, as Footnote builds with hnsw_rs."""

    def __init__(self, vectors: np.ndarray):
        from usearch.index import Index

        self.index = Index(
            ndim=vectors.shape[1], metric="ip", dtype="f32", connectivity=24, expansion_add=200
        )
        self.index.add(np.arange(len(vectors)), vectors, threads=1)

    def search(self, vector: np.ndarray, width: int) -> list[int]:
        self.index.expansion_search = width
        return self.index.search(vector, WANTED, threads=1).keys.tolist()


class Hannoy:
    """The same links and candidates, kept in LMDB."""

    def __init__(self, vectors: np.ndarray):
        import hannoy

        self.folder = tempfile.TemporaryDirectory()
        database = hannoy.Database(self.folder.name, hannoy.Metric.COSINE, env_size=4 << 30)
        with database.writer(vectors.shape[1], m=24, ef=200) as writer:
            for key, vector in enumerate(vectors):
                writer.add_item(key, vector.tolist())
        self.reader = database.reader()
        self.ids = np.zeros(WANTED, dtype=np.uint32)
        self.distances = np.zeros(WANTED, dtype=np.float32)

    def search(self, vector: np.ndarray, width: int) -> list[int]:
        self.reader.by_array(vector, n=WANTED, ef_search=width, out=(self.ids, self.distances))
        return self.ids.tolist()


PEERS = {"usearch": Usearch, "hannoy": Hannoy}


def measure(name: str, stored: np.ndarray, asked: np.ndarray) -> None:
    exact = np.argsort(-(asked @ stored.T), axis=1)[:, :WANTED]
    started = time.perf_counter()
    peer = PEERS[name](stored)
    built = time.perf_counter() - started
    for width in SEARCH_WIDTHS:
        times, found = [], 0
        for vector, best in zip(asked, exact):
            started = time.perf_counter()
            keys = peer.search(vector, width)
            times.append((time.perf_counter() - started) * 1e3)
            found += len(set(keys) & set(best.tolist()))
        times.sort()
        recall = found / len(asked) / WANTED
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        print(f"| {name} | {len(stored)} | {built:.1f} | {width} | {recall:.4f} | {p50:.2f} | {p95:.2f} |", flush=True)


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    stored, asked = load(Path(sys.argv[1]))
    names = sys.argv[2:] or list(PEERS)
    print("| engine | vectors | build s | search width | recall@10 | p50 ms | p95 ms |")
    print("|---|---|---|---|---|---|---|")
    for name in names:
        for size in SIZES:
            measure(name, stored[:size], asked)


if __name__ == "__main__":
    main()
