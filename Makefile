# `make demo` and `make test` are all that a new user needs; both work from a bare checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format model quality bench fuzz variants lock clean

demo: $(VENV)/installed
	$(BIN)/policykg build tests/samples/*.txt -o out

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Train the statistical part anew from the shared folder; writes extract/data/model and the weights.
model: $(VENV)/installed-dev
	$(BIN)/python -m policykg.extract.learning.train all --shared ../shared

# Measure the extraction and add a line to QUALITY.md; takes minutes, as it trains for every fold.
quality: $(VENV)/installed-dev
	$(BIN)/python -m policykg.extract.quality.measuring --shared ../shared

bench: $(VENV)/installed-dev
	$(BIN)/python tests/benchmarks/extraction.py
	$(BIN)/python tests/benchmarks/queries.py

# Damaged and hostile files, for so many minutes each, through the readers and through the whole build.
MINUTES ?= 10
SEEDS := tests/samples $(wildcard ../shared/corpus/docs ../shared/gold/train)
fuzz: $(VENV)/installed-dev
	$(BIN)/python tests/campaigns/fuzz.py read --minutes $(MINUTES) $(SEEDS:%=--seeds %) --keep build/fuzz
	$(BIN)/python tests/campaigns/fuzz.py build --minutes $(MINUTES) $(SEEDS:%=--seeds %) --keep build/fuzz

# What another form of the same text costs: widths, Markdown, web pages, wrapped lines, encodings, Word.
variants: $(VENV)/installed-dev
	$(BIN)/python tests/campaigns/variants.py ../shared/gold/train

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

# pip learned --group in 25.1, so the development tools come from a file that any pip reads.
$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-dev.txt
	@touch $@

# Renew the lock from what is installed now; the tests must pass afterwards.
lock: $(VENV)/installed-dev
	$(BIN)/python -m pip freeze --all --exclude-editable | grep -vi "^pip==" | sort --ignore-case > constraints.txt

clean:
	rm -rf $(VENV) out build dist *.egg-info
