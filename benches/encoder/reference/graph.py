"""An ONNX graph of a BERT-shaped network, with standard operators only.

Inputs: `input_ids` and `attention_mask`, int64 [batch, tokens]; a reranker also takes `token_type_ids`.
Outputs: an encoder's `embedding`, f32 [batch, hidden], pooled and of length 1; a reranker's `logit`, f32 [batch].
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def build(weights, config, path):
    """Writes the graph of a model to a file."""
    graph = Graph(weights, config)
    states = graph.network()
    output = graph.logit(states) if graph.reranker else graph.embedding(states)
    inputs = ["input_ids", "attention_mask"] + ["token_type_ids"] * graph.reranker
    shape = ["batch"] if graph.reranker else ["batch", graph.hidden]
    made = helper.make_graph(
        graph.nodes,
        config["name"],
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, path)


class Graph:
    """Nodes and constants as they are added; every method returns the name of its result."""

    def __init__(self, weights, config):
        self.weights = weights
        self.sizes = config["architecture"]
        self.hidden = self.sizes["hidden"]
        self.pooling = config["pooling"]
        self.reranker = config["kind"] == "reranker"
        self.nodes, self.constants = [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def add(self, kind, inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def dense(self, x, weight, name):
        matrix = self.constant(f"{weight}.weight", self.weights[f"{weight}.weight"].T)
        bias = self.constant(f"{weight}.bias", self.weights[f"{weight}.bias"])
        return self.add("Add", [self.add("MatMul", [x, matrix], f"{name}_product"), bias], name)

    def norm(self, x, weight, name):
        parts = [self.constant(f"{weight}.{part}", self.weights[f"{weight}.{part}"]) for part in ("weight", "bias")]
        return self.add("LayerNormalization", [x, *parts], name, epsilon=self.sizes["norm_epsilon"], axis=-1)

    def network(self):
        """The last layer's token vectors, [batch, tokens, hidden]."""
        x = self.look_up()
        self.add("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
        self.add("Unsqueeze", ["mask", self.constant("axes_1_2", np.array([1, 2]))], "mask_keys")
        hidden = self.add("Sub", [self.constant("one", np.float32(1)), "mask_keys"], "masked")
        self.add("Mul", [hidden, self.constant("minus_infinity", np.float32(-1e9))], "mask_bias")
        heads, size = self.sizes["heads"], self.hidden // self.sizes["heads"]
        self.constant("to_heads", np.array([0, 0, heads, size]))
        self.constant("from_heads", np.array([0, 0, self.hidden]))
        self.constant("score_scale", np.float32(1 / np.sqrt(size)))
        for layer in range(self.sizes["layers"]):
            x = self.layer(x, f"encoder.layer.{layer}", f"layer_{layer}")
        return x

    def look_up(self):
        """Word, position and token type embeddings, added and normalised."""
        words, positions, types = (
            self.weights[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
        )
        positions = positions[self.sizes["first_position"] :]
        word = self.add("Gather", [self.constant("words", words), "input_ids"], "word")
        if self.reranker:
            kind = self.add("Gather", [self.constant("types", types), "token_type_ids"], "type")
            word = self.add("Add", [word, kind], "typed_word")
        else:
            positions = positions + types[0]
        shape = self.add("Shape", ["input_ids"], "shape")
        tokens = self.add("Gather", [shape, self.constant("second", np.array([1]))], "tokens")
        bounds = [self.constant("start", np.array([0])), tokens, self.constant("axis_0", np.array([0]))]
        place = self.add("Slice", [self.constant("positions", positions), *bounds], "place")
        return self.norm(self.add("Add", [word, place], "placed"), "embeddings.LayerNorm", "embedded")

    def layer(self, x, weight, name):
        """One transformer layer."""

        def heads(part, order):
            product = self.dense(x, f"{weight}.attention.self.{part}", f"{name}_{part}")
            parted = self.add("Reshape", [product, "to_heads"], f"{name}_{part}_heads")
            return self.add("Transpose", [parted], f"{name}_{part}_turned", perm=order)

        query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
        scores = self.add("MatMul", [query, key], f"{name}_scores")
        scores = self.add("Mul", [scores, "score_scale"], f"{name}_scaled")
        scores = self.add("Add", [scores, "mask_bias"], f"{name}_masked")
        shares = self.add("Softmax", [scores], f"{name}_shares", axis=-1)
        context = self.add("MatMul", [shares, value], f"{name}_context_heads")
        context = self.add("Transpose", [context], f"{name}_context_turned", perm=[0, 2, 1, 3])
        context = self.add("Reshape", [context, "from_heads"], f"{name}_context")
        attended = self.dense(context, f"{weight}.attention.output.dense", f"{name}_attended")
        x = self.add("Add", [attended, x], f"{name}_first_sum")
        x = self.norm(x, f"{weight}.attention.output.LayerNorm", f"{name}_first")
        inner = self.add("Gelu", [self.dense(x, f"{weight}.intermediate.dense", f"{name}_up")], f"{name}_inner")
        outer = self.dense(inner, f"{weight}.output.dense", f"{name}_down")
        x = self.add("Add", [outer, x], f"{name}_second_sum")
        return self.norm(x, f"{weight}.output.LayerNorm", f"{name}_second")

    def first_token(self, x):
        return self.add("Gather", [x, self.constant("first", np.int64(0))], "first_token", axis=1)

    def mean(self, x):
        """The mean over the tokens that are not padding."""
        mask = self.add("Unsqueeze", ["mask", self.constant("axis_2", np.array([2]))], "mask_values")
        axis = self.constant("axis_1", np.array([1]))
        total = self.add("ReduceSum", [self.add("Mul", [x, mask], "kept"), axis], "total", keepdims=0)
        count = self.add("ReduceSum", ["mask", axis], "count", keepdims=1)
        return self.add("Div", [total, count], "mean")

    def embedding(self, x):
        pooled = self.mean(x) if self.pooling == "mean" else self.first_token(x)
        return self.add("LpNormalization", [pooled], "embedding", axis=-1, p=2)

    def logit(self, x):
        pooled = self.add("Tanh", [self.dense(self.first_token(x), "pooler.dense", "pooler")], "pooled")
        scores = self.dense(pooled, "classifier", "scores")
        return self.add("Squeeze", [scores, self.constant("axis_last", np.array([1]))], "logit")
