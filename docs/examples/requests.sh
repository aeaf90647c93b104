#!/usr/bin/env bash
# The same with curl alone.
set -euo pipefail
url="${FOOTNOTE_URL:-http://127.0.0.1:7700}"
json=(-sS --fail-with-body -H "Authorization: Bearer $FOOTNOTE_KEY" -H 'Content-Type: application/json')

# expect WHAT PATTERN TEXT: fails unless the text holds the pattern.
expect() { grep -q -- "$2" <<<"$3" || { echo "$1: $2 is not in: $3"; exit 1; }; echo "$1: as expected"; }

body='{"model":"footnote","messages":[{"role":"user","content":"How quickly will an engineer arrive when somebody is stuck in the lift?"}]}'
answer="$(curl "${json[@]}" -d "$body" "$url/v1/chat/completions")"
expect "chat" '35 minutes' "$answer"
expect "chat, citations" '"url_citation"' "$answer"

stream="$(curl "${json[@]}" -N -d "${body%\}},\"stream\":true}" "$url/v1/chat/completions")"
expect "stream" '^data: .*chat.completion.chunk' "$stream"
expect "stream, end" '^data: \[DONE\]$' "$stream"

expect "models" '"extractive"' "$(curl "${json[@]}" "$url/v1/models")"
model="$(curl "${json[@]}" "$url/v1/models" | tr '{' '\n' | sed -n '/"embedding"/s/.*"id":"\([^"]*\)".*/\1/p')"
expect "embeddings" '"object":"embedding"' "$(curl "${json[@]}" -d "{\"model\":\"$model\",\"input\":\"a lift\"}" "$url/v1/embeddings")"
expect "rerank" '"index":1,"relevance_score"' \
  "$(curl "${json[@]}" -d '{"query":"How many people fit in the lift?","documents":["The office closes at noon.","The lift carries eight persons."],"top_n":1}' "$url/v1/rerank")"

call() { curl "${json[@]}" -d "$1" "$url/mcp"; }
expect "tools" '"name":"fetch"' "$(call '{"jsonrpc":"2.0","id":1,"method":"tools/list"}')"
expect "tool" '35 minutes' \
  "$(call '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask","arguments":{"question":"How quickly will an engineer arrive when somebody is stuck in the lift?"}}}')"
echo "requests.sh: all well"
