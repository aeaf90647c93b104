"""The files the references run on, made once from a model's folder and kept under the work folder."""

import hashlib
import json

from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import save_file

from . import graph, weights

VERSION = 1
"""Another number makes all files anew; raise it with every change of a graph."""


class Files:
    """`f32` and `int8`: graphs; `weights`: f32 safetensors under BERT's usual names, for candle-transformers."""

    def __init__(self, work, folder, config):
        source = f"{folder}/model.safetensors"
        here = work / "references" / config["name"]
        self.f32, self.int8, self.weights = here / "f32.onnx", here / "int8.onnx", here / "f32.safetensors"
        made_from = here / "made-from.json"
        with open(source, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        key = json.dumps({"version": VERSION, "weights": digest, "config": config}, sort_keys=True)
        if made_from.exists() and made_from.read_text() == key:
            return
        here.mkdir(parents=True, exist_ok=True)
        made_from.unlink(missing_ok=True)
        print(f"{config['name']}: building the reference graphs", flush=True)
        loaded = weights.load(source)
        graph.build(loaded, config, self.f32)
        quantize_dynamic(self.f32, self.int8, weight_type=QuantType.QInt8)
        save_file(loaded, self.weights)
        made_from.write_text(key)

    def graph(self, precision):
        return self.f32 if precision == "f32" else self.int8
