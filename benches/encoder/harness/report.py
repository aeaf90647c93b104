"""The results as Markdown."""

from .bars import COSINE, GOAL, PEAK_MIB, SPEED


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(map(str, line)) + " |" for line in lines] + [""]


def spread(values, form):
    return f"{values['median']:{form}} ({values['min']:{form}}..{values['max']:{form}})"


def markdown(results, missed):
    host, options = results["host"], results["options"]
    versions = ", ".join(f"{name} {number}" for name, number in host["versions"].items())
    lines = [
        "# Encoder: Footnote, ONNX Runtime and candle-transformers on the same weights",
        "",
        f"`benches/encoder/run.sh {' '.join(options['arguments'])}`".replace(" `", "`"),
        "",
        f"{results['date']}, commit {host['commit']}{' with changes' * host['changed']}; {host['processor']}, "
        f"{host['unit']}, {host['cores']} cores, {host['threads']} threads, {host['memory_gib']} GiB, load before "
        f"{host['load_before']}; {versions}, candle-transformers 0.11.1. Texts: {results['texts']['count']} of "
        f"{results['texts']['name']}.",
        "",
    ]
    for part in (speed, cosines, rerank, latency, memory):
        lines += part(results)
    lines += ["## Bars", ""]
    lines += [f"- missed: {line}" for line in missed] or ["All that were measured hold."]
    return "\n".join(lines) + "\n"


def speed(results):
    if not results["speed"]:
        return []
    rows = []
    for row in results["speed"]:
        stock, share, limit = row["stock_tokens_per_s"], row["share_of_limit"], row["sgemm_limit_gflops"]
        rows.append([
            row["model"], row["precision"], row["batch"],
            spread(row["own_tokens_per_s"], ".0f"), spread(row["onnx_runtime_tokens_per_s"], ".0f"),
            spread(row["ratio"], ".3f"), f"{SPEED.get((row['precision'], row['batch']), 0):.2f}",
            f"{GOAL[row['precision']]:.1f}", f"{stock['median']:.0f}" if stock else "",
            f"{row['giga_operations_per_s']:.0f}", f"{share:.0%} of {limit:.0f}" if share else "",
            f"{row['others_cores']:.2f}",
        ])
    head = ["model", "precision", "batch", "Footnote tokens/s", "ONNX Runtime tokens/s", "ratio", "bar", "goal",
            "candle-transformers tokens/s", "Footnote Gop/s", "of the sgemm limit", "cores others took"]
    note = (
        f"Median (least..most) of {results['options']['pairs']} interleaved pairs; the ratio is the median of the pairs' "
        "ratios. Footnote's time includes tokenisation, ONNX Runtime's does not. Tokens are real ones; ONNX Runtime "
        "and candle-transformers pad each batch to its longest text. Gop/s counts the products with weights (two "
        "operations a weight a token), not attention's; the limit is OpenBLAS's sgemm, GFLOP/s, on 1024x384x1536 with "
        "as many threads. In int8, ONNX Runtime runs its own dynamically quantised graph."
    )
    return ["## Speed", "", *table(head, rows), note, ""]


def cosines(results):
    if not results["cosines"]:
        return []
    rows = []
    for row in results["cosines"]:
        other = row.get("stock") or row.get("onnx_runtime")
        own = row["own"]
        rows.append([row["model"], row["precision"], f"{own['min']:.6f} ({own['worst_language']})", f"{own['mean']:.6f}",
                     COSINE[row["precision"]], f"{other['min']:.6f} ({other['worst_language']})"])
    head = ["model", "precision", "Footnote, least", "mean", "bar", "other engine, least"]
    note = ("Cosine with ONNX Runtime's f32 vector, on the sentences of sentences.tsv. The other engine is "
            "candle-transformers in f32, ONNX Runtime's dynamic int8 in int8.")
    return ["## Vectors", "", *table(head, rows), note, ""]


def rerank(results):
    rows = [
        [row["model"], row["precision"], f"{row['count']} {row['what']} of {row['tokens_each']}", row["tokens"],
         f"{row['own_ms']:.0f}", f"{row['onnx_runtime_ms']:.0f}", f"{row['largest_logit_difference']:.4f}",
         f"{row['logit_range'][0]:.1f} to {row['logit_range'][1]:.1f}"]
        for row in results["rerank"]
    ]
    head = ["model", "precision", "pairs", "tokens", "Footnote ms", "ONNX Runtime ms", "logits differ by at most",
            "logits"]
    note = "Median of one call with all pairs. Logits are compared with ONNX Runtime's in f32."
    return ["## Reranking", "", *table(head, rows), note, ""] if rows else []


def latency(results):
    rows = [
        [row["model"], row["precision"], row["query_tokens"],
         *(f"{row[when][share]:.1f}" for when in ("alone_ms", "during_ingest_ms") for share in ("p50", "p95")),
         f"{row['ingest_tokens_per_s']:.0f}", f"{row['ingest_tokens_per_s_with_queries']:.0f}"]
        for row in results["latency"]
    ]
    head = ["model", "precision", "tokens", "alone p50 ms", "p95", "during an ingest p50 ms", "p95",
            "ingest tokens/s", "with the queries"]
    return ["## One query", "", *table(head, rows)] if rows else []


def memory(results):
    rows = [
        [row["model"], row["precision"], row["chunks"], f"{row['loaded_mib']:.0f}", f"{row['peak_mib']:.0f}",
         PEAK_MIB.get(row["model"], ""), *(f"{row[half]['rss_mib']:.0f}" for half in ("first_half", "second_half")),
         *(f"{row[half]['tokens_per_s']:.0f}" for half in ("first_half", "second_half"))]
        for row in results["memory"]
    ]
    head = ["model", "precision", "chunks", "loaded MiB", "peak MiB", "bar", "first half MiB", "second half MiB",
            "first half tokens/s", "second half tokens/s"]
    return ["## Memory", "", *table(head, rows)] if rows else []
