"""Whether the vectors and scores are those of the reference."""

import numpy as np

from reference.session import Session


def cosines(found, reference):
    """Cosine of each pair of rows; the vectors need not have length 1."""
    found, reference = np.asarray(found, np.float64), np.asarray(reference, np.float64)
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(reference, axis=1)
    return (found * reference).sum(axis=1) / lengths


def worst(values, sentences):
    place = int(np.argmin(values))
    return {"min": float(values[place]), "mean": float(np.mean(values)), "worst_language": sentences[place][0]}


def compare(sides, model, files, loaded, precision, sentences, options):
    """Cosines of every sentence with ONNX Runtime's f32 vector: ours, ONNX Runtime's int8, candle's f32."""
    texts = [text for _, text in sentences]
    session = Session(files.f32, loaded["folder"], loaded["config"], options.threads)
    reference = session.vectors(texts)
    own = sides.own.ask("vectors", texts=texts)
    tokens = sum(len(encoding) for encoding in session.encodings(texts))
    if own["tokens"] != tokens:
        raise SystemExit(f"{model}: {own['tokens']} tokens where the reference has {tokens}")
    row = {"model": model, "precision": precision, "own": worst(cosines(own["vectors"], reference), sentences)}
    if precision == "f32":
        stock = sides.stock.ask("vectors", texts=texts)["vectors"]
        row["stock"] = worst(cosines(stock, reference), sentences)
    else:
        other = Session(files.int8, loaded["folder"], loaded["config"], options.threads).vectors(texts)
        row["onnx_runtime"] = worst(cosines(other, reference), sentences)
    return row
