# Shared by the scripts of this folder: paths, tools, and timed steps. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
# One profile for tests and gates: optimised, every assertion of ours on. What it builds lies in target/release: crates of others
# are the same in the release build and compiled once for both (see Cargo.toml). `footnote` there is of whichever was built last.
PROFILE=bench
BUILT=target/release
# What incremental builds keep for the next one is only work in a checkout that has none.
[ -d "$BUILT/incremental" ] || export CARGO_INCREMENTAL="${CARGO_INCREMENTAL:-0}"
# Real retrieval sets and documents live beside a checkout, never in it.
if [ -z "${FOOTNOTE_TESTDATA:-}" ] && [ -d ../shared/datasets ]; then
  FOOTNOTE_TESTDATA="$(cd ../shared && pwd)"
  export FOOTNOTE_TESTDATA
fi

STEP_NAMES=()
STEP_SECONDS=()

# step NAME COMMAND...: runs it, remembers how long it took, ends the script when any line of it fails.
step() {
  local name="$1" started=$SECONDS failed=0
  shift
  printf '\n==> %s\n' "$name"
  # Not as a condition: inside one, bash lets every line of a function but the last fail unseen.
  set +e
  (set -e; "$@")
  failed=$?
  set -e
  if [ "$failed" -ne 0 ]; then
    printf '\nFAILED: %s (after %ss)\n' "$name" "$((SECONDS - started))"
    exit 1
  fi
  STEP_NAMES+=("$name")
  STEP_SECONDS+=("$((SECONDS - started))")
}

# The steps, slowest first.
summary() {
  printf '\nSteps, slowest first (seconds):\n'
  for i in "${!STEP_NAMES[@]}"; do printf '%6s  %s\n' "${STEP_SECONDS[$i]}" "${STEP_NAMES[$i]}"; done | sort -rn
  printf 'all: %ss\n' "$SECONDS"
}

need() {
  command -v "$1" >/dev/null 2>&1 || { printf '%s is needed: %s\n' "$1" "$2"; exit 1; }
}

check_tools() {
  need cargo "install Rust 1.95 or newer with rustup"
  need cc "install a C compiler (Debian: apt-get install build-essential); SQLite and zstd are compiled from source"
  need python3 "install Python 3 with pip; models are fetched as Python packages"
  python3 -m pip --version >/dev/null 2>&1 || { echo "pip is needed: install python3-pip"; exit 1; }
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
}

# Builds everything the tests need, the commands among it: one build, one set of features. Examples and the programs of
# `benches` have no tests; clippy reads them.
build_all() { cargo test --no-run --profile "$PROFILE" --workspace --tests; }

# The models that tests, demo and gates use. A model that is there already costs nothing.
fetch_models() {
  local footnote="$BUILT/footnote"
  for model in multilingual-e5-small-q4 all-minilm-l6-v2 bge-small-en-v1.5 ms-marco-minilm-l12-v2 \
    smollm2-135m-instruct-q4; do
    "$footnote" models fetch "$model"
  done
}

run_tests() {
  cargo test --quiet --profile "$PROFILE" --workspace --doc
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --cargo-profile "$PROFILE" --workspace --tests --no-fail-fast
  else
    cargo test --profile "$PROFILE" --workspace --tests --no-fail-fast
  fi
}
