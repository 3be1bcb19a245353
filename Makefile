PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUNNABLE := $(VENV)/.installed
TESTABLE := $(VENV)/.installed-dev
AXE := $(VENV)/axe/package/axe.min.js
SCENARIO ?= scenarios/adult-rr-70kg.yaml
N ?= 10000
MANY ?= --no-remedies
PYTEST := $(BIN)/pytest -n 2 --dist worksteal --benchmark-disable

.PHONY: help plan test test-long lint browser mutants bench many clean
.DELETE_ON_ERROR:

help:
	@echo 'make plan   plan $(SCENARIO)  (SCENARIO=FILE for another)'
	@echo 'make test   check style and types, run what a change needs: four minutes on two free cores'
	@echo 'make test-long  the longer half of the tests  (make test test-long for all of them)'
	@echo 'make lint   check style and types only'
	@echo 'make browser  open reports in Chromium and hold them against axe-core (needs both, and npm)'
	@echo 'make mutants  a run of tests for every change of the policy  (MUTANTS="--only II.A tests/audit")'
	@echo 'make bench  every engine on the same courses, half an hour  (BENCH="--drawn 20 --limit 2" for less)'
	@echo 'make many   $(N) drawn scenarios through planner batch  (N=200 for fewer, MANY="--time-limit 5")'
	@echo 'make clean  remove the environment and everything built'

plan: $(RUNNABLE)
	@$(BIN)/planner plan $(SCENARIO)

test: lint
	@$(PYTEST) -m 'not long and not browser'

test-long: $(TESTABLE)
	@$(PYTEST) -m 'long and not browser'

lint: $(TESTABLE)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

browser: $(TESTABLE) $(AXE)
	@AXE=$(AXE) $(BIN)/pytest -m browser

mutants: $(TESTABLE)
	@$(BIN)/python -m tests.policies.mutants $(MUTANTS)

bench: $(TESTABLE)
	@$(BIN)/python -m benchmarks.run $(BENCH)

many: $(TESTABLE)
	@$(BIN)/python -m benchmarks.many --count $(N) $(MANY)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(RUNNABLE): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTABLE): requirements-dev.lock $(RUNNABLE)
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(AXE): | $(BIN)/python
	@mkdir -p $(VENV)/axe
	cd $(VENV)/axe && npm pack --silent axe-core@4.14.1 && tar -xzf axe-core-4.14.1.tgz
	@touch $@
