# Two commands do everything: `make demo` and `make test`. The plain lines for Windows are in README.md.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: demo test check lock clean

demo: .venv/ready
	$(BIN)/itn-sync demo $(ARGS)

test: .venv/ready-dev
	$(BIN)/python -m pytest -n auto $(ARGS)

check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m build --no-isolation --outdir dist .

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# Renews both lock files; the annotations and index addresses stay out.
lock: .venv/ready-dev
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --extra build-backend --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --extra build-backend --extra dev --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv dist demo
