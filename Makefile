# Everything starts here:  make demo,  make test,  make lint,  make train.
#
# Each target makes what it needs of .venv by itself. Stamps in it say what is
# installed: .light is the reader alone, .dev is the lab and the tests as well.
# Another Python:  make test PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := train,serve,formats,batch,dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test lint format train light bench-read bench-start clean

help:
	@echo "make demo    read the example pictures (installs the reader into $(VENV), 1 minute)"
	@echo "make test    run every test            (installs the lab as well, several minutes)"
	@echo "make lint    ruff, mypy, and that README's tables are those of results/"
	@echo "make format  let ruff rewrite the source"
	@echo "make train   train the shipped net again"
	@echo "make light   prove that the reader alone installs and reads offline"
	@echo "make bench-read, make bench-start   measure again, into results/ (benchmarks/README.md)"
	@echo "make clean   remove $(VENV) and all caches"

demo: $(VENV)/.light
	@echo "Reading the pictures in examples/, offline, on the CPU:"
	@echo
	@echo "$$ tenfold read examples"
	@$(BIN)/tenfold read examples

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python benchmarks/tables.py --check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: $(VENV)/.dev
	$(BIN)/tenfold train reader

light:
	PYTHON=$(PYTHON) benchmarks/light.sh

bench-read: $(VENV)/.light
	$(BIN)/python benchmarks/read.py --peers \
	  "$${TENFOLD_DATA:?must name the folder of the data sets}"/real/*

bench-start: $(VENV)/.dev
	$(BIN)/python benchmarks/start.py

clean:
	rm -rf $(VENV) .venv-* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tenfold needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version)." \
	         "Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.light: pyproject.toml | $(VENV)/bin/python
	@echo "Installing the reader into $(VENV)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing the lab and its tests into $(VENV) (some minutes the first time)"
	@$(PIP) --editable '.[$(EXTRAS)]'
	@touch $@ $(VENV)/.light
