"""ONNX Runtime on a graph of `graph.py`, fed as Footnote feeds its own network."""

import time

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


class Session:
    """A loaded graph with its tokenizer."""

    def __init__(self, graph, folder, config, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self.names = [value.name for value in self.session.get_inputs()]
        self.prefix = config["passage_prefix"]
        self.tokenizer = tokenizer(folder, config["max_tokens"])

    def encodings(self, texts):
        return self.tokenizer.encode_batch([self.prefix + text for text in texts])

    def pairs(self, query, passages):
        return self.tokenizer.encode_batch([(query, passage) for passage in passages])

    def run(self, encodings):
        """The graph's output for one batch, padded to its longest text."""
        shape = (len(encodings), max(len(encoding) for encoding in encodings))
        inputs = {name: np.zeros(shape, np.int64) for name in self.names}
        for row, encoding in enumerate(encodings):
            parts = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask}
            parts["token_type_ids"] = encoding.type_ids
            for name, values in inputs.items():
                values[row, : len(encoding)] = parts[name]
        return self.session.run(None, inputs)[0]

    def vectors(self, texts):
        """A vector a text, each text alone."""
        return np.concatenate([self.run([encoding]) for encoding in self.encodings(texts)])

    def time(self, batches, seconds):
        """Runs batches of encodings in order until they are done or the time is up; Footnote's `run` answers alike."""
        done = texts = tokens = 0
        started = time.perf_counter()
        for batch in batches:
            self.run(batch)
            done += 1
            texts += len(batch)
            tokens += sum(len(encoding) for encoding in batch)
            if time.perf_counter() - started >= seconds:
                break
        return {"batches": done, "texts": texts, "tokens": tokens, "seconds": time.perf_counter() - started}


def tokenizer(folder, max_tokens=None):
    """The model's tokenizer as Footnote sets it: no padding, no special tokens found in a text."""
    made = Tokenizer.from_file(f"{folder}/tokenizer.json")
    made.no_padding()
    made.no_truncation()
    made.encode_special_tokens = True
    if max_tokens:
        made.enable_truncation(max_tokens)
    return made
