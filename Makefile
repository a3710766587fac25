# Every command of the house. `make` alone lists them.
SHELL := /bin/bash
PYTHON ?= python3
# Setup may leave a browser beside the interpreter, so that folder is searched first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
RUN := .venv/bin/python
LIMITED := $(RUN) tools/limited.py
# What measures nothing is divided between two processes, and so are the doors of simulated platforms, where browsers wait more than
# they work. Recordings have the machine to themselves.
QUICK := tests/unit tests/contracts
DOORS := $(addprefix tests/conformance/,test_platforms.py test_platform_visits.py test_jitsi_page.py test_slack_page.py test_webex_page.py \
	test_zoom_streams.py test_speech_streams.py test_storage_blobs.py) \
	$(addprefix tests/browser/,test_doctor.py test_simulated_platform.py test_page_room.py test_bot_endings.py test_zero_retention.py)
DIVIDED := $(RUN) -m pytest -n 2 -p no:schemathesis --dist
ALL := $(DIVIDED) loadfile $(QUICK); $(DIVIDED) load $(DOORS); $(RUN) -m pytest $(QUICK:%=--ignore=%) $(DOORS:%=--ignore=%)

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo test test-fast lint types page proof bench docs lock tail clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## Create the environment from the lock file and make sure there is a browser
	@$(PYTHON) tools/setup.py

setup-tests:
	@$(PYTHON) tools/setup.py --tests

demo: setup ## A whole meeting on this machine, recorded and checked (KEEP=1 leaves server and room up)
	@exec .venv/bin/rapporteur demo $(if $(KEEP),--keep)

test: setup-tests lint types ## Lints, types and every test tier that needs nothing from outside
	@$(LIMITED) 1650 $(if $(ARGS),$(RUN) -m pytest $(ARGS),bash tools/each.sh '$(ALL)')

test-fast: setup ## The unit and contract tiers: the inner loop
	@$(LIMITED) 300 $(DIVIDED) loadfile -m "unit or contract" $(if $(filter tests/%,$(ARGS)),,$(QUICK) tests/docs) $(ARGS)

lint: setup ## Style, import contracts and the house rules of tools/lint
	@.venv/bin/ruff check .
	@.venv/bin/lint-imports --no-logo
	@$(RUN) -m tools.lint

types: setup ## Type-check the source
	@$(LIMITED) 300 .venv/bin/basedpyright --pythonpath $(RUN)

page: ## Build the page programs into their committed bundles (needs Node)
	@cd page && npm ci --silent && npx tsc --noEmit && node build.mjs

proof: setup ## A long proof: make proof NAME=kill
	@$(RUN) tests/proofs/$(or $(NAME),$(error say which: NAME=$(basename $(notdir $(wildcard tests/proofs/*.py))))).py $(ARGS)

bench: setup ## A measurement: make bench NAME=composer
	@$(RUN) bench/$(or $(NAME),$(error say which: NAME=$(basename $(notdir $(wildcard bench/*.py))))).py $(ARGS)

docs: setup ## Write the generated reference pages
	@$(RUN) -m tools.docs

lock: ## Resolve pyproject.toml into requirements.lock (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock

tail: setup ## The longest functions and files and the broad handlers: a mirror, not a gate
	@$(RUN) -m tools.tail

clean: ## Remove what setup, tests and demo made
	@rm -rf .venv demo-output .pytest_cache .ruff_cache .import_linter_cache .hypothesis
