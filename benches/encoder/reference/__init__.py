"""The references: graphs for ONNX Runtime built from the weights Footnote itself uses."""
