# Everything starts here:  make demo,  make test,  make lint,  make train.
#
# Each target makes what it needs of .venv by itself. Stamps in it say what is
# installed: .light is the reader alone, .dev is the lab and the tests as well.
# Another Python:  make test PYTHON=python3.12
# The newest versions that pyproject.toml allows, not those of the lock:  make test LOCK=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := train,serve,formats,batch,dev
comma := ,
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := requirements/dev.lock
TOOLS := .venv-tools

.DEFAULT_GOAL := help
.PHONY: help demo test lint format train light lock audit sbom bench-read bench-start clean

help:
	@echo "make demo    read the example pictures (installs the reader into $(VENV), 1 minute)"
	@echo "make test    run every test            (installs the lab as well, several minutes)"
	@echo "make lint    ruff, mypy, hadolint, and that README's tables are those of results/"
	@echo "make format  let ruff rewrite the source"
	@echo "make train   train the shipped net again"
	@echo "make light   prove that the reader alone installs and reads offline"
	@echo "make lock    write requirements/*.lock anew from pyproject.toml"
	@echo "make audit   known weaknesses and the licences of all dependencies (asks the network)"
	@echo "make sbom    dist/sbom.cdx.json: what is installed, in CycloneDX"
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
	$(BIN)/hadolint Dockerfile
	$(BIN)/python benchmarks/tables.py --check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: $(VENV)/.dev
	$(BIN)/tenfold train reader

light:
	PYTHON=$(PYTHON) benchmarks/light.sh

# Universal: the same file holds for every Python from 3.11 on and for every system.
COMPILE = $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header --upgrade

lock: $(TOOLS)/.made
	$(COMPILE) pyproject.toml $(foreach extra,$(subst $(comma), ,$(EXTRAS)),--extra $(extra)) \
	  --output-file requirements/dev.lock
	$(COMPILE) pyproject.toml --extra serve --extra formats --output-file requirements/serve.lock
	$(COMPILE) requirements/tools.in --output-file requirements/tools.lock

audit: $(TOOLS)/.made $(VENV)/.dev
	$(TOOLS)/bin/pip-licenses --python $(BIN)/python --from mixed --summary --order count
	$(TOOLS)/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off \
	  --requirement requirements/dev.lock

sbom: $(TOOLS)/.made $(VENV)/.dev
	@mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml \
	  --output-file dist/sbom.cdx.json $(BIN)/python

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

$(VENV)/.dev: pyproject.toml $(LOCK) | $(VENV)/bin/python
	@echo "Installing the lab and its tests into $(VENV) (some minutes the first time)"
	@$(if $(LOCK),$(PIP) --require-hashes --requirement $(LOCK))
	@$(PIP) --editable '.[$(EXTRAS)]'
	@touch $@ $(VENV)/.light

$(TOOLS)/.made: requirements/tools.lock
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
