#!/usr/bin/env bash
# Footnote's encoder against ONNX Runtime and candle-transformers, on the same weights:
#   benches/encoder/run.sh [OPTIONS]     see `run.sh --help`; ends with 1 when a bar is missed
#   benches/encoder/run.sh golden        writes models/tests/it/golden/vectors.json
# Builds all it needs, and a Python environment of its own, under the target folder. Needs Rust and Python 3.11+.
set -euo pipefail
cd "$(dirname "$0")/../.."

target="${CARGO_TARGET_DIR:-target}"
work="$target/encoder-bench"
cargo build --release --locked -p footnote-models --examples
CARGO_TARGET_DIR="$work/stock" cargo build --release --locked --manifest-path benches/encoder/stock/Cargo.toml
if [ ! -x "$work/venv/bin/python" ]; then
  python3 -m venv "$work/venv"
fi
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r benches/encoder/requirements.txt

script=compare.py
if [ "${1:-}" = golden ]; then
  script=golden.py
  shift
fi
exec "$work/venv/bin/python" "benches/encoder/$script" --target "$target" "$@"
