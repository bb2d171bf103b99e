.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := var/venv/bin/python
BIN := var/venv/bin

export PORT HOST MINUTES SPEED

.PHONY: help setup demo demo-logins test check proof nightly bench serve screenshots format lock docs

help:  ## List what you can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## Install everything that is missing (a repeated run takes a moment)
	@deploy/setup.sh

demo:  ## Ningbo under typhoon Fitow 2013, replayed as a drill: PORT=8000 HOST=127.0.0.1 MINUTES=8
	@deploy/setup.sh serve
	@exec $(PY) deploy/demo.py

demo-logins:  ## Fresh sign-ins for the running demo, one per role
	@$(PY) deploy/demo.py --logins

test: setup  ## Every check, every test, the journeys in a browser (15 minutes on two cores)
	@deploy/test.sh all

check: setup  ## Format, lint, types, imports, secrets, unsafe calls and the fast tests: seconds
	@deploy/test.sh check

proof: setup  ## Every page and the longer proofs, besides `make test`: about an hour on two cores
	@deploy/test.sh proof

nightly: setup  ## The proofs that take hours
	@deploy/test.sh nightly

bench: setup  ## Time what we promised would be fast: NAME=http DB=sqlite SMALL=1
	@deploy/bench.sh "$(NAME)" "$(DB)" "$(SMALL)"

serve:  ## Web and worker as in production, settings from .env
	@deploy/setup.sh serve
	@exec $(PY) deploy/serve.py

screenshots: setup  ## Take the pictures of docs/screenshots from a running demo: PORT=8000
	@$(PY) deploy/screenshots.py

format:  ## Put every Python file into shape
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix .

docs:  ## Write docs/events.md from the event classes
	@$(BIN)/python -m tests.house_rules.test_events

lock:  ## Renew the lock files after a change to pyproject.toml or package.json
	@deploy/lock.sh
