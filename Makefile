# Two commands do everything: `make demo` and `make test`. README.md has the plain lines for Windows.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
ARGS ?=

# Universal: one file serves every system and Python; no index address is written down.
LOCK := uv pip compile --quiet --universal --upgrade --no-strip-extras --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --extra build-backend

.PHONY: demo test check lock screenshots clean

demo: .venv/ready
	$(BIN)/itn-sync demo $(ARGS)

test: .venv/ready-dev
	$(BIN)/python -m pytest -n auto $(ARGS)

# What is judged beside the tests: style, types, import contracts, and that the package builds.
check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m build --no-isolation --outdir dist .

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "itn-sync needs Python 3.11 or newer."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/pip requirements.lock pyproject.toml
	@echo "Setting up .venv: a minute the first time."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Renews both lock files.
lock: .venv/ready-dev
	$(PIP) install uv
	$(BIN)/$(LOCK) --output-file requirements.lock pyproject.toml
	$(BIN)/$(LOCK) --extra dev --output-file requirements-dev.lock pyproject.toml

# Takes the pictures of README.md and the guides again; needs Chromium.
screenshots: .venv/ready-dev
	$(BIN)/python scripts/screenshots.py

clean:
	rm -rf .venv dist demo
