"""A process that answers one-line JSON commands: Footnote's `encoder_bench` example, or the stock encoder."""

import json
import os
import subprocess


class Process:
    def __init__(self, binary, threads):
        if not binary.exists():
            raise SystemExit(f"{binary} is missing: run benches/encoder/run.sh, which builds it")
        self.name = binary.name
        environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([binary], stdin=pipe, stdout=pipe, env=environment, text=True)

    def ask(self, do, **arguments):
        """Sends a command and waits for its answer."""
        self.process.stdin.write(json.dumps({"do": do} | arguments) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"error": f"it ended with {self.process.wait()}"}
        if "error" in answer:
            raise SystemExit(f"{self.name}: {do}: {answer['error']}")
        return answer

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Sides:
    """Footnote and candle-transformers, each in its process. ONNX Runtime runs in this one."""

    def __init__(self, target, threads):
        self.own = Process(target / "release/examples/encoder_bench", threads)
        self.stock = Process(target / "encoder-bench/stock/release/stock-encoder", threads)

    def load_own(self, model, precision):
        """Loads a model on our side; answers with `config` (models/src/config.rs) and `folder`."""
        return self.own.ask("load", model=model, precision=precision)

    def load_stock(self, files, loaded):
        config = loaded["config"]
        self.stock.ask(
            "load",
            weights=str(files.weights),
            tokenizer=f"{loaded['folder']}/tokenizer.json",
            config=hugging_face(config["architecture"]),
            max_tokens=config["max_tokens"],
            pooling=config["pooling"],
            prefix=config["passage_prefix"],
        )

    def pids(self):
        return [self.own.process.pid, self.stock.process.pid]

    def end(self):
        self.own.end()
        self.stock.end()


def hugging_face(sizes):
    """A `config.json` for candle-transformers."""
    return {
        "vocab_size": sizes["vocabulary"],
        "hidden_size": sizes["hidden"],
        "num_hidden_layers": sizes["layers"],
        "num_attention_heads": sizes["heads"],
        "intermediate_size": sizes["feed_forward"],
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "max_position_embeddings": sizes["positions"],
        "type_vocab_size": sizes["token_types"],
        "initializer_range": 0.02,
        "layer_norm_eps": sizes["norm_epsilon"],
        "pad_token_id": 0,
    }
