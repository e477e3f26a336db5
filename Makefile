# The words of this project: setup, lint, test, demo, bench, e2e. `make help` says what each does.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.installed

.PHONY: help setup lint format test coverage demo serve e2e bench rivals listening samples clean

help:  ## what can be made
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):[^#]*## */  make \1\t/' | expand -t 18

setup: $(SETUP)  ## virtual environment with the exact dependencies

$(SETUP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tacit needs Python 3.11 or newer; say which with: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 -c constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps resemblyzer==0.1.4
	@touch $(SETUP)

lint: $(SETUP)  ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(SETUP)  ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint  ## lint, then every test but the slowest
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

coverage: $(SETUP)  ## which lines the tests reach, those of make e2e without the browser too (half an hour)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m 'not browser'
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=90

demo: $(SETUP)  ## the shipped interviews through the whole way, then the review pages
	@$(BIN)/tacit demo

serve: $(SETUP)  ## the server
	$(BIN)/tacit serve

e2e: $(SETUP)  ## the installed wheel, a real browser, servers killed in every stage
	$(BIN)/pytest tests/e2e -m 'browser or e2e'

bench: $(SETUP)  ## figures against marked data: make bench DATA=DIR
	$(BIN)/tacit evaluate cards $(DATA)

rivals: $(SETUP)  ## the same beside TextRank and BERTopic: make rivals DATA=DIR (brings extra packages)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r benchmarks/requirements.txt
	$(BIN)/python benchmarks/side_by_side.py $(DATA)

listening: $(SETUP)  ## figures on listening: make listening DATA=DIR-of-sound (an hour; wants Debian's ffmpeg)
	$(BIN)/python benchmarks/listening_quality.py
	$(BIN)/python benchmarks/listening_memory.py
	$(BIN)/python benchmarks/listening_kills.py
	$(BIN)/python benchmarks/speakers.py $(DATA)
	$(BIN)/python benchmarks/listening_speed.py $(DATA)

samples: $(SETUP)  ## speak and write the sample interviews again
	$(BIN)/python data/samples/make.py

clean:  ## remove what was made here, but for the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage htmlcov dist
