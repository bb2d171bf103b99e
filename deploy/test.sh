#!/usr/bin/env bash
# Runs one tier of checks. Every step runs even if an earlier one failed, so that one run shows
# everything; the exit status says whether all of them held.
set -uo pipefail
cd "$(dirname "$0")/.."
tier=${1:-all}
bin=var/venv/bin
failed=()
export RESULTS=var/results/$tier.jsonl  # one line for each proof of a target; a fresh file each run
rm -f "$RESULTS"

step() {
  local name=$1
  shift
  printf '\n\033[1m== %s\033[0m\n' "$name"
  "$@" || failed+=("$name")
}

pytest() {
  "$bin/python" -m pytest "$@"
}

static_checks() {
  step "format" "$bin/ruff" format --check --output-format concise .
  step "lint" "$bin/ruff" check --output-format concise .
  step "types" "$bin/mypy"
  step "imports" "$bin/lint-imports" --no-logo
  step "secrets and unsafe calls" "$bin/python" deploy/scan.py
}

alone='browser or bench'
short='not proof and not nightly'
# Where those are: to collect the whole suite again takes a quarter of a minute each time.
browsers="tests/browser tests/journeys"
timed=$(grep -rl --include='*.py' 'mark\.bench' tests)
fast="not ($alone) and not database and not postgres and not slow and $short"

case $tier in
  check)
    static_checks
    step "fast tests" pytest -q -n 2 -m "$fast"
    ;;
  all)
    static_checks
    step "tests" pytest -n 2 --dist worksteal -m "not ($alone) and $short"
    step "journeys in the browser" pytest -n 2 --dist loadfile tests/journeys -m "$short"
    step "timed tests, one after the other" pytest $timed -m "bench and $short"
    ;;
  proof)
    # What `make test` does not run: an issue closes when both hold.
    static_checks
    step "proofs" pytest -n 2 --dist load --maxschedchunk 1 --durations 20 -m "proof and not nightly and not ($alone)"
    # Apart: a browser keeps an event loop in the process, in which no other can be started.
    # In the order of collection, the longest file first: neither core waits for the other.
    step "pages and journeys" pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 20 \
      $browsers -m "proof and not bench and not nightly"
    step "timed proofs, one after the other" pytest $timed -m "proof and bench and not soak and not nightly and not browser"
    # An even load leaves most of a core idle: the two databases bear it at the same time.
    step "an even load on each database, side by side" pytest -n 2 --dist load --maxschedchunk 1 $timed -m "soak and not nightly"
    ;;
  nightly)
    step "nightly proofs" pytest -m "nightly"
    ;;
  *)
    echo "deploy/test.sh: no tier called $tier (check, all, proof, nightly)" >&2
    exit 2
    ;;
esac

if [ "${#failed[@]}" -gt 0 ]; then
  printf '\nFailed: %s\n' "$(IFS=,; echo "${failed[*]}")" >&2
  exit 1
fi
printf '\nAll held.\n'
