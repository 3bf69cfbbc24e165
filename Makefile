PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
Q ?= Combien d'utilisateurs Telegram a-t-il gagnés ?
SHARED_DATA ?= ../shared/data
export JECITE_SHARED_DATA := $(SHARED_DATA)

.PHONY: help ask test check fix bench quality clean

help: ## Show what can be made.
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

ask: $(STAMP) ## Ask a question: make ask Q="…"
	@$(BIN)/jecite ask "$(Q)"; status=$$?; test $$status -le 1

check: $(STAMP) ## Lint, types, import contracts: what takes seconds.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## All that CI checks.
	$(BIN)/python -m pytest --cov --numprocesses 2 --dist worksteal

fix: $(STAMP) ## Mend what ruff can mend.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## Print speed and load, as ratios to named alternatives.
	$(BIN)/python -m pytest tests/benchmarks -o python_files="bench_*.py test_*.py" -s --no-cov

quality: $(STAMP) ## Measure every quality figure and write docs/QUALITY.md.
	$(BIN)/python -m retrieval.evaluation.quality --data $(SHARED_DATA)

clean: ## Remove the environment and what the tools leave.
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .coverage
