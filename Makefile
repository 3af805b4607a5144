# tinhso: `make` lists the verbs. Nothing has to be installed first but Python 3.11 or later (and make).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP_INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python

.PHONY: help
help:  ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | while IFS='|' read -r verb words; do \
		printf '  make %-10s %s\n' "$$verb" "$$words"; done
	@echo
	@echo "  PROVINCE=tay-ninh|tuyen-quang  PORT=8000  GATE_PORT=8001  DATA_DIR=…   (docs/settings.md)"

.PHONY: demo
demo: setup  ## A whole province on this machine: sets everything up, starts it, prints addresses and accounts
	@exec $(BIN)/tinhso demo

.PHONY: serve
serve: setup  ## The same without demonstration data
	@exec $(BIN)/tinhso serve

.PHONY: test
test: setup-dev  ## Everything: lint, types, contracts, unit, property, database, browser and repository tests
	@exec $(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

.PHONY: check
check: setup-dev  ## The quick part: format, lint, types, direction of imports, packs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tinhso packs check

.PHONY: format
format: setup-dev  ## Formats the code and repairs what can be repaired
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: setup  ## Measures one figure: make bench NAME=filing (without NAME: their list)
	@exec $(BIN)/tinhso bench $(NAME)

.PHONY: simulate
simulate: setup-dev  ## A seeded province for some days: make simulate SEED=8412 DAYS=30
	@exec $(BIN)/python -m pytest tests/simulate $(if $(SEED),--seed $(SEED)) $(if $(DAYS),--days $(DAYS)) $(ARGS)

.PHONY: docs
docs: setup-dev  ## Makes the pages that are made from code, and the pictures (docs/pictures, tests/browser/shots)
	$(BIN)/python -m tinhso.site.docs
	TINHSO_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_every_page.py tests/browser/test_following.py

.PHONY: lock
lock: setup-dev  ## Locks the dependencies of pyproject.toml anew, with hashes and without addresses
	$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --group dev pyproject.toml -o requirements-dev.lock

.PHONY: clean
clean:  ## Removes what was built (never data)
	rm -rf .venv .setup build frontend/node_modules src/tinhso/web/static/built
	find src -name '*.mo' -delete

# -- set-up, each step once. Inside .venv, so that removing it starts afresh.

.PHONY: setup setup-dev
setup: .venv/.run
	@$(BIN)/python -m tinhso.site.setup

setup-dev: .venv/.dev
	@$(BIN)/python -m tinhso.site.setup browser

.venv/.uv: requirements-setup.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and was not found."; exit 1; }
	@echo "Making the virtual environment with $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python cannot make virtual environments here. On Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock
	@touch $@

.venv/.run: .venv/.uv requirements.lock pyproject.toml
	@echo "Installing the packages"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Installing the packages for tests"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
