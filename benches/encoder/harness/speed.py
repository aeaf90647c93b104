"""Tokens a second of Footnote, ONNX Runtime and candle-transformers on the same batches, one after the other."""

import statistics
import time

from reference.session import Session

from . import host

NO_LIMIT = 1e9
REST = 0.3
"""Seconds between two sides: ONNX Runtime's threads go on spinning for a moment."""

GOLDEN = (5**0.5 - 1) / 2


def batches_of(encodings, texts, size):
    """Batches (indices) of texts in order of length, only whole ones. Any first few of them have about the mix of
    lengths of all: the batches are visited in steps of the golden ratio."""
    order = sorted(range(len(texts)), key=lambda index: len(encodings[index]))
    batches = [order[start : start + size] for start in range(0, len(order) - size + 1, size)]
    places = sorted(range(len(batches)), key=lambda place: place * GOLDEN % 1)
    return [batches[place] for place in places]


def flop_per_token(sizes):
    """Of the matrix products with weights; attention's own products are not counted."""
    hidden, inner = sizes["hidden"], sizes["feed_forward"]
    return 2 * sizes["layers"] * (4 * hidden * hidden + 2 * hidden * inner)


class Row:
    """One model, precision and batch size."""

    def __init__(self, sides, session, texts, batch, options):
        self.sides, self.session, self.options = sides, session, options
        encodings = session.encodings(texts)
        batches = batches_of(encodings, texts, batch)
        if not batches:
            raise SystemExit(f"{len(texts)} texts are too few for batches of {batch}")
        encoded = [[encodings[index] for index in indices] for indices in batches]
        warm = session.time(encoded, options.seconds / 4)
        wanted = options.seconds * warm["tokens"] / warm["seconds"]
        total = count = 0
        while count < len(encoded) and total < wanted:
            total += sum(len(encoding) for encoding in encoded[count])
            count += 1
        self.encoded = encoded[:count]
        given = [[texts[index] for index in indices] for indices in batches[:count]]
        for side in (sides.own, sides.stock):
            side.ask("batches", batches=given)
        sides.own.ask("run", seconds=options.seconds / 8)

    def own(self):
        return self.sides.own.ask("run", seconds=NO_LIMIT)

    def reference(self):
        return self.session.time(self.encoded, NO_LIMIT)

    def stock(self):
        return self.sides.stock.ask("run", seconds=self.options.seconds)

    def measure(self, with_stock):
        """The interleaved pairs; who is first alternates."""
        runs = {"own": [], "reference": [], "stock": []}
        for pair in range(self.options.pairs):
            order = ["own", "reference"] if pair % 2 == 0 else ["reference", "own"]
            for side in order + ["stock"] * with_stock:
                time.sleep(REST)
                runs[side].append(getattr(self, side)())
            own, reference = runs["own"][-1], runs["reference"][-1]
            if own["tokens"] != reference["tokens"]:
                counts = f"{own['tokens']} and {reference['tokens']}"
                raise SystemExit(f"the two sides made {counts} tokens of the same texts")
        return runs


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "all": values}


def measure(sides, model, files, loaded, precision, batch, texts, options):
    """One row of the table; `loaded` is what our side answered when it loaded the model."""
    config = loaded["config"]
    session = Session(files.graph(precision), loaded["folder"], config, options.threads)
    limit = host.sgemm_limit(options.threads) if precision == "f32" else None
    row = Row(sides, session, texts, batch, options)
    others = host.Others(sides.pids())
    runs = row.measure(with_stock=precision == "f32")
    others = others.cores()
    speeds = {side: [run["tokens"] / run["seconds"] for run in done] for side, done in runs.items()}
    ratios = [own / reference for own, reference in zip(speeds["own"], speeds["reference"])]
    own = spread(speeds["own"])
    operations = own["median"] * flop_per_token(config["architecture"]) / 1e9
    return {
        "model": model,
        "precision": precision,
        "batch": batch,
        "tokens": runs["own"][0]["tokens"],
        "own_tokens_per_s": own,
        "onnx_runtime_tokens_per_s": spread(speeds["reference"]),
        "stock_tokens_per_s": spread(speeds["stock"]) if speeds["stock"] else None,
        "ratio": spread(ratios),
        "giga_operations_per_s": operations,
        "sgemm_limit_gflops": limit,
        "share_of_limit": operations / limit if limit else None,
        "others_cores": others,
    }
