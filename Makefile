# Each target installs what it needs into .venv, again only when pyproject.toml changed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FILE   ?= data/samples/market-town.txt
CONFIG ?= configs/articles.yaml

.DEFAULT_GOAL := help
.PHONY: help tag test test-all encoder train clean
.NOTPARALLEL:

help:  ## list the targets
	@echo "usage: make TARGET [PYTHON=python3.12] [FILE=article.txt]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

tag: $(VENV)/.runtime  ## tag FILE, by default a sample article
	@$(BIN)/clashtag tag "$(FILE)" --format pretty

test: $(VENV)/.dev  ## lint, type-check and test, without the train extra
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest

test-all: $(VENV)/.train test  ## the same with torch, and the tests that need it

encoder: $(VENV)/.train  ## fetch and verify the base encoder that training starts from
	$(BIN)/clashtag data encoder

train: $(VENV)/.train  ## train a tagger on data/articles alone (CONFIG=... for another run)
	$(BIN)/clashtag train $(CONFIG) --resume

clean:  ## remove .venv, build results and caches
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find inference training -type d -name '*.egg-info' -prune -exec rm -rf {} +
	find inference training tests -type d -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "clashtag needs Python 3.11 or newer; '$(PYTHON)' is not: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.runtime

$(VENV)/.train: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	@touch $@ $(VENV)/.dev $(VENV)/.runtime
