#!/usr/bin/env bash
# Renews requirements.txt, requirements-dev.txt and package-lock.json; pinned versions stay
# unless the input asks for another (delete a line first to let that package move).
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  var/venv/bin/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header "$@" >/dev/null
}
compile -o requirements.txt
compile --extra dev -c requirements.txt -o requirements-dev.txt
npm install --package-lock-only --ignore-scripts --no-fund --no-audit --loglevel=error
