#!/usr/bin/env bash
# Runs one benchmark, or every one that tests/bench/limits.json has a promise for.
set -uo pipefail
cd "$(dirname "$0")/.."
name=${1:-}
options=()
[ -z "${2:-}" ] || options+=(--db "$2")
[ -z "${3:-}" ] || options+=(--small)
python=var/venv/bin/python
[ -n "$name" ] || name=$("$python" -c 'import json; print(*json.load(open("tests/bench/limits.json")))') || exit 1
status=0
for each in $name; do
  "$python" -m tests.bench "$each" "${options[@]}" || status=1
done
exit "$status"
