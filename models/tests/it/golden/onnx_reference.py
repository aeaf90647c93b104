"""Writes onnx.json: what ONNX Runtime computes from the int8 exports, for tests/it/golden_onnx.rs.

    python onnx_reference.py ENCODER_FOLDER RERANKER_FOLDER > onnx.json

Each folder has the package's model.onnx and tokenizer.json. Needs numpy, onnx, onnxruntime (1.31 was used) and
tokenizers. Every text runs alone: the exports quantise activations with one scale a tensor, so a text's result
depends on what else is in its batch. `vectors` and `logits` come from the files as they are; `exact_vectors` and
`exact_logits` from the same weights with the activations left in floating point.
"""

import json
import sys

import numpy
import onnx
import onnxruntime
import tokenizers

SENTENCES = [
    "The invoice must be paid within thirty days of delivery.",
    "When is the payment due?",
    "Represent this sentence for searching relevant passages: When is the payment due?",
    "The pump is switched off before the filter is cleaned; the pressure must have fallen below 0.5 bar.",
    "Café prices in Zürich rose by 4.2 % (from CHF 4.30) in 2023.",
    "Employees are entitled to 25 days of paid leave a year, of which five may be carried over.",
    "fn main() { println!(\"{}\", 6 * 7); }",
    "A",
    "The cat sleeps on the sunny windowsill, the dog under the table, and nobody minds the noise of the "
    "street, which at this hour is mostly bicycles, the tram and the voices of people going home.",
    "no capital letters and no full stop",
]

QUERIES = [
    "how many days of paid leave do employees get",
    "what must be done before cleaning the filter",
    "when does the warranty end",
]

PASSAGES = [
    "Employees are entitled to 25 days of paid leave a year, of which five may be carried over.",
    "Leave is requested in the portal at least two weeks in advance and approved by the manager.",
    "The pump is switched off before the filter is cleaned; the pressure must have fallen below 0.5 bar.",
    "The filter is rinsed with clear water, dried and put back with the arrow pointing downwards.",
    "The manufacturer's warranty ends 24 months after delivery, or after 6,000 hours of operation.",
    "Warranty claims are sent to the service centre together with the invoice.",
    "The invoice must be paid within thirty days of delivery.",
    "The cat sleeps on the sunny windowsill.",
]


def exact(path):
    """The file with every quantised product replaced by one of floats, in the order of the network."""
    model = onnx.load(path)
    constants = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    makers = {name: node for node in model.graph.node for name in node.output}
    nodes = []
    for node in model.graph.node:
        if node.op_type == "Mul" and node.name.endswith("_quant_output_scale_mul"):
            product = makers[makers[node.input[0]].input[0]]
            scale = constants[makers[node.input[1]].input[1]]
            weight = (constants[product.input[1]].astype(numpy.float32) - constants[product.input[3]]) * scale
            name = product.input[1] + "_float"
            model.graph.initializer.append(onnx.numpy_helper.from_array(weight.astype(numpy.float32), name))
            node = onnx.helper.make_node("MatMul", [makers[product.input[0]].input[0], name], node.output)
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model.SerializeToString()


def load(folder, make=lambda path: path):
    tokenizer = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = make(f"{folder}/model.onnx")
    return tokenizer, onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])


def run(session, encoding):
    inputs = {
        "input_ids": encoding.ids,
        "attention_mask": encoding.attention_mask,
        "token_type_ids": encoding.type_ids,
    }
    return session.run(None, {name: numpy.array([ids], numpy.int64) for name, ids in inputs.items()})[0][0]


def vectors(tokenizer, session):
    for sentence in SENTENCES:
        first = run(session, tokenizer.encode(sentence))[0].astype(numpy.float64)
        yield [round(float(x), 6) for x in first / numpy.linalg.norm(first)]


def logits(tokenizer, session):
    for query in QUERIES:
        yield [round(float(run(session, tokenizer.encode(query, p))[0]), 5) for p in PASSAGES]


def main():
    parts = {
        "sentences": SENTENCES,
        "vectors": vectors(*load(sys.argv[1])),
        "exact_vectors": vectors(*load(sys.argv[1], exact)),
        "queries": QUERIES,
        "passages": PASSAGES,
        "logits": logits(*load(sys.argv[2])),
        "exact_logits": logits(*load(sys.argv[2], exact)),
    }
    rows = lambda rows: ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    print("{" + ",\n".join(f'"{name}": [\n {rows(values)}\n]' for name, values in parts.items()) + "}")


main()
