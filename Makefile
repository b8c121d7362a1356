# The two commands: `make demo` shows the product, `make test` shows that it holds.
# `make slow` is what is heavy or reads ../shared/data; `make faults` is the long fault lane.
PYTHON ?= python3
BIN := .venv/bin
export OMP_NUM_THREADS ?= 1

.PHONY: demo test slow faults bench lint clean

.venv/product: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/tested: .venv/product
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[postgres,big]" --group test
	touch $@

demo: .venv/product
	rm -rf demo-out
	$(BIN)/ews demo --out demo-out

test: .venv/tested
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

slow: .venv/tested
	$(BIN)/python -m pytest -m slow

faults: .venv/tested
	$(BIN)/python -m pytest -m faults

bench: .venv/tested
	$(BIN)/python benchmarks/demo.py
	$(BIN)/python benchmarks/ingest.py

lint: .venv/tested
	$(BIN)/ruff format ews tests benchmarks examples
	$(BIN)/ruff check ews tests benchmarks examples
	$(BIN)/mypy

clean:
	rm -rf .venv demo-out dist build
