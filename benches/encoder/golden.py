"""Writes models/tests/it/golden/vectors.json: ONNX Runtime's f32 vectors of the sentences of sentences.tsv, from graphs
built of the weights Footnote uses, for machines without ONNX Runtime. Run it as `benches/encoder/run.sh golden`.

Every text runs alone, as a passage. `ids` are those of the text with its prefix, without special tokens, not cut.
"""

import argparse
import json
from pathlib import Path

import onnxruntime
from harness import host, texts
from harness.process import Process
from reference.files import Files
from reference.session import Session, tokenizer

HERE = Path(__file__).resolve().parent
ENCODERS = ["all-minilm-l6-v2", "multilingual-e5-small-q4", "bge-small-en-v1.5"]
DIGITS = 6


def golden(own, model, sentences, work):
    loaded = own.ask("load", model=model, precision="f32")
    folder, config = loaded["folder"], loaded["config"]
    session = Session(Files(work, folder, config).f32, folder, config, host.cores())
    whole = tokenizer(folder)
    prefixed = [config["passage_prefix"] + text for text in sentences]
    vectors = session.vectors(sentences)
    return {
        "model": model,
        "ids": [whole.encode(text, add_special_tokens=False).ids for text in prefixed],
        "vectors": [[round(float(value), DIGITS) for value in vector] for vector in vectors],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--target", type=Path, required=True, help="cargo's target folder")
    parser.add_argument("--models", default=",".join(ENCODERS))
    options = parser.parse_args()
    sentences = [text for _, text in texts.sentences(HERE)]
    own = Process(options.target.resolve() / "release/examples/encoder_bench", host.cores())
    work = options.target.resolve() / "encoder-bench"
    models = [golden(own, model, sentences, work) for model in options.models.split(",")]
    own.end()
    reference = f"ONNX Runtime {onnxruntime.__version__}, f32, graphs built by benches/encoder/reference"
    head = {"reference": reference, "sentences": sentences}
    # One model a line: readable in a diff, without a line a value.
    lines = [json.dumps(head, ensure_ascii=False)[:-1] + ', "models": [']
    lines += [",\n".join(json.dumps(model) for model in models), "]}"]
    path = HERE.parent.parent / "models/tests/it/golden/vectors.json"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"written: {path.relative_to(HERE.parent.parent)}, {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
