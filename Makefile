# The two commands: `make demo` shows the product, `make test` shows that it holds.
# `make slow` is what is heavy or reads ../shared/data; `make faults` is the long fault lane.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed

.PHONY: demo test slow faults bench lint clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group test -e ".[postgres,big]"
	touch $(STAMP)

demo: $(STAMP)
	rm -rf demo-out
	$(BIN)/ews demo --out demo-out

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile

slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

faults: $(STAMP)
	$(BIN)/python -m pytest -m faults

bench: $(STAMP)
	$(BIN)/python benchmarks/ingest.py

lint: $(STAMP)
	$(BIN)/ruff format ews tests benchmarks examples
	$(BIN)/ruff check ews tests benchmarks examples

clean:
	rm -rf .venv demo-out dist build
