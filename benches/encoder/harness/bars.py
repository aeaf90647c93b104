"""What must hold, and what of it does not."""

SPEED = {
    ("f32", 1): 0.80,
    ("f32", 8): 0.95,
    ("f32", 32): 0.95,
    ("int8", 1): 1.00,
    ("int8", 8): 1.00,
    ("int8", 32): 1.00,
}
"""Least median ratio to ONNX Runtime at the same precision and batch size."""

GOAL = {"f32": 1.0, "int8": 1.2}
"""What we want; missing it is no failure."""

COSINE = {"f32": 0.9999, "int8": 0.99}
"""Least cosine of any sentence with ONNX Runtime's f32 vector."""

PEAK_MIB = {"multilingual-e5-small-q4": 600, "all-minilm-l6-v2": 400}
"""Most memory of a process that embeds 20,000 chunks of 200 tokens."""

DRIFT = 0.02
"""By how much the second half of that run may take more memory, or be slower."""


OTHERS = 0.1
"""Cores that other programs may take during a row; beyond it the row says nothing, as busy cores slow ONNX Runtime,
whose threads wait for one another by spinning, far more than Footnote."""


def missed(results):
    """A line for every bar that does not hold, or was measured in vain."""
    return [*speed(results["speed"]), *cosine(results["cosines"]), *memory(results["memory"])]


def speed(rows):
    for row in rows:
        bar = SPEED.get((row["precision"], row["batch"]))
        where = f"{row['model']} {row['precision']} batch {row['batch']}"
        if row["others_cores"] > OTHERS:
            yield f"speed: {where}: other programs took {row['others_cores']:.2f} cores; measure on an idle machine"
        elif bar and row["ratio"]["median"] < bar:
            yield f"speed: {where}: {row['ratio']['median']:.3f} of ONNX Runtime, must be {bar:.2f}"


def cosine(rows):
    for row in rows:
        found, bar = row["own"]["min"], COSINE[row["precision"]]
        if not found >= bar:
            where = f"{row['model']} {row['precision']} ({row['own']['worst_language']})"
            yield f"cosine: {where}: {found:.6f}, must be {bar}"


def memory(rows):
    for row in rows:
        model, first, second = row["model"], row["first_half"], row["second_half"]
        most = PEAK_MIB.get(model)
        if most and row["peak_mib"] > most:
            yield f"memory: {model}: peak {row['peak_mib']:.0f} MiB, must be at most {most}"
        if second["rss_mib"] > first["rss_mib"] * (1 + DRIFT):
            grown = f"{first['rss_mib']:.0f} to {second['rss_mib']:.0f} MiB"
            yield f"memory: {model}: grew from {grown} in the second half, may by {DRIFT:.0%}"
        if second["tokens_per_s"] < first["tokens_per_s"] * (1 - DRIFT):
            slower = f"{first['tokens_per_s']:.0f} to {second['tokens_per_s']:.0f} tokens/s"
            yield f"memory: {model}: slowed from {slower} in the second half, may by {DRIFT:.0%}"
